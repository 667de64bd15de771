// A file of participants as one command (DOMAIN 2.3 A9, A6; 9.1 TA-09).
#include "tests/support/access_fixture.h"

namespace kontor::test {
namespace {

/// Rows from line 2 on, one for each e-mail, in group g-200.
struct Roster {
  std::vector<std::string> emails;
  grp::ImportMode mode = grp::ImportMode::AllOrNothing;

  operator rules::Command() const {  // NOLINT: reads as a command
    grp::ImportRoster command{
        .group = kGroup, .file_hash = std::string(64, 'f'), .mode = mode, .rows = {}, .staged = 0};
    std::uint32_t line = 1;
    for (const std::string& email : emails)
      command.rows.push_back({.line = ++line, .contact = {.email = email, .name = "", .lookup = {}}});
    return access_command(std::move(command));
  }
};

std::vector<std::string> people(int count, std::string_view prefix = "n") {
  std::vector<std::string> emails;
  for (int i = 0; i < count; ++i) emails.push_back(std::string(prefix) + std::to_string(i) + "@example.org");
  return emails;
}

/// The newest import's refused rows as "line code other".
std::vector<std::string> refused_rows(const Outcome& outcome) {
  std::vector<std::string> found;
  for (const RecordedEvent& event : outcome.events())
    if (const auto* body = std::get_if<access::Event>(&event.body))
      if (const auto* refused = std::get_if<access::RosterRowsRefused>(body))
        for (const auto& row : refused->rows)
          found.push_back(std::to_string(row.line) + " " + std::string(reason_info(row.code).name) + " " +
                          std::to_string(row.other_line));
  return found;
}
access::RosterImportFinished finished(const Outcome& outcome) {
  return std::get<access::RosterImportFinished>(std::get<access::Event>(outcome.events().back().body));
}

TEST(Roster, TA09NothingIsWrittenWhenTheFileDoesNotFit) {
  Given given;
  open_shop(given);
  buy_group(given, 10);
  given.done(enrol("anna"));
  auto emails = people(10);
  emails.push_back("anna@example.org");
  emails.push_back("N3@example.org");
  given.when(Roster{emails})
      .refused(Reason::ImportExceedsCapacity)
      .with("needs", "10")
      .with("has", "9")
      .because({position_named(given, "GroupCreated")});
  EXPECT_EQ(seats_left(given), "9/10");
}

TEST(Roster, MembersAndRepeatedRowsUseNoSeatAndStopNothing) {
  Given given;
  open_shop(given);
  buy_group(given, 3);
  given.done(enrol("anna"));
  const auto outcome =
      given.when(Roster{{"n0@example.org", "anna@example.org", " N0@EXAMPLE.org", "n1@example.org"}});
  outcome.accepted();
  EXPECT_EQ(refused_rows(outcome), (std::vector<std::string>{"3 ALREADY_MEMBER 0", "4 DUPLICATE_IN_FILE 2"}));
  EXPECT_EQ(finished(outcome), (access::RosterImportFinished{ImportId("i-1"), kGroup, 2, 1, 1}));
  EXPECT_EQ(seats_left(given), "0/3");
}

TEST(Roster, EveryRowSaysWhatItSaysWhenDoneByHand) {
  Given given;
  open_shop(given);
  buy_group(given, 1);
  given.when(Roster{{"n0@example.org"}})
      .then_kinds({"RosterImportStarted", "PersonRegistered", "AccountRegistrationRequested",
                   "ParticipantEnrolled", "TagGrantRequested", "NotificationRequested",
                   "RosterImportFinished"});
}

TEST(Roster, FillTakesRowsInTheOrderOfTheFile) {
  Given given;
  open_shop(given);
  buy_group(given, 2);
  const auto outcome = given.when(
      Roster{{"jan@", "n0@example.org", "n1@example.org", "n2@example.org"}, grp::ImportMode::Fill});
  outcome.accepted();
  EXPECT_EQ(refused_rows(outcome), (std::vector<std::string>{"2 EMAIL_INVALID 0", "5 NO_SEATS_LEFT 0"}));
  EXPECT_EQ(finished(outcome).accepted, 2u);
  EXPECT_EQ(finished(outcome).refused, 2u);
}

TEST(Roster, FillBringsPeopleBackIntoTheirOwnBurntSeats) {
  Given given;
  open_shop(given);
  buy_group(given, 2);
  forbid_replacement(given);
  given.done(enrol("a")).done(enrol("b"));
  given.done(remove(person_named(given, "a"))).done(remove(person_named(given, "b")));
  const auto outcome = given.when(Roster{{"c@example.org", "a@example.org"}, grp::ImportMode::Fill});
  outcome.accepted();
  EXPECT_EQ(refused_rows(outcome), (std::vector<std::string>{"2 SEAT_REPLACEMENT_FORBIDDEN 0"}));
  EXPECT_EQ(group_in(given).burnt, 1u);
  given.when(Roster{{"b@example.org"}}).accepted();
  EXPECT_EQ(seats_left(given), "0/2");
}

TEST(Roster, SeatsThatBecameFreeAreFilledFirst) {
  Given given;
  open_shop(given);
  buy_group(given, 5);
  given.done(enrol("a")).done(enrol("b")).done(enrol("c"));
  given.done(remove(person_named(given, "a"))).done(remove(person_named(given, "c")));
  given.done(Roster{people(4)});
  std::vector<std::uint32_t> seats;
  for (const RecordedEvent& event : given.events())
    if (const auto* body = std::get_if<access::Event>(&event.body))
      if (const auto* enrolled = std::get_if<access::ParticipantEnrolled>(body))
        if (enrolled->via == access::EnrolledVia::Csv) seats.push_back(enrolled->seat);
  EXPECT_EQ(seats, (std::vector<std::uint32_t>{1, 3, 4, 5}));
}

TEST(Roster, OneInvalidRowStopsAllOrNothing) {
  Given given;
  open_shop(given);
  buy_group(given, 100);
  auto emails = people(2);
  for (int i = 0; i < 60; ++i) emails.push_back("jan@");
  std::string lines;
  for (int line = 4; line < 54; ++line) lines += (lines.empty() ? "" : ", ") + std::to_string(line);
  given.when(Roster{emails}).refused(Reason::EmailInvalid).with("rows", "60").with("lines", lines);
}

TEST(Roster, RefusesInThisOrder) {
  Given given;
  open_shop(given);
  const rules::Command empty = Roster{};
  given.by(Role::Buyer).when(empty).refused(Reason::ForbiddenRole);
  given.by(Role::GroupLeader, "p-eve").when(empty).refused(Reason::NotFound);
  given.by_whoever_may();
  buy_group(given, 1);
  given.by(Role::GroupLeader, "p-eve").when(empty).refused(Reason::ForbiddenRole);
  given.by(Role::GroupLeader, kBuyer.value).when(empty).refused(Reason::CsvMalformed);
  auto unnamed = grp::ImportRoster{.group = kGroup, .file_hash = "ff", .mode = {}, .rows = {}, .staged = 0};
  given.when(access_command(unnamed)).refused(Reason::InvalidArgument).with("digits", "2");
  unnamed.file_hash = std::string(64, 'f');
  unnamed.rows = {{.line = 3, .contact = contact("a")}, {.line = 3, .contact = contact("b")}};
  given.when(access_command(unnamed)).refused(Reason::CsvMalformed).with("line", "3");
}

TEST(Roster, RefusedRowsComeInEventsOfAThousand) {
  Given given;
  open_shop(given);
  buy_group(given, 1);
  const auto outcome = given.when(Roster{people(2'500), grp::ImportMode::Fill});
  outcome.accepted();
  EXPECT_EQ(refused_rows(outcome).size(), 2'499u);
  EXPECT_EQ(count_of(given, "RosterRowsRefused"), 3);
}

}  // namespace
}  // namespace kontor::test
