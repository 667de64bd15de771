#pragma once
// The rules of campus seats and course seats once more, naively: maps, vectors and full scans, written from
// the domain's decisions and sharing no code with engine/rules. It judges the rules; nothing judges it but
// them.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/rules/seats/commands.h"
#include "events/core/actor.h"
#include "events/reasons.h"
#include "tests/simulation/facts.h"
#include "tests/simulation/zone.h"

namespace kontor::simulation {

class SeatsModel {
 public:
  /// nullopt: accepted, and everything it leads to has happened. Requires that all timers until `now` have
  /// fired.
  using Answer = std::optional<Reason>;
  [[nodiscard]] Answer decide(const rules::seats::Command& command, const Actor& actor, Instant now);

  [[nodiscard]] std::optional<Instant> next_due() const;
  /// Fires the earliest timer; returns when that took effect.
  Instant fire_one();

  [[nodiscard]] Counts counts() const;

  // What the generator looks at, so that most of what it makes up is plausible.
  enum class Phase : std::uint8_t { Planned, Running, Inactive };
  enum class PeriodPhase : std::uint8_t { Planned, Active, Pending, Past };
  struct Period {
    std::string name;
    PeriodPhase phase = PeriodPhase::Planned;
    Instant from;
    Instant to;
    std::vector<std::pair<Instant, std::uint32_t>> sizes;  // in the order of their instants
    std::vector<rules::seats::PriceTier> tiers;
    rules::seats::Rounding rounding = rules::seats::Rounding::Started;
  };
  struct Campus {
    rules::seats::CampusKind kind = rules::seats::CampusKind::Flat;
    Zone zone = Zone::Berlin;
    bool both_types = false;
    std::optional<Currency> currency{};
    std::vector<Period> periods{};
    std::optional<std::size_t> active{};  // index of the newest activated period
  };
  struct Price {
    std::int64_t unit = 0;
    rules::seats::Rounding rounding = rules::seats::Rounding::Started;
  };
  struct CourseSeat {  // reserved or running
    std::string person;
    bool running = false;
    Instant start{};
    Instant next_block_at{};
    std::vector<std::optional<Price>> blocks{};
  };
  struct Course {
    std::string campus;
    Phase phase = Phase::Planned;
    std::uint32_t run = 1;
    Instant start;
    Instant end;
    bool course_seats_allowed = false;
    std::optional<std::uint32_t> campus_seats_max;
    std::optional<std::uint32_t> course_seats_max;
    std::vector<CourseSeat> seats;
    std::uint64_t blocks_started = 0;
    std::map<std::uint32_t, RunCount> runs;
    std::map<std::uint32_t, Settlement> settlements;
  };
  enum class MemberPhase : std::uint8_t { Joined, Unseated, Ended };
  struct Member {  // the newest membership of a person in a course
    MemberPhase phase = MemberPhase::Joined;
    rules::seats::SeatType carried_by = rules::seats::SeatType::Campus;
    rules::seats::MemberRole role = rules::seats::MemberRole::Participant;
    std::uint32_t run = 0;
    std::uint64_t order = 0;  // of invitations
  };
  struct CampusSeat {
    std::string campus;
    std::string course;  // that it is attributed to
  };

  [[nodiscard]] const std::map<std::string, Campus>& campuses() const { return campuses_; }
  [[nodiscard]] const std::map<std::string, Course>& courses() const { return courses_; }
  using MemberKey = std::pair<std::string, std::string>;  // course, person
  [[nodiscard]] const std::map<MemberKey, Member>& members() const { return members_; }

 private:
  Answer on(const rules::seats::OpenCampus& c, const Actor& actor, Instant now);
  Answer on(const rules::seats::BookFlat& c, const Actor& actor, Instant now);
  Answer on(const rules::seats::ResizeFlat& c, const Actor& actor, Instant now);
  Answer on(const rules::seats::ActivateBookingPeriod& c, const Actor& actor, Instant now);
  Answer on(const rules::seats::EnableBothSeatTypes& c, const Actor& actor, Instant now);
  Answer on(const rules::seats::CreateCourse& c, const Actor& actor, Instant now);
  Answer on(const rules::seats::EditCourse& c, const Actor& actor, Instant now);
  Answer on(const rules::seats::SetCourseSeatLimits& c, const Actor& actor, Instant now);
  Answer on(const rules::seats::InviteToCourse& c, const Actor& actor, Instant now);
  Answer on(const rules::seats::AddCampusSeat& c, const Actor& actor, Instant now);
  Answer on(const rules::seats::EndCourseMembership& c, const Actor& actor, Instant now);
  Answer on(const rules::seats::EndCourseRun& c, const Actor& actor, Instant now);
  Answer on(const rules::seats::SettleCourse& c, const Actor& actor, Instant now);
  Answer on(const rules::seats::ReactivateCourse& c, const Actor& actor, Instant now);
  Answer on(const rules::seats::TransferSeat& c, const Actor& actor, Instant now);
  Answer on(const rules::seats::RecordContribution& c, const Actor& actor, Instant now);
  Answer on(const rules::seats::CorrectSeat& c, const Actor& actor, Instant now);
  Answer on(const rules::seats::ChangeRole& c, const Actor& actor, Instant now);

  /// A block exists only if its start lies strictly before the end of its seat (TB1): it comes after all else
  /// that happens at its instant, and is due once that instant is over.
  struct Timer {
    Instant effective_at;
    bool block = false;
    std::string stream;
    int kind = 0;  // activation, run start, run end
    std::string name;
    std::size_t index = 0;
    [[nodiscard]] Instant due() const { return {effective_at.ns + (block ? 1 : 0)}; }
    friend auto operator<=>(const Timer&, const Timer&) = default;
  };
  [[nodiscard]] std::optional<Timer> next_timer() const;

  [[nodiscard]] static const Period* in_force(const Campus& campus, Instant at);
  [[nodiscard]] static std::uint32_t size_at(const Period& period, Instant at);
  [[nodiscard]] static std::uint32_t smallest_from(const Period& period, Instant at);
  [[nodiscard]] static std::optional<Price> price_at(const Campus& campus, Instant at);
  [[nodiscard]] static std::optional<Reason> bad_prices(const Campus& campus,
                                                        const rules::seats::BookFlat& c);
  [[nodiscard]] static std::optional<Reason> no_course_seats(const Campus& campus);

  [[nodiscard]] Period* find_period(const CampusId& campus, const PeriodId& period);
  [[nodiscard]] Member* active_member(const std::string& course, const std::string& person);
  [[nodiscard]] std::uint32_t seats_in_use(const std::string& campus) const;
  [[nodiscard]] std::uint32_t seats_attributed(const std::string& course) const;
  [[nodiscard]] bool carries(const MemberKey& key, const Member& member, const std::string& campus,
                             Instant now) const;
  [[nodiscard]] std::optional<std::string> carrying_course(const std::string& person,
                                                           const std::string& campus,
                                                           const std::string& preferred,
                                                           const std::string& except, Instant now) const;
  [[nodiscard]] std::map<std::string, std::optional<std::string>> rollover_of(const std::string& campus,
                                                                              Instant now) const;

  void activate(const std::string& campus, std::size_t period, Instant now);
  void activate_or_wait(const std::string& campus, std::size_t period, Instant now);
  void release(const std::string& person, Instant now);
  void give_back(const std::string& course, const std::string& person, Instant now);
  void start_seat(Course& course, CourseSeat& seat, Instant at);
  void start_block(Course& course, CourseSeat& seat, Instant at);
  void end_seat(Course& course, std::size_t index, Instant at);
  void start_run(Course& course, Instant at);
  void end_run(const std::string& id, Instant at);
  [[nodiscard]] std::optional<Reason> no_campus_seat(const Course& course, const std::string& id,
                                                     Instant now) const;
  void grant_campus_seat(const Course& course, const std::string& id, const std::string& person);
  void grant_course_seat(Course& course, const std::string& person, Instant now);

  std::map<std::string, Campus> campuses_;
  std::map<std::string, Course> courses_;
  std::map<MemberKey, Member> members_;
  std::map<std::string, CampusSeat> campus_seats_;  // by person: at most one each (I2)
  std::uint64_t invitations_ = 0;
};

}  // namespace kontor::simulation
