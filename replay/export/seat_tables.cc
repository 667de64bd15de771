#include <string>

#include "projections/course_periods/seat_lines.h"
#include "projections/rows.h"
#include "projections/stored_row.h"
#include "replay/export/cells.h"
#include "replay/export/deriving.h"

namespace kontor::exports {
namespace {

using views::KeyParts;
using views::Kind;
using views::StoredRow;
using views::ViewKey;

Cell currency_cell(std::string_view currency) {
  return currency == kNoCurrency.text() ? Cell() : text_cell(currency);
}

struct Course {
  std::string name;
  std::string campus;
  std::string usage;  // bytes of a wire::CourseUsage
};

Status write_course_seat(const Deriving& from, const Course& course, const views::Seat& seat) {
  capnp::MallocMessageBuilder message;
  auto period = message.initRoot<wire::CourseSeatPeriod>();
  const StoredRow<wire::CourseUsage> usage(course.usage);
  views::write_period(course.name, seat, usage.read(), period);
  const Result<views::SeatSum> sum = views::sum_of(seat);
  if (!sum) return fail(sum.error());
  const SeatEvents events = from.history.course_seat(course.name, seat.number);
  // A seat that was given back before it began was never held, and so belongs to no period.
  const bool never_held = period.getStatus() == wire::CourseSeatStatus::CANCELLED;
  if (from.selection.period && never_held) return {};
  if (events.granted < from.selection.from || !from.selection.takes_span(period.getFrom(), period.getTo()))
    return {};
  return from.add(TableId::Seats,
                  {number_cell(events.granted), text_cell("course"), text_cell(course.campus),
                   text_cell(course.name), number_cell(seat.run), number_cell(seat.number),
                   text_cell(period.asReader().getPerson()), name_cell(period.getStatus()),
                   moment_cell(period.getFrom()), moment_cell(period.getTo()), position_cell(events.ended),
                   number_cell(sum->blocks), number_cell(sum->amount), currency_cell(sum->currency)});
}

Status write_settlement(const Deriving& from, const Course& course, std::uint64_t run) {
  const RunEvents events = from.history.run(course.name, run);
  const auto answer = from.ask([&](wire::Query::Question::Builder question) {
    auto settlement = question.initCourseSettlement();
    settlement.setCourse(course.name);
    settlement.setRun(static_cast<std::uint32_t>(run));
    settlement.setLimit(1);
  });
  if (!answer) return fail(answer.error());
  const auto sums = (*answer)->getRoot<wire::Answer>().getBody().getCourseSettlement().asReader();
  if (from.selection.period && (events.ended_at.ns == 0 || !from.selection.period->contains(events.ended_at)))
    return {};
  return from.add(
      TableId::CourseSettlements,
      {text_cell(course.name), number_cell(run), text_cell(course.campus), name_cell(sums.getState()),
       number_cell(sums.getSeats()), number_cell(sums.getBlocks()), number_cell(sums.getUnpricedBlocks()),
       number_cell(sums.getAmount()), currency_cell({sums.getCurrency().begin(), sums.getCurrency().size()}),
       number_cell(sums.getCorrectedBlocks()), number_cell(sums.getCorrectedAmount()),
       moment_cell(events.ended_at.ns), position_cell(events.opened), moment_cell(events.settled_at.ns),
       position_cell(events.settled), text_cell(events.invoice_ref)});
}

Status write_course(const Deriving& from, const Course& course) {
  const views::Keys keys{from.tenant};
  Status written;
  const Status scanned = views::scan_seats(from.views, keys, course.name, std::nullopt, std::nullopt,
                                           from.position, [&](const views::Seat& seat) {
                                             written = write_course_seat(from, course, seat);
                                             return written ? views::Scan::Continue : views::Scan::Stop;
                                           });
  if (!written) return written;
  if (!scanned) return scanned;
  const ViewKey runs = ViewKey(from.tenant, Kind::CourseRun).text(course.name);
  return from.scan(runs, [&](std::string_view key, const views::RowVersion&) {
    return write_settlement(from, course, KeyParts(key, runs).number());
  });
}

}  // namespace

Row seat_row(const Grant& grant) {
  return {number_cell(grant.granted),
          text_cell(grant.kind),
          text_cell(grant.place),
          text_cell(grant.course),
          Cell(),
          number_cell(grant.seat),
          text_cell(grant.person),
          text_cell(grant.ended == 0 ? "active" : "ended"),
          moment_cell(grant.from.ns),
          moment_cell(grant.to.ns),
          position_cell(grant.ended),
          Cell(),
          Cell(),
          Cell()};
}

Status write_seat_tables(const Deriving& from) {
  const views::Keys keys{from.tenant};
  const ViewKey courses(from.tenant, Kind::CourseCard);
  return from.scan(courses, [&](std::string_view key, const views::RowVersion& row) -> Status {
    Course course;
    course.name = KeyParts(key, courses).text();
    course.campus = StoredRow<wire::CourseCard>(row.value).read().getCampus().cStr();
    const auto usage = from.views.get(keys.campus_course(course.campus, course.name), from.position);
    if (!usage) return fail(usage.error());
    if (*usage) course.usage = (*usage)->value;
    return write_course(from, course);
  });
}

}  // namespace kontor::exports
