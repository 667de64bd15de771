#pragma once
// What has to happen outside, and what came of it (DOMAIN 2.7, 4.6). Pure values; any thread. What each field
// means is said once, in events/effects.capnp.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "events/core/ids.h"

namespace kontor::effects {

// Numbers of enumerators are stored for ever and equal those of the schema.

enum class NotificationKind : std::uint16_t { Enrolled = 0, Reinvited = 1 };
enum class AlertKind : std::uint16_t { CreditOrder = 0, BookingPeriodPending = 1, PriceTierMissing = 2 };
enum class TagChange : std::uint16_t { Grant = 0, Revoke = 1 };

struct TagGrantRequested {
  PersonId person;
  std::string tag;
  friend bool operator==(const TagGrantRequested&, const TagGrantRequested&) = default;
};
struct TagRevokeRequested {
  PersonId person;
  std::string tag;
  friend bool operator==(const TagRevokeRequested&, const TagRevokeRequested&) = default;
};
struct NotificationRequested {
  NotificationKind kind = NotificationKind::Enrolled;
  PersonId person;
  GroupId group;
  std::uint32_t number = 0;
  std::uint64_t template_rev = 0;
  friend bool operator==(const NotificationRequested&, const NotificationRequested&) = default;
};
struct AccountRegistrationRequested {
  PersonId person;
  friend bool operator==(const AccountRegistrationRequested&, const AccountRegistrationRequested&) = default;
};
struct AlertRequested {
  AlertKind kind = AlertKind::CreditOrder;
  std::string subject;
  std::string address;
  friend bool operator==(const AlertRequested&, const AlertRequested&) = default;
};
struct OrderMailRequested {
  OrderId order;
  PersonId user;
  std::string payment_note;
  friend bool operator==(const OrderMailRequested&, const OrderMailRequested&) = default;
};
struct TagGrantConfirmed {
  PersonId person;
  std::string tag;
  Position request = 0;
  friend bool operator==(const TagGrantConfirmed&, const TagGrantConfirmed&) = default;
};
struct TagRevokeConfirmed {
  PersonId person;
  std::string tag;
  Position request = 0;
  friend bool operator==(const TagRevokeConfirmed&, const TagRevokeConfirmed&) = default;
};
struct TagChangeFailed {
  PersonId person;
  std::string tag;
  TagChange change = TagChange::Grant;
  Position request = 0;
  std::string error;
  friend bool operator==(const TagChangeFailed&, const TagChangeFailed&) = default;
};
struct EffectConfirmed {
  Position request = 0;
  std::string subject;
  friend bool operator==(const EffectConfirmed&, const EffectConfirmed&) = default;
};
struct EffectFailed {
  Position request = 0;
  std::string subject;
  std::string error;
  friend bool operator==(const EffectFailed&, const EffectFailed&) = default;
};

struct Event
    : std::variant<TagGrantRequested, TagRevokeRequested, NotificationRequested, AccountRegistrationRequested,
                   AlertRequested, OrderMailRequested, TagGrantConfirmed, TagRevokeConfirmed, TagChangeFailed,
                   EffectConfirmed, EffectFailed> {
  using variant::variant;
  Event();
  Event(const Event&);
  Event(Event&&) noexcept;
  Event& operator=(const Event&);
  Event& operator=(Event&&) noexcept;
  ~Event();
};

[[nodiscard]] std::string_view type_name(const Event& event);
[[nodiscard]] std::string stream_of(const Event& event);

}  // namespace kontor::effects
