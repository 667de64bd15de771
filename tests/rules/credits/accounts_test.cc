// RegisterUser, ActivateCreditAccount, DeactivateCreditAccount, PostManualTransaction (DOMAIN 4.3 C3 to C5,
// C8).
#include <limits>

#include "engine/rules/credits/limits.h"
#include "engine/rules/credits/lookup.h"
#include "tests/support/credits_fixture.h"

namespace kontor::test {
namespace {

rules::Command register_as(std::string_view type, const PersonId& user = kUser) {
  return of_credits(cr::RegisterUser{user, std::string(type)});
}

void configure_firms(Given& given, credits::Points start) {
  cr::ConfigureCredits configure;
  configure.auto_accounts = {{"firm", cr::Beginning::WithAccount, start}};
  given.done(of_credits(configure));
}

TEST(RegisterUser, OfAChosenTypeBeginsWithAnAccountAndItsStartBalance) {
  Given given;
  open_credits(given);
  configure_firms(given, 3);
  given.when(register_as("reader", PersonId("u-bob")))
      .then({credits::UserRegistered{PersonId("u-bob"), "reader"}});
  given.when(register_as("firm"))
      .then({credits::UserRegistered{kUser, "firm"}, credits::CreditAccountActivated{kUser},
             credits::StartBalanceGranted{kUser, 3}});
  EXPECT_EQ(account_of(given).balance, 3);
}

TEST(RegisterUser, WithoutAStartBalanceGetsAnEmptyAccount) {
  Given given;
  open_credits(given);
  configure_firms(given, 0);
  given.when(register_as("firm"))
      .then({credits::UserRegistered{kUser, "firm"}, credits::CreditAccountActivated{kUser}});
}

TEST(RegisterUser, LeavesAnAccountThatExistsAsItIs) {
  Given given;
  open_credits(given);
  configure_firms(given, 3);
  open_account(given, 1);
  given.done(deactivate()).when(register_as("firm")).then({credits::UserRegistered{kUser, "firm"}});
  EXPECT_EQ(account_of(given).balance, 1);
}

TEST(RegisterUser, RefusesASecondTime) {
  Given given;
  open_credits(given);
  given.by(Role::Operator).when(register_as("firm")).refused(Reason::ForbiddenRole).with("needed", "backend");
  given.by_whoever_may().done(register_as("firm"));
  given.when(register_as("reader")).refused(Reason::AlreadyExists).because({5});
}

TEST(CreditAccount, IsActivatedOnceAndKeepsItsBalanceWhenDeactivated) {
  Given given;
  open_credits(given);
  given.when(activate()).then({credits::CreditAccountActivated{kUser}});
  given.when(activate()).refused(Reason::AccountAlreadyActive).because({5});
  given.done(manual(5));
  given.when(deactivate()).then({credits::CreditAccountDeactivated{kUser, "moved to a contract"}});
  EXPECT_EQ(account_of(given).balance, 5);
  given.when(activate()).then({credits::CreditAccountActivated{kUser}});
  EXPECT_EQ(account_of(given).balance, 5);
}

TEST(DeactivateCreditAccount, RefusesInThisOrder) {
  Given given;
  open_credits(given);
  given.by(Role::Support).when(deactivate()).refused(Reason::ForbiddenRole);
  given.by_whoever_may();
  given.when(of_credits(cr::DeactivateCreditAccount{kUser, ""})).refused(Reason::ReasonRequired);
  given.when(deactivate()).refused(Reason::NoCreditAccount).because({});
  given.done(activate()).done(deactivate());
  given.when(deactivate()).refused(Reason::NoCreditAccount).because({6});
}

TEST(ManualTransaction, GivesAndTakes) {
  Given given;
  open_credits(given);
  open_account(given);
  given.when(manual(7)).then({credits::CreditsAdjusted{.user = kUser, .points = 7, .reason = "by hand"}});
  given.when(manual(-7)).then({credits::CreditsAdjusted{.user = kUser, .points = -7, .reason = "by hand"}});
  EXPECT_EQ(account_of(given).balance, 0);
}

TEST(ManualTransaction, GoesBelowNothingOnlyByForceAndSaysSo) {
  Given given;
  open_credits(given);
  open_account(given, 2);
  given.done(of_credits(schedule_at("a", "2026-06-01")));
  given.when(manual(-2))
      .refused(Reason::InsufficientCredit)
      .with("balance", "2")
      .with("reserved", "1")
      .with("available", "1")
      .with("needed", "2")
      .because({5, 6, 7});
  given.when(manual(-1, cr::Force::Yes))
      .then({credits::CreditsAdjusted{.user = kUser, .points = -1, .reason = "by hand"}});
  given.when(manual(-3, cr::Force::Yes))
      .then({credits::CreditsAdjusted{
          .user = kUser, .points = -3, .reason = "by hand", .overdraft = credits::Overdraft::Forced}});
  EXPECT_EQ(account_of(given).balance, -2);
  given.when(manual(1)).accepted();
  given.when(publish("b")).refused(Reason::InsufficientCredit).with("available", "-2");
}

TEST(ManualTransaction, RefusesInThisOrder) {
  Given given;
  open_credits(given);
  given.by(Role::CreditManager).when(manual(1)).refused(Reason::ForbiddenRole);
  for (const Role role : {Role::Admin, Role::Support})
    given.by(role).when(manual(1)).refused(Reason::ForbiddenRole).with("needed", "operator");
  given.by(Role::Operator).when(manual(0)).refused(Reason::InvalidArgument);
  given.by_whoever_may();
  given.when(of_credits(cr::PostManualTransaction{.user = kUser, .points = 1, .reason = ""}))
      .refused(Reason::ReasonRequired);
  given.when(manual(1'000'000'001)).refused(Reason::AmountOutOfRange);
  given.when(manual(std::numeric_limits<std::int64_t>::min()))
      .refused(Reason::AmountOutOfRange)
      .with("points", "9223372036854775808");
  given.when(manual(1)).refused(Reason::NoCreditAccount);
  open_account(given);
  given.when(manual(-1)).refused(Reason::InsufficientCredit);
}

TEST(ManualTransaction, LeavesRoomForWhatIsReserved) {
  const auto refused = [](credits::Balance balance, std::uint64_t reserved, std::int64_t points) {
    cr::Account account;
    account.balance = balance;
    account.reserved = reserved;
    return cr::out_of_range(account, points).has_value();
  };
  EXPECT_FALSE(refused(-cr::kBalanceMax + 3, 2, -1));
  EXPECT_TRUE(refused(-cr::kBalanceMax + 3, 2, -2));
  EXPECT_FALSE(refused(-cr::kBalanceMax, 2, 1));
  EXPECT_FALSE(refused(cr::kBalanceMax - 1, 2, 1));
  EXPECT_TRUE(refused(cr::kBalanceMax, 2, 1));
}

TEST(ManualTransaction, MayHaveBeenTrueSinceEarlierWhenItGives) {
  Given given;
  open_credits(given);
  given.at("2026-02-01");
  open_account(given, 1);
  given.at("2026-03-01").by(Role::Support);
  const auto given_back = credits::CreditsAdjusted{.user = kUser, .points = 2, .reason = "by hand"};
  const auto& outcome = given.when_since(berlin("2026-02-15"), manual(2)).then({given_back});
  EXPECT_EQ(outcome.events().front().envelope.effective_at, berlin("2026-02-15"));
  given.when_since(berlin("2026-01-15"), manual(2)).refused(Reason::InvalidArgument);
  given.when_since(berlin("2026-02-15"), manual(-1)).refused(Reason::InvalidArgument);
  given.when_since(berlin("2026-02-15"), publish("a")).refused(Reason::InvalidArgument);
  given.by(Role::Operator).when_since(berlin("2026-02-15"), manual(2)).refused(Reason::ForbiddenRole);
}

}  // namespace
}  // namespace kontor::test
