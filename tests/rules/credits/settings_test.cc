// ConfigureCredits, DefinePackage, RetirePackage (DOMAIN 4.2, 4.3 C1, C2).
#include "tests/support/credits_fixture.h"

namespace kontor::test {
namespace {

using credits::ContentType;
using credits::Feature;

TEST(ConfigureCredits, WritesAllSettingsWithTheNextRevision) {
  Given given;
  given.done(plan_with_credits());
  cr::ConfigureCredits all;
  all.feature = Feature::On;
  all.order_mode = credits::OrderMode::Automatic;
  all.auto_accounts = {{"firm", cr::Beginning::WithAccount, 3}, {"club", cr::Beginning::WithAccount, 0}};
  all.payment_note = "note-1";
  all.alert_address = "address-1";
  all.chargeable = {ContentType::Event, ContentType::Article, ContentType::Event};
  all.republishing = credits::Republishing::Charged;
  credits::CreditFeatureConfigured wanted{.rev = 1,
                                          .feature = Feature::On,
                                          .order_mode = credits::OrderMode::Automatic,
                                          .auto_accounts = {{"club", 0}, {"firm", 3}},
                                          .payment_note = "note-1",
                                          .alert_address = "address-1",
                                          .chargeable = {ContentType::Article, ContentType::Event},
                                          .republishing = credits::Republishing::Charged};
  given.when(of_credits(all)).then({wanted});

  cr::ConfigureCredits some;
  some.auto_accounts = {{"firm", cr::Beginning::WithoutAccount, 0}};
  some.payment_note = "";
  wanted.rev = 2;
  wanted.auto_accounts = {{"club", 0}};
  wanted.payment_note = "";
  given.when(of_credits(some)).then({wanted});
}

TEST(ConfigureCredits, RefusesInThisOrder) {
  Given given;
  given.done(plan_with_credits());
  given.by(Role::CreditManager)
      .when(feature(Feature::On))
      .refused(Reason::ForbiddenRole)
      .with("needed", "operator");
  given.by_whoever_may();
  cr::ConfigureCredits twice;
  twice.auto_accounts = {{"firm", cr::Beginning::WithAccount, 3}, {"firm", cr::Beginning::WithoutAccount, 0}};
  given.when(of_credits(twice)).refused(Reason::InvalidArgument).with("userType", "firm");
  cr::ConfigureCredits rich;
  rich.auto_accounts = {{"firm", cr::Beginning::WithAccount, 1'000'000'001}};
  given.when(of_credits(rich)).refused(Reason::AmountOutOfRange).with("max", "1000000000");
  cr::ConfigureCredits many;
  for (int i = 0; i < 101; ++i)
    many.auto_accounts.push_back({"t" + std::to_string(i), cr::Beginning::WithAccount, 0});
  given.when(of_credits(many)).refused(Reason::InvalidArgument).with("types", "101");
  given.when(of_credits(cr::ConfigureCredits{}))
      .refused(Reason::InvalidArgument)
      .with("rev", "0")
      .because({});
  given.done(feature(Feature::On)).when(feature(Feature::On)).refused(Reason::InvalidArgument).because({3});
}

TEST(ConfigureCredits, SwitchingOnNeedsTheOptionOfThePlan) {
  Given given;
  given.when(feature(Feature::On)).refused(Reason::FeatureNotLicensed).because({1});
  cr::ConfigureCredits note;
  note.payment_note = "n";
  given.when(of_credits(note)).accepted();
  given.done(plan_with_credits()).when(feature(Feature::On)).accepted();
  given.done(rules::tenancy::Command(
      rules::tenancy::ChangeTenantPlan{tenancy::Suite::Basic, tenancy::CreditsOption::Excluded}));
  given.when(activate()).refused(Reason::FeatureNotLicensed).because({5});
}

TEST(CreditFeature, WhileItIsOffEverythingElseIsRefused) {
  Given given;
  const auto all_refused = [&](const std::vector<Position>& because) {
    for (const rules::Command& command :
         {of_credits(package_of(10)), of_credits(cr::RetirePackage{kTen}),
          of_credits(cr::RegisterUser{kUser, "firm"}), activate(), deactivate(), order("o-1"),
          set_status("o-1", cr::NewOrderStatus::Credited), manual(1), publish("a"), draft("a"),
          of_credits(schedule_at("a", "2027-01-01")), confirm("a"), cancel("a"), reverse("o-1"), refund("a"),
          of_credits(cr::MarkOrderInvoiced{OrderId("o-1"), "R-1"}),
          of_credits(cr::MarkOrderPaid{OrderId("o-1"), "P-1"})}) {
      SCOPED_TRACE(rules::type_name(command));
      given.by(Role::CampusManager).when(command).refused(Reason::ForbiddenRole);
      given.by_whoever_may().when(command).refused(Reason::FeatureNotLicensed).because(because);
    }
  };
  given.done(plan_with_credits());
  all_refused({});
  given.done(feature(Feature::On)).done(feature(Feature::Off));
  all_refused({4});
}

TEST(Packages, AreDefinedChangedRetiredAndPutBackInForce) {
  Given given;
  given.done(plan_with_credits()).done(feature(Feature::On));
  given.when(of_credits(package_of(10)))
      .then({credits::PackageDefined{kTen, 1, "10 points", 10, MinorUnits{5000}, Currency{}}});
  given.when(of_credits(package_of(12)))
      .then({credits::PackageDefined{kTen, 2, "12 points", 12, MinorUnits{6000}, Currency{}}});
  given.when(of_credits(cr::RetirePackage{kTen})).then({credits::PackageRetired{kTen}});
  given.when(of_credits(package_of(12)))
      .then({credits::PackageDefined{kTen, 3, "12 points", 12, MinorUnits{6000}, Currency{}}});
}

TEST(Packages, RefuseInThisOrder) {
  Given given;
  given.done(plan_with_credits()).done(feature(Feature::On));
  auto package = package_of(10);
  package.name = std::string(201, 'n');
  given.when(of_credits(package)).refused(Reason::InvalidArgument).with("bytes", "201");
  package = package_of(0);
  given.when(of_credits(package)).refused(Reason::InvalidArgument).with("points", "0");
  package.points = 1'000'000'001;
  given.when(of_credits(package)).refused(Reason::AmountOutOfRange);
  package = package_of(10);
  package.price = MinorUnits{-1};
  given.when(of_credits(package)).refused(Reason::InvalidArgument).with("price", "-1");
  package.price = MinorUnits{1'000'000'001};
  given.when(of_credits(package)).refused(Reason::AmountOutOfRange).with("max", "1000000000");
  package = package_of(10);
  package.currency = kNoCurrency;
  given.when(of_credits(package)).refused(Reason::InvalidArgument).with("currency", "XXX");
  given.when(of_credits(cr::RetirePackage{kTen})).refused(Reason::PackageUnknown);
  given.done(of_credits(package_of(10)));
  given.when(of_credits(package_of(10))).refused(Reason::InvalidArgument).with("rev", "1").because({4});
  given.done(of_credits(cr::RetirePackage{kTen}));
  given.when(of_credits(cr::RetirePackage{kTen})).refused(Reason::PackageRetired).because({5});
}

}  // namespace
}  // namespace kontor::test
