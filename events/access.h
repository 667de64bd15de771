#pragma once
// Events of group access: orders, groups, enrolments (DOMAIN 2). Pure values; any thread. What each field
// means is said once, in events/access.capnp.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "events/core/ids.h"
#include "events/core/money.h"
#include "events/reasons.h"

namespace kontor::access {

// Numbers of enumerators are stored for ever and equal those of the schema.

enum class SeatReplacement : std::uint16_t { Allowed = 0, Forbidden = 1 };
enum class CrmState : std::uint16_t { None = 0, Connected = 1, Broken = 2 };
enum class AccessMode : std::uint16_t { Group = 0, Single = 1 };
enum class EnrolledVia : std::uint16_t { Purchase = 0, Manual = 1, Csv = 2 };
enum class SeatOrigin : std::uint16_t { Fresh = 0, OwnBurnt = 1 };
enum class SeatFate : std::uint16_t { Freed = 0, Burnt = 1 };
enum class RemovalCause : std::uint16_t { ByHand = 0, OrderReversed = 1 };
enum class ImportMode : std::uint16_t { AllOrNothing = 0, Fill = 1 };

/// A row of an imported roster that was not enrolled.
struct RefusedRow {
  std::uint32_t line = 0;
  Reason code = Reason::EmailInvalid;
  std::uint32_t other_line = 0;
  friend bool operator==(const RefusedRow&, const RefusedRow&) = default;
};

struct GroupFeatureConfigured {
  SeatReplacement seat_replacement = SeatReplacement::Allowed;
  bool notify_on_enrol = false;
  std::string crm_provider;
  CrmState crm_state = CrmState::None;
  std::uint64_t rev = 0;
  friend bool operator==(const GroupFeatureConfigured&, const GroupFeatureConfigured&) = default;
};

struct AccessOrderAbandoned {
  OrderId order;
  std::string reason;
  friend bool operator==(const AccessOrderAbandoned&, const AccessOrderAbandoned&) = default;
};

struct GroupProductRegistered {
  ProductId product;
  MinorUnits unit_price;
  Currency currency;
  std::string tag;
  std::uint64_t rev = 0;
  friend bool operator==(const GroupProductRegistered&, const GroupProductRegistered&) = default;
};

struct AccessOrderPlaced {
  OrderId order;
  ProductId product;
  AccessMode mode = AccessMode::Group;
  PersonId buyer;
  std::uint32_t quantity = 0;
  std::string title;
  bool include_buyer = false;
  MinorUnits unit_price;
  MinorUnits total;
  Currency currency;
  std::uint64_t price_list_rev = 0;
  friend bool operator==(const AccessOrderPlaced&, const AccessOrderPlaced&) = default;
};

struct AccessOrderCompleted {
  OrderId order;
  ProductId product;
  AccessMode mode = AccessMode::Group;
  PersonId buyer;
  std::string payment_ref;
  std::uint32_t quantity = 0;
  MinorUnits unit_price;
  MinorUnits total;
  Currency currency;
  std::uint64_t price_list_rev = 0;
  friend bool operator==(const AccessOrderCompleted&, const AccessOrderCompleted&) = default;
};

struct GroupCreated {
  GroupId group;
  OrderId order;
  ProductId product;
  std::string title;
  std::uint32_t capacity = 0;
  std::string tag;
  friend bool operator==(const GroupCreated&, const GroupCreated&) = default;
};

struct GroupLeaderAppointed {
  GroupId group;
  PersonId person;
  friend bool operator==(const GroupLeaderAppointed&, const GroupLeaderAppointed&) = default;
};

struct GroupLeaderDismissed {
  GroupId group;
  PersonId person;
  friend bool operator==(const GroupLeaderDismissed&, const GroupLeaderDismissed&) = default;
};

struct SingleAccessGranted {
  OrderId order;
  PersonId person;
  std::string tag;
  friend bool operator==(const SingleAccessGranted&, const SingleAccessGranted&) = default;
};

struct SingleAccessRevoked {
  OrderId order;
  PersonId person;
  std::string tag;
  friend bool operator==(const SingleAccessRevoked&, const SingleAccessRevoked&) = default;
};

struct ParticipantEnrolled {
  GroupId group;
  PersonId person;
  std::uint32_t seat = 0;
  EnrolledVia via = EnrolledVia::Purchase;
  SeatOrigin origin = SeatOrigin::Fresh;
  ImportId import_id;
  std::uint32_t line = 0;
  friend bool operator==(const ParticipantEnrolled&, const ParticipantEnrolled&) = default;
};

struct ParticipantRemoved {
  GroupId group;
  PersonId person;
  std::uint32_t seat = 0;
  SeatFate fate = SeatFate::Freed;
  RemovalCause cause = RemovalCause::ByHand;
  std::string reason;
  friend bool operator==(const ParticipantRemoved&, const ParticipantRemoved&) = default;
};

struct EnrolmentCorrected {
  GroupId group;
  PersonId person;
  std::uint32_t seat = 0;
  std::uint64_t removal = 0;
  std::string reason;
  friend bool operator==(const EnrolmentCorrected&, const EnrolmentCorrected&) = default;
};

struct GroupCapacityIncreased {
  GroupId group;
  ProductId product;
  std::uint32_t quantity = 0;
  std::uint32_t capacity = 0;
  MinorUnits unit_price;
  MinorUnits total;
  Currency currency;
  std::uint64_t price_list_rev = 0;
  std::string payment_ref;
  friend bool operator==(const GroupCapacityIncreased&, const GroupCapacityIncreased&) = default;
};

struct GroupClosed {
  GroupId group;
  OrderId order;
  friend bool operator==(const GroupClosed&, const GroupClosed&) = default;
};

struct AccessOrderReversed {
  OrderId order;
  std::string reason;
  ProductId product;
  PersonId buyer;
  std::uint32_t quantity = 0;
  MinorUnits unit_price;
  MinorUnits total;
  Currency currency;
  std::uint64_t price_list_rev = 0;
  friend bool operator==(const AccessOrderReversed&, const AccessOrderReversed&) = default;
};

struct MailTemplateChanged {
  std::string mail_template;
  std::uint64_t rev = 0;
  friend bool operator==(const MailTemplateChanged&, const MailTemplateChanged&) = default;
};

struct RosterImportStarted {
  ImportId import_id;
  GroupId group;
  std::string file_hash;
  ImportMode mode = ImportMode::AllOrNothing;
  std::uint32_t rows = 0;
  friend bool operator==(const RosterImportStarted&, const RosterImportStarted&) = default;
};

struct RosterRowsRefused {
  ImportId import_id;
  GroupId group;
  std::vector<RefusedRow> rows;
  friend bool operator==(const RosterRowsRefused&, const RosterRowsRefused&) = default;
};

struct RosterImportFinished {
  ImportId import_id;
  GroupId group;
  std::uint32_t accepted = 0;
  std::uint32_t already_members = 0;
  std::uint32_t refused = 0;
  friend bool operator==(const RosterImportFinished&, const RosterImportFinished&) = default;
};

struct Event
    : std::variant<GroupFeatureConfigured, AccessOrderAbandoned, GroupProductRegistered, AccessOrderPlaced,
                   AccessOrderCompleted, GroupCreated, GroupLeaderAppointed, GroupLeaderDismissed,
                   SingleAccessGranted, SingleAccessRevoked, ParticipantEnrolled, ParticipantRemoved,
                   EnrolmentCorrected, GroupCapacityIncreased, GroupClosed, AccessOrderReversed,
                   MailTemplateChanged, RosterImportStarted, RosterRowsRefused, RosterImportFinished> {
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

}  // namespace kontor::access
