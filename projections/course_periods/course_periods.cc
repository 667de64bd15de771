#include "projections/course_periods/course_periods.h"

#include <variant>

#include "projections/seat_usage/counters.h"

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
  if (!rows.find<wire::CourseSeatRecord>(key))
    return give(rows, event.course, event.seat, event.person, event.started_at);
  rows.change<wire::CourseSeatRecord>(key, [&](wire::CourseSeatRecord::Builder record) {
    record.setStatus(wire::CourseSeatStatus::ACTIVE);
    record.setFrom(event.started_at.ns);
  });
}

void add(ViewWriter& rows, const seats::CourseSeatBlockStarted& event) {
  const std::uint32_t run = newest_run(rows, event.course.value);
  rows.create_for_good<wire::SeatBlock>(
      Keys{rows.tenant()}.seat(event.course.value, run, event.seat).number(event.block),
      [&](wire::SeatBlock::Builder block) {
        block.setNumber(event.block);
        block.setStartsAt(event.starts_at.ns);
        block.setEndsAt(event.next_block_at.ns);
        if (!event.price) return;
        block.setTier(event.price->flat_size);
        block.setUnitPrice(event.price->unit_price.value);
        block.setCurrency(std::string(shown(event.price->currency)));
        if (event.price->rounding == seats::Rounding::Full) block.setRounding(wire::BlockRounding::FULL);
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

void add(ViewWriter& rows, const seats::CourseSettled& event) {
  rows.change<wire::CourseRun>(
      Keys{rows.tenant()}.course_run(event.course.value, event.run),
      [](wire::CourseRun::Builder row) { row.setState(wire::SettlementState::SETTLED); });
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
          [](const auto&) {},
      },
      *body);
}

}  // namespace kontor::views
