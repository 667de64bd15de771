// CourseSeatPeriods and CourseSettlement (QB4, QB7).
#include <charconv>

#include "projections/asking.h"
#include "projections/course_periods/seat_lines.h"

namespace kontor::views {
namespace {

// A cursor names the last seat of the page before: course/run/seat. Ids hold no slash.
struct Cursor {
  std::string course;
  SeatPlace place;
};

std::string cursor_text(std::string_view course, SeatPlace place) {
  return fmt::format("{}/{}/{}", course, place.run, place.seat);
}

bool read_number(std::string_view text, std::uint64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

Maybe<std::optional<Cursor>> read_cursor(capnp::Text::Reader given) {
  if (given.size() == 0) return std::optional<Cursor>();
  const std::string_view text = view(given);
  const std::size_t first = text.find('/');
  const std::size_t second = first == std::string_view::npos ? first : text.find('/', first + 1);
  Cursor cursor;
  if (second == std::string_view::npos || !valid_id_text(text.substr(0, first)) ||
      !read_number(text.substr(first + 1, second - first - 1), cursor.place.run) ||
      !read_number(text.substr(second + 1), cursor.place.seat))
    return bad_input("the cursor is not the `next` of a page", {rules::fact("after", text)});
  cursor.course = text.substr(0, first);
  return std::optional<Cursor>(std::move(cursor));
}

// Seats of a page, each with its course; one more than the page holds shows that there is a next one.
struct Page {
  struct Entry {
    std::string course;
    Seat seat;
  };
  std::uint32_t limit = 0;
  std::vector<Entry> entries;

  [[nodiscard]] bool overfull() const { return entries.size() > limit; }
  [[nodiscard]] unsigned rows() const { return overfull() ? limit : static_cast<unsigned>(entries.size()); }
  [[nodiscard]] std::string next() const {
    if (!overfull()) return {};
    const Entry& last = entries[limit - 1];
    return cursor_text(last.course, {last.seat.run, last.seat.number});
  }
};

Asked add_course(const Asking& asking, const std::string& course, std::optional<std::uint64_t> run,
                 const std::optional<Cursor>& after, Page& page) {
  std::optional<SeatPlace> place;
  if (after && after->course == course) place = after->place;
  const Status scanned =
      scan_seats(asking.views, asking.keys(), course, run, place, asking.position, [&](const Seat& seat) {
        page.entries.push_back({course, seat});
        return page.overfull() ? Scan::Stop : Scan::Continue;
      });
  if (!scanned) return no(scanned.error());
  return {};
}

Maybe<std::vector<std::string>> courses_of(const Asking& asking, std::string_view campus) {
  const Maybe<std::string> card = row_of(asking, asking.keys().campus_card(campus), "campus", campus);
  if (!card) return tl::unexpected<No>(card.error());
  const ViewKey all = asking.keys().campus_courses(campus);
  std::vector<std::string> courses;
  const Status scanned =
      asking.views.scan(all, {}, asking.position, [&](std::string_view key, const RowVersion&) {
        courses.emplace_back(KeyParts(key, all).text());
        return Scan::Continue;
      });
  if (!scanned) return no(scanned.error());
  return courses;
}

Asked write_periods(const Asking& asking, const Page& page, wire::CourseSeatPeriods::Builder out) {
  auto seats = out.initSeats(page.rows());
  std::string course;
  std::string usage;
  for (unsigned i = 0; i < seats.size(); ++i) {
    const Page::Entry& entry = page.entries[i];
    if (entry.course != course) {
      Maybe<CourseRows> rows = course_rows(asking, entry.course);
      if (!rows) return tl::unexpected<No>(rows.error());
      course = entry.course;
      usage = std::move(rows->usage);
    }
    write_period(course, entry.seat, StoredRow<wire::CourseUsage>(usage).read(), seats[i]);
  }
  out.setNext(page.next());
  return {};
}

// Sums over all seats of a run that has not ended: nothing is written down for it yet.
Maybe<SeatSum> sum_so_far(const Asking& asking, std::string_view course, std::uint64_t run) {
  SeatSum total;
  Status added;
  const Status scanned = scan_seats(asking.views, asking.keys(), course, run, std::nullopt, asking.position,
                                    [&](const Seat& seat) {
                                      const Result<SeatSum> sum = sum_of(seat);
                                      added = sum ? add(total, *sum) : Status(fail(sum.error()));
                                      return added ? Scan::Continue : Scan::Stop;
                                    });
  if (!scanned) return no(scanned.error());
  if (!added) return no(added.error());
  return total;
}

Asked write_sums(const Asking& asking, std::string_view course, std::uint64_t run, const std::string& stored,
                 wire::CourseSettlement::Builder out) {
  const StoredRow<wire::CourseRun> stored_row(stored);
  const auto row = stored_row.read();
  out.setState(row.getState());
  out.setSeats(row.getSeats());
  if (row.getState() == wire::SettlementState::NOT_ENDED) {
    const Maybe<SeatSum> sum = sum_so_far(asking, course, run);
    if (!sum) return tl::unexpected<No>(sum.error());
    out.setBlocks(sum->blocks);
    out.setUnpricedBlocks(sum->unpriced);
    out.setAmount(sum->amount);
    out.setCurrency(sum->currency);
    return {};
  }
  out.setBlocks(row.getBlocks());
  out.setUnpricedBlocks(row.getUnpricedBlocks());
  out.setAmount(row.getAmount());
  out.setCurrency(row.getCurrency());
  out.setCorrectedBlocks(row.getCorrectedBlocks());
  out.setCorrectedAmount(row.getCorrectedAmount());
  return {};
}

}  // namespace

Asked answer_course_seat_periods(const Asking& asking, wire::SeatPeriodsQuestion::Reader question,
                                 wire::CourseSeatPeriods::Builder out) {
  const bool by_campus = question.getCampus().size() != 0;
  if (by_campus == (question.getCourse().size() != 0))
    return bad_input("name either a campus or a course", {rules::fact("campus", view(question.getCampus())),
                                                          rules::fact("course", view(question.getCourse()))});
  const Maybe<std::uint32_t> limit = read_page_limit(question.getLimit());
  if (!limit) return tl::unexpected<No>(limit.error());
  const Maybe<std::optional<Cursor>> after = read_cursor(question.getAfter());
  if (!after) return tl::unexpected<No>(after.error());

  std::vector<std::string> courses{std::string(view(question.getCourse()))};
  if (by_campus) {
    Maybe<std::vector<std::string>> found = courses_of(asking, view(question.getCampus()));
    if (!found) return tl::unexpected<No>(found.error());
    courses = *std::move(found);
  } else if (const Maybe<CourseRows> rows = course_rows(asking, courses.front()); !rows) {
    return tl::unexpected<No>(rows.error());
  }
  if (*after && std::find(courses.begin(), courses.end(), (*after)->course) == courses.end())
    return bad_input("the cursor belongs to another question",
                     {rules::fact("after", view(question.getAfter()))});

  Page page{*limit, {}};
  for (const std::string& course : courses) {
    if (page.overfull() || (*after && course < (*after)->course)) continue;
    if (const Asked added = add_course(asking, course, std::nullopt, *after, page); !added) return added;
  }
  return write_periods(asking, page, out);
}

Asked answer_course_settlement(const Asking& asking, wire::SettlementQuestion::Reader question,
                               wire::CourseSettlement::Builder out) {
  const std::string course(view(question.getCourse()));
  const Maybe<std::uint32_t> limit = read_page_limit(question.getLimit());
  if (!limit) return tl::unexpected<No>(limit.error());
  const Maybe<std::optional<Cursor>> after = read_cursor(question.getAfter());
  if (!after) return tl::unexpected<No>(after.error());
  const Maybe<CourseRows> rows = course_rows(asking, course);
  if (!rows) return tl::unexpected<No>(rows.error());
  const std::uint32_t newest = StoredRow<wire::CourseCard>(rows->card).read().getRun();
  const std::uint32_t run = question.getRun() == 0 ? newest : question.getRun();
  const Maybe<std::string> stored = row_of(asking, asking.keys().course_run(course, run), "run",
                                           fmt::format("{} of course {}", run, course));
  if (!stored) return tl::unexpected<No>(stored.error());
  if (*after && ((*after)->course != course || (*after)->place.run != run))
    return bad_input("the cursor belongs to another question",
                     {rules::fact("after", view(question.getAfter()))});

  Page page{*limit, {}};
  if (const Asked added = add_course(asking, course, run, *after, page); !added) return added;
  out.setCourse(course);
  out.setRun(run);
  if (const Asked written = write_sums(asking, course, run, *stored, out); !written) return written;
  out.setReactivationAllowed(run == newest && out.getState() == wire::SettlementState::SETTLED);
  auto lines = out.initLines(page.rows());
  for (unsigned i = 0; i < lines.size(); ++i) {
    const Result<SeatSum> sum = sum_of(page.entries[i].seat);
    if (!sum) return no(sum.error());
    write_line(page.entries[i].seat, *sum, lines[i]);
  }
  out.setNext(page.next());
  return {};
}

}  // namespace kontor::views
