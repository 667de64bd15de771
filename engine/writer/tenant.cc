#include "engine/writer/tenant.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/core/assert.h"

namespace kontor {
namespace {

using rules::fact;
using rules::refuse;

bool creates_tenant(const rules::Command& command) {
  const auto* tenancy = std::get_if<rules::tenancy::Command>(&command);
  return tenancy != nullptr && std::holds_alternative<rules::tenancy::CreateTenant>(*tenancy);
}

bool finishes_history(const rules::Command& command) {
  const auto* tenancy = std::get_if<rules::tenancy::Command>(&command);
  return tenancy != nullptr && std::holds_alternative<rules::tenancy::FinishHistory>(*tenancy);
}

bool creates_history_tenant(const rules::Command& command) {
  return creates_tenant(command) &&
         std::get<rules::tenancy::CreateTenant>(std::get<rules::tenancy::Command>(command)).timeline ==
             tenancy::Timeline::History;
}

tl::unexpected<rules::Refusal> row_in_future(Instant at, Instant now) {
  return refuse(Reason::EffectiveTimeInFuture, "the row's time lies in the future",
                {fact("at", at), fact("now", now)});
}

tl::expected<Instant, rules::Refusal> time_in_new_tenant(const TenantId& id, const CommandRequest& command,
                                                         Instant now) {
  if (!creates_tenant(command.body))
    return refuse(Reason::UnknownTenant, fmt::format("there is no tenant {}", id.value));
  if (!creates_history_tenant(command.body)) {
    if (command.history)
      return refuse(Reason::TimelineMode, "history rows need a tenant created with timeline=history");
    return now;
  }
  if (!command.history)
    return refuse(
        Reason::InvalidArgument,
        "a tenant with timeline=history starts at the time of its first row: history.at is missing");
  if (command.history->at > now) return row_in_future(command.history->at, now);
  return command.history->at;
}

}  // namespace

void SliceWriter::append(const Envelope& envelope, const Event& body) {
  if (slices_.empty() || slices_.back().bytes.size() >= kSliceBytes) {
    const bool first = slices_.empty();
    // INV-1: positions have no gaps
    KONTOR_ASSERT(first || slices_.back().first + slices_.back().count == envelope.position);
    slices_.push_back({.tenant = tenant_, .first = envelope.position, .count = 0, .bytes = {}});
    constexpr std::size_t kEventBytes = 4'096;  // room for the one that makes it full
    slices_.back().bytes.reserve(first ? std::min(bytes_expected_, kSliceBytes) : kSliceBytes + kEventBytes);
  }
  log::TenantSlice& slice = slices_.back();
  KONTOR_ASSERT(slice.first + slice.count == envelope.position);  // INV-1: positions have no gaps
  encode(envelope, body, slice.bytes);
  ++slice.count;
}

SliceWriter::Mark SliceWriter::mark() const {
  if (slices_.empty()) return {};
  return {slices_.size(), slices_.back().bytes.size(), slices_.back().count};
}

void SliceWriter::truncate(Mark mark) {
  KONTOR_ASSERT(mark.slices <= slices_.size());
  slices_.erase(slices_.begin() + static_cast<std::ptrdiff_t>(mark.slices), slices_.end());
  if (slices_.empty()) return;
  KONTOR_ASSERT(mark.bytes <= slices_.back().bytes.size());
  slices_.back().bytes.resize(mark.bytes);
  slices_.back().count = mark.count;
}

std::vector<std::string> SliceWriter::last_events(std::size_t count) const {
  std::vector<std::string> last;
  for (auto slice = slices_.rbegin(); slice != slices_.rend() && last.size() < count; ++slice) {
    std::vector<std::string_view> events;
    KONTOR_ASSERT(log::split_events(slice->bytes, slice->count, events));
    for (auto event = events.rbegin(); event != events.rend() && last.size() < count; ++event)
      last.emplace_back(*event);
  }
  KONTOR_ASSERT(last.size() == count);
  std::ranges::reverse(last);
  return last;
}

std::optional<tenancy::Timeline> Tenant::timeline() const { return state_.tenancy.tenant.get().timeline; }

std::optional<Instant> Tenant::wakes_at() const {
  if (timeline() != tenancy::Timeline::Live) return std::nullopt;
  const auto timer = rules::next_timer(state_);
  if (!timer) return std::nullopt;
  return timer->due;
}

Receipt Tenant::repeat(const Answered& answer) const {
  return {.first = answer.first,
          .last = answer.last(),
          .recorded_at = answer.recorded_at,
          .stream = std::string(state_.streams.name(answer.stream)),
          .version = answer.version,
          .duplicate = true,
          .dry_run = false,
          .events = {}};
}

tl::expected<Instant, rules::Refusal> Tenant::time_for(const CommandRequest& command, Instant now) const {
  if (!timeline()) return time_in_new_tenant(id_, command, now);
  if (*timeline() == tenancy::Timeline::Live) {
    if (command.history)
      return refuse(Reason::TimelineMode,
                    fmt::format("tenant {} is live: its history is finished", id_.value));
    return std::max(now, timeline_at());
  }
  if (!command.history) {
    if (finishes_history(command.body)) return std::max(now, timeline_at());
    return refuse(
        Reason::TimelineMode,
        fmt::format("tenant {} takes history: commands carry their original time until FinishHistory",
                    id_.value));
  }
  const HistoryTime& row = *command.history;
  if (row.at > now) return row_in_future(row.at, now);
  // A row of a file is decided once. One that was refused then is refused now, whatever has happened since:
  // otherwise a second import of the same file could change something.
  const bool passed = row.at == timeline_at() && facts_.imported &&
                      facts_.imported->source == row.stamp.source && row.stamp.line <= facts_.imported->line;
  if (row.at < timeline_at() || passed)
    return refuse(Reason::TimelineBehind, "the tenant's timeline has passed this row",
                  {fact("at", row.at), fact("timeline", timeline_at()),
                   fact("last_line", facts_.imported ? facts_.imported->line : 0)},
                  {facts_.last});
  return row.at;
}

void Tenant::fire_due(Instant at, Instant recorded_at, SliceWriter& out) {
  for (auto timer = rules::next_timer(state_); timer && timer->due <= at; timer = rules::next_timer(state_)) {
    Envelope envelope;
    envelope.tenant = id_;
    envelope.actor = Actor{Role::Scheduler, "", ""};
    envelope.effective_at = timer->effective_at;
    envelope.recorded_at = recorded_at;
    for (const Event& event : rules::fire(state_, *timer)) append(envelope, event, out);
  }
}

Receipt Tenant::record(const CommandRequest& command, const std::vector<Event>& events, Instant at,
                       Instant recorded_at, SliceWriter& out) {
  KONTOR_ASSERT(!events.empty());  // every accepted command leaves a trace that carries its id
  Envelope envelope;
  envelope.tenant = id_;
  envelope.actor = command.actor;
  envelope.effective_at = at;
  envelope.recorded_at = recorded_at;
  envelope.command_id = command.id;
  envelope.payload_digest = command.payload;
  envelope.correlation = command.correlation;
  if (command.history) envelope.history = command.history->stamp;
  Answered answer{
      .id = command.id, .payload = command.payload, .first = facts_.last + 1, .recorded_at = recorded_at};
  for (const Event& event : events) {
    append(envelope, event, out);
    if (answer.stream == rules::kNone) answer.stream = state_.streams.row(envelope.stream);
  }
  answer.events = static_cast<std::uint32_t>(facts_.last + 1 - answer.first);
  answer.version = state_.streams.head(answer.stream).version;
  Receipt receipt = repeat(answers_.add(answer));
  receipt.duplicate = false;
  return receipt;
}

/// Fills in what is the event's own.
void Tenant::append(Envelope& envelope, const Event& body, SliceWriter& out) {
  envelope.position = facts_.last + 1;
  envelope.stream = stream_of(body);
  const auto* head = state_.streams.find(envelope.stream);
  envelope.version = head == nullptr ? 1 : head->version + 1;
  // INV-7: the timeline never goes back. A correction may be true since earlier and does not move it.
  KONTOR_ASSERT(envelope.effective_at >= facts_.timeline_at || may_be_back_dated(envelope));
  out.append(envelope, body);
  rules::evolve(state_, body, envelope);
  advance(envelope);
}

void Tenant::advance(const Envelope& envelope) {
  facts_.last = envelope.position;
  facts_.timeline_at = std::max(facts_.timeline_at, envelope.effective_at);
  if (envelope.history) facts_.imported = envelope.history;
}

/// Whether the event comes from the command that the one before it came from: its events lie one behind the
/// other.
bool Tenant::continues(const Envelope& envelope) const {
  if (answers_.size() == 0) return false;
  const Answered& newest = answers_[answers_.size() - 1];
  return newest.id == envelope.command_id && newest.last() + 1 == envelope.position;
}

/// One event after the other gives what `record` knows at once.
void Tenant::remember(const Envelope& envelope) {
  if (envelope.command_id.is_zero()) return;
  Answered& answer = continues(envelope) ? answers_.newest()
                                         : answers_.add({.id = envelope.command_id,
                                                         .payload = envelope.payload_digest,
                                                         .first = envelope.position,
                                                         .recorded_at = envelope.recorded_at,
                                                         .stream = state_.streams.row(envelope.stream)});
  answer.events = static_cast<std::uint32_t>(envelope.position + 1 - answer.first);
  answer.version = state_.streams.head(answer.stream).version;
}

Status Tenant::adopt(const RecordedEvent& event) {
  const Envelope& envelope = event.envelope;
  if (envelope.tenant != id_)  // INV-3
    return fail(Reason::StoreDamaged, fmt::format("an event of tenant {} lies among those of tenant {}",
                                                  envelope.tenant.value, id_.value));
  if (envelope.position != facts_.last + 1)
    return fail(Reason::PositionGap,
                fmt::format("tenant {}: position {} follows {}", id_.value, envelope.position, facts_.last));
  const auto* head = state_.streams.find(envelope.stream);
  const Version expected = head == nullptr ? 1 : head->version + 1;
  if (envelope.version != expected || envelope.stream != stream_of(event.body))
    return fail(Reason::StoreDamaged,
                fmt::format("tenant {} position {}: stream {} version {} where {} is next", id_.value,
                            envelope.position, envelope.stream, envelope.version, expected));
  if (envelope.effective_at < facts_.timeline_at && !may_be_back_dated(envelope))
    return fail(Reason::StoreDamaged,
                fmt::format("tenant {} position {}: effective time goes back", id_.value, envelope.position));
  if (!envelope.command_id.is_zero() && !continues(envelope))
    if (const Answered* before = answers_.find(envelope.command_id))
      return fail(Reason::StoreDamaged,  // INV-4
                  fmt::format("tenant {} position {}: command id {} was used at position {}", id_.value,
                              envelope.position, envelope.command_id.text(), before->first));
  // INV-9: the function that changed the state when the event was decided.
  rules::evolve(state_, event.body, envelope);
  advance(envelope);
  remember(envelope);
  return {};
}

void Tenant::open_scope() {
  KONTOR_ASSERT(!in_scope_);
  in_scope_ = true;
  before_scope_ = facts_;
  answers_before_scope_ = answers_.size();
  state_.journal.open();
}

void Tenant::keep_scope() {
  KONTOR_ASSERT(in_scope_);
  in_scope_ = false;
  state_.journal.commit();
}

void Tenant::roll_back_scope() {
  KONTOR_ASSERT(in_scope_);
  in_scope_ = false;
  state_.journal.roll_back();
  facts_ = before_scope_;
  answers_.shrink(answers_before_scope_);
}

}  // namespace kontor
