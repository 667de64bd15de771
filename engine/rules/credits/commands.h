#pragma once
// Commands of the credit system (DOMAIN 4.3). Pure values. Who may send which is said in README.md.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/money.h"
#include "events/credits.h"

namespace kontor::rules::credits {

using kontor::credits::ContentType;
using kontor::credits::Feature;
using kontor::credits::OrderMode;
using kontor::credits::Points;
using kontor::credits::Republishing;

enum class Beginning : std::uint8_t { WithAccount, WithoutAccount };
enum class Force : std::uint8_t { No, Yes };
enum class NewOrderStatus : std::uint8_t { Credited, Cancelled };

struct AutoAccountSetting {
  std::string user_type;
  Beginning beginning = Beginning::WithAccount;
  Points start_balance = 0;
  friend bool operator==(const AutoAccountSetting&, const AutoAccountSetting&) = default;
};

/// What is absent stays as it is.
struct ConfigureCredits {
  std::optional<Feature> feature;
  std::optional<OrderMode> order_mode;
  std::vector<AutoAccountSetting> auto_accounts;  // types not named stay as they are
  std::optional<std::string> payment_note;        // empty: none from now on
  std::optional<std::string> alert_address;
  std::optional<std::vector<ContentType>> chargeable;
  std::optional<Republishing> republishing;
  friend bool operator==(const ConfigureCredits&, const ConfigureCredits&) = default;
};
struct DefinePackage {
  PackageId package;
  std::string name;
  Points points = 0;
  MinorUnits price;
  Currency currency;
  friend bool operator==(const DefinePackage&, const DefinePackage&) = default;
};
struct RetirePackage {
  PackageId package;
  friend bool operator==(const RetirePackage&, const RetirePackage&) = default;
};
struct RegisterUser {
  PersonId user;
  std::string user_type;
  friend bool operator==(const RegisterUser&, const RegisterUser&) = default;
};
struct ActivateCreditAccount {
  PersonId user;
  friend bool operator==(const ActivateCreditAccount&, const ActivateCreditAccount&) = default;
};
struct DeactivateCreditAccount {
  PersonId user;
  std::string reason;
  friend bool operator==(const DeactivateCreditAccount&, const DeactivateCreditAccount&) = default;
};
struct PlaceCreditOrder {
  OrderId order;
  PersonId user;
  PackageId package;
  friend bool operator==(const PlaceCreditOrder&, const PlaceCreditOrder&) = default;
};
struct SetOrderStatus {
  OrderId order;
  NewOrderStatus status = NewOrderStatus::Credited;
  friend bool operator==(const SetOrderStatus&, const SetOrderStatus&) = default;
};
/// With positive points a correction that may be true since earlier.
struct PostManualTransaction {
  PersonId user;
  std::int64_t points = 0;
  std::string reason;
  Force force = Force::No;
  friend bool operator==(const PostManualTransaction&, const PostManualTransaction&) = default;
};
struct Publish {
  ContentId content;
  std::optional<ContentType> type;  // absent: the caller named none that is known
  PersonId user;
  friend bool operator==(const Publish&, const Publish&) = default;
};
struct SaveDraft {
  ContentId content;
  PersonId user;
  friend bool operator==(const SaveDraft&, const SaveDraft&) = default;
};
struct SchedulePublication {
  ContentId content;
  std::optional<ContentType> type;
  PersonId user;
  Instant at;
  std::optional<Instant> expires_at;  // absent: a day after `at`
  friend bool operator==(const SchedulePublication&, const SchedulePublication&) = default;
};
struct ConfirmPublication {
  ContentId content;
  friend bool operator==(const ConfirmPublication&, const ConfirmPublication&) = default;
};
struct CancelScheduled {
  ContentId content;
  friend bool operator==(const CancelScheduled&, const CancelScheduled&) = default;
};
struct ReverseCreditOrder {
  OrderId order;
  std::string reason;
  Force force = Force::No;
  friend bool operator==(const ReverseCreditOrder&, const ReverseCreditOrder&) = default;
};
struct RefundPublication {
  ContentId content;
  std::string reason;
  friend bool operator==(const RefundPublication&, const RefundPublication&) = default;
};
struct MarkOrderInvoiced {
  OrderId order;
  std::string ref;
  friend bool operator==(const MarkOrderInvoiced&, const MarkOrderInvoiced&) = default;
};
struct MarkOrderPaid {
  OrderId order;
  std::string ref;
  friend bool operator==(const MarkOrderPaid&, const MarkOrderPaid&) = default;
};

using Command =
    std::variant<ConfigureCredits, DefinePackage, RetirePackage, RegisterUser, ActivateCreditAccount,
                 DeactivateCreditAccount, PlaceCreditOrder, SetOrderStatus, PostManualTransaction, Publish,
                 SaveDraft, SchedulePublication, ConfirmPublication, CancelScheduled, ReverseCreditOrder,
                 RefundPublication, MarkOrderInvoiced, MarkOrderPaid>;

}  // namespace kontor::rules::credits
