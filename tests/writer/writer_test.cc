// What the writer promises beside the rules: ids, versions, batches, dry runs, deadlines, tenants, limits.
#include "engine/writer/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/desk.h"

namespace kontor::test {
namespace {

using testing::ElementsAre;

class WriterTest : public testing::Test {
 protected:
  WriterTest() { EXPECT_TRUE(accepted(desk.ask(create_tenant()))); }

  Desk desk;
};

// --- command ids ---

TEST_F(WriterTest, ACommandIsRecordedOnceHoweverOftenItIsSent) {
  const CommandRequest command = open_campus("c-1");
  const Receipt first = receipt(desk.ask(command));
  EXPECT_FALSE(first.duplicate);
  EXPECT_EQ(first.first, 2U);
  EXPECT_EQ(first.stream, "campus/c-1");
  EXPECT_EQ(first.version, 1U);

  desk.clock("2030-01-01T00:00:00Z");
  Receipt again = receipt(desk.ask(command));
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.first, first.first);
  EXPECT_EQ(again.last, first.last);
  EXPECT_EQ(again.recorded_at, first.recorded_at);
  EXPECT_EQ(again.stream, first.stream);
  EXPECT_EQ(again.version, first.version);
  EXPECT_EQ(desk.events().size(), 2U);
}

TEST_F(WriterTest, ACommandIsRememberedAfterARestart) {
  const CommandRequest command = open_campus("c-1");
  const Receipt first = receipt(desk.ask(command));
  desk.restart();
  const Receipt again = receipt(desk.ask(command));
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.first, first.first);
  EXPECT_EQ(again.recorded_at, first.recorded_at);
}

TEST_F(WriterTest, AnIdMayNotStandForAnotherCommand) {
  CommandRequest command = open_campus("c-1");
  ASSERT_TRUE(accepted(desk.ask(command)));
  command.payload[5] ^= 1;
  const kontor::Outcome no = desk.ask(command);
  EXPECT_EQ(code(no), Reason::CommandIdReused);
  EXPECT_THAT(std::get<rules::Refusal>(no).because, ElementsAre(2));
}

TEST_F(WriterTest, ARefusedCommandLeavesItsIdFree) {
  CommandRequest command = open_campus("c-1");
  command.expected_version = 7;
  EXPECT_EQ(code(desk.ask(command)), Reason::VersionConflict);
  command.expected_version.reset();
  EXPECT_TRUE(accepted(desk.ask(command)));
}

TEST_F(WriterTest, AKnownAnswerComesBeforeEveryRefusal) {
  CommandRequest command = open_campus("c-1");
  ASSERT_TRUE(accepted(desk.ask(command)));
  desk.clock("2028-01-01T00:00:00Z");
  command.deadline = at("2027-02-01T00:00:00Z");
  command.expected_version = 9;
  EXPECT_TRUE(receipt(desk.ask(command)).duplicate);
}

TEST_F(WriterTest, APaymentThatIsReportedAgainHasItsFirstReceipt) {
  namespace grp = rules::access;
  const auto by = [&](Role role, rules::Command body) {
    CommandRequest out = request(std::move(body));
    out.actor = {role, "b-1", ""};
    return out;
  };
  const auto done = [&](Role role, rules::Command body) {
    ASSERT_TRUE(accepted(desk.ask(by(role, std::move(body)))));
  };
  const auto complete = [&](std::string payment) {
    return by(Role::Backend, grp::Command(grp::CompleteAccessOrder{.order = OrderId("o-1"),
                                                                   .payment_ref = std::move(payment)}));
  };
  done(Role::Operator, rules::tenancy::Command(rules::tenancy::ChangeTenantPlan{
                           tenancy::Suite::ExpertSuitePlus, tenancy::CreditsOption::Excluded}));
  done(Role::Admin, grp::Command(grp::ConfigureGroupFeature{.seat_replacement = {},
                                                            .notify_on_enrol = {},
                                                            .crm_provider = "klick",
                                                            .crm_state = access::CrmState::Connected}));
  done(Role::Admin, grp::Command(grp::RegisterGroupProduct{
                        .product = ProductId("p-1"), .unit_price = {100}, .currency = {}, .tags = {"kurs"}}));
  done(Role::Buyer, grp::Command(grp::PlaceAccessOrder{.order = OrderId("o-1"),
                                                       .product = ProductId("p-1"),
                                                       .mode = access::AccessMode::Single,
                                                       .buyer = {},
                                                       .quantity = {},
                                                       .title = {},
                                                       .buyer_seat = {}}));
  const Receipt first = receipt(desk.ask(complete("pay-1")));
  const std::size_t events = desk.events().size();
  for (const bool restarted : {false, true}) {
    if (restarted) desk.restart();
    const Receipt again = receipt(desk.ask(complete("pay-1")));
    EXPECT_TRUE(again.duplicate);
    EXPECT_EQ(again.first, first.first);
    EXPECT_EQ(again.last, first.last);
    EXPECT_EQ(again.stream, first.stream);
    EXPECT_EQ(code(desk.ask(complete("pay-2"))), Reason::OrderAlreadyCompleted);
  }
  EXPECT_EQ(desk.events().size(), events);
}

TEST_F(WriterTest, TheSameIdInAnotherTenantIsAnotherCommand) {
  const CommandRequest command = open_campus("c-1");
  ASSERT_TRUE(accepted(desk.ask(command)));
  CommandRequest creation = create_tenant();
  creation.id = command.id;
  std::vector<kontor::Outcome> outcomes;
  desk.writer().begin(at("2027-05-01T00:00:00Z"));
  desk.writer().decide(
      {TenantId("u"), Mode::Each, {creation}, [&](auto said) { outcomes = std::move(said); }});
  desk.commit(desk.writer().finish());
  EXPECT_TRUE(accepted(outcomes.at(0)));
}

// --- expected versions and deadlines ---

TEST_F(WriterTest, ExpectedVersionsCompareWithTheCommandsStream) {
  CommandRequest first = open_campus("c-1");
  first.expected_version = 0;  // it must not exist
  EXPECT_TRUE(accepted(desk.ask(first)));
  const auto enable = [](Version version) {
    CommandRequest command =
        request(rules::seats::Command(rules::seats::EnableBothSeatTypes{.campus = CampusId("c-1")}));
    command.expected_version = version;
    return command;
  };
  const kontor::Outcome stale = desk.ask(enable(0));
  EXPECT_EQ(code(stale), Reason::VersionConflict);
  EXPECT_THAT(std::get<rules::Refusal>(stale).because, ElementsAre(2));
  EXPECT_EQ(code(desk.ask(enable(2))), Reason::VersionConflict);
  const kontor::Outcome fits = desk.ask(enable(1));
  ASSERT_TRUE(accepted(fits));
  EXPECT_EQ(receipt(fits).version, 2U);
}

TEST_F(WriterTest, ACommandIsNotDecidedAfterItsDeadline) {
  desk.clock("2027-03-01T00:00:00Z");
  CommandRequest command = open_campus("c-1");
  command.deadline = at("2027-02-28T23:59:59Z");
  EXPECT_EQ(code(desk.ask(command)), Reason::DeadlineExceeded);
  EXPECT_EQ(desk.events().size(), 1U);
  CommandRequest in_time = open_campus("c-1");
  in_time.deadline = at("2027-03-01T00:00:01Z");
  EXPECT_TRUE(accepted(desk.ask(in_time)));
}

TEST_F(WriterTest, OrdinaryCommandsTakeEffectWhenTheyAreDecided) {
  desk.clock("2027-03-01T00:00:00Z");
  CommandRequest later = open_campus("c-1"), earlier = open_campus("c-2");
  later.effective_at = at("2027-03-01T00:00:01Z");
  earlier.effective_at = at("2027-02-01T00:00:00Z");
  EXPECT_EQ(code(desk.ask(later)), Reason::EffectiveTimeInFuture);
  EXPECT_EQ(code(desk.ask(earlier)), Reason::InvalidArgument);
}

// --- dry runs and batches ---

TEST_F(WriterTest, ADryRunShowsItsEventsAndLeavesNoTrace) {
  const CommandRequest command = open_campus("c-1");
  const Digest before = desk.status().state;
  const auto outcomes = desk.ask(Mode::DryRun, {command, command});
  for (const kontor::Outcome& outcome : outcomes) {
    const Receipt& shown = receipt(outcome);
    EXPECT_TRUE(shown.dry_run);
    EXPECT_FALSE(shown.duplicate);  // the first one has used up nothing
    EXPECT_EQ(shown.first, 2U);
    ASSERT_EQ(shown.events.size(), 1U);
    EXPECT_EQ(type_name(decode(shown.events.front()).value().body), "CampusOpened");
  }
  EXPECT_EQ(desk.log().head().group, 1U);
  EXPECT_EQ(desk.status().state, before);
  EXPECT_EQ(desk.status().position, 1U);

  const Receipt real = receipt(desk.ask(command));
  EXPECT_FALSE(real.duplicate);
  EXPECT_EQ(real.first, 2U);
}

TEST_F(WriterTest, ARefusedCommandTakesItsWholeBatchBack) {
  const Digest before = desk.status().state;
  const CommandRequest first = open_campus("c-1"), twice = open_campus("c-1"), third = open_campus("c-3");
  const auto outcomes = desk.ask(Mode::AllOrNothing, {first, twice, third});
  EXPECT_TRUE(std::holds_alternative<NotDecided>(outcomes.at(0)));
  EXPECT_EQ(code(outcomes.at(1)), Reason::AlreadyExists);
  EXPECT_TRUE(std::holds_alternative<NotDecided>(outcomes.at(2)));
  EXPECT_EQ(desk.events().size(), 1U);
  EXPECT_EQ(desk.status().state, before);
  EXPECT_EQ(desk.status().position, 1U);

  // The ids are free again, and so is the position.
  const Receipt now = receipt(desk.ask(first));
  EXPECT_FALSE(now.duplicate);
  EXPECT_EQ(now.first, 2U);
}

TEST_F(WriterTest, ABatchThatIsTakenBackKeepsWhatWasDecidedBeforeInItsGroup) {
  std::vector<kontor::Outcome> kept, taken_back;
  desk.writer().begin(at("2027-05-01T00:00:00Z"));
  desk.writer().decide(
      {Desk::kTenant, Mode::Each, {open_campus("c-1")}, [&](auto said) { kept = std::move(said); }});
  desk.writer().decide(
      {Desk::kTenant, Mode::AllOrNothing, {open_campus("c-2"), open_campus("c-1")}, [&](auto said) {
         taken_back = std::move(said);
       }});
  desk.commit(desk.writer().finish());
  EXPECT_TRUE(accepted(kept.at(0)));
  EXPECT_EQ(code(taken_back.at(1)), Reason::AlreadyExists);
  EXPECT_THAT(desk.kinds(), ElementsAre("TenantCreated", "CampusOpened"));
}

TEST_F(WriterTest, AnAcceptedBatchIsOneGroup) {
  const auto outcomes = desk.ask(Mode::AllOrNothing, {open_campus("c-1"), open_campus("c-2")});
  EXPECT_EQ(receipt(outcomes.at(0)).first, 2U);
  EXPECT_EQ(receipt(outcomes.at(1)).first, 3U);
  EXPECT_EQ(desk.log().head().group, 2U);
}

TEST_F(WriterTest, ACommandThatWasAcceptedBeforeIsNoReasonToTakeABatchBack) {
  const CommandRequest known = open_campus("c-1");
  ASSERT_TRUE(accepted(desk.ask(known)));
  const auto outcomes = desk.ask(Mode::AllOrNothing, {known, open_campus("c-2")});
  EXPECT_TRUE(receipt(outcomes.at(0)).duplicate);
  EXPECT_TRUE(accepted(outcomes.at(1)));
}

// --- tenants and groups ---

TEST_F(WriterTest, UnknownTenantsLeaveNoTrace) {
  std::vector<kontor::Outcome> outcomes;
  CommandRequest by_backend = create_tenant();
  by_backend.actor.role = Role::Backend;
  desk.writer().begin(at("2027-05-01T00:00:00Z"));
  desk.writer().decide({TenantId("guess"), Mode::Each, {open_campus("c-1"), by_backend}, [&](auto said) {
                          outcomes = std::move(said);
                        }});
  DecidedGroup decided = desk.writer().finish();
  EXPECT_EQ(decided.group, nullptr);
  for (auto& answer : decided.answers) answer();
  EXPECT_EQ(code(outcomes.at(0)), Reason::UnknownTenant);
  EXPECT_EQ(code(outcomes.at(1)), Reason::ForbiddenRole);
  EXPECT_EQ(desk.writer().status(TenantId("guess")).timeline, std::nullopt);
}

TEST_F(WriterTest, AGroupHoldsOneSlicePerTenantInOrderOfTheirNames) {
  desk.writer().begin(at("2027-05-01T00:00:00Z"));
  for (const char* name : {"z", "a", "m"})
    desk.writer().decide({TenantId(name), Mode::Each, {create_tenant()}, {}});
  const DecidedGroup decided = desk.writer().finish();
  ASSERT_EQ(decided.group->slices.size(), 3U);
  EXPECT_EQ(decided.group->slices[0].tenant.value, "a");
  EXPECT_EQ(decided.group->slices[2].tenant.value, "z");
}

TEST(WriterLimits, AGroupIsFullByCommandsOrByBytes) {
  LedgerLimits limits;
  limits.group_commands_max = 3;
  Writer by_commands(limits);
  by_commands.begin(at("2027-05-01T00:00:00Z"));
  by_commands.decide({Desk::kTenant, Mode::Each, {create_tenant(), open_campus("c-1")}, {}});
  EXPECT_FALSE(by_commands.full());
  by_commands.decide({Desk::kTenant, Mode::Each, {open_campus("c-1")}, {}});  // refused, and yet work done
  EXPECT_TRUE(by_commands.full());
  EXPECT_EQ(by_commands.finish().answers.size(), 2U);
  by_commands.begin(at("2027-05-01T00:00:00Z"));
  EXPECT_FALSE(by_commands.full());

  limits = {};
  limits.group_bytes_max = 1;
  Writer by_bytes(limits);
  by_bytes.begin(at("2027-05-01T00:00:00Z"));
  EXPECT_FALSE(by_bytes.full());
  by_bytes.decide({Desk::kTenant, Mode::Each, {create_tenant()}, {}});
  EXPECT_TRUE(by_bytes.full());
}

TEST(WriterTime, RecordedTimeRisesWithEveryGroupWhateverTheClockDoes) {
  Desk desk;
  desk.clock("2027-05-01T00:00:00Z");
  const Instant first = receipt(desk.ask(create_tenant())).recorded_at;
  desk.clock("2027-04-01T00:00:00Z");
  const Instant second = receipt(desk.ask(open_campus("c-1"))).recorded_at;
  EXPECT_EQ(second.ns, first.ns + 1);
  desk.restart();
  EXPECT_GT(receipt(desk.ask(open_campus("c-2"))).recorded_at, second);
}

TEST(WriterAdopt, GroupsAreTakenInWithoutAGap) {
  Writer writer{LedgerLimits{}};
  log::Group group;
  group.number = 2;
  const Status adopted = writer.adopt(group);
  ASSERT_FALSE(adopted.has_value());
  EXPECT_EQ(adopted.error().code, Reason::PositionGap);
}

}  // namespace
}  // namespace kontor::test
