#pragma once
// Commands of group access (DOMAIN 2.3). Pure values.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "events/access.h"
#include "events/core/ids.h"
#include "events/core/money.h"
#include "events/people.h"

namespace kontor::rules::access {

using kontor::access::AccessMode;
using kontor::access::CrmState;
using kontor::access::ImportMode;
using kontor::access::SeatReplacement;
using kontor::people::Contact;

enum class Mails : std::uint8_t { On, Off };
enum class BuyerSeat : std::uint8_t { Included, NotIncluded };

/// What is left out stays as it is (A1).
struct ConfigureGroupFeature {
  std::optional<SeatReplacement> seat_replacement;
  std::optional<Mails> notify_on_enrol;
  std::optional<std::string> crm_provider;
  std::optional<CrmState> crm_state;
  friend bool operator==(const ConfigureGroupFeature&, const ConfigureGroupFeature&) = default;
};

/// A known product gets another price or tag (A2).
struct RegisterGroupProduct {
  ProductId product;
  MinorUnits unit_price;
  Currency currency;
  std::vector<std::string> tags;  // exactly one is right
  friend bool operator==(const RegisterGroupProduct&, const RegisterGroupProduct&) = default;
};

/// A3, A4. The last three fields belong to a group and must be absent from a single access.
struct PlaceAccessOrder {
  OrderId order;
  ProductId product;
  AccessMode mode = AccessMode::Group;
  std::optional<PersonId> buyer;  // absent: the actor
  std::optional<std::uint64_t> quantity;
  std::optional<std::string> title;
  std::optional<BuyerSeat> buyer_seat;
  friend bool operator==(const PlaceAccessOrder&, const PlaceAccessOrder&) = default;
};

struct CompleteAccessOrder {
  OrderId order;
  std::string payment_ref;
  friend bool operator==(const CompleteAccessOrder&, const CompleteAccessOrder&) = default;
};

struct AbandonAccessOrder {
  OrderId order;
  std::string reason;
  friend bool operator==(const AbandonAccessOrder&, const AbandonAccessOrder&) = default;
};

struct EnrolParticipant {
  GroupId group;
  Contact contact;
  friend bool operator==(const EnrolParticipant&, const EnrolParticipant&) = default;
};

struct RosterRow {
  std::uint32_t line = 0;  // of the file, from 1
  Contact contact;
  friend bool operator==(const RosterRow&, const RosterRow&) = default;
};

struct ImportRoster {
  GroupId group;
  std::string file_hash;  // SHA-256 of the file, 64 hexadecimal digits
  ImportMode mode = ImportMode::AllOrNothing;
  std::vector<RosterRow> rows;
  std::uint32_t staged = 0;  // at the door only: so many rows were uploaded before the command
  friend bool operator==(const ImportRoster&, const ImportRoster&) = default;
};

/// May be back-dated, then with a reason.
struct RemoveParticipant {
  GroupId group;
  PersonId person;
  std::string reason;
  friend bool operator==(const RemoveParticipant&, const RemoveParticipant&) = default;
};

struct ReinviteParticipant {
  GroupId group;
  PersonId person;
  friend bool operator==(const ReinviteParticipant&, const ReinviteParticipant&) = default;
};

struct ChangeMailTemplate {
  std::string mail_template;  // reference to the text
  friend bool operator==(const ChangeMailTemplate&, const ChangeMailTemplate&) = default;
};

struct ReverseAccessOrder {
  OrderId order;
  std::string reason;
  friend bool operator==(const ReverseAccessOrder&, const ReverseAccessOrder&) = default;
};

struct ExpandGroup {
  GroupId group;
  std::uint32_t quantity = 0;
  std::string payment_ref;
  friend bool operator==(const ExpandGroup&, const ExpandGroup&) = default;
};

struct TransferLeadership {
  GroupId group;
  PersonId person;
  friend bool operator==(const TransferLeadership&, const TransferLeadership&) = default;
};

/// Frees the seat that a removal burnt. May be back-dated.
struct CorrectEnrolment {
  Position removal = 0;
  std::string reason;
  friend bool operator==(const CorrectEnrolment&, const CorrectEnrolment&) = default;
};

using Command =
    std::variant<ConfigureGroupFeature, RegisterGroupProduct, PlaceAccessOrder, CompleteAccessOrder,
                 AbandonAccessOrder, EnrolParticipant, ImportRoster, RemoveParticipant, ReinviteParticipant,
                 ChangeMailTemplate, ReverseAccessOrder, ExpandGroup, TransferLeadership, CorrectEnrolment>;

}  // namespace kontor::rules::access
