// The platform's settings, products and mail (DOMAIN 2.2; A1, A2, A12; G-02, G-21, G-22, G-24, G-26, G-31).
#include "tests/support/access_fixture.h"

namespace kontor::test {
namespace {

void license(Given& given) {
  given.done(rules::tenancy::Command(
      rules::tenancy::ChangeTenantPlan{.suite = tenancy::Suite::ExpertSuitePlus, .credits = {}}));
}

rules::Command forbid() {
  return configure({.seat_replacement = grp::SeatReplacement::Forbidden,
                    .notify_on_enrol = {},
                    .crm_provider = {},
                    .crm_state = {}});
}

rules::Command product_with(std::vector<std::string> tags, std::int64_t price = 1000,
                            Currency currency = {}) {
  return access_command(grp::RegisterGroupProduct{
      .product = kProduct, .unit_price = MinorUnits{price}, .currency = currency, .tags = std::move(tags)});
}

TEST(GroupFeature, IsForThePlatformOnlyAndOnlyWithThePlan) {
  Given given;
  for (const Role role : {Role::GroupLeader, Role::Buyer, Role::Backend, Role::Support})
    given.by(role).when(forbid()).refused(Reason::ForbiddenRole);
  given.by(Role::PlatformAuthor).when(forbid()).refused(Reason::FeatureNotLicensed);
  given.by_whoever_may();
  license(given);
  given.by(Role::PlatformAuthor).when(forbid()).then_kinds({"GroupFeatureConfigured"});
}

TEST(GroupFeature, WhatIsLeftOutStays) {
  Given given;
  license(given);
  EXPECT_TRUE(given.state().access.settings.get().notify_on_enrol);  // on by default (G-21)
  given.done(forbid());
  given.done(configure(
      {.seat_replacement = {}, .notify_on_enrol = grp::Mails::Off, .crm_provider = {}, .crm_state = {}}));
  const auto& settings = given.state().access.settings.get();
  EXPECT_EQ(settings.seat_replacement, grp::SeatReplacement::Forbidden);
  EXPECT_FALSE(settings.notify_on_enrol);
  EXPECT_EQ(settings.rev, 2u);
  given.when(forbid()).refused(Reason::InvalidArgument).because({settings.changed_at});
}

TEST(GroupFeature, AConnectionNamesItsProvider) {
  Given given;
  license(given);
  const auto crm = [](std::optional<std::string> provider, std::optional<grp::CrmState> state) {
    return configure({.seat_replacement = {},
                      .notify_on_enrol = {},
                      .crm_provider = std::move(provider),
                      .crm_state = state});
  };
  for (const auto state : {grp::CrmState::Connected, grp::CrmState::Broken})
    given.when(crm({}, state)).refused(Reason::InvalidArgument);
  given.done(crm("klick", grp::CrmState::Connected));
  given.when(crm("", {})).refused(Reason::InvalidArgument).with("crm_state", "connected");
  given.done(crm("", grp::CrmState::None));
}

TEST(GroupProduct, RefusesInThisOrder) {
  Given given;
  given.by(Role::Backend).when(product_with({})).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(product_with({})).refused(Reason::FeatureNotLicensed);
  license(given);
  given.when(product_with({})).refused(Reason::ProductTagMissing);
  given.when(product_with({""})).refused(Reason::ProductTagMissing);
  given.when(product_with({"a", "b"}, -1)).refused(Reason::ProductTagLimit).with("tags", "2");
  given.when(product_with({"a"}, -1)).refused(Reason::AmountOutOfRange);
  given.when(product_with({"a"}, 10'000'000'001)).refused(Reason::AmountOutOfRange);
  given.when(product_with({"a"}, 0, kNoCurrency)).refused(Reason::InvalidArgument).with("currency", "XXX");
  given.done(product_with({"a"}, 10'000'000'000));
  given.when(product_with({"a"}, 10'000'000'000)).refused(Reason::InvalidArgument);
}

TEST(GroupProduct, AnotherPriceIsAnotherRevision) {
  Given given;
  license(given);
  given.done(product_with({"a"}, 1000)).done(product_with({"b"}, 1000)).done(product_with({"b"}, 0));
  const auto& product = given.state().access.products[0];
  EXPECT_EQ(product.rev, 3u);
  EXPECT_EQ(product.unit_price, MinorUnits{0});
  EXPECT_EQ(given.state().access.tags.text(product.tag), "b");
}

TEST(MailTemplate, IsNotForTheLeader) {
  Given given;
  const auto change = access_command(grp::ChangeMailTemplate{.mail_template = "mail-2"});
  given.by(Role::GroupLeader).when(change).refused(Reason::MailTemplateNotEditableByLeader);
  given.by(Role::Buyer).when(change).refused(Reason::ForbiddenRole);
  given.by(Role::PlatformAuthor).when(change).then_kinds({"MailTemplateChanged"});
  given.when(change).refused(Reason::InvalidArgument);
}

TEST(MailTemplate, ItsRevisionGoesWithEachMail) {
  Given given;
  open_shop(given);
  buy_group(given, 2);
  given.done(access_command(grp::ChangeMailTemplate{.mail_template = "mail-2"}));
  const auto mail = effects::NotificationRequested{.kind = effects::NotificationKind::Enrolled,
                                                   .person = {},
                                                   .group = kGroup,
                                                   .number = 1,
                                                   .template_rev = 1};
  const auto outcome = given.when(enrol("anna"));
  auto sent =
      std::get<effects::NotificationRequested>(std::get<effects::Event>(outcome.events().back().body));
  sent.person = {};
  EXPECT_EQ(sent, mail);
}

}  // namespace
}  // namespace kontor::test
