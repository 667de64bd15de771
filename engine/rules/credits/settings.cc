// ConfigureCredits, DefinePackage, RetirePackage (DOMAIN 4.3 C1, C2).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/rules/credits/limits.h"
#include "engine/rules/credits/lookup.h"
#include "engine/rules/currency.h"

namespace kontor::rules::credits {
namespace {

namespace ev = kontor::credits;

/// The named types set as wanted, all others as they were, by name.
std::vector<ev::AutoAccount> changed(std::vector<ev::AutoAccount> accounts,
                                     const std::vector<AutoAccountSetting>& settings) {
  for (const AutoAccountSetting& setting : settings) {
    std::erase_if(accounts, [&](const auto& known) { return known.user_type == setting.user_type; });
    if (setting.beginning == Beginning::WithAccount)
      accounts.push_back({setting.user_type, setting.start_balance});
  }
  std::ranges::sort(accounts);
  return accounts;
}

std::optional<Refusal> auto_accounts_refused(const std::vector<AutoAccountSetting>& settings) {
  std::set<std::string_view> named;
  for (const AutoAccountSetting& setting : settings) {
    if (!named.insert(setting.user_type).second)
      return invalid("a type of users is named twice", {fact("userType", setting.user_type)}).value();
    if (auto refused = too_many(setting.start_balance)) return refused;
  }
  return std::nullopt;
}

std::optional<Refusal> package_refused(const DefinePackage& command) {
  if (command.name.empty() || command.name.size() > kPackageNameBytesMax)
    return invalid(fmt::format("the name of a package has 1 to {} bytes", kPackageNameBytesMax),
                   {fact("bytes", command.name.size())})
        .value();
  if (command.points == 0) return invalid("a package holds at least one point", {fact("points", 0)}).value();
  if (auto refused = too_many(command.points)) return refused;
  if (command.price.value < 0)
    return invalid("a price is not below 0", {fact("price", command.price.value)}).value();
  if (command.price.value > kPackagePriceMax)
    return refuse(Reason::AmountOutOfRange, "the price is too high",
                  {fact("price", command.price.value), fact("max", kPackagePriceMax)})
        .value();
  return no_currency(command.currency);
}

}  // namespace

Decision<Event> decide_one(const Asked& asked, const ConfigureCredits& command) {
  if (!allowed(asked.ctx, {Role::Operator})) return forbidden(asked.ctx, {Role::Operator});
  if (command.feature == Feature::On && asked.unlicensed) return tl::unexpected(*asked.unlicensed);
  if (auto refused = auto_accounts_refused(command.auto_accounts)) return tl::unexpected(*std::move(refused));
  const Settings& settings = asked.state.settings.get();
  ev::CreditFeatureConfigured next = settings.now;
  next.feature = command.feature.value_or(next.feature);
  next.order_mode = command.order_mode.value_or(next.order_mode);
  next.auto_accounts = changed(next.auto_accounts, command.auto_accounts);
  next.payment_note = command.payment_note.value_or(next.payment_note);
  next.alert_address = command.alert_address.value_or(next.alert_address);
  next.republishing = command.republishing.value_or(next.republishing);
  if (command.chargeable) {
    next.chargeable = *command.chargeable;
    std::ranges::sort(next.chargeable);
    const auto repeated = std::ranges::unique(next.chargeable);
    next.chargeable.erase(repeated.begin(), repeated.end());
  }
  if (next.auto_accounts.size() > kAutoAccountsMax)
    return invalid("too many types of users have accounts from the beginning",
                   {fact("types", next.auto_accounts.size()), fact("max", kAutoAccountsMax)});
  if (next == settings.now)
    return invalid("the settings are these already", {fact("rev", next.rev)},
                   positions({settings.configured_at}));
  ++next.rev;
  return Events{ev::Event(std::move(next))};
}

Decision<Event> decide_one(const Asked& asked, const DefinePackage& command) {
  if (auto refused = refused_to(asked, {Role::Operator})) return tl::unexpected(*std::move(refused));
  if (auto refused = package_refused(command)) return tl::unexpected(*std::move(refused));
  const Package* known = find_package(asked.state, command.package);
  if (known != nullptr && !known->retired && asked.state.texts.text(known->name) == command.name &&
      known->points == command.points && known->price == command.price && known->currency == command.currency)
    return invalid(fmt::format("package {} is like this already", command.package.value),
                   {fact("package", command.package.value), fact("rev", known->rev)}, {known->changed_at});
  return Events{ev::Event(ev::PackageDefined{.package = command.package,
                                             .rev = known == nullptr ? 1 : known->rev + 1,
                                             .name = command.name,
                                             .points = command.points,
                                             .price = command.price,
                                             .currency = command.currency})};
}

Decision<Event> decide_one(const Asked& asked, const RetirePackage& command) {
  if (auto refused = refused_to(asked, {Role::Operator})) return tl::unexpected(*std::move(refused));
  const Package* known = find_package(asked.state, command.package);
  if (known == nullptr)
    return refuse(Reason::PackageUnknown, fmt::format("there is no package {}", command.package.value),
                  {fact("package", command.package.value)});
  if (known->retired)
    return refuse(Reason::PackageRetired, fmt::format("package {} is retired already", command.package.value),
                  {fact("package", command.package.value)}, {known->changed_at});
  return Events{ev::Event(ev::PackageRetired{command.package})};
}

}  // namespace kontor::rules::credits
