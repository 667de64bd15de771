// What verify finds, and in which words: every kind of tampering, whoever did it.

#include "replay/verify.h"

#include <gtest/gtest.h>

#include "engine/log/memory/memory_log.h"
#include "projections/sorted_view_store.h"
#include "tests/support/campus_fixture.h"
#include "tests/support/limited_bytes.h"
#include "tests/support/live_history.h"
#include "tests/support/questions.h"
#include "tests/support/recorded_story.h"
#include "tests/support/tampered_log.h"

namespace kontor::replay {
namespace {

using test::DerivedViews;
using test::TamperedLog;

std::string found_in(log::EventLog& log, const views::ViewStore* views = nullptr) {
  const Result<Verified> verified = verify(log, views, {});
  if (verified) return "nothing";
  return std::to_string(static_cast<int>(verified.error().code)) + " " + verified.error().message;
}

class Verify : public testing::Test {
 protected:
  Verify() : groups_(test::random_history(5, 500)), events_(test::events_of(groups_)) {}

  // What is found when somebody changed the events and knew how to make the head fit.
  std::string found_after_forging() const {
    const std::vector<log::Group> forged = test::groups_of(events_);
    TamperedLog log(forged, test::head_of(forged));
    return found_in(log);
  }
  // The first event of a kind.
  template <class E>
  RecordedEvent& first() {
    for (RecordedEvent& event : events_)
      if (const auto* seats = std::get_if<seats::Event>(&event.body))
        if (std::holds_alternative<E>(*seats)) return event;
    ADD_FAILURE() << "no such event";
    return events_.front();
  }
  static std::string at(const RecordedEvent& event) {
    return "8008 tenant t position " + std::to_string(event.envelope.position) + ": ";
  }

  std::vector<log::Group> groups_;
  std::vector<RecordedEvent> events_;
};

TEST_F(Verify, AnHonestLogIsGood) {
  log::MemoryLog log;
  test::append_all(log, groups_);
  const DerivedViews views(groups_);
  std::uint64_t told = 0;
  const Verified verified =
      verify(log, views.store.get(), [&told](std::uint64_t events) { told = events; }).value();
  EXPECT_EQ(verified.head, log.head());
  EXPECT_EQ(told, events_.size());
  EXPECT_EQ(verified.views, ViewsFound::Equal);
  EXPECT_EQ(verified.views_entries, test::entries_of(*views.store).size());
  ASSERT_EQ(verified.tenants.size(), 1U);
  EXPECT_EQ(verified.tenants[0].position, events_.size());
  EXPECT_EQ(found_after_forging(), "nothing") << "grouping events otherwise forges nothing";
}

TEST_F(Verify, EveryFlippedByteIsFoundBeforeItIsBelieved) {
  const log::LogHead head = test::head_of(groups_);
  const std::vector<log::Group> honest = test::one_by_one(groups_);
  std::size_t flipped = 0;
  for (std::size_t g = 0; g < honest.size(); g += 17) {
    for (std::size_t byte = 0; byte < honest[g].slices[0].bytes.size(); byte += 5) {
      std::vector<log::Group> groups = honest;
      groups[g].slices[0].bytes[byte] = static_cast<char>(groups[g].slices[0].bytes[byte] ^ 0x10);
      TamperedLog log(std::move(groups), {honest.size(), head.events, head.root});
      const std::string found = found_in(log);
      ASSERT_TRUE(found.starts_with("8006 ") || found.starts_with("8008 ")) << found;
      ++flipped;
    }
  }
  EXPECT_GT(flipped, 500U);
}

TEST_F(Verify, MissingSwappedAndCutGroupsAreFound) {
  const log::LogHead head = test::head_of(groups_);
  std::vector<log::Group> missing = groups_;
  missing.erase(missing.begin() + 4);
  TamperedLog without(missing, head);
  EXPECT_TRUE(found_in(without).starts_with("8010 "));

  std::vector<log::Group> swapped = groups_;
  std::swap(swapped[4], swapped[5]);
  TamperedLog other(swapped, head);
  EXPECT_TRUE(found_in(other).starts_with("8010 "));

  std::vector<log::Group> shorter = groups_;
  shorter.pop_back();
  TamperedLog cut(shorter, head);
  EXPECT_TRUE(found_in(cut).starts_with("8010 read "));
}

TEST_F(Verify, AnEventOfAnotherTenantIsFound) {
  events_[9].envelope.tenant = TenantId("u");
  EXPECT_EQ(found_after_forging(), at(events_[9]) + "the event is one of tenant u");
}

TEST_F(Verify, AWrongPositionIsFound) {
  events_[9].envelope.position = 11;
  EXPECT_EQ(found_after_forging(), "8010 tenant t: position 11 follows 9");
}

TEST_F(Verify, AWrongStreamOrVersionIsFound) {
  const RecordedEvent honest = events_[9];
  events_[9].envelope.stream = "course/other";
  EXPECT_NE(found_after_forging().find("in stream course/other"), std::string::npos);
  events_[9] = honest;
  ++events_[9].envelope.version;
  EXPECT_TRUE(found_after_forging().starts_with(at(events_[9]) + "version "));
}

TEST_F(Verify, ClocksThatGoBackAreFound) {
  const RecordedEvent honest = events_[40];
  events_[40].envelope.effective_at = {};
  EXPECT_TRUE(found_after_forging().starts_with(at(events_[40]) + "effective at "));
  events_[40] = honest;
  events_[40].envelope.recorded_at = {};
  EXPECT_TRUE(found_after_forging().starts_with(at(events_[40]) + "recorded at "));
}

TEST_F(Verify, AnEventThatIsEffectiveAfterItWasRecordedIsFound) {
  RecordedEvent& last = events_.back();
  last.envelope.effective_at.ns = last.envelope.recorded_at.ns + 1;
  EXPECT_NE(found_after_forging().find("recorded before that"), std::string::npos);
}

TEST_F(Verify, ACommandThatActsTwiceIsFound) {
  RecordedEvent& late = first<seats::CourseSettled>();
  late.envelope.command_id = events_[3].envelope.command_id;
  EXPECT_EQ(found_after_forging(),
            at(late) + "command " + late.envelope.command_id.text() + " has acted before");
}

TEST_F(Verify, EventsOfOneCommandThatDisagreeAreFound) {
  RecordedEvent& home = first<seats::HomeCampusSet>();
  home.envelope.payload_digest[0] ^= 1;
  EXPECT_EQ(found_after_forging(), at(home) + "the events of one command disagree on what it was");
}

TEST_F(Verify, AnEventNobodyAskedForIsFound) {
  RecordedEvent& created = first<seats::CourseCreated>();
  created.envelope.command_id = {};
  EXPECT_EQ(found_after_forging(), at(created) + "an event without a command that no timer wrote");
}

TEST_F(Verify, ACommandDecidedBeforeWhatWasDueIsFound) {
  // A course starts by a timer; the command before it claims to have been decided after that.
  RecordedEvent* started = &first<seats::CourseRunStarted>();
  RecordedEvent* before = started - 1;
  before->envelope.effective_at = started->envelope.effective_at;
  before->envelope.recorded_at = started->envelope.recorded_at;
  before->envelope.command_id.bytes.fill(7);
  EXPECT_NE(found_after_forging().find("had not fired"), std::string::npos) << found_after_forging();
}

// A history in which everything follows, but which the rules would never have decided.
class Forged : public testing::Test {
 protected:
  Forged() {
    story_.at("2027-01-01T00:00:00Z")
        .record(tenancy::TenantCreated{})
        .record(seats::CampusOpened{test::kCampus, seats::CampusKind::Flat, "Europe/Berlin"},
                seats::FlatBooked{test::kCampus, PeriodId("2027"), 1, test::berlin("2027-01-01"),
                                  test::berlin("2028-01-01"), Currency{}, test::prices(),
                                  seats::Rounding::Started},
                seats::BookingPeriodActivated{test::kCampus, PeriodId("2027"), 1, 0, 0})
        .record(seats::CourseCreated{test::kCourse, test::kCampus, test::berlin("2027-03-01"),
                                     test::berlin("2027-06-01"), seats::CourseSeatTypes::CampusAndCourse});
    invite("p-1", seats::SeatType::Campus);
    grant(1, "p-1");
  }
  void invite(const char* person, seats::SeatType type) {
    story_.record(
        seats::CourseMemberInvited{test::kCourse, PersonId(person), seats::MemberRole::Participant, type});
  }
  void grant(seats::SeatNumber number, const char* person) {
    story_.record(
        seats::CampusSeatGranted{test::kCampus, number, PersonId(person), test::kCourse, PeriodId("2027")});
  }
  std::string found() {
    story_.end_group();
    std::vector<RecordedEvent> events = test::events_of(story_.groups());
    for (RecordedEvent& event : events) event.envelope.command_id.bytes[0] = 1;
    const std::vector<log::Group> groups = test::groups_of(events);
    TamperedLog log(groups, test::head_of(groups));
    return found_in(log);
  }

  test::RecordedStory story_;
};

TEST_F(Forged, WithoutForgingNothingIsFound) { EXPECT_EQ(found(), "nothing"); }

TEST_F(Forged, ASecondCampusSeatIsFound) {
  grant(2, "p-1");
  EXPECT_NE(found().find("person p-1 is granted a second campus seat"), std::string::npos);
}

TEST_F(Forged, ASeatBeyondTheContingentIsFound) {
  invite("p-2", seats::SeatType::Campus);
  grant(2, "p-2");
  EXPECT_NE(found().find("granted beyond the contingent"), std::string::npos);
}

TEST_F(Forged, ACourseSeatForWhoHoldsACampusSeatIsFound) {
  invite("p-1", seats::SeatType::Course);
  EXPECT_NE(found().find("holds a campus seat and is granted a course seat"), std::string::npos);
}

class VerifyViews : public Verify {
 protected:
  VerifyViews() { test::append_all(log_, groups_); }

  using Entries = std::vector<views::BytesEntry>;
  // Views whose entries somebody has changed.
  std::unique_ptr<views::ViewStore> changed(const std::function<void(Entries&)>& change) {
    const DerivedViews honest(groups_);
    Entries entries;
    for (auto& [key, value] : test::entries_of(*honest.store)) entries.push_back({key, value});
    change(entries);
    auto bytes = views::memory_bytes();
    EXPECT_TRUE(bytes->write(std::move(entries)));
    return views::sorted_view_store(std::move(bytes), views::kShape);
  }

  log::MemoryLog log_;
};

TEST_F(VerifyViews, ViewsBehindTheLogAreComparedWithWhatTheyHadRead) {
  const DerivedViews views({groups_.begin(), groups_.begin() + 20});
  const Verified verified = verify(log_, views.store.get(), {}).value();
  EXPECT_EQ(verified.views, ViewsFound::Behind);
  EXPECT_EQ(verified.views_group, 20U);
}

TEST_F(VerifyViews, ViewsAheadOfTheLogAreFound) {
  log::MemoryLog shorter;
  test::append_all(shorter, {groups_.begin(), groups_.begin() + 20});
  const DerivedViews views(groups_);
  EXPECT_TRUE(found_in(shorter, views.store.get()).starts_with("8103 the views have read group "));
}

TEST_F(VerifyViews, EveryChangedEntryIsFound) {
  const std::size_t count = test::entries_of(*DerivedViews(groups_).store).size();
  for (std::size_t i = 0; i < count; i += 97) {
    const auto value = changed([i](Entries& entries) { entries[i].value += '\0'; });
    const std::string found = found_in(log_, value.get());
    EXPECT_TRUE(found.starts_with("8103 ") || found.starts_with("8102 ")) << found;
    const auto extra = changed([i](Entries& entries) { entries.push_back({entries[i].key + "x", ""}); });
    EXPECT_TRUE(found_in(log_, extra.get()).starts_with("8103 ")) << i;
    if (i == 0) continue;  // without a checkpoint they are empty views
    const auto missing =
        changed([i](Entries& entries) { entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(i)); });
    EXPECT_TRUE(found_in(log_, missing.get()).starts_with("8103 ")) << i;
  }
}

TEST_F(VerifyViews, ADifferenceIsNamedInWords) {
  const auto views = changed([](Entries& entries) {
    for (auto& entry : entries) {
      if (entry.key.find(std::string("v\x03"
                                     "c-1",
                                     5)) == std::string::npos)
        continue;
      entry.value.back() = static_cast<char>(entry.value.back() ^ 1);
      return;
    }
  });
  const std::string found = found_in(log_, views.get());
  EXPECT_TRUE(found.starts_with("8103 CampusCourse of tenant t: c-1 k-")) << found;
  EXPECT_NE(found.find("says something else than the log"), std::string::npos) << found;
}

TEST_F(Verify, ViewsThatWereStoppedWithinALargeGroupAreBehindAndNotWrong) {
  log::Group large{.number = 2, .slices = {groups_[1].slices[0]}};
  for (std::size_t i = 2; i < groups_.size(); ++i) {
    large.slices[0].bytes += groups_[i].slices[0].bytes;
    large.slices[0].count += groups_[i].slices[0].count;
  }
  log::MemoryLog log;
  test::append_all(log, {groups_[0], large});
  const auto bytes = views::memory_bytes();
  const auto stopped =
      views::sorted_view_store(std::make_unique<test::LimitedBytes>(*bytes, 4), views::kShape);
  views::Runner runner(*stopped, views::all_projections(), {.batch_events = 10, .piece_events = 50});
  ASSERT_TRUE(runner.apply(groups_[0]));
  ASSERT_FALSE(runner.apply(large));
  ASSERT_NE(stopped->checkpoint().value().ahead, Digest{});
  const Result<Verified> verified = verify(log, stopped.get(), {});
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(verified->views, ViewsFound::Behind);

  // An entry that is shown and wrong is still found.
  const auto entries = test::entries_of(*DerivedViews({groups_[0]}).store);
  const auto shown = std::ranges::find_if(
      entries, [](const auto& entry) { return entry.first.starts_with(std::string("t\0p", 3)); });
  ASSERT_NE(shown, entries.end());
  ASSERT_TRUE(bytes->write({{shown->first, "12345678"}}));
  EXPECT_NE(found_in(log, stopped.get()), "nothing");
}

}  // namespace
}  // namespace kontor::replay
