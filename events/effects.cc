#include "events/effects.h"

#include <array>

#include "events/codec.h"
#include "events/credits.h"

namespace kontor {
namespace effects {

// Compiled here, once.
Event::Event() = default;
Event::Event(const Event&) = default;
Event::Event(Event&&) noexcept = default;
Event& Event::operator=(const Event&) = default;
Event& Event::operator=(Event&&) noexcept = default;
Event::~Event() = default;

std::string_view type_name(const Event& event) {
  static constexpr std::array<std::string_view, std::variant_size_v<Event::variant>> kNames{
      "TagGrantRequested", "TagRevokeRequested", "NotificationRequested", "AccountRegistrationRequested",
      "AlertRequested",    "OrderMailRequested", "TagGrantConfirmed",     "TagRevokeConfirmed",
      "TagChangeFailed",   "EffectConfirmed",    "EffectFailed"};
  static_assert(!kNames.back().empty(), "one name per event");
  return kNames[event.index()];
}

std::string stream_of(const Event& event) {
  return std::visit(
      [](const auto& e) {
        if constexpr (requires { e.subject; })
          return e.subject;
        else if constexpr (requires { e.order; })
          return credits::order_stream(e.order);
        else
          return "person/" + e.person.value;
      },
      event);
}

}  // namespace effects

namespace codec {
namespace {

void put_tag(const auto& e, auto b) {
  b.setPerson(stored(e.person.value));
  b.setTag(stored(e.tag));
}
void put(const effects::TagGrantRequested& e, schema::TagRequested::Builder b) { put_tag(e, b); }
void put(const effects::TagRevokeRequested& e, schema::TagRequested::Builder b) { put_tag(e, b); }
void put(const effects::NotificationRequested& e, schema::NotificationRequested::Builder b) {
  b.setKind(static_cast<schema::NotificationKind>(e.kind));
  b.setPerson(stored(e.person.value));
  b.setGroup(stored(e.group.value));
  b.setNumber(e.number);
  b.setTemplateRev(e.template_rev);
}
void put(const effects::AccountRegistrationRequested& e, schema::AccountRegistrationRequested::Builder b) {
  b.setPerson(stored(e.person.value));
}
void put(const effects::AlertRequested& e, schema::AlertRequested::Builder b) {
  b.setKind(static_cast<schema::AlertKind>(e.kind));
  b.setSubject(stored(e.subject));
  b.setAddress(stored(e.address));
}
void put(const effects::OrderMailRequested& e, schema::OrderMailRequested::Builder b) {
  b.setOrder(stored(e.order.value));
  b.setUser(stored(e.user.value));
  b.setPaymentNote(stored(e.payment_note));
}
void put(const effects::TagGrantConfirmed& e, schema::TagAnswered::Builder b) {
  put_tag(e, b);
  b.setRequest(e.request);
}
void put(const effects::TagRevokeConfirmed& e, schema::TagAnswered::Builder b) {
  put_tag(e, b);
  b.setRequest(e.request);
}
void put(const effects::TagChangeFailed& e, schema::TagChangeFailed::Builder b) {
  put_tag(e, b);
  b.setChange(static_cast<schema::TagChange>(e.change));
  b.setRequest(e.request);
  b.setError(stored(e.error));
}
void put(const effects::EffectConfirmed& e, schema::EffectAnswered::Builder b) {
  b.setRequest(e.request);
  b.setSubject(stored(e.subject));
}
void put(const effects::EffectFailed& e, schema::EffectFailed::Builder b) {
  b.setRequest(e.request);
  b.setSubject(stored(e.subject));
  b.setError(stored(e.error));
}

template <class Requested>
effects::Event take_requested(schema::TagRequested::Reader r) {
  return Requested{PersonId(text(r.getPerson())), text(r.getTag())};
}
template <class Answered>
effects::Event take_answered(schema::TagAnswered::Reader r) {
  return Answered{PersonId(text(r.getPerson())), text(r.getTag()), r.getRequest()};
}
effects::Event take(schema::NotificationRequested::Reader r) {
  return effects::NotificationRequested{.kind = known(r.getKind(), effects::NotificationKind::Reinvited),
                                        .person = PersonId(text(r.getPerson())),
                                        .group = GroupId(text(r.getGroup())),
                                        .number = r.getNumber(),
                                        .template_rev = r.getTemplateRev()};
}
effects::Event take(schema::AlertRequested::Reader r) {
  return effects::AlertRequested{.kind = known(r.getKind(), effects::AlertKind::PriceTierMissing),
                                 .subject = text(r.getSubject()),
                                 .address = text(r.getAddress())};
}
effects::Event take(schema::OrderMailRequested::Reader r) {
  return effects::OrderMailRequested{OrderId(text(r.getOrder())), PersonId(text(r.getUser())),
                                     text(r.getPaymentNote())};
}
effects::Event take(schema::TagChangeFailed::Reader r) {
  return effects::TagChangeFailed{.person = PersonId(text(r.getPerson())),
                                  .tag = text(r.getTag()),
                                  .change = known(r.getChange(), effects::TagChange::Revoke),
                                  .request = r.getRequest(),
                                  .error = text(r.getError())};
}

}  // namespace

void write(const effects::Event& event, schema::EffectsEvent::Builder out) {
  struct Put {
    schema::EffectsEvent::Builder out;
    void operator()(const effects::TagGrantRequested& e) { put(e, out.initTagGrantRequested()); }
    void operator()(const effects::TagRevokeRequested& e) { put(e, out.initTagRevokeRequested()); }
    void operator()(const effects::NotificationRequested& e) { put(e, out.initNotificationRequested()); }
    void operator()(const effects::AccountRegistrationRequested& e) {
      put(e, out.initAccountRegistrationRequested());
    }
    void operator()(const effects::AlertRequested& e) { put(e, out.initAlertRequested()); }
    void operator()(const effects::OrderMailRequested& e) { put(e, out.initOrderMailRequested()); }
    void operator()(const effects::TagGrantConfirmed& e) { put(e, out.initTagGrantConfirmed()); }
    void operator()(const effects::TagRevokeConfirmed& e) { put(e, out.initTagRevokeConfirmed()); }
    void operator()(const effects::TagChangeFailed& e) { put(e, out.initTagChangeFailed()); }
    void operator()(const effects::EffectConfirmed& e) { put(e, out.initEffectConfirmed()); }
    void operator()(const effects::EffectFailed& e) { put(e, out.initEffectFailed()); }
  };
  std::visit(Put{out}, event);
}

effects::Event read(schema::EffectsEvent::Reader in) {
  using Stored = schema::EffectsEvent;
  switch (in.which()) {
    case Stored::TAG_GRANT_REQUESTED:
      return take_requested<effects::TagGrantRequested>(in.getTagGrantRequested());
    case Stored::TAG_REVOKE_REQUESTED:
      return take_requested<effects::TagRevokeRequested>(in.getTagRevokeRequested());
    case Stored::NOTIFICATION_REQUESTED: return take(in.getNotificationRequested());
    case Stored::ACCOUNT_REGISTRATION_REQUESTED:
      return effects::AccountRegistrationRequested{
          PersonId(text(in.getAccountRegistrationRequested().getPerson()))};
    case Stored::ALERT_REQUESTED: return take(in.getAlertRequested());
    case Stored::ORDER_MAIL_REQUESTED: return take(in.getOrderMailRequested());
    case Stored::TAG_GRANT_CONFIRMED:
      return take_answered<effects::TagGrantConfirmed>(in.getTagGrantConfirmed());
    case Stored::TAG_REVOKE_CONFIRMED:
      return take_answered<effects::TagRevokeConfirmed>(in.getTagRevokeConfirmed());
    case Stored::TAG_CHANGE_FAILED: return take(in.getTagChangeFailed());
    case Stored::EFFECT_CONFIRMED: {
      const auto r = in.getEffectConfirmed();
      return effects::EffectConfirmed{r.getRequest(), text(r.getSubject())};
    }
    case Stored::EFFECT_FAILED: {
      const auto r = in.getEffectFailed();
      return effects::EffectFailed{r.getRequest(), text(r.getSubject()), text(r.getError())};
    }
  }
  KJ_FAIL_REQUIRE("unknown effect");
}

}  // namespace codec
}  // namespace kontor
