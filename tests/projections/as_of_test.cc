// As of any position the views say what views derived from just that much of the log say, and what the rules'
// own state says.

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "engine/rules/catalog.h"
#include "engine/rules/seats/lookup.h"
#include "engine/rules/seats/rollover.h"
#include "projections/rocksdb_view_store.h"
#include "tests/support/live_history.h"
#include "tests/support/questions.h"
#include "tests/support/temporary_directory.h"

namespace kontor::test {
namespace {

constexpr int kSteps = 800;

std::vector<Ask> all_questions() {
  std::vector<Ask> all;
  for (const char* campus : {"c-1", "c-2", "c-3", "c-none"}) {
    all.push_back(usage_statistics(campus));
    all.push_back(usage_detail(campus));
    all.push_back(periods_of_campus(campus));
    all.push_back(rollover_preview(campus));
    all.push_back(rollover_preview(campus, 2, 1, "1"));
  }
  for (const char* community : {"community-1", "community-2", "community-none"})
    all.push_back(community_pool(community));
  for (int i = 0; i < 9; ++i) {
    const std::string course = "k-" + std::to_string(i);
    all.push_back(remaining_seats(course));
    all.push_back(periods_of_course(course));
    all.push_back(cheaper_seat_hint(course));
    for (std::uint32_t run : {0U, 1U, 2U}) all.push_back(settlement(course, run));
  }
  for (int i = 0; i < 10; ++i) {
    all.push_back(seat_of("p-" + std::to_string(i)));
    all.push_back(courses_of("p-" + std::to_string(i)));
  }
  return all;
}

// What the rules hold, beside what the views say. `at` is the moment the answers are about.
class Comparison {
 public:
  using Contributions = std::map<std::string, std::set<std::string>>;
  Comparison(const rules::seats::State& state, const views::ViewStore& views, Instant at,
             Contributions& contributions)
      : state_(state), views_(views), at_(at), contributions_(contributions) {}

  void campuses() {
    for (rules::Row row = 0; row < state_.campuses.size(); ++row) {
      const auto& campus = state_.campuses[row];
      const Answered answer = answered(views_, usage_statistics(std::string(campus_id(state_, row))));
      const auto statistics = answer.body().getUsageStatistics();
      EXPECT_EQ(statistics.getOccupiedCampusSeats(), campus.seats_used);
      std::uint64_t course_seats = 0;
      for (rules::Row c = 0; c < state_.courses.size(); ++c)
        if (state_.courses[c].campus == row) course_seats += state_.courses[c].course_seats;
      EXPECT_EQ(statistics.getOccupiedCourseSeats(), course_seats);
      const rules::Row period = period_in_force(state_, campus, at_);
      EXPECT_EQ(statistics.hasBookingPeriod(), period != rules::kNone);
      if (period == rules::kNone) continue;
      const std::uint32_t capacity = capacity_from(state_, state_.periods[period], at_);
      EXPECT_EQ(statistics.getContingent(), size_at(state_, state_.periods[period], at_));
      EXPECT_EQ(statistics.getAvailableCampusSeats(),
                capacity > campus.seats_used ? capacity - campus.seats_used : 0);
    }
  }

  void courses() {
    for (rules::Row row = 0; row < state_.courses.size(); ++row) {
      const auto& course = state_.courses[row];
      const std::string id(course_id(state_, row));
      const Answered remaining = answered(views_, remaining_seats(id));
      const auto seats = remaining.body().getRemainingSeats();
      EXPECT_EQ(seats.getCourseCampusSeats().getUsed(), course.campus_seats);
      EXPECT_EQ(seats.getCourseSeats().getUsed(), course.course_seats);
      EXPECT_EQ(seats.getCourseCampusSeats().getTally() == wire::Tally::LIMITED,
                course.campus_seats_max.has_value());
      if (course.campus_seats_max) {
        EXPECT_EQ(seats.getCourseCampusSeats().getLimit(), *course.campus_seats_max);
      }
      settlement_of(row, id);
    }
  }

  // QB8: the preview is what the rules would do at the moment it names.
  void previews() {
    for (rules::Row row = 0; row < state_.campuses.size(); ++row) {
      const Answered answer = answered(views_, rollover_preview(std::string(campus_id(state_, row)), 2));
      const auto preview = answer.body().getRolloverPreview();
      const auto plan = rules::seats::plan_rollover(state_, row, Instant{preview.getAt()});
      EXPECT_EQ(preview.getCarriedOver(), plan.carried.size());
      EXPECT_EQ(preview.getReleased(), plan.released.size());
      EXPECT_EQ(preview.getOverflow(), plan.carried.size() > 2 ? plan.carried.size() - 2 : 0);
      std::map<std::uint64_t, std::string> fates;
      for (const auto& carry : plan.carried) fates[carry.seat + 1] = course_id(state_, carry.course);
      for (const rules::Row seat : plan.released) fates[seat + 1] = "";
      ASSERT_EQ(preview.getSeats().size(), fates.size());
      for (const auto seat : preview.getSeats())
        EXPECT_EQ(std::string(seat.getCourse()), fates[seat.getSeat()]);
    }
  }

  void settlement_of(rules::Row row, const std::string& id) {
    const auto& course = state_.courses[row];
    const Answered answer = answered(views_, settlement(id));
    const auto run = answer.body().getCourseSettlement();
    EXPECT_EQ(run.getRun(), course.run);
    std::uint64_t seats = 0;
    std::uint64_t blocks = 0;
    std::int64_t amount = 0;
    for (rules::Row s = 0; s < state_.course_seats.size(); ++s)
      if (state_.course_seats[s].course == row && state_.course_seats[s].run == course.run) ++seats;
    EXPECT_EQ(run.getSeats(), seats);
    EXPECT_EQ(run.getLines().size(), seats);
    for (const auto line : run.getLines()) {
      blocks += line.getBlocks();
      amount += line.getAmount();
    }
    EXPECT_EQ(run.getBlocks(), blocks);
    EXPECT_EQ(run.getAmount(), amount);
    if (course.settlement == rules::seats::SettlementPhase::None) return;
    EXPECT_EQ(blocks, course.totals.billed_blocks);
    EXPECT_EQ(amount, course.totals.amount.value);
    EXPECT_EQ(run.getUnpricedBlocks(), course.totals.unpriced_blocks);
    EXPECT_EQ(run.getReactivationAllowed(), course.settlement == rules::seats::SettlementPhase::Settled);
  }

  void people() {
    for (rules::Row row = 0; row < state_.people.size(); ++row) {
      const auto& person = state_.people[row];
      const Answered answer = answered(views_, seat_of(std::string(person_id(state_, row))));
      const auto seats = answer.body().getSeatOf();
      EXPECT_EQ(seats.hasCampusSeat(), person.campus_seat != rules::kNone);
      if (person.campus_seat != rules::kNone) {
        const auto& seat = state_.campus_seats[person.campus_seat];
        EXPECT_EQ(seats.getCampusSeat().getSeat(), person.campus_seat + 1);
        EXPECT_EQ(std::string(seats.getCampusSeat().getGrantingCourse()),
                  course_id(state_, seat.granting_course));
        EXPECT_EQ(std::string(seats.getCampusSeat().getPeriod()),
                  state_.names.text(state_.periods[seat.period].name));
      }
      memberships_of(row);
    }
  }

  void memberships_of(rules::Row person) {
    const Answered answer = answered(views_, courses_of(std::string(person_id(state_, person))));
    std::map<std::string, wire::CourseMembership::Reader> said;
    for (const auto row : answer.body().getCoursesOf().getCourses()) said.emplace(row.getCourse(), row);
    for (rules::Row course = 0; course < state_.courses.size(); ++course) {
      const rules::Row row = membership_row(state_, course, person_id(state_, person));
      ASSERT_EQ(said.contains(std::string(course_id(state_, course))), row != rules::kNone);
      if (row == rules::kNone) continue;
      const auto& held = state_.memberships[row];
      const auto state = said.at(std::string(course_id(state_, course))).getState();
      EXPECT_EQ(state == wire::MembershipState::ACTIVE, is_active(state_, held));
      EXPECT_EQ(state == wire::MembershipState::ENDED, held.phase == rules::seats::MembershipPhase::Ended);
      EXPECT_EQ(state == wire::MembershipState::UNSEATED,
                held.phase == rules::seats::MembershipPhase::Unseated);
    }
  }

  // S-50: everybody who came and has not left, also who can only read.
  void members() {
    for (rules::Row campus = 0; campus < state_.campuses.size(); ++campus) {
      const Answered answer = answered(views_, usage_detail(std::string(campus_id(state_, campus))));
      for (const auto usage : answer.body().getUsageDetail().getCourses()) {
        const rules::Row course = state_.course_ids.find(std::string_view(usage.getCourse().cStr()));
        std::uint64_t members = 0;
        std::uint64_t participants = 0;
        for (rules::Row person = 0; person < state_.people.size(); ++person) {
          const rules::Row row = membership_row(state_, course, person_id(state_, person));
          if (row == rules::kNone || state_.memberships[row].phase == rules::seats::MembershipPhase::Ended)
            continue;
          ++members;
          if (state_.memberships[row].role == seats::MemberRole::Participant) ++participants;
        }
        EXPECT_EQ(usage.getMembers(), members);
        EXPECT_EQ(usage.getContributions(), contributions_[std::string(usage.getCourse())].size());
        EXPECT_EQ(usage.getParticipants(), participants);
        EXPECT_EQ(usage.getActiveCampusSeats(), state_.courses[course].campus_seats);
        EXPECT_EQ(usage.getActiveCourseSeats(), state_.courses[course].course_seats);
      }
    }
  }

 private:
  const rules::seats::State& state_;
  const views::ViewStore& views_;
  const Instant at_;
  Contributions& contributions_;  // by course: artefacts
};

// QB9, and the community seat of QB5.
void compare_communities(const rules::communities::State& state, const views::ViewStore& views) {
  for (rules::Row row = 0; row < state.communities.size(); ++row) {
    std::uint64_t held = 0;
    std::uint64_t leaving = 0;
    for (rules::Row s = 0; s < state.seats.size(); ++s) {
      if (state.seats[s].community != row) continue;
      if (state.seats[s].phase == rules::communities::SeatPhase::Held) ++held;
      if (state.seats[s].phase == rules::communities::SeatPhase::ReleaseScheduled) ++leaving;
    }
    const Answered answer = answered(views, community_pool(std::string(state.community_ids.text(row))));
    const auto pool = answer.body().getCommunityPool();
    EXPECT_EQ(pool.getOccupied(), held);
    EXPECT_EQ(pool.getPendingRelease(), leaving);
    if (state.communities[row].pool_at == 0) continue;
    EXPECT_EQ(pool.getFreeNow(), state.communities[row].pool - held - leaving);
    EXPECT_EQ(pool.getFreeTomorrow(), state.communities[row].pool - held);
  }
  for (rules::Row row = 0; row < state.people.size(); ++row) {
    const Answered answer = answered(views, seat_of(std::string(state.person_ids.text(row))));
    const auto person = answer.body().getSeatOf();
    const rules::Row seat = state.people[row].seat;
    EXPECT_EQ(person.hasCommunitySeat(), seat != rules::kNone);
    if (seat == rules::kNone) continue;
    EXPECT_EQ(person.getCommunitySeat().getSeat(), seat + 1);
    EXPECT_EQ(person.getCommunitySeat().getReleaseAt() != 0,
              state.seats[seat].phase == rules::communities::SeatPhase::ReleaseScheduled);
  }
}

class AsOf : public testing::TestWithParam<std::uint64_t> {};

TEST_P(AsOf, TheViewsSayWhatTheRulesHold) {
  rules::State state;
  DerivedViews derived;
  std::set<std::string_view> kinds;
  Comparison::Contributions contributions;
  // After whole groups: between the events of one command both tell half of a story, not always the same
  // half.
  for (const log::Group& group : random_history(GetParam(), kSteps)) {
    derived.apply(group);
    Instant at;
    for (const log::Group& single : one_by_one({group})) {
      const RecordedEvent event = decode(single.slices[0].bytes).value();
      rules::evolve(state, event.body, event.envelope);
      if (const auto* body = std::get_if<seats::Event>(&event.body))
        if (const auto* e = std::get_if<seats::ContributionRecorded>(body))
          contributions[e->course.value].insert(e->artefact);
      at = event.envelope.effective_at;
      kinds.insert(type_name(event.body));
    }
    Comparison comparison(state.seats, *derived.store, at, contributions);
    compare_communities(state.communities, *derived.store);
    comparison.previews();
    comparison.campuses();
    comparison.courses();
    comparison.people();
    comparison.members();
    ASSERT_FALSE(HasFailure()) << "after group " << group.number;
  }
  EXPECT_GE(kinds.size(), 40U) << "the history moves too little to prove anything";
}

// INV-15
TEST_P(AsOf, EveryPositionIsTheEndOfTheLogUpToIt) {
  const std::vector<log::Group> events = one_by_one(random_history(GetParam(), kSteps));
  const DerivedViews whole(events);
  const std::vector<Ask> questions = all_questions();
  DerivedViews growing;
  std::set<std::string> different;
  for (const log::Group& group : events) {
    growing.apply(group);
    const Position position = group.slices[0].first;
    for (std::size_t i = 0; i < questions.size(); ++i) {
      const std::string then = words_of(ask(*growing.store, questions[i]));
      ASSERT_EQ(words_of(ask(*whole.store, as_of(position, questions[i]))), then)
          << "question " << i << " at position " << position;
      different.insert(then);
    }
  }
  EXPECT_GT(different.size(), 20 * questions.size()) << "the history moves too little to prove anything";
}

TEST_P(AsOf, ADatabaseAnswersLikeMemoryHoweverTheEventsWereGrouped) {
  const std::vector<log::Group> groups = random_history(GetParam(), kSteps);
  const DerivedViews memory(one_by_one(groups));
  const TemporaryDirectory directory;
  const auto database =
      views::open_rocksdb_view_store(directory.path() / "views", views::Access::ReadWrite).value();
  views::Runner runner(*database.store, views::all_projections());
  for (const log::Group& group : groups) ASSERT_TRUE(runner.apply(group));
  auto stored = entries_of(*database.store);
  auto derived = entries_of(*memory.store);
  // The first entry is the checkpoint, which counts groups.
  EXPECT_TRUE(std::equal(stored.begin() + 1, stored.end(), derived.begin() + 1, derived.end()));
  const Position head = memory.store->tenant(TenantId("t")).value().position;
  for (Position position = 0; position <= head; position += 7)
    for (const Ask& question : all_questions())
      ASSERT_EQ(words_of(ask(*database.store, as_of(position, question))),
                words_of(ask(*memory.store, as_of(position, question))));
}

INSTANTIATE_TEST_SUITE_P(Seeds, AsOf, testing::Values(1, 2, 3));

}  // namespace
}  // namespace kontor::test
