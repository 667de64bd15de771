#include "projections/course_periods/seat_lines.h"

#include "events/core/money.h"

namespace kontor::views {

Status scan_seats(const ViewStore& views, const Keys& keys, std::string_view course,
                  std::optional<std::uint64_t> run, std::optional<SeatPlace> after, Position as_of,
                  const SeatVisitor& visit) {
  const ViewKey all = keys.seats(course);
  const ViewKey prefix = run ? keys.seats(course, *run) : all;
  const std::string behind = after ? keys.seat(course, after->run, after->seat).bytes() : std::string();
  std::optional<Seat> seat;
  Scan last = Scan::Continue;
  const Status scanned = views.scan(prefix, behind, as_of, [&](std::string_view key, const RowVersion& row) {
    KeyParts parts(key, all);
    const std::uint64_t of_run = parts.number();
    const std::uint64_t number = parts.number();
    if (parts.number() != 0) {
      if (seat) seat->blocks.push_back(row.value);
      return Scan::Continue;
    }
    if (seat) last = visit(*seat);
    if (last == Scan::Stop) return last;
    seat = Seat{of_run, number, row.value, {}};
    return Scan::Continue;
  });
  if (scanned && seat && last == Scan::Continue) visit(*seat);
  return scanned;
}

Result<SeatSum> sum_of(const Seat& seat) {
  const StoredRow<wire::CourseSeatRecord> stored(seat.record);
  const auto record = stored.read();
  if (record.getStatus() == wire::CourseSeatStatus::ENDED)
    return SeatSum{record.getBilledBlocks(), record.getUnpricedBlocks(), record.getAmount(),
                   std::string(view(record.getCurrency()))};
  SeatSum sum;
  for (std::size_t i = 0; i < seat.blocks.size(); ++i) {
    const StoredRow<wire::SeatBlock> row(seat.blocks[i]);
    const auto block = row.read();
    const bool newest = i + 1 == seat.blocks.size();
    if (newest && block.getRounding() == wire::BlockRounding::FULL) continue;
    if (block.getStanding() == wire::BlockStanding::VOIDED) continue;
    SeatSum one{1, 0, block.getUnitPrice(), std::string(view(block.getCurrency()))};
    if (block.getTier() == 0) one.unpriced = 1;
    if (const Status added = add(sum, one); !added) return fail(added.error());
  }
  return sum;
}

Status add(SeatSum& total, const SeatSum& more) {
  const auto amount = checked_add(MinorUnits{total.amount}, MinorUnits{more.amount});
  if (!amount) return fail(Reason::AmountOutOfRange, "the sum of the run does not fit 64 bits");
  total.amount = amount->value;
  total.blocks += more.blocks;
  total.unpriced += more.unpriced;
  if (total.currency.empty()) total.currency = more.currency;
  return {};
}

void write_period(std::string_view course, const Seat& seat, wire::CourseUsage::Reader usage,
                  wire::CourseSeatPeriod::Builder out) {
  const StoredRow<wire::CourseSeatRecord> stored(seat.record);
  const auto record = stored.read();
  out.setCourse(std::string(course));
  out.setSeat(seat.number);
  out.setPerson(record.getPerson());
  out.setRun(static_cast<std::uint32_t>(seat.run));
  out.setStatus(record.getStatus());
  out.setFrom(record.getFrom());
  out.setTo(record.getTo());
  out.setCurrency(record.getCurrency());
  auto blocks = out.initBlocks(static_cast<unsigned>(seat.blocks.size()));
  // A seat that has just started has no block yet; one that has not starts with the course.
  const bool scheduled = record.getStatus() == wire::CourseSeatStatus::SCHEDULED;
  std::int64_t next = scheduled ? usage.getStart() : record.getFrom();
  for (unsigned i = 0; i < blocks.size(); ++i) {
    const StoredRow<wire::SeatBlock> row(seat.blocks[i]);
    blocks.setWithCaveats(i, row.read());
    next = row.read().getEndsAt();
    if (out.getCurrency().size() == 0) out.setCurrency(row.read().getCurrency());
  }
  // What is planned follows the course, also when that is moved.
  if (!scheduled && record.getStatus() != wire::CourseSeatStatus::ACTIVE) return;
  if (scheduled) out.setFrom(usage.getStart());
  out.setTo(usage.getEnd());
  if (next < usage.getEnd()) out.setNextBlockAt(next);
}

void write_line(const Seat& seat, const SeatSum& sum, wire::SettlementLine::Builder out) {
  const StoredRow<wire::CourseSeatRecord> stored(seat.record);
  const auto record = stored.read();
  out.setSeat(seat.number);
  out.setPerson(record.getPerson());
  out.setFrom(record.getFrom());
  out.setTo(record.getTo());
  out.setBlocks(sum.blocks);
  out.setAmount(sum.amount);
  out.setCorrectedBlocks(record.getCorrectedBlocks());
  out.setCorrectedAmount(record.getCorrectedAmount());
}

}  // namespace kontor::views
