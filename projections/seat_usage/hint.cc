// CheaperSeatHint (QB10; S-09, S-15): advice, not a bill.
#include <algorithm>

#include "projections/asking.h"
#include "projections/seat_usage/contingent.h"

namespace kontor::views {
namespace {

constexpr std::int64_t kHourNs = 3'600 * kNanosecondsPerSecond;
constexpr std::int64_t kDayNs = 24 * kHourNs;
constexpr std::int64_t kBlockDays = 30;
// The longest four months, such as July to October.
constexpr std::int64_t kFourMonthsDays = 123;

// Days begun, in elapsed time. An hour more is the clocks', not the course's: views ask no calendar.
std::int64_t days_of(std::int64_t span_ns) {
  return std::max<std::int64_t>(1, (span_ns - kHourNs + kDayNs - 1) / kDayNs);
}

std::int64_t price_of(wire::PeriodCard::Reader period, std::uint64_t size) {
  std::int64_t price = 0;
  for (const wire::TierCard::Reader tier : period.getTiers())
    if (tier.getFromSize() <= size) price = tier.getUnitPrice();
  return price;
}

}  // namespace

Asked answer_cheaper_seat_hint(const Asking& asking, std::string_view course,
                               wire::CheaperSeatHint::Builder out) {
  const Maybe<CourseRows> rows = course_rows(asking, course);
  if (!rows) return tl::unexpected<No>(rows.error());
  const Maybe<std::string> card =
      row_of(asking, asking.keys().campus_card(rows->campus), "campus", rows->campus);
  if (!card) return tl::unexpected<No>(card.error());
  const StoredRow<wire::CourseUsage> stored_usage(rows->usage);
  const StoredRow<wire::CampusCard> stored_card(*card);
  const auto usage = stored_usage.read();
  out.setCourse(std::string(course));
  if (days_of(usage.getEnd() - usage.getStart()) > kFourMonthsDays) {
    out.setMonths(wire::CourseLength::LONGER);
    out.setAdvice(wire::SeatAdvice::CAMPUS_SEAT);
  }
  const std::int64_t from = std::max(usage.getStart(), asking.at.ns);
  if (from < usage.getEnd())
    out.setPlannedBlocks(
        static_cast<std::uint64_t>((days_of(usage.getEnd() - from) + kBlockDays - 1) / kBlockDays));
  const Contingent contingent = contingent_at(stored_card.read(), asking.at);
  if (!contingent.period) return {};
  const std::int64_t price = price_of(*contingent.period, contingent.size);
  const auto cost = checked_multiply(MinorUnits{price}, out.getPlannedBlocks());
  if (!cost) return no(Error{Reason::AmountOutOfRange, "the cost does not fit 64 bits"});
  out.setCurrency(contingent.period->getCurrency());
  out.setUnitPrice(price);
  out.setCourseSeatCost(cost->value);
  if (contingent.period->getPrice() == 0) return {};  // then the length alone advises
  const std::int64_t share = contingent.period->getPrice() / static_cast<std::int64_t>(contingent.size);
  out.setCampusSeatShare(share);
  out.setAdvice(cost->value > share ? wire::SeatAdvice::CAMPUS_SEAT : wire::SeatAdvice::COURSE_SEAT);
  return {};
}

}  // namespace kontor::views
