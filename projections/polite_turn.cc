#include "projections/polite_turn.h"

#include <utility>

namespace kontor::views {

void PoliteTurn::handed_over(Time now, Following following) {
  if (!waiting_since_) waiting_since_ = now;
  const bool late = now - *waiting_since_ > kPatience;
  if (late) insists_until_ = now + kInsisting;
  if (late || following == Following::Behind) take(Turn::Usual);
}

void PoliteTurn::step_begins(Time now, Following following) {
  const bool insists = insists_until_ && now < *insists_until_;
  take(following == Following::Closely && !insists ? Turn::OthersFirst : Turn::Usual);
}

void PoliteTurn::step_ended(Time now, std::size_t waiting) {
  waiting_since_ = waiting == 0 ? std::nullopt : std::optional(now);
}

void PoliteTurn::take(Turn turn) {
  if (std::exchange(turn_, turn) != turn) ask_(turn);
}

}  // namespace kontor::views
