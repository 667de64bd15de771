#include "projections/course_periods/course_periods.h"

#include <variant>

#include "projections/seat_usage/counters.h"
#include "projections/statements/line_rows.h"

namespace kontor::views {
namespace {

ViewKey record_key(ViewWriter& rows, const CourseId& course, seats::SeatNumber seat) {
  return Keys{rows.tenant()}.seat_record(course.value, newest_run(rows, course.value), seat);
}

// A seat has been given out: reserved, or started without having been reserved.
void give(ViewWriter& rows, const CourseId& course, seats::SeatNumber seat, const PersonId& person,
          std::optional<Instant> started_at) {
  const Keys keys{rows.tenant()};
  const std::uint32_t run = newest_run(rows, course.value);
  rows.create<wire::CourseSeatRecord>(keys.seat_record(course.value, run, seat),
                                      [&](wire::CourseSeatRecord::Builder record) {
                                        record.setPerson(text(person.value));
                                        if (!started_at) return;
                                        record.setStatus(wire::CourseSeatStatus::ACTIVE);
                                        record.setFrom(started_at->ns);
                                      });
  rows.mark(keys.person_seats(person.value).text(course.value).number(run).number(seat));
  rows.change<wire::CourseRun>(keys.course_run(course.value, run),
                               [](wire::CourseRun::Builder row) { row.setSeats(row.getSeats() + 1); });
  count_course_seat(rows, course.value, Count::Up);
}

void add(ViewWriter& rows, const seats::CourseSeatStarted& event) {
  const ViewKey key = record_key(rows, event.course, event.seat);
  if (!rows.has(key)) return give(rows, event.course, event.seat, event.person, event.started_at);
  rows.change<wire::CourseSeatRecord>(key, [&](wire::CourseSeatRecord::Builder record) {
    record.setStatus(wire::CourseSeatStatus::ACTIVE);
    record.setFrom(event.started_at.ns);
  });
}

void set_price(wire::SeatBlock::Builder block, const seats::BlockPrice& price) {
  block.setTier(price.flat_size);
  block.setUnitPrice(price.unit_price.value);
  block.setCurrency(std::string(shown(price.currency)));
  if (price.rounding == seats::Rounding::Full) block.setRounding(wire::BlockRounding::FULL);
}

void add(ViewWriter& rows, const seats::CourseSeatBlockStarted& event) {
  const std::uint32_t run = newest_run(rows, event.course.value);
  rows.create_for_good<wire::SeatBlock>(
      Keys{rows.tenant()}.seat(event.course.value, run, event.seat).number(event.block),
      [&](wire::SeatBlock::Builder block) {
        block.setNumber(event.block);
        block.setStartsAt(event.starts_at.ns);
        block.setEndsAt(event.next_block_at.ns);
        if (event.price) set_price(block, *event.price);
      });
}

void add(ViewWriter& rows, const seats::CourseSeatEnded& event) {
  rows.change<wire::CourseSeatRecord>(record_key(rows, event.course, event.seat),
                                      [&](wire::CourseSeatRecord::Builder record) {
                                        record.setStatus(wire::CourseSeatStatus::ENDED);
                                        record.setTo(event.ended_at.ns);
                                        record.setBilledBlocks(event.billed_blocks);
                                        record.setUnpricedBlocks(event.unpriced_blocks);
                                        record.setAmount(event.amount.value);
                                        record.setCurrency(std::string(shown(event.currency)));
                                      });
  count_course_seat(rows, event.course.value, Count::Down);
}

void add(ViewWriter& rows, const seats::CourseSeatCancelledBeforeStart& event) {
  rows.change<wire::CourseSeatRecord>(
      record_key(rows, event.course, event.seat),
      [](wire::CourseSeatRecord::Builder record) { record.setStatus(wire::CourseSeatStatus::CANCELLED); });
  count_course_seat(rows, event.course.value, Count::Down);
}

void open_run(ViewWriter& rows, const CourseId& course, seats::RunNumber run) {
  rows.create<wire::CourseRun>(Keys{rows.tenant()}.course_run(course.value, run),
                               [](wire::CourseRun::Builder) {});
}

void add(ViewWriter& rows, const seats::CourseSettlementOpened& event) {
  rows.change<wire::CourseRun>(Keys{rows.tenant()}.course_run(event.course.value, event.run),
                               [&](wire::CourseRun::Builder row) {
                                 row.setState(wire::SettlementState::OPEN);
                                 row.setBlocks(event.billed_blocks);
                                 row.setUnpricedBlocks(event.unpriced_blocks);
                                 row.setAmount(event.amount.value);
                                 row.setCurrency(std::string(shown(event.currency)));
                               });
}

// What a correction changes on the bill of a block: of its seat, and of its run. Negative: taken away.
struct BillChange {
  std::int64_t blocks = 0;
  std::int64_t unpriced = 0;
  std::int64_t amount = 0;
  seats::BillStanding standing = seats::BillStanding::Open;
  Currency currency;
};

template <class Row>
void change_bill(typename Row::Builder row, const BillChange& change) {
  if (row.getCurrency().size() == 0) row.setCurrency(std::string(shown(change.currency)));
  if (change.standing == seats::BillStanding::Settled) {
    row.setCorrectedBlocks(row.getCorrectedBlocks() + change.blocks);
    row.setCorrectedAmount(row.getCorrectedAmount() + change.amount);
    return;
  }
  row.setUnpricedBlocks(row.getUnpricedBlocks() + static_cast<std::uint64_t>(change.unpriced));
  row.setAmount(row.getAmount() + change.amount);
}

struct SeatOfRun {
  const CourseId& course;
  seats::RunNumber run = 0;
  seats::SeatNumber number = 0;
};

// A change of a bill that a billing run may hold already: then it is a line of another run.
void remember(ViewWriter& rows, const SeatOfRun& seat, const BillChange& change) {
  rows.edit<wire::BillingLine>(Keys{rows.tenant()}.seat_corrections(seat.course.value, seat.run, seat.number),
                               [&](wire::BillingLine::Builder row) {
                                 const auto parts = row.disownParts();
                                 const auto positions = row.disownPositions();
                                 const unsigned known = parts.getReader().size();
                                 auto more_parts = row.initParts(known + 1);
                                 auto more_positions = row.initPositions(known + 1);
                                 for (unsigned i = 0; i < known; ++i) {
                                   more_parts.setWithCaveats(i, parts.getReader()[i]);
                                   more_positions.set(i, positions.getReader()[i]);
                                 }
                                 more_parts[known].setQuantity(change.blocks);
                                 more_parts[known].setUnitPrice(change.amount);
                                 more_positions.set(known, rows.position());
                               });
}

// Until a seat has ended its blocks are its bill; until the run has ended its seats are.
void correct(ViewWriter& rows, const SeatOfRun& seat, const BillChange& change) {
  const Keys keys{rows.tenant()};
  const ViewKey record_key = keys.seat_record(seat.course.value, seat.run, seat.number);
  const ViewKey run_key = keys.course_run(seat.course.value, seat.run);
  const auto record = rows.require<wire::CourseSeatRecord>(record_key);
  if (record.read().getStatus() != wire::CourseSeatStatus::ENDED) return;
  const bool open = change.standing == seats::BillStanding::Open;
  const auto more = static_cast<std::uint64_t>(open ? change.blocks : 0);
  rows.change<wire::CourseSeatRecord>(record_key, [&](wire::CourseSeatRecord::Builder row) {
    row.setBilledBlocks(row.getBilledBlocks() + more);
    change_bill<wire::CourseSeatRecord>(row, change);
  });
  const auto run = rows.require<wire::CourseRun>(run_key);
  if (run.read().getState() == wire::SettlementState::NOT_ENDED) return;
  if (open && change.amount != 0) remember(rows, seat, change);
  rows.change<wire::CourseRun>(run_key, [&](wire::CourseRun::Builder row) {
    row.setBlocks(row.getBlocks() + more);
    change_bill<wire::CourseRun>(row, change);
  });
}

void add(ViewWriter& rows, const seats::CourseSeatBlockVoided& event) {
  const Keys keys{rows.tenant()};
  rows.change_late<wire::SeatBlock>(
      keys.seat(event.course.value, event.run, event.seat).number(event.block),
      [](wire::SeatBlock::Builder block) { block.setStanding(wire::BlockStanding::VOIDED); });
  correct(rows, {event.course, event.run, event.seat},
          {.blocks = -std::int64_t{event.billed_blocks},
           .unpriced = -std::int64_t{event.unpriced_blocks},
           .amount = -event.amount.value,
           .standing = event.standing,
           .currency = event.currency});
}

void add(ViewWriter& rows, const seats::CourseSeatBlockPriced& event) {
  const Keys keys{rows.tenant()};
  rows.change_late<wire::SeatBlock>(keys.seat(event.course.value, event.run, event.seat).number(event.block),
                                    [&](wire::SeatBlock::Builder block) { set_price(block, event.price); });
  // The block has been counted without a price all the while.
  correct(rows, {event.course, event.run, event.seat},
          {.blocks = std::int64_t{event.billed_blocks} - 1,
           .unpriced = -1,
           .amount = event.amount.value,
           .standing = event.standing,
           .currency = event.price.currency});
}

// Where the billing run was opened that settles by this event; 0: it is settled by hand.
Position opened_by(ViewWriter& rows) {
  const BillingKeys keys{rows.tenant()};
  const auto closing = rows.find<wire::RunQuestion>(keys.closing());
  if (!closing) return 0;
  const auto stored = rows.require<wire::BillingRun>(keys.run(view(closing->read().getRun())));
  const auto run = stored.read();
  const bool of_it = rows.position() - run.getEndedPosition() <= run.getCourseRuns();
  return of_it ? run.getOpenedPosition() : 0;
}

template <class Row>
void move_to_corrections(typename Row::Builder row, std::int64_t blocks, std::int64_t amount) {
  row.setAmount(row.getAmount() - amount);
  row.setCorrectedBlocks(row.getCorrectedBlocks() + blocks);
  row.setCorrectedAmount(row.getCorrectedAmount() + amount);
}

// What was corrected after the billing run had been opened is not on its lines.
void move_to_corrections(ViewWriter& rows, const SeatOfRun& seat, Position opened) {
  const Keys keys{rows.tenant()};
  const auto stored =
      rows.find<wire::BillingLine>(keys.seat_corrections(seat.course.value, seat.run, seat.number));
  if (!stored) return;
  const auto parts = stored->read().getParts();
  const auto positions = stored->read().getPositions();
  for (unsigned i = 0; i < parts.size(); ++i) {
    if (positions[i] < opened) continue;
    const std::int64_t blocks = parts[i].getQuantity();
    rows.change<wire::CourseSeatRecord>(
        keys.seat_record(seat.course.value, seat.run, seat.number), [&](wire::CourseSeatRecord::Builder row) {
          row.setBilledBlocks(row.getBilledBlocks() - static_cast<std::uint64_t>(blocks));
          move_to_corrections<wire::CourseSeatRecord>(row, blocks, parts[i].getUnitPrice());
        });
  }
}

// What is settled stays so; what was corrected on other lines is beside it.
void add(ViewWriter& rows, const seats::CourseSettled& event) {
  std::int64_t blocks = 0;
  std::int64_t amount = 0;
  rows.change<wire::CourseRun>(Keys{rows.tenant()}.course_run(event.course.value, event.run),
                               [&](wire::CourseRun::Builder row) {
                                 row.setState(wire::SettlementState::SETTLED);
                                 blocks = static_cast<std::int64_t>(row.getBlocks() - event.billed_blocks);
                                 amount = row.getAmount() - event.amount.value;
                                 row.setBlocks(event.billed_blocks);
                                 move_to_corrections<wire::CourseRun>(row, blocks, amount);
                               });
  if (blocks == 0 && amount == 0) return;
  const Position opened = opened_by(rows);
  if (opened == 0) return;
  const auto course =
      rows.require<wire::BillingCourseCard>(BillingKeys{rows.tenant()}.course(event.course.value));
  for (std::uint32_t seat = course.read().getFirstSeat(); seat <= course.read().getLastSeat(); ++seat)
    move_to_corrections(rows, {event.course, event.run, seat}, opened);
}

}  // namespace

void CoursePeriods::apply(const RecordedEvent& event, ViewWriter& rows) const {
  const auto* body = std::get_if<seats::Event>(&event.body);
  if (body == nullptr) return;
  std::visit(
      Overloaded{
          [&](const seats::CourseCreated& e) { open_run(rows, e.course, 1); },
          [&](const seats::CourseReactivated& e) { open_run(rows, e.course, e.run); },
          [&](const seats::CourseSeatReserved& e) { give(rows, e.course, e.seat, e.person, std::nullopt); },
          [&](const seats::CourseSeatStarted& e) { add(rows, e); },
          [&](const seats::CourseSeatBlockStarted& e) { add(rows, e); },
          [&](const seats::CourseSeatEnded& e) { add(rows, e); },
          [&](const seats::CourseSeatCancelledBeforeStart& e) { add(rows, e); },
          [&](const seats::CourseSettlementOpened& e) { add(rows, e); },
          [&](const seats::CourseSettled& e) { add(rows, e); },
          [&](const seats::CourseSeatBlockVoided& e) { add(rows, e); },
          [&](const seats::CourseSeatBlockPriced& e) { add(rows, e); },
          [](const auto&) {},
      },
      *body);
}

}  // namespace kontor::views
