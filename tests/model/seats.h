#pragma once
// What the model knows of campuses, courses and their seats: lists of things, nothing counted. Every question
// is answered by going through the lists. Written from the domain's decisions, not from the rules.

#include <optional>
#include <string>
#include <vector>

#include "engine/rules/seats/commands.h"
#include "events/core/actor.h"
#include "events/seats.h"
#include "projections/queries.capnp.h"

namespace kontor::model {

struct Size {
  Instant from;
  std::uint32_t size = 0;
};
struct Period {
  CampusId campus;
  seats::FlatBooked booked;
  std::vector<Size> sizes;  // as they were set; the one with the latest beginning counts
  bool activated = false;
  bool pending = false;
};
struct Campus {
  seats::CampusOpened opened;
  seats::SeatTypeOption option = seats::SeatTypeOption::CampusSeatsOnly;
  PeriodId active;
};
struct CampusSeat {
  seats::SeatNumber number = 0;
  CampusId campus;
  PersonId person;
  CourseId course;  // attributed to
  PeriodId period;
  Position granted = 0;
  Position released = 0;
  Instant since;
  bool active = true;
};
enum class CourseState { Planned, Running, Ended, Settled };
struct Course {
  CourseId id;
  CampusId campus;
  Instant start;
  Instant end;
  seats::CourseSeatTypes types = seats::CourseSeatTypes::CampusOnly;
  std::optional<std::uint32_t> campus_limit;
  std::optional<std::uint32_t> course_limit;
  seats::RunNumber run = 1;
  CourseState state = CourseState::Planned;
};
enum class MemberState { Active, ReadOnly, Unseated, Ended };
struct Member {
  CourseId course;
  PersonId person;
  seats::MemberRole role = seats::MemberRole::Participant;
  seats::SeatType carrier = seats::SeatType::Campus;
  seats::RunNumber run = 1;
  Position invited = 0;
  Instant since;
  std::optional<Instant> until;
  MemberState state = MemberState::Active;
  bool carried = true;  // by a seat, until that was released
};
enum class SeatState { Reserved, Active, Ended, Cancelled };
struct Block {
  seats::CourseSeatBlockStarted started;
  Position position = 0;
  std::optional<seats::BlockPrice> price;  // from its beginning, or by a correction
  bool taken_back = false;
};
struct CourseSeat {
  CourseId course;
  seats::SeatNumber number = 0;
  PersonId person;
  seats::RunNumber run = 1;
  SeatState state = SeatState::Reserved;
  std::vector<Position> granted;  // its reservation and its start
  Instant since;                  // its reservation, or its start if that came first
  Instant started;
  std::vector<Block> blocks;
  seats::CourseSeatEnded ended;       // as corrected until the run was settled
  std::int64_t corrected_blocks = 0;  // since then
  std::int64_t corrected_amount = 0;
};
struct Run {
  CourseId course;
  seats::RunNumber run = 0;
  bool settled = false;
  Position settled_at = 0;
  seats::CourseSettlementOpened sums;
};
struct Home {
  PersonId person;
  CampusId campus;
};

struct Seats {
  std::vector<Campus> campuses;
  std::vector<Period> periods;
  std::vector<CampusSeat> campus_seats;
  std::vector<Course> courses;
  std::vector<Member> members;  // in the order in which they joined
  std::vector<CourseSeat> course_seats;
  std::vector<Run> runs;  // that have ended
  std::vector<Home> homes;
  std::vector<seats::ContributionRecorded> contributions;

  void take(const seats::Event& event, Position position, Instant at);

  [[nodiscard]] const Campus* campus(const CampusId& id) const;
  [[nodiscard]] const Course* course(const CourseId& id) const;
  [[nodiscard]] const Period* period(const CampusId& campus, const PeriodId& id) const;
  /// That of its first price list; XXX before.
  [[nodiscard]] Currency currency(const CampusId& campus) const;
  /// The activated period, if it is not over.
  [[nodiscard]] const Period* in_force(const CampusId& campus, Instant at) const;
  [[nodiscard]] static std::uint32_t size_at(const Period& period, Instant at);
  /// The smallest size from `at` to the period's end.
  [[nodiscard]] static std::uint32_t capacity(const Period& period, Instant at);
  [[nodiscard]] std::uint32_t used(const CampusId& campus) const;
  [[nodiscard]] std::uint32_t granted_in(const CourseId& course) const;
  [[nodiscard]] std::uint32_t course_seats_in(const CourseId& course) const;
  /// Whether a block will be or is on the bill: the last one of a seat that has ended may be unfinished.
  [[nodiscard]] static bool counts(const CourseSeat& seat, const Block& block);
  [[nodiscard]] const CampusSeat* held_by(const PersonId& person) const;
  [[nodiscard]] const CourseSeat* live_seat(const CourseId& course, const PersonId& person) const;
  /// The newest membership, whatever became of it.
  [[nodiscard]] const Member* newest(const CourseId& course, const PersonId& person) const;
  [[nodiscard]] bool active_member(const CourseId& course, const PersonId& person) const;
  /// The course a campus seat may be attributed to from `at` on: one of its campus that goes on, of which the
  /// holder is an active member; the present one before the one joined first.
  [[nodiscard]] const Course* living_course(const CampusSeat& seat, Instant at, const CourseId* except) const;
};

}  // namespace kontor::model
