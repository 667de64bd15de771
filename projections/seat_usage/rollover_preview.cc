// RolloverPreview (QB8): what the activation of a booking period would do to the seats of a campus, by the
// rules of engine/rules/seats/rollover.h, read from the views.
#include <algorithm>
#include <charconv>
#include <tuple>

#include "projections/asking.h"
#include "projections/seat_usage/contingent.h"

namespace kontor::views {
namespace {

// The period to try: its name, when it would be activated, and how many seats it would have.
struct Trial {
  std::string period;
  Instant at;
  std::uint64_t contingent = 0;
};

Maybe<Trial> trial_of(const Asking& asking, wire::PreviewQuestion::Reader question,
                      wire::CampusCard::Reader card) {
  const std::string_view wanted = view(question.getPeriod());
  std::optional<wire::PeriodCard::Reader> active;
  std::optional<wire::PeriodCard::Reader> next;
  for (const wire::PeriodCard::Reader period : card.getPeriods()) {
    if (view(period.getPeriod()) == view(card.getActivePeriod())) active = period;
    if (!wanted.empty() && view(period.getPeriod()) == wanted) next = period;
  }
  if (!wanted.empty() && !next) return not_found(asking, "period", wanted);
  if (!next)
    for (const wire::PeriodCard::Reader period : card.getPeriods()) {
      const bool later = !active || period.getFrom() > active->getFrom();
      if (later && period.getTo() > asking.at.ns && (!next || period.getFrom() < next->getFrom()))
        next = period;
    }
  if (!next && question.getSize() == 0) return not_found(asking, "period", "after the one in force");
  Trial trial{.period = {}, .at = asking.at, .contingent = question.getSize()};
  if (next) {
    trial.period = std::string(view(next->getPeriod()));
    trial.at = Instant{std::max(asking.at.ns, next->getFrom())};
    if (question.getSize() == 0) trial.contingent = contingent_of(*next, trial.at).capacity;
  } else if (active) {
    trial.at = Instant{std::max(asking.at.ns, active->getTo())};
  }
  return trial;
}

struct Holder {
  std::uint64_t seat = 0;
  std::string person;
};

Maybe<std::vector<Holder>> holders_of(const Asking& asking, std::string_view campus) {
  const ViewKey all = asking.keys().campus_seats(campus);
  std::vector<Holder> holders;
  const Status scanned =
      asking.views.scan(all, {}, asking.position, [&](std::string_view key, const RowVersion& row) {
        const StoredRow<wire::SeatHolder> stored(row.value);
        if (stored.read().getPerson().size() != 0)
          holders.push_back({KeyParts(key, all).number(), std::string(view(stored.read().getPerson()))});
        return Scan::Continue;
      });
  if (!scanned) return no(scanned.error());
  return holders;
}

// The holder's courses on this campus that live on at `at`, in the order of their invitations.
Maybe<std::vector<std::string>> living_courses(const Asking& asking, std::string_view campus,
                                               std::string_view person, Instant at) {
  std::vector<std::string> rows;
  const Status scanned = asking.views.scan(asking.keys().memberships(person), {}, asking.position,
                                           [&rows](std::string_view, const RowVersion& row) {
                                             rows.push_back(row.value);
                                             return Scan::Continue;
                                           });
  if (!scanned) return no(scanned.error());
  std::vector<std::pair<std::uint64_t, std::string>> living;
  for (const std::string& bytes : rows) {
    const StoredRow<wire::CourseMembership> stored(bytes);
    const auto membership = stored.read();
    if (view(membership.getCampus()) != campus || membership.getState() != wire::MembershipState::ACTIVE)
      continue;
    const Maybe<CourseRows> course = course_rows(asking, view(membership.getCourse()));
    if (!course) return tl::unexpected<No>(course.error());
    const StoredRow<wire::CourseUsage> usage(course->usage);
    const auto state = usage.read().getState();
    const bool over = state == wire::CourseState::ENDED || state == wire::CourseState::SETTLED;
    if (over || usage.read().getRun() != membership.getRun() || usage.read().getEnd() <= at.ns) continue;
    living.emplace_back(membership.getInvitation(), std::string(view(membership.getCourse())));
  }
  std::ranges::sort(living);
  std::vector<std::string> courses;
  for (auto& [invitation, course] : living) courses.push_back(std::move(course));
  return courses;
}

struct Fate {
  std::uint64_t seat = 0;
  std::string person;
  std::string granting_course;
  std::string course;  // empty: released

  [[nodiscard]] wire::RolloverFate kind() const {
    if (course.empty()) return wire::RolloverFate::RELEASED;
    return course == granting_course ? wire::RolloverFate::GRANTING_COURSE_LIVES
                                     : wire::RolloverFate::OTHER_COURSE_LIVES;
  }
};

Maybe<Fate> fate_of(const Asking& asking, std::string_view campus, const Holder& holder, Instant at) {
  const Maybe<std::string> card =
      row_of(asking, asking.keys().person_card(holder.person), "person", holder.person);
  if (!card) return tl::unexpected<No>(card.error());
  const StoredRow<wire::SeatOf> stored(*card);
  Maybe<std::vector<std::string>> living = living_courses(asking, campus, holder.person, at);
  if (!living) return tl::unexpected<No>(living.error());
  Fate fate{.seat = holder.seat,
            .person = holder.person,
            .granting_course = std::string(view(stored.read().getCampusSeat().getGrantingCourse())),
            .course = {}};
  if (living->empty()) return fate;
  const bool granting_lives = std::ranges::find(*living, fate.granting_course) != living->end();
  fate.course = granting_lives ? fate.granting_course : living->front();
  return fate;
}

Maybe<std::uint64_t> read_after(capnp::Text::Reader given) {
  std::uint64_t seat = 0;
  const std::string_view text = view(given);
  if (text.empty()) return seat;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seat);
  if (error != std::errc() || end != text.data() + text.size())
    return bad_input("the cursor is not the `next` of a page", {rules::fact("after", text)});
  return seat;
}

void write_page(const std::vector<Fate>& fates, std::uint64_t after, std::uint32_t limit,
                wire::RolloverPreview::Builder out) {
  const auto first = std::ranges::find_if(fates, [&](const Fate& fate) { return fate.seat > after; });
  const auto left = static_cast<std::size_t>(fates.end() - first);
  auto seats = out.initSeats(static_cast<unsigned>(std::min<std::size_t>(left, limit)));
  for (unsigned i = 0; i < seats.size(); ++i) {
    const Fate& fate = first[i];
    seats[i].setSeat(fate.seat);
    seats[i].setPerson(fate.person);
    seats[i].setGrantingCourse(fate.granting_course);
    seats[i].setFate(fate.kind());
    seats[i].setCourse(fate.course);
  }
  if (left > limit) out.setNext(std::to_string(first[limit - 1].seat));
}

}  // namespace

Asked answer_rollover_preview(const Asking& asking, wire::PreviewQuestion::Reader question,
                              wire::RolloverPreview::Builder out) {
  const std::string_view campus = view(question.getCampus());
  const Maybe<std::uint32_t> limit = read_page_limit(question.getLimit());
  if (!limit) return tl::unexpected<No>(limit.error());
  const Maybe<std::uint64_t> after = read_after(question.getAfter());
  if (!after) return tl::unexpected<No>(after.error());
  const Maybe<std::string> card = row_of(asking, asking.keys().campus_card(campus), "campus", campus);
  if (!card) return tl::unexpected<No>(card.error());
  const StoredRow<wire::CampusCard> stored(*card);
  const Maybe<Trial> trial = trial_of(asking, question, stored.read());
  if (!trial) return tl::unexpected<No>(trial.error());
  const Maybe<std::vector<Holder>> holders = holders_of(asking, campus);
  if (!holders) return tl::unexpected<No>(holders.error());

  std::vector<Fate> fates;
  for (const Holder& holder : *holders) {
    Maybe<Fate> fate = fate_of(asking, campus, holder, trial->at);
    if (!fate) return tl::unexpected<No>(fate.error());
    fates.push_back(*std::move(fate));
  }
  const auto released = static_cast<std::uint64_t>(
      std::ranges::count_if(fates, [](const Fate& fate) { return fate.course.empty(); }));
  const std::uint64_t carried = fates.size() - released;
  out.setCampus(question.getCampus());
  out.setPeriod(trial->period);
  out.setAt(trial->at.ns);
  out.setContingent(trial->contingent);
  out.setCarriedOver(carried);
  out.setReleased(released);
  out.setOverflow(carried > trial->contingent ? carried - trial->contingent : 0);
  write_page(fates, *after, *limit, out);
  return {};
}

}  // namespace kontor::views
