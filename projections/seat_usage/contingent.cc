#include "projections/seat_usage/contingent.h"

#include <algorithm>
#include <limits>

namespace kontor::views {

Contingent contingent_of(wire::PeriodCard::Reader period, Instant at) {
  Contingent found{period, 0, 0};
  std::int64_t newest = 0;
  std::uint64_t smallest_later = std::numeric_limits<std::uint64_t>::max();
  for (const wire::SizeFrom::Reader change : period.getSizes()) {
    if (change.getFrom() > at.ns) {
      smallest_later = std::min<std::uint64_t>(smallest_later, change.getSize());
    } else if (change.getFrom() >= newest) {
      newest = change.getFrom();
      found.size = change.getSize();
    }
  }
  found.capacity = std::min(found.size, smallest_later);
  return found;
}

Contingent contingent_at(wire::CampusCard::Reader card, Instant at) {
  for (const wire::PeriodCard::Reader period : card.getPeriods()) {
    const bool active = view(period.getPeriod()) == view(card.getActivePeriod());
    if (active && period.getFrom() <= at.ns && at.ns < period.getTo()) return contingent_of(period, at);
  }
  return {};
}

}  // namespace kontor::views
