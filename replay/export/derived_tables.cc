#include "replay/export/derived_tables.h"

#include <fmt/format.h>
#include <kj/exception.h>

#include "events/core/merkle.h"
#include "projections/catalog.h"
#include "replay/export/cells.h"
#include "replay/export/deriving.h"

namespace kontor::exports {
namespace {

constexpr std::uint32_t kGroupEvents = 4'096;

}  // namespace

DerivedTables::DerivedTables(views::ViewStore& views, TenantId tenant, const Selection& selection,
                             TableSink& sink, EventRows event_rows, Readable readable)
    : views_(views),
      tenant_(std::move(tenant)),
      selection_(selection),
      sink_(sink),
      event_rows_(event_rows),
      readable_(std::move(readable)),
      runner_(views_, views::all_projections()) {}

Status DerivedTables::take(Position position, std::string_view stored) {
  const Result<RecordedEvent> event = decode(stored);
  if (!event)
    return fail(event.error().code,
                fmt::format("tenant {} position {}: {}", tenant_.value, position, event.error().message));
  history_.take(*event);
  position_ = position;
  if (event_rows_ == EventRows::Written && position >= selection_.from)
    if (Status written = write_event(*event, stored); !written) return written;
  if (waiting_.slices.empty()) waiting_.slices.push_back({tenant_, position, 0, {}});
  log::TenantSlice& slice = waiting_.slices.front();
  slice.bytes.append(stored);
  if (++slice.count < kGroupEvents) return {};
  return apply_waiting();
}

Status DerivedTables::apply_waiting() {
  if (Status ended = write_ended_seats(); !ended) return ended;
  if (waiting_.slices.empty()) return {};
  // Where a group of the log ends does not matter to views.
  waiting_.number = runner_.checkpoint().group + 1;
  Status applied = runner_.apply(waiting_);
  waiting_ = {};
  return applied;
}

Status DerivedTables::write_event(const RecordedEvent& event, std::string_view stored) {
  const Envelope& envelope = event.envelope;
  if (!selection_.takes(envelope.position, envelope.effective_at)) return {};
  Result<std::string> content = readable_(stored);
  if (!content) return fail(content.error());
  const std::string command = envelope.command_id.is_zero() ? std::string() : envelope.command_id.text();
  return sink_.add(
      table_of(TableId::Events),
      {number_cell(envelope.position), text_cell(envelope.stream), number_cell(envelope.version),
       text_cell(type_name(event.body)), moment_cell(envelope.recorded_at.ns),
       moment_cell(envelope.effective_at.ns), text_cell(role_name(envelope.actor.role)),
       text_cell(envelope.actor.id), text_cell(envelope.actor.channel), text_cell(command),
       text_cell(envelope.correlation), text_cell(hex(leaf_hash(bytes_of(stored)))), *std::move(content)});
}

Status DerivedTables::write_seat(const Grant& grant) {
  if (grant.granted < selection_.from || !selection_.takes_span(grant.from.ns, grant.to.ns)) return {};
  return sink_.add(table_of(TableId::Seats), seat_row(grant));
}

Status DerivedTables::write_ended_seats() {
  for (const Grant& grant : history_.take_ended())
    if (Status written = write_seat(grant); !written) return written;
  return {};
}

Status DerivedTables::write() {
  if (Status applied = apply_waiting(); !applied) return applied;
  for (const Grant& grant : history_.held())
    if (Status written = write_seat(grant); !written) return written;
  const Deriving from{views_, tenant_, position_, selection_, history_, sink_};
  try {
    for (const auto& write_one :
         {write_credit_tables, write_access_tables, write_seat_tables, write_billing_tables})
      if (Status written = write_one(from); !written) return written;
  } catch (const kj::Exception&) {
    return fail(Reason::Rebuilding, "a row of the views derived for the export cannot be read");
  }
  return {};
}

}  // namespace kontor::exports
