#pragma once
// What is known of a tenant's campuses, courses, people and seats. Flat rows; relations are row numbers;
// lists run through the rows in the order of the log. Rows are never erased: what has ended says so in its
// phase. Owned by the writer's thread. `..._at` fields are positions of the events that matter, for refusals
// to point at.

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

#include "engine/rules/journal.h"
#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/money.h"
#include "events/seats.h"

namespace kontor::rules::seats {

using kontor::seats::CampusKind;
using kontor::seats::CourseSeatTypes;
using kontor::seats::MemberRole;
using kontor::seats::Rounding;
using kontor::seats::RunNumber;
using kontor::seats::SeatNumber;
using kontor::seats::SeatType;
using kontor::seats::SeatTypeOption;

struct Campus {
  Row stream = kNone;     // State::streams
  Row time_zone = kNone;  // State::names
  CampusKind kind = CampusKind::Flat;
  SeatTypeOption option = SeatTypeOption::CampusSeatsOnly;
  Currency currency = kNoCurrency;  // of all its bookings
  Row first_period = kNone;         // by time of booking
  Row last_period = kNone;
  Row active_period = kNone;   // the newest activated one; it may be over, see Period::to
  Row pending_period = kNone;  // waiting for an operator since its contingent is too small (TB8)
  Row first_seat = kNone;      // active campus seats, by number
  Row last_seat = kNone;
  std::uint32_t seats_used = 0;
  Position opened_at = 0;
  Position option_at = 0;
};

enum class PeriodPhase : std::uint8_t { Planned, Active, Pending, Past };

struct Period {
  Row campus = kNone;
  Row name = kNone;  // State::names
  PeriodPhase phase = PeriodPhase::Planned;
  Rounding rounding = Rounding::Started;
  Instant from{};
  Instant to{};
  Row first_tier = kNone;  // tier_count rows from here, by rising size
  std::uint32_t tier_count = 0;
  Row first_size = kNone;  // size changes by rising instant; the first one is the booking
  Row next = kNone;        // of the campus
  Position booked_at = 0;
  Position phase_at = 0;  // activated or found pending
};

/// From `from` on the flat has this size.
struct SizeChange {
  Instant from{};
  std::uint32_t size = 0;
  Row next = kNone;
  Position changed_at = 0;
};

enum class CoursePhase : std::uint8_t { Planned, Running, Inactive };
enum class SettlementPhase : std::uint8_t { None, Open, Settled };

/// Sums over the course seats of one run that have ended.
struct RunTotals {
  std::uint32_t seats = 0;
  std::uint64_t blocks = 0;
  std::uint64_t billed_blocks = 0;
  std::uint64_t unpriced_blocks = 0;
  MinorUnits amount{};
};

struct Course {
  Row stream = kNone;  // State::streams
  Row campus = kNone;
  CoursePhase phase = CoursePhase::Planned;
  SettlementPhase settlement = SettlementPhase::None;
  CourseSeatTypes seat_types = CourseSeatTypes::CampusOnly;
  RunNumber run = 1;
  Instant start{};
  Instant end;
  std::optional<std::uint32_t> campus_seats_max{};
  std::optional<std::uint32_t> course_seats_max{};
  std::uint32_t campus_seats = 0;  // active campus seats attributed to this course
  std::uint32_t course_seats = 0;  // reserved or running
  std::uint32_t course_seats_ever = 0;
  std::uint32_t unpriced_blocks = 0;  // of all runs, that wait for a price
  Row first_member = kNone;           // memberships by time of invitation
  Row last_member = kNone;
  Row first_seat = kNone;  // course seats by number
  Row last_seat = kNone;
  Row first_seat_of_run = kNone;
  RunTotals totals{};
  Position created_at = 0;
  Position seat_types_at = 0;
  Position limits_at = 0;
  Position phase_at = 0;  // run started, ended, or course reactivated
  Position settlement_at = 0;
};

struct Person {
  Row campus_seat = kNone;  // the active one; a person holds at most one in the tenant (I2)
  Row home_campus = kNone;
  Row first_membership = kNone;  // by time of invitation
  Row last_membership = kNone;
};

enum class MembershipPhase : std::uint8_t {
  Joined,    // active while the course has not ended this run (see `member_of_run`), read-only afterwards
  Unseated,  // read-only: the campus seat that carried it was released at home (B5)
  Ended,
};

struct Membership {
  Row course = kNone;
  Row person = kNone;
  MemberRole role = MemberRole::Participant;
  SeatType carried_by = SeatType::Campus;
  MembershipPhase phase = MembershipPhase::Joined;
  RunNumber run = 0;        // the run it belongs to
  Row course_seat = kNone;  // the newest one, if there ever was one
  Row next_in_course = kNone;
  Row next_of_person = kNone;
  Position changed_at = 0;
};

enum class CampusSeatPhase : std::uint8_t { Active, Released };

/// Row r is seat number r + 1.
struct CampusSeat {
  Row campus = kNone;
  Row person = kNone;
  Row granting_course = kNone;
  Row period = kNone;  // granted in or carried into
  CampusSeatPhase phase = CampusSeatPhase::Active;
  Row previous = kNone;  // active seats of the campus
  Row next = kNone;
  Position changed_at = 0;
  Position granted_at = 0;
  Instant granted_effective{};
};

enum class CourseSeatPhase : std::uint8_t { Reserved, Running, Ended, Cancelled };

struct CourseSeat {
  Row course = kNone;
  Row person = kNone;
  SeatNumber number = 0;
  CourseSeatPhase phase = CourseSeatPhase::Reserved;
  RunNumber run = 0;
  Instant start{};
  Instant next_block_at{};
  std::uint32_t blocks = 0;    // started
  std::uint32_t voided = 0;    // of them, taken back by a correction
  std::uint32_t unpriced = 0;  // of those that are left, without a price
  MinorUnits amount{};         // of those that are left
  Row last_block = kNone;
  // The newest block decides alone what rounding takes away.
  MinorUnits last_price{};
  bool last_priced = false;
  Rounding last_rounding = Rounding::Started;
  // Written when it ends; corrected until the run is settled.
  bool last_finished = false;  // the newest block was over
  std::uint32_t billed_blocks = 0;
  std::uint32_t billed_unpriced = 0;
  MinorUnits billed_amount{};
  Row next = kNone;  // of the course
  Position changed_at = 0;
  Position granted_at = 0;
  Instant granted_effective{};
};

/// One started block of a course seat, for corrections. In the order of the log.
struct Block {
  Row seat = kNone;
  Row previous = kNone;  // of the seat
  std::uint32_t number = 0;
  bool priced = false;
  bool voided = false;
  MinorUnits unit_price{};
  Instant starts_at{};
  Position started_at = 0;
};

/// In the order in which they fire when due at the same instant in the same stream.
enum class TimerKind : std::uint8_t { PeriodActivation, RunStart, RunEnd, Block };

/// By due time, then by effective time (so that effective time never goes back), then by stream (TB7).
struct TimerKey {
  Instant due;
  Instant effective_at;
  std::string_view stream;
  TimerKind kind = TimerKind::Block;
  Row row = kNone;  // a period, a course or a course seat

  friend auto operator<=>(const TimerKey&, const TimerKey&) = default;
};

/// Two rows as one key.
[[nodiscard]] constexpr std::uint64_t pair_key(Row first, Row second) {
  return static_cast<std::uint64_t>(first) << 32 | second;
}

struct State {
  explicit State(Journal& journal)
      : names(journal),
        streams(journal),
        campus_ids(journal),
        course_ids(journal),
        person_ids(journal),
        campuses(journal),
        periods(journal),
        sizes(journal),
        tiers(journal),
        courses(journal),
        people(journal),
        memberships(journal),
        campus_seats(journal),
        course_seats(journal),
        blocks(journal),
        period_of(journal),
        membership_of(journal),
        timers(journal) {}

  Interner names;    // of periods and time zones
  Interner streams;  // stream texts that timers are ordered by
  // The number of an id is also the number of its row.
  Interner campus_ids;
  Interner course_ids;
  Interner person_ids;
  Table<Campus> campuses;
  Table<Period> periods;
  Table<SizeChange> sizes;
  Table<kontor::seats::PriceTier> tiers;
  Table<Course> courses;
  Table<Person> people;
  Table<Membership> memberships;
  Table<CampusSeat> campus_seats;
  Table<CourseSeat> course_seats;
  Table<Block> blocks;
  Index<std::uint64_t, Row> period_of;      // (campus, name)
  Index<std::uint64_t, Row> membership_of;  // (course, person) → the newest membership
  OrderedSet<TimerKey> timers;

  /// All of it, in the order in which a snapshot holds it.
  static auto containers(auto& self) {
    return std::tie(self.names, self.streams, self.campus_ids, self.course_ids, self.person_ids,
                    self.campuses, self.periods, self.sizes, self.tiers, self.courses, self.people,
                    self.memberships, self.campus_seats, self.course_seats, self.blocks, self.period_of,
                    self.membership_of, self.timers);
  }
  /// Where the timers' texts lie.
  static const Interner& timer_texts(const State& self) { return self.streams; }
};

}  // namespace kontor::rules::seats
