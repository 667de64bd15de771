#pragma once
// What the model knows of billing: every line there ever was, and what became of it (DOMAIN 7).

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/rules/billing/commands.h"
#include "events/billing.h"
#include "events/envelope.h"

namespace kontor::model {

struct World;

/// In the order in which lines of a run are listed.
enum class LineKind { AccessOrder, AccessTopUp, FlatContract, CommunityPool, CourseSeat, CreditOrder };
enum class LineState { Open, InRun, Done };
struct Line {
  LineKind kind = LineKind::AccessOrder;
  std::string entity;     // what is charged
  std::string of;         // the order, group or course that it belongs to
  std::uint32_t run = 0;  // of the course
  Position position = 0;  // of the event that made it billable
  std::uint32_t number = 0;
  Instant at;
  std::string person;
  std::string corrects;
  std::vector<std::pair<std::int64_t, std::int64_t>> parts;  // quantity, price
  std::int64_t unpriced = 0;
  std::int64_t amount = 0;
  Currency currency;
  std::vector<Position> positions;
  LineState state = LineState::Open;
  BillingRunId held;

  [[nodiscard]] std::string id() const;
};
/// What a course seat comes to so far.
struct SeatLine {
  CourseId course;
  Line line;
};
struct CourseRunDue {
  CourseId course;
  std::uint32_t run = 0;
  Instant at;
  Position position = 0;
  LineState state = LineState::Open;
  BillingRunId held;
};
struct BillingRun {
  billing::BillingRunOpened opened;
  std::vector<Line> lines;             // as they were when it was opened
  std::vector<CourseRunDue> left_out;  // course runs that had ended by then and are in no run
  Position position = 0;
  Instant at;
  bool closed = false;
  bool abandoned = false;
  Position ended = 0;
  Instant ended_at;
  std::string invoice_ref;
  std::string reason;
};

struct Billing {
  std::vector<Line> lines;  // in the order in which they came up
  std::vector<SeatLine> seats;
  std::vector<CourseRunDue> course_runs;  // that have ended
  std::vector<BillingRun> runs;
  std::vector<std::pair<std::string, Position>> placed;  // orders
  Instant sealed;

  /// Watches the events of all domains; `before` is the world without the event.
  void take(const World& before, const Event& event, Position position, Instant at);

  [[nodiscard]] const BillingRun* run(const BillingRunId& id) const;
  /// What a run takes if it is opened now, in the order of its statement.
  [[nodiscard]] std::vector<Line> takes(billing::Scope scope, Instant cutoff) const;
  [[nodiscard]] std::vector<CourseRunDue> takes_runs(billing::Scope scope, Instant cutoff) const;
  /// Corrections of a course run that are not settled with it.
  [[nodiscard]] std::vector<Line> settled_apart(const CourseId& course, std::uint32_t run) const;
};

/// The hash as README.md of engine/rules/billing says.
[[nodiscard]] Digest hash_of(const std::vector<Line>& lines);

}  // namespace kontor::model
