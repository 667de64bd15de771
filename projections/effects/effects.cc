#include "projections/effects/effects.h"

#include <fmt/format.h>

#include <variant>

#include "projections/rows.h"

namespace kontor::views {
namespace {

namespace ev = effects;

ViewKey key_of(const ViewWriter& rows, Position request) { return Keys{rows.tenant()}.effect(request); }
ViewKey stretch_of(const ViewWriter& rows, Position request) {
  return Keys{rows.tenant()}.open_effects(request / kEffectStretch);
}

template <class Fill>
void ask(ViewWriter& rows, const Envelope& envelope, wire::EffectKind kind, const Fill& fill) {
  rows.create<wire::EffectRow>(key_of(rows, envelope.position), [&](wire::EffectRow::Builder row) {
    auto request = row.initRequest();
    request.setRequest(envelope.position);
    request.setKind(kind);
    request.setStream(text(envelope.stream));
    request.setRequestedAt(envelope.recorded_at.ns);
    fill(request);
  });
  rows.edit<wire::OpenRequests>(stretch_of(rows, envelope.position),
                                [](wire::OpenRequests::Builder row) { row.setOpen(row.getOpen() + 1); });
}

void answer(ViewWriter& rows, Position request) {
  rows.change<wire::EffectRow>(key_of(rows, request),
                               [](wire::EffectRow::Builder row) { row.setAnswered(true); });
  rows.change<wire::OpenRequests>(stretch_of(rows, request),
                                  [](wire::OpenRequests::Builder row) { row.setOpen(row.getOpen() - 1); });
}

void note_failure(ViewWriter& rows, Position request, const std::string& error, Instant at) {
  rows.change<wire::EffectRow>(key_of(rows, request), [&](wire::EffectRow::Builder row) {
    auto to = row.getRequest();
    to.setFailures(to.getFailures() + 1);
    to.setError(text(error));
    to.setFailedAt(at.ns);
  });
}

// Tags

void ask_for_tag(ViewWriter& rows, const Envelope& envelope, const PersonId& person, const std::string& tag,
                 wire::TagPresence presence) {
  ask(rows, envelope,
      presence == wire::TagPresence::PRESENT ? wire::EffectKind::TAG_GRANT : wire::EffectKind::TAG_REVOKE,
      [&](wire::EffectRequest::Builder request) {
        request.setPerson(text(person.value));
        request.setTag(text(tag));
      });
  rows.edit<wire::TagRow>(Keys{rows.tenant()}.person_tag(person.value, tag), [&](wire::TagRow::Builder row) {
    row.setShouldBe(presence);
    row.setRequest(envelope.position);
    row.setRequestedAt(envelope.recorded_at.ns);
    row.setFailures(0);
    row.setError("");
  });
}

template <class Confirmed>
void confirm_tag(ViewWriter& rows, const Confirmed& event, wire::TagPresence presence) {
  answer(rows, event.request);
  rows.change<wire::TagRow>(Keys{rows.tenant()}.person_tag(event.person.value, event.tag),
                            [&](wire::TagRow::Builder row) { row.setConfirmed(presence); });
}

void add(ViewWriter& rows, const ev::TagChangeFailed& event, const Envelope& envelope) {
  note_failure(rows, event.request, event.error, envelope.recorded_at);
  rows.change<wire::TagRow>(Keys{rows.tenant()}.person_tag(event.person.value, event.tag),
                            [&](wire::TagRow::Builder row) {
                              if (row.getRequest() != event.request) return;
                              row.setFailures(row.getFailures() + 1);
                              row.setError(text(event.error));
                            });
}

// All others

std::string_view kind_name(ev::NotificationKind kind) {
  return kind == ev::NotificationKind::Enrolled ? "enrolled" : "reinvited";
}
std::string_view kind_name(ev::AlertKind kind) {
  switch (kind) {
    case ev::AlertKind::CreditOrder: return "creditOrder";
    case ev::AlertKind::BookingPeriodPending: return "bookingPeriodPending";
    case ev::AlertKind::PriceTierMissing: return "priceTierMissing";
  }
  return "";
}

void add(ViewWriter& rows, const ev::NotificationRequested& event, const Envelope& envelope) {
  ask(rows, envelope, wire::EffectKind::NOTIFICATION, [&](wire::EffectRequest::Builder request) {
    request.setPerson(text(event.person.value));
    request.setDetail(fmt::format("{} {} no. {}", kind_name(event.kind), event.group.value, event.number));
  });
}
void add(ViewWriter& rows, const ev::AccountRegistrationRequested& event, const Envelope& envelope) {
  ask(rows, envelope, wire::EffectKind::REGISTRATION,
      [&](wire::EffectRequest::Builder request) { request.setPerson(text(event.person.value)); });
}
void add(ViewWriter& rows, const ev::AlertRequested& event, const Envelope& envelope) {
  ask(rows, envelope, wire::EffectKind::ALERT,
      [&](wire::EffectRequest::Builder request) { request.setDetail(std::string(kind_name(event.kind))); });
}
void add(ViewWriter& rows, const ev::OrderMailRequested& event, const Envelope& envelope) {
  ask(rows, envelope, wire::EffectKind::ORDER_MAIL, [&](wire::EffectRequest::Builder request) {
    request.setPerson(text(event.user.value));
    request.setDetail(text(event.order.value));
  });
}

}  // namespace

void Effects::apply(const RecordedEvent& event, ViewWriter& rows) const {
  const auto* body = std::get_if<ev::Event>(&event.body);
  if (body == nullptr) return;
  const Envelope& envelope = event.envelope;
  using wire::TagPresence;
  std::visit(
      Overloaded{
          [&](const ev::TagGrantRequested& e) {
            ask_for_tag(rows, envelope, e.person, e.tag, TagPresence::PRESENT);
          },
          [&](const ev::TagRevokeRequested& e) {
            ask_for_tag(rows, envelope, e.person, e.tag, TagPresence::ABSENT);
          },
          [&](const ev::TagGrantConfirmed& e) { confirm_tag(rows, e, TagPresence::PRESENT); },
          [&](const ev::TagRevokeConfirmed& e) { confirm_tag(rows, e, TagPresence::ABSENT); },
          [&](const ev::EffectConfirmed& e) { answer(rows, e.request); },
          [&](const ev::EffectFailed& e) { note_failure(rows, e.request, e.error, envelope.recorded_at); },
          [&](const auto& e) { add(rows, e, envelope); },
      },
      *body);
}

}  // namespace kontor::views
