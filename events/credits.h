#pragma once
// Events of the credit system: packages, accounts, orders, publications (DOMAIN 4). Pure values; any thread.
// What each field means is said once, in events/credits.capnp.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/money.h"

namespace kontor::credits {

// Numbers of enumerators are stored for ever and equal those of the schema.

enum class Feature : std::uint16_t { Off = 0, On = 1 };
enum class OrderMode : std::uint16_t { Manual = 0, Automatic = 1 };
enum class ContentType : std::uint16_t { Article = 0, Snapshot = 1, Event = 2 };
enum class Republishing : std::uint16_t { Free = 0, Charged = 1 };
enum class OrderStatus : std::uint16_t { Placed = 0, Credited = 1, Cancelled = 2 };
enum class AdjustmentCause : std::uint16_t { Manual = 0, OrderReversed = 1, PublicationRefunded = 2 };
enum class Overdraft : std::uint16_t { None = 0, Forced = 1 };
enum class Charge : std::uint16_t { Charged = 0, Uncharged = 1 };
enum class DebitSource : std::uint16_t { Balance = 0, Reservation = 1 };
enum class ReleaseCause : std::uint16_t { Cancelled = 0, Expired = 1, Uncharged = 2 };

/// Points of one transaction, and what lies on an account, which may be less than nothing if forced.
using Points = std::uint32_t;
using Balance = std::int64_t;

/// Users of this type get an account when they register.
struct AutoAccount {
  std::string user_type;
  Points start_balance = 0;
  friend auto operator<=>(const AutoAccount&, const AutoAccount&) = default;
  friend bool operator==(const AutoAccount&, const AutoAccount&) = default;
};

struct CreditFeatureConfigured {
  std::uint64_t rev = 0;
  Feature feature = Feature::Off;
  OrderMode order_mode = OrderMode::Manual;
  std::vector<AutoAccount> auto_accounts{};
  std::string payment_note{};
  std::string alert_address{};
  std::vector<ContentType> chargeable{ContentType::Article, ContentType::Snapshot, ContentType::Event};
  Republishing republishing = Republishing::Free;
  friend bool operator==(const CreditFeatureConfigured&, const CreditFeatureConfigured&) = default;
};
struct PackageDefined {
  PackageId package;
  std::uint64_t rev = 0;
  std::string name;
  Points points = 0;
  MinorUnits price;
  Currency currency;
  friend bool operator==(const PackageDefined&, const PackageDefined&) = default;
};
struct PackageRetired {
  PackageId package;
  friend bool operator==(const PackageRetired&, const PackageRetired&) = default;
};
struct UserRegistered {
  PersonId user;
  std::string user_type;
  friend bool operator==(const UserRegistered&, const UserRegistered&) = default;
};
struct CreditAccountActivated {
  PersonId user;
  friend bool operator==(const CreditAccountActivated&, const CreditAccountActivated&) = default;
};
struct StartBalanceGranted {
  PersonId user;
  Points points = 0;
  friend bool operator==(const StartBalanceGranted&, const StartBalanceGranted&) = default;
};
struct CreditAccountDeactivated {
  PersonId user;
  std::string reason;
  friend bool operator==(const CreditAccountDeactivated&, const CreditAccountDeactivated&) = default;
};
struct CreditOrderPlaced {
  OrderId order;
  PersonId user;
  PackageId package;
  std::uint64_t package_rev = 0;
  std::string package_name;
  Points points = 0;
  MinorUnits price;
  Currency currency;
  OrderMode mode = OrderMode::Manual;
  friend bool operator==(const CreditOrderPlaced&, const CreditOrderPlaced&) = default;
};
struct CreditOrderStatusChanged {
  OrderId order;
  OrderStatus status = OrderStatus::Placed;
  friend bool operator==(const CreditOrderStatusChanged&, const CreditOrderStatusChanged&) = default;
};
struct CreditOrderCredited {
  OrderId order;
  PersonId user;
  Points points = 0;
  MinorUnits price;
  Currency currency;
  friend bool operator==(const CreditOrderCredited&, const CreditOrderCredited&) = default;
};
struct CreditsAdded {
  PersonId user;
  Points points = 0;
  OrderId order;
  friend bool operator==(const CreditsAdded&, const CreditsAdded&) = default;
};
struct CreditsAdjusted {
  PersonId user;
  std::int64_t points = 0;
  AdjustmentCause cause = AdjustmentCause::Manual;
  std::string reason{};
  Overdraft overdraft = Overdraft::None;
  OrderId order{};
  ContentId content{};
  Position debit = 0;
  friend bool operator==(const CreditsAdjusted&, const CreditsAdjusted&) = default;
};
struct CreditDebited {
  PersonId user;
  Points points = 0;
  ContentId content;
  DebitSource source = DebitSource::Balance;
  friend bool operator==(const CreditDebited&, const CreditDebited&) = default;
};
struct PublicationAccepted {
  ContentId content;
  ContentType type = ContentType::Article;
  PersonId user;
  Charge charge = Charge::Charged;
  friend bool operator==(const PublicationAccepted&, const PublicationAccepted&) = default;
};
struct DraftSaved {
  ContentId content;
  PersonId user;
  friend bool operator==(const DraftSaved&, const DraftSaved&) = default;
};
struct CreditReserved {
  ContentId content;
  ContentType type = ContentType::Article;
  PersonId user;
  Points points = 0;
  Instant at;
  Instant expires_at;
  friend bool operator==(const CreditReserved&, const CreditReserved&) = default;
};
struct CreditReservationReleased {
  ContentId content;
  PersonId user;
  Points points = 0;
  ReleaseCause cause = ReleaseCause::Cancelled;
  friend bool operator==(const CreditReservationReleased&, const CreditReservationReleased&) = default;
};
struct CreditOrderReversed {
  OrderId order;
  PersonId user;
  Points points = 0;
  MinorUnits price;
  Currency currency;
  std::string reason;
  friend bool operator==(const CreditOrderReversed&, const CreditOrderReversed&) = default;
};
struct CreditOrderInvoiced {
  OrderId order;
  std::string ref;
  MinorUnits price;
  Currency currency;
  friend bool operator==(const CreditOrderInvoiced&, const CreditOrderInvoiced&) = default;
};
struct CreditOrderPaid {
  OrderId order;
  std::string ref;
  MinorUnits price;
  Currency currency;
  friend bool operator==(const CreditOrderPaid&, const CreditOrderPaid&) = default;
};

struct Event
    : std::variant<PackageRetired, DraftSaved, CreditFeatureConfigured, PackageDefined, UserRegistered,
                   CreditAccountActivated, StartBalanceGranted, CreditAccountDeactivated, CreditOrderPlaced,
                   CreditOrderStatusChanged, CreditOrderCredited, CreditsAdded, CreditsAdjusted,
                   CreditDebited, PublicationAccepted, CreditReserved, CreditReservationReleased,
                   CreditOrderReversed, CreditOrderInvoiced, CreditOrderPaid> {
  using variant::variant;
  Event();
  Event(const Event&);
  Event(Event&&) noexcept;
  Event& operator=(const Event&);
  Event& operator=(Event&&) noexcept;
  ~Event();
};

[[nodiscard]] std::string_view type_name(const Event& event);
/// "credits" for the settings, "package/<id>", "account/<user>", "credit-order/<id>", "content/<id>".
[[nodiscard]] std::string stream_of(const Event& event);
/// The stream of an order of credits; orders of accesses have streams of their own.
[[nodiscard]] std::string order_stream(const OrderId& order);

}  // namespace kontor::credits
