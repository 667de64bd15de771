#pragma once
// Everything the model knows of one tenant, as lists of things; and a draft, in which one decision's events
// happen one after the other. Copied freely. One thread each.

#include <optional>
#include <vector>

#include "engine/rules/catalog.h"
#include "events/envelope.h"
#include "tests/model/access.h"
#include "tests/model/billing.h"
#include "tests/model/communities.h"
#include "tests/model/credits.h"
#include "tests/model/effects.h"
#include "tests/model/people.h"
#include "tests/model/seats.h"

namespace kontor::model {

struct World {
  std::optional<tenancy::Timeline> timeline;  // none: no such tenant
  Instant created;
  tenancy::TenantPlanChanged plan;
  Seats seats;
  People people;
  Effects effects;
  Access access;
  Credits credits;
  Communities communities;
  Billing billing;

  void take(const Event& event, Instant effective_at, Position position, Instant recorded_at = {});
};

/// None: accepted.
using No = std::optional<Reason>;

class Draft {
 public:
  Draft(const World& before, Instant present, Instant effective_at, Position last)
      : world(before), now(present), at(effective_at), last_(last) {}

  void add(Event event) {
    world.take(event, at, ++last_);
    events.push_back(std::move(event));
  }
  [[nodiscard]] Position last() const { return last_; }
  /// All is decided: what is to be reported at the end.
  void finish() {
    if (unpriced)
      add(Event(effects::Event(
          effects::AlertRequested{effects::AlertKind::PriceTierMissing, "course/" + unpriced->value, {}})));
  }

  World world;  // as it is once the events so far have happened
  Instant now;
  Instant at;
  Actor actor;
  rules::Entropy entropy{};
  std::optional<CourseId> unpriced;  // the first block without a price of a course has started
  std::vector<Event> events;

 private:
  Position last_;
};

/// Decides a command; events of an accepted one are in the draft.
[[nodiscard]] No decide(Draft& draft, const rules::Command& command);
[[nodiscard]] No decide(Draft& draft, const rules::tenancy::Command& command);
[[nodiscard]] No decide(Draft& draft, const rules::seats::Command& command);
[[nodiscard]] No decide(Draft& draft, const rules::people::Command& command);
[[nodiscard]] No decide(Draft& draft, const rules::effects::Command& command);
[[nodiscard]] No decide(Draft& draft, const rules::access::Command& command);
[[nodiscard]] No decide(Draft& draft, const rules::credits::Command& command);
[[nodiscard]] No decide(Draft& draft, const rules::communities::Command& command);
[[nodiscard]] No decide(Draft& draft, const rules::billing::Command& command);

/// Whether the command may be true since draft.at, if that is before now (DOMAIN 1.2).
[[nodiscard]] No back_dating_refused(const Draft& draft, const rules::Command& command);

/// Something due: at `due`, true since `at`. Of those due together the one true earlier comes first, then the
/// order of names of streams.
struct Due {
  Instant due;
  Instant at;
  std::string stream;
  enum class What { StartRun, EndRun, Block, Activate, ExpireReservation, ReleaseCommunitySeat, Seal };
  What what = What::StartRun;
  std::size_t row = 0;  // in the list of the things it is about
};
/// Everything that will happen by itself, in no order.
void collect_due(const World& world, std::vector<Due>& due);
void collect_due(const Seats& seats, std::vector<Due>& due);
void collect_due(const Credits& credits, std::vector<Due>& due);
void collect_due(const Communities& communities, std::vector<Due>& due);
void collect_seals(const World& world, std::vector<Due>& due);
[[nodiscard]] std::optional<Due> next_due(const World& world);
void happen(Draft& draft, const Due& due);
void happen_to_seats(Draft& draft, const Due& due);
void expire_reservation(Draft& draft, std::size_t row);
void release_community_seat(Draft& draft, std::size_t row);
void seal_period(Draft& draft, std::size_t row);

/// The stream whose version a command's expected version means.
[[nodiscard]] std::string stream_named_by(const rules::Command& command);

// Parts that several commands share.
[[nodiscard]] bool held_by_a_run(const Billing& billing, const CourseId& course, std::uint32_t run);
[[nodiscard]] bool held_by_a_run(const Billing& billing, const OrderId& order);
void start_run(Draft& draft, const CourseId& course);
void end_run(Draft& draft, const CourseId& course, seats::RunEndCause cause);
/// False when more seats would be carried over than fit; `needed` says how many.
[[nodiscard]] bool activate(Draft& draft, const CampusId& campus, const PeriodId& period,
                            std::uint32_t& needed);
[[nodiscard]] No correct_seat(Draft& draft, const rules::seats::CorrectSeat& command);
void pend(Draft& draft, const seats::BookingPeriodPending& pending);
void start_block(Draft& draft, const CourseId& course, seats::SeatNumber seat, Instant starts_at);
void start_seat(Draft& draft, const CourseId& course, seats::SeatNumber seat, const PersonId& person);
void end_seat(Draft& draft, const CourseId& course, seats::SeatNumber seat);
void give_back_package_seat(Draft& draft, const CampusSeat& seat, seats::ReleaseCause cause,
                            const CourseId& left);
[[nodiscard]] seats::SeatNumber next_course_seat(const Seats& seats, const CourseId& course);

}  // namespace kontor::model
