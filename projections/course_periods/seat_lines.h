#pragma once
// Course seats read back from their rows: as periods with blocks, and as lines of a settlement. Any thread.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "projections/rows.h"
#include "projections/stored_row.h"
#include "projections/view_store.h"

namespace kontor::views {

/// A seat with all its blocks, as of some position.
struct Seat {
  std::uint64_t run = 0;
  std::uint64_t number = 0;
  std::string record;               // bytes of a wire::CourseSeatRecord
  std::vector<std::string> blocks;  // bytes of wire::SeatBlocks, from number 1
};

using SeatVisitor = std::function<Scan(const Seat&)>;

/// Visits the seats of a course in order of run and number: of one run, or of all. `after` is the place of
/// the last seat that is not wanted any more, if any.
struct SeatPlace {
  std::uint64_t run = 0;
  std::uint64_t seat = 0;
};
[[nodiscard]] Status scan_seats(const ViewStore& views, const Keys& keys, std::string_view course,
                                std::optional<std::uint64_t> run, std::optional<SeatPlace> after,
                                Position as_of, const SeatVisitor& visit);

/// What a seat comes to: billed blocks and their sum.
struct SeatSum {
  std::uint64_t blocks = 0;
  std::uint64_t unpriced = 0;
  std::int64_t amount = 0;
  std::string currency;
};
/// Of a seat that has ended, what its event said; of one that runs, what is certain so far: every started
/// block under the rule "started", every block but the newest under the rule "full". Fails with
/// AmountOutOfRange when the sum does not fit.
[[nodiscard]] Result<SeatSum> sum_of(const Seat& seat);
/// Adds up. The same failure.
[[nodiscard]] Status add(SeatSum& total, const SeatSum& more);

/// Fills a period of an answer; `usage` is the course as of the same position.
void write_period(std::string_view course, const Seat& seat, wire::CourseUsage::Reader usage,
                  wire::CourseSeatPeriod::Builder out);
/// Fills a line of a settlement.
void write_line(const Seat& seat, const SeatSum& sum, wire::SettlementLine::Builder out);

}  // namespace kontor::views
