#pragma once
// What tests of credits share: a tenant whose credit system is on, and short ways to say its commands.

#include "tests/support/given.h"

namespace kontor::test {

namespace cr = rules::credits;

inline const PersonId kUser{"u-ada"};
inline const PackageId kTen{"ten"};

[[nodiscard]] inline rules::Command of_credits(cr::Command command) {
  return rules::Command(std::move(command));
}

[[nodiscard]] inline rules::Command plan_with_credits() {
  return rules::tenancy::Command(
      rules::tenancy::ChangeTenantPlan{tenancy::Suite::Basic, tenancy::CreditsOption::Included});
}
[[nodiscard]] inline rules::Command feature(credits::Feature feature) {
  cr::ConfigureCredits configure;
  configure.feature = feature;
  return of_credits(configure);
}
[[nodiscard]] inline rules::Command order_mode(credits::OrderMode mode) {
  cr::ConfigureCredits configure;
  configure.order_mode = mode;
  return of_credits(configure);
}
[[nodiscard]] inline cr::DefinePackage package_of(credits::Points points, const PackageId& package = kTen) {
  return {.package = package,
          .name = std::to_string(points) + " points",
          .points = points,
          .price = MinorUnits{points * std::int64_t{500}},
          .currency = {}};
}
[[nodiscard]] inline rules::Command publish(std::string_view content, const PersonId& user = kUser,
                                            credits::ContentType type = credits::ContentType::Article) {
  return of_credits(cr::Publish{ContentId(content), type, user});
}
[[nodiscard]] inline rules::Command draft(std::string_view content, const PersonId& user = kUser) {
  return of_credits(cr::SaveDraft{ContentId(content), user});
}
[[nodiscard]] inline cr::SchedulePublication schedule_at(std::string_view content, std::string_view at,
                                                         const PersonId& user = kUser) {
  return {.content = ContentId(content),
          .type = credits::ContentType::Article,
          .user = user,
          .at = berlin(at),
          .expires_at = {}};
}
[[nodiscard]] inline rules::Command confirm(std::string_view content) {
  return of_credits(cr::ConfirmPublication{ContentId(content)});
}
[[nodiscard]] inline rules::Command cancel(std::string_view content) {
  return of_credits(cr::CancelScheduled{ContentId(content)});
}
[[nodiscard]] inline rules::Command manual(std::int64_t points, cr::Force force = cr::Force::No,
                                           const PersonId& user = kUser) {
  return of_credits(
      cr::PostManualTransaction{.user = user, .points = points, .reason = "by hand", .force = force});
}
[[nodiscard]] inline rules::Command order(std::string_view id, const PackageId& package = kTen,
                                          const PersonId& user = kUser) {
  return of_credits(cr::PlaceCreditOrder{OrderId(id), user, package});
}
[[nodiscard]] inline rules::Command set_status(std::string_view id, cr::NewOrderStatus status) {
  return of_credits(cr::SetOrderStatus{OrderId(id), status});
}
[[nodiscard]] inline rules::Command reverse(std::string_view id, cr::Force force = cr::Force::No) {
  return of_credits(cr::ReverseCreditOrder{.order = OrderId(id), .reason = "wrong customer", .force = force});
}
[[nodiscard]] inline rules::Command refund(std::string_view content) {
  return of_credits(cr::RefundPublication{ContentId(content), "taken down by us"});
}
[[nodiscard]] inline rules::Command activate(const PersonId& user = kUser) {
  return of_credits(cr::ActivateCreditAccount{user});
}
[[nodiscard]] inline rules::Command deactivate(const PersonId& user = kUser) {
  return of_credits(cr::DeactivateCreditAccount{user, "moved to a contract"});
}

/// The credit system is on and sells a package of ten points.
inline void open_credits(Given& given, credits::OrderMode mode = credits::OrderMode::Manual) {
  given.done(plan_with_credits()).done(feature(credits::Feature::On));
  if (mode != credits::OrderMode::Manual) given.done(order_mode(mode));
  given.done(of_credits(package_of(10)));
}
/// And the user has an active account with so many points.
inline void open_account(Given& given, std::int64_t points = 0, const PersonId& user = kUser) {
  given.done(activate(user));
  if (points != 0) given.done(manual(points, cr::Force::No, user));
}

[[nodiscard]] inline const cr::Account& account_of(const Given& given, const PersonId& user = kUser) {
  const auto& state = given.state().credits;
  return state.accounts[state.user_ids.find(user.value)];
}

}  // namespace kontor::test
