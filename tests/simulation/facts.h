#pragma once
// What can be counted by looking at recorded events alone, without any rule: the second witness beside the
// model. Also holds every event to its place: position, version, time.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "events/envelope.h"

namespace kontor::simulation {

/// Sums over the course seats of one run of a course.
struct RunCount {
  std::uint32_t seats = 0;  // started and ended
  std::uint64_t blocks = 0;
  std::uint64_t billed_blocks = 0;
  std::uint64_t unpriced_blocks = 0;
  std::int64_t amount = 0;

  friend bool operator==(const RunCount&, const RunCount&) = default;
};

enum class Settlement : std::uint8_t { None, Open, Settled };

struct CourseCount {
  std::uint32_t campus_seats = 0;  // campus seats that are attributed to this course
  std::uint32_t course_seats = 0;  // reserved or running
  std::uint32_t members = 0;       // joined: neither ended nor unseated
  std::uint64_t blocks_started = 0;
  std::map<std::uint32_t, RunCount> runs;  // that had a course seat which ended, or are over
  std::map<std::uint32_t, Settlement> settlements;

  friend bool operator==(const CourseCount&, const CourseCount&) = default;
};

/// Model and facts must agree on all of this.
struct Counts {
  std::map<std::string, std::uint32_t> campus_seats;  // in use, by campus
  std::map<std::string, CourseCount> courses;

  friend bool operator==(const Counts&, const Counts&) = default;
};

/// The first difference in words, empty when there is none.
[[nodiscard]] std::string difference(const Counts& model, const Counts& facts);

/// One tenant's events, counted one by one.
class Facts {
 public:
  /// The complaint when the event is not the next of its tenant and stream, or makes no sense; empty if fine.
  [[nodiscard]] std::string take(const RecordedEvent& event);

  [[nodiscard]] Position last() const { return last_; }
  [[nodiscard]] Instant timeline_at() const { return timeline_at_; }
  [[nodiscard]] Version version_of(const std::string& stream) const;
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  struct CourseSeat {
    std::uint32_t run = 0;
    bool started = false;
    std::uint32_t blocks = 0;
    std::int64_t amount = 0;
  };
  struct CampusSeat {
    std::string person;
    std::string course;
  };

  void count(const tenancy::Event& event);
  void count(const seats::Event& event);
  void count(const auto&) {}  // of domains this simulation sends no commands of

  void on(const seats::CampusOpened& e) { counts_.campus_seats[e.campus.value]; }
  void on(const seats::CourseCreated& e) { counts_.courses[e.course.value]; }
  void on(const seats::CampusSeatGranted& e);
  void on(const seats::CampusSeatCarriedOver& e);
  void on(const seats::CampusSeatReleased& e);
  void on(const seats::CampusSeatReattributed& e);
  void on(const seats::CourseMemberInvited& e);
  void on(const seats::CourseMembershipEnded& e);
  void on(const seats::MembershipUnseated& e);
  void on(const seats::CourseMembershipResumed& e);
  void on(const seats::CourseSeatReserved& e);
  void on(const seats::CourseSeatStarted& e);
  void on(const seats::CourseSeatBlockStarted& e);
  void on(const seats::CourseSeatEnded& e);
  void on(const seats::CourseSeatCancelledBeforeStart& e);
  void on(const seats::CourseSettlementOpened& e);
  void on(const seats::CourseSettled& e);
  void on(const seats::CourseReactivated& e) { run_of_[e.course.value] = e.run; }
  void on(const auto&) {}

  void require(bool holds, const char* what);
  void join(const CourseId& course, const PersonId& person);
  void leave(const CourseId& course, const PersonId& person);
  [[nodiscard]] std::uint32_t run_of(const std::string& course) const;
  CourseSeat& seat(const CourseId& course, std::uint32_t number);

  Position last_ = 0;
  Instant timeline_at_;
  Instant recorded_at_;
  std::map<std::string, Version> versions_;
  Counts counts_;
  std::map<std::string, std::uint32_t> run_of_;
  std::map<std::uint32_t, CampusSeat> campus_seats_;  // active ones
  std::map<std::string, std::uint32_t> seat_of_;      // person → active campus seat
  std::map<std::pair<std::string, std::uint32_t>, CourseSeat> course_seats_;
  std::set<std::pair<std::string, std::string>> members_;  // course, person
  std::string complaint_;
};

}  // namespace kontor::simulation
