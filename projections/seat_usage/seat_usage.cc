#include "projections/seat_usage/seat_usage.h"

#include <optional>
#include <variant>

#include "projections/seat_usage/counters.h"

namespace kontor::views {
namespace {

void add(ViewWriter& rows, const seats::CampusOpened& event) {
  const Keys keys{rows.tenant()};
  rows.create<wire::CampusCard>(keys.campus_card(event.campus.value), [](wire::CampusCard::Builder) {});
  rows.create<wire::UsageStatistics>(keys.campus_counts(event.campus.value),
                                     [](wire::UsageStatistics::Builder) {});
}

void set_size(wire::SizeFrom::Builder out, Instant from, std::uint32_t size) {
  out.setFrom(from.ns);
  out.setSize(size);
}

// A list in a Cap'n Proto message cannot grow: it is copied into one that is longer by one entry, which is
// returned.
template <class Entry, class Init>
typename Entry::Builder append(typename capnp::List<Entry>::Reader before, const Init& init) {
  auto after = init(before.size() + 1);
  for (unsigned i = 0; i < before.size(); ++i) after.setWithCaveats(i, before[i]);
  return after[before.size()];
}

void add(ViewWriter& rows, const seats::FlatBooked& event) {
  rows.change<wire::CampusCard>(
      Keys{rows.tenant()}.campus_card(event.campus.value), [&](wire::CampusCard::Builder card) {
        const auto before = card.disownPeriods();
        auto period =
            append<wire::PeriodCard>(before.getReader(), [&](unsigned n) { return card.initPeriods(n); });
        period.setPeriod(text(event.period.value));
        period.setFrom(event.from.ns);
        period.setTo(event.to.ns);
        set_size(period.initSizes(1)[0], event.from, event.size);
        period.setPrice(event.price.value);
        period.setCurrency(std::string(shown(event.currency)));
        auto tiers = period.initTiers(static_cast<unsigned>(event.tiers.size()));
        for (unsigned i = 0; i < tiers.size(); ++i) {
          tiers[i].setFromSize(event.tiers[i].from_size);
          tiers[i].setUnitPrice(event.tiers[i].unit_price.value);
        }
      });
}

void resize(wire::PeriodCard::Builder period, const seats::FlatResized& event) {
  for (wire::SizeFrom::Builder change : period.getSizes()) {
    if (change.getFrom() != event.from.ns) continue;
    change.setSize(event.size);
    return;
  }
  const auto before = period.disownSizes();
  const auto added =
      append<wire::SizeFrom>(before.getReader(), [&](unsigned n) { return period.initSizes(n); });
  set_size(added, event.from, event.size);
}

void add(ViewWriter& rows, const seats::FlatResized& event) {
  rows.change<wire::CampusCard>(Keys{rows.tenant()}.campus_card(event.campus.value),
                                [&](wire::CampusCard::Builder card) {
                                  for (wire::PeriodCard::Builder period : card.getPeriods())
                                    if (view(period.getPeriod()) == event.period.value) resize(period, event);
                                });
}

void add(ViewWriter& rows, const seats::BookingPeriodActivated& event) {
  rows.change<wire::CampusCard>(
      Keys{rows.tenant()}.campus_card(event.campus.value),
      [&](wire::CampusCard::Builder card) { card.setActivePeriod(text(event.period.value)); });
}

void add(ViewWriter& rows, const seats::CourseCreated& event) {
  const Keys keys{rows.tenant()};
  rows.create<wire::CourseCard>(keys.course_card(event.course.value), [&](wire::CourseCard::Builder card) {
    card.setCampus(text(event.campus.value));
    card.setRun(1);
  });
  rows.create<wire::CourseUsage>(keys.campus_course(event.campus.value, event.course.value),
                                 [&](wire::CourseUsage::Builder usage) {
                                   usage.setCourse(text(event.course.value));
                                   usage.setRun(1);
                                   usage.setStart(event.start.ns);
                                   usage.setEnd(event.end.ns);
                                 });
}

void add(ViewWriter& rows, const seats::CourseRescheduled& event) {
  change_usage(rows, event.course.value, [&](wire::CourseUsage::Builder usage) {
    usage.setStart(event.start.ns);
    usage.setEnd(event.end.ns);
  });
}

void add(ViewWriter& rows, const seats::CourseSeatLimitsSet& event) {
  rows.change<wire::CourseCard>(Keys{rows.tenant()}.course_card(event.course.value),
                                [&](wire::CourseCard::Builder card) {
                                  card.disownCampusSeats();
                                  card.disownCourseSeats();
                                  if (event.campus_seats)
                                    card.initCampusSeats().setSeats(*event.campus_seats);
                                  if (event.course_seats)
                                    card.initCourseSeats().setSeats(*event.course_seats);
                                });
}

// What is counted is artefacts (S-52), however often one was recorded.
void add(ViewWriter& rows, const seats::ContributionRecorded& event) {
  const ViewKey key = Keys{rows.tenant()}.contribution(event.course.value, event.artefact);
  if (rows.has(key)) return;
  rows.create<wire::RunQuestion>(key, [](wire::RunQuestion::Builder) {});
  change_usage(rows, event.course.value, [](wire::CourseUsage::Builder usage) {
    usage.setContributions(usage.getContributions() + 1);
  });
}

void set_state(ViewWriter& rows, const CourseId& course, wire::CourseState state) {
  change_usage(rows, course.value, [&](wire::CourseUsage::Builder usage) { usage.setState(state); });
}

void add(ViewWriter& rows, const seats::CourseRunEnded& event) {
  change_usage(rows, event.course.value, [&](wire::CourseUsage::Builder usage) {
    usage.setState(wire::CourseState::ENDED);
    usage.setEnd(event.ended_at.ns);
  });
}

void add(ViewWriter& rows, const seats::CourseReactivated& event) {
  rows.change<wire::CourseCard>(Keys{rows.tenant()}.course_card(event.course.value),
                                [&](wire::CourseCard::Builder card) { card.setRun(event.run); });
  change_usage(rows, event.course.value, [&](wire::CourseUsage::Builder usage) {
    usage.setRun(event.run);
    usage.setState(wire::CourseState::PLANNED);
    usage.setStart(event.start.ns);
    usage.setEnd(event.end.ns);
  });
}

}  // namespace

void SeatUsage::apply(const RecordedEvent& event, ViewWriter& rows) const {
  const auto* body = std::get_if<seats::Event>(&event.body);
  if (body == nullptr) return;
  std::visit(
      Overloaded{
          [&](const seats::CampusOpened& e) { add(rows, e); },
          [&](const seats::FlatBooked& e) { add(rows, e); },
          [&](const seats::FlatResized& e) { add(rows, e); },
          [&](const seats::BookingPeriodActivated& e) { add(rows, e); },
          [&](const seats::CourseCreated& e) { add(rows, e); },
          [&](const seats::CourseRescheduled& e) { add(rows, e); },
          [&](const seats::CourseSeatLimitsSet& e) { add(rows, e); },
          [&](const seats::CourseRunStarted& e) { set_state(rows, e.course, wire::CourseState::RUNNING); },
          [&](const seats::CourseRunEnded& e) { add(rows, e); },
          [&](const seats::CourseSettled& e) { set_state(rows, e.course, wire::CourseState::SETTLED); },
          [&](const seats::CourseReactivated& e) { add(rows, e); },
          [&](const seats::ContributionRecorded& e) { add(rows, e); },
          [](const auto&) {},  // moves counts by way of the other projections, or changes nothing shown
      },
      *body);
}

}  // namespace kontor::views
