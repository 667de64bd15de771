// CorrectSeat (DOMAIN 3.3 B22, PB2; decisions 0088, 0089): what a mistake costs nobody.
#include "tests/support/campus_fixture.h"

namespace kontor::test {
namespace {

const PersonId kAda{"p-ada"};

rules::Command correct(Position event, std::string reason = "a mistake") {
  return command(cmd::CorrectSeat{.event = event, .reason = std::move(reason)});
}

/// Position of the nth block of the tenant that started, from 1.
Position block_at(const Given& given, std::size_t n) {
  for (const RecordedEvent& event : given.events())
    if (const auto* body = std::get_if<seats::Event>(&event.body);
        body != nullptr && std::holds_alternative<seats::CourseSeatBlockStarted>(*body) && --n == 0)
      return event.envelope.position;
  return 0;
}

seats::SeatGrantReversed reversal(Position of, seats::SeatType type) {
  return {.of = of,
          .seat_type = type,
          .campus = kCampus,
          .course = kCourse,
          .seat = 1,
          .person = kAda,
          .reason = "a mistake"};
}

seats::CourseSeatBlockVoided void_block(Position of, std::uint32_t block, Instant starts_at,
                                        seats::BillStanding standing = seats::BillStanding::Open) {
  return {.of = of,
          .course = kCourse,
          .run = 1,
          .seat = 1,
          .person = kAda,
          .block = block,
          .starts_at = starts_at,
          .amount = MinorUnits{1200},
          .currency = Currency{},
          .billed_blocks = 1,
          .unpriced_blocks = 0,
          .standing = standing};
}

/// Ada has a course seat since 5 March; three blocks until June.
Position invite_ada(Given& given) {
  open_spring_course(given);
  given.at("2027-03-05").done(invite("p-ada", kCourseSeat));
  return given.position_of<seats::CourseSeatStarted>();
}

void settle(Given& given) {
  given.done(command(cmd::SettleCourse{.course = kCourse, .run = 1, .invoice_ref = "R-1"}));
}

// --- refusals ---

TEST(CorrectSeat, RefusesInThisOrder) {
  Given given;
  given.by(Role::CampusManager).when(correct(1, "")).refused(Reason::ForbiddenRole);
  given.by_whoever_may().when(correct(0, "")).refused(Reason::ReasonRequired);
  for (const Position nothing : {Position{0}, Position{1}, Position{2}, ~Position{0}})
    given.when(correct(nothing)).refused(Reason::NotFound).with("event", std::to_string(nothing));
  invite_ada(given);
  given.when(correct(given.position_of<seats::CourseMemberInvited>())).refused(Reason::NotFound);
  const Position block = block_at(given, 1);
  given.when_since(berlin("2027-03-04 23:59:59"), correct(block))
      .refused(Reason::InvalidArgument)
      .because({block});
  given.done(correct(block));
  given.when(correct(block)).refused(Reason::InvalidArgument);
}

TEST(CorrectSeat, MayBeBackDatedBySupportOnly) {
  Given given;
  const Position seat = invite_ada(given);
  given.at("2027-03-20");
  rules::Context ctx{
      .now = given.now(), .actor = {Role::Support, "s", ""}, .effective_at = berlin("2027-03-05")};
  EXPECT_FALSE(rules::back_dating_refused(given.state(), correct(seat), ctx).has_value());
  ctx.actor.role = Role::CampusManager;
  EXPECT_EQ(rules::back_dating_refused(given.state(), correct(seat), ctx)->code, Reason::ForbiddenRole);
  ctx.actor.role = Role::Support;
  EXPECT_EQ(rules::back_dating_refused(given.state(), invite("p-bob"), ctx)->code, Reason::InvalidArgument);
  const auto out = given.when_since(berlin("2027-03-05"), correct(seat));
  EXPECT_EQ(out.events().front().envelope.effective_at, berlin("2027-03-05"));
  EXPECT_EQ(given.last<seats::CourseSeatEnded>().ended_at, berlin("2027-03-20"));
}

// --- a block ---

TEST(CorrectSeat, ABlockNotYetBilledIsVoid) {
  Given given;
  invite_ada(given);
  const Position block = block_at(given, 1);
  given.at("2027-03-06")
      .when(correct(block))
      .then({reversal(block, kCourseSeat), void_block(block, 1, berlin("2027-03-05"))});
  given.at("2027-06-01");
  EXPECT_EQ(given.last<seats::CourseSeatEnded>().blocks, 3u);
  EXPECT_EQ(given.last<seats::CourseSeatEnded>().billed_blocks, 2u);
  EXPECT_EQ(given.last<seats::CourseSeatEnded>().amount, MinorUnits{2400});
  settle(given);
  EXPECT_EQ(given.last<seats::CourseSettled>().billed_blocks, 2u);
  EXPECT_EQ(given.last<seats::CourseSettled>().amount, MinorUnits{2400});
}

TEST(CorrectSeat, ABlockOfARunThatHasEndedChangesWhatIsSettled) {
  Given given;
  invite_ada(given);
  given.at("2027-06-02");
  EXPECT_EQ(given.last<seats::CourseSettlementOpened>().amount, MinorUnits{3600});
  const Position block = block_at(given, 2);
  given.when(correct(block)).then({reversal(block, kCourseSeat), void_block(block, 2, berlin("2027-04-04"))});
  settle(given);
  EXPECT_EQ(given.last<seats::CourseSettled>().billed_blocks, 2u);
  EXPECT_EQ(given.last<seats::CourseSettled>().amount, MinorUnits{2400});
}

TEST(CorrectSeat, ABilledBlockBecomesACreditAndTheSettlementStays) {
  Given given;
  invite_ada(given);
  given.at("2027-06-02");
  settle(given);
  const Position block = block_at(given, 2);
  given.when(correct(block))
      .then({reversal(block, kCourseSeat),
             void_block(block, 2, berlin("2027-04-04"), seats::BillStanding::Settled)});
  EXPECT_EQ(given.state().seats.courses[0].totals.amount, MinorUnits{3600});
  given.when(correct(block)).refused(Reason::InvalidArgument);
}

TEST(CorrectSeat, AnUnfinishedBlockUnderFullRoundingCostsNothingTwice) {
  Given given;
  given.done(command(cmd::OpenCampus{.campus = kCampus, .kind = seats::CampusKind::Flat}));
  cmd::BookFlat flat = flat_of(50);
  flat.rounding = seats::Rounding::Full;
  given.done(command(flat)).done(command(cmd::EnableBothSeatTypes{.campus = kCampus}));
  given.done(command(course_from("2027-03-01", "2027-06-01")));
  given.at("2027-03-05").done(invite("p-ada", kCourseSeat)).done(invite("p-bob", kCourseSeat));
  given.at("2027-04-10").done(correct(block_at(given, 3)));  // Ada's second
  given.at("2027-04-11").done(leave("p-ada"));
  EXPECT_EQ(given.last<seats::CourseSeatEnded>().billed_blocks, 1u);
  given.done(leave("p-bob"));
  EXPECT_EQ(given.last<seats::CourseSeatEnded>().billed_blocks, 1u);
  given.done(correct(block_at(given, 4)));  // Bob's second does not count, so nothing is taken away
  EXPECT_EQ(given.last<seats::CourseSeatBlockVoided>().amount, MinorUnits{0});
  EXPECT_EQ(given.last<seats::CourseSeatBlockVoided>().billed_blocks, 0u);
  EXPECT_EQ(given.state().seats.courses[0].totals.amount, MinorUnits{2400});
}

// --- a whole course seat ---

TEST(CorrectSeat, AReservedSeatIsCancelledAndTheMembershipOver) {
  Given given;
  open_spring_course(given);
  given.done(invite("p-ada", kCourseSeat));
  const Position seat = given.position_of<seats::CourseSeatReserved>();
  given.when(correct(seat))
      .then({reversal(seat, kCourseSeat), seats::CourseSeatCancelledBeforeStart{kCourse, 1, kAda},
             seats::CourseMembershipEnded{kCourse, kAda}});
  given.when(correct(seat)).refused(Reason::InvalidArgument);
  given.done(invite("p-ada", kCourseSeat));
}

TEST(CorrectSeat, ARunningSeatIsTakenBackWithAllItsBlocks) {
  Given given;
  const Position seat = invite_ada(given);
  given.at("2027-04-10");
  given.when(correct(seat))
      .then(
          {reversal(seat, kCourseSeat), void_block(block_at(given, 1), 1, berlin("2027-03-05")),
           void_block(block_at(given, 2), 2, berlin("2027-04-04")),
           seats::CourseSeatEnded{kCourse, 1, kAda, berlin("2027-04-10"), 2, 0, 0, MinorUnits{0}, Currency{}},
           seats::CourseMembershipEnded{kCourse, kAda}});
  given.at("2027-06-01");
  EXPECT_EQ(given.last<seats::CourseSettlementOpened>().amount, MinorUnits{0});
  given.when(correct(seat)).refused(Reason::InvalidArgument);
}

TEST(CorrectSeat, TheStartOfAReservedSeatNamesItToo) {
  Given given;
  open_spring_course(given);
  given.done(invite("p-ada", kCourseSeat));
  given.at("2027-03-05")
      .when(correct(given.position_of<seats::CourseSeatStarted>()))
      .then_kinds({"SeatGrantReversed", "CourseSeatBlockVoided", "CourseSeatEnded", "CourseMembershipEnded"});
}

TEST(CorrectSeat, ASeatThatHasEndedKeepsOnlyItsVoidBlocks) {
  Given given;
  const Position seat = invite_ada(given);
  given.at("2027-04-10").done(correct(block_at(given, 1))).done(leave("p-ada"));
  given.when(correct(seat))
      .then({reversal(seat, kCourseSeat), void_block(block_at(given, 2), 2, berlin("2027-04-04"))});
  EXPECT_EQ(given.state().seats.courses[0].totals.amount, MinorUnits{0});
}

// --- a campus seat ---

TEST(CorrectSeat, ACampusSeatIsFreeAgainAndWhatItCarriedIsUnseated) {
  Given given;
  open_flat_campus(given, 1);
  open_flat_campus(given, 1, kOtherCampus);
  given.done(command(course_from("2027-03-01", "2027-06-01")));
  given.done(command(course_from("2027-03-01", "2027-06-01", kOtherCourse, kOtherCampus)));
  given.at("2027-03-05").done(invite("p-ada", kCampusSeat)).done(invite("p-ada", kCampusSeat, kOtherCourse));
  const Position seat = given.position_of<seats::CampusSeatGranted>();
  given.when(correct(seat))
      .then({reversal(seat, kCampusSeat),
             seats::CampusSeatReleased{kCampus, 1, kAda, kCourse, seats::ReleaseCause::Corrected},
             seats::MembershipUnseated{kCourse, kAda, kCampus},
             seats::MembershipUnseated{kOtherCourse, kAda, kCampus}});
  given.when(correct(seat)).refused(Reason::InvalidArgument);
  given.done(invite("p-bob", kCampusSeat));  // the contingent of one is free again
  given.when(invite("p-ada", kCourseSeat)).accepted();
}

TEST(CorrectSeat, ACourseSeatBesideTheCampusSeatStaysAsItIs) {
  Given given;
  invite_ada(given);
  given.done(command(cmd::AddCampusSeat{.course = kCourse, .person = kAda}));
  given.when(correct(given.position_of<seats::CampusSeatGranted>()))
      .then_kinds({"SeatGrantReversed", "CampusSeatReleased"});
  given.at("2027-06-01");
  EXPECT_EQ(given.last<seats::CourseSeatEnded>().billed_blocks, 3u);
}

// --- blocks without a price (PB2) ---

/// A course that runs before any flat is booked; Ada's first two blocks have no price.
void run_without_flat(Given& given) {
  given.done(command(cmd::OpenCampus{.campus = kCampus, .kind = seats::CampusKind::Flat}));
  given.done(command(cmd::EnableBothSeatTypes{.campus = kCampus}));
  given.done(command(course_from("2027-03-01", "2027-06-01")));
  given.at("2027-03-05");
}

TEST(UnpricedBlocks, RaiseOneAlertForTheCourse) {
  Given given;
  run_without_flat(given);
  const effects::AlertRequested alert{effects::AlertKind::PriceTierMissing, "course/k-1", ""};
  const auto out = given.when(invite("p-ada", kCourseSeat));
  out.then_kinds({"CourseMemberInvited", "CourseSeatStarted", "CourseSeatBlockStarted", "AlertRequested"});
  EXPECT_EQ(given.last<effects::AlertRequested>(), alert);
  given.when(invite("p-bob", kCourseSeat))
      .then_kinds({"CourseMemberInvited", "CourseSeatStarted", "CourseSeatBlockStarted"});
  given.at("2027-05-10");
  EXPECT_EQ(given.all<effects::AlertRequested>().size(), 1u);
}

TEST(UnpricedBlocks, AllThatStartWithTheRunShareOneAlert) {
  Given given;
  given.done(command(cmd::OpenCampus{.campus = kCampus, .kind = seats::CampusKind::Flat}));
  given.done(command(cmd::EnableBothSeatTypes{.campus = kCampus}));
  given.done(command(course_from("2027-03-01", "2027-06-01")));
  given.done(invite("p-ada", kCourseSeat)).done(invite("p-bob", kCourseSeat));
  given.at("2027-03-02");
  EXPECT_EQ(given.all<seats::CourseSeatBlockStarted>().size(), 2u);
  EXPECT_EQ(given.all<effects::AlertRequested>().size(), 1u);
}

TEST(UnpricedBlocks, ArePricedOnceAFlatIsBookedForTheirStart) {
  Given given;
  run_without_flat(given);
  given.done(invite("p-ada", kCourseSeat));
  const Position block = block_at(given, 1);
  given.when(correct(block)).refused(Reason::PriceTierMissing).because({block});
  given.at("2027-04-10").done(command(flat_of(50)));
  given.when(correct(block))
      .then({seats::CourseSeatBlockPriced{
          .of = block,
          .course = kCourse,
          .run = 1,
          .seat = 1,
          .person = kAda,
          .block = 1,
          .starts_at = berlin("2027-03-05"),
          .price = {PeriodId("2027"), 50, 50, MinorUnits{1200}, Currency{}, seats::Rounding::Started},
          .amount = MinorUnits{1200},
          .billed_blocks = 1,
          .standing = seats::BillStanding::Open,
          .reason = "a mistake"}});
  given.at("2027-06-01");  // block 2 is still without a price, block 3 has one
  EXPECT_EQ(given.last<seats::CourseSeatEnded>().amount, MinorUnits{2400});
  EXPECT_EQ(given.last<seats::CourseSeatEnded>().unpriced_blocks, 1u);
  given.done(correct(block_at(given, 2)));
  EXPECT_EQ(given.state().seats.courses[0].totals.amount, MinorUnits{3600});
  EXPECT_EQ(given.state().seats.courses[0].totals.unpriced_blocks, 0u);
  EXPECT_EQ(given.state().seats.courses[0].unpriced_blocks, 0u);
  given.done(correct(block_at(given, 2)));  // priced by now, so that it can be void
  EXPECT_EQ(given.state().seats.courses[0].totals.amount, MinorUnits{2400});
}

TEST(UnpricedBlocks, AfterTheSettlementThePriceIsALineOfALaterBill) {
  Given given;
  run_without_flat(given);
  given.done(invite("p-ada", kCourseSeat));
  given.at("2027-06-02");
  settle(given);
  EXPECT_EQ(given.last<seats::CourseSettled>().amount, MinorUnits{0});
  given.done(command(flat_of(50))).done(correct(block_at(given, 1)));
  EXPECT_EQ(given.last<seats::CourseSeatBlockPriced>().standing, seats::BillStanding::Settled);
  EXPECT_EQ(given.last<seats::CourseSeatBlockPriced>().amount, MinorUnits{1200});
  EXPECT_EQ(given.state().seats.courses[0].totals.amount, MinorUnits{0});
}

TEST(UnpricedBlocks, UnderFullRoundingAnUnfinishedOneDoesNotCountOncePriced) {
  Given given;
  run_without_flat(given);
  given.done(invite("p-ada", kCourseSeat));
  given.at("2027-03-10").done(leave("p-ada"));
  EXPECT_EQ(given.last<seats::CourseSeatEnded>().billed_blocks, 1u);
  cmd::BookFlat flat = flat_of(50);
  flat.rounding = seats::Rounding::Full;
  given.done(command(flat)).done(correct(block_at(given, 1)));
  EXPECT_EQ(given.last<seats::CourseSeatBlockPriced>().billed_blocks, 0u);
  EXPECT_EQ(given.state().seats.courses[0].totals.billed_blocks, 0u);
  EXPECT_EQ(given.state().seats.courses[0].totals.amount, MinorUnits{0});
}

// --- contract items ---

TEST(BookFlat, HasAPriceOfItsOwn) {
  Given given;
  given.done(command(cmd::OpenCampus{.campus = kCampus, .kind = seats::CampusKind::Package}));
  cmd::BookFlat package = flat_of(10);
  package.prices.clear();
  package.price = MinorUnits{-1};
  given.when(command(package)).refused(Reason::AmountOutOfRange).with("price", "-1");
  package.price = MinorUnits{1'000'000'000'001};
  given.when(command(package)).refused(Reason::AmountOutOfRange).with("limit", "1000000000000");
  package.price = MinorUnits{480'000};
  given.done(command(package));
  EXPECT_EQ(given.last<seats::FlatBooked>().price, MinorUnits{480'000});
  // Money has been involved: from now on the campus has a currency.
  package.period = PeriodId("2028");
  package.from = berlin("2028-01-01");
  package.to = berlin("2029-01-01");
  package.currency = Currency{{'C', 'H', 'F'}};
  given.when(command(package)).refused(Reason::InvalidArgument).with("currency", "EUR");
}

}  // namespace
}  // namespace kontor::test
