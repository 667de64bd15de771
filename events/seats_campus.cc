// Stored shapes of campuses, bookings and campus seats.
#include <algorithm>

#include "events/seats_codec.h"

namespace kontor::codec {
namespace {

void put(const std::vector<seats::PriceTier>& tiers, capnp::List<schema::PriceTier>::Builder b) {
  for (unsigned i = 0; i < b.size(); ++i) {
    b[i].setFromSize(tiers[i].from_size);
    b[i].setUnitPrice(tiers[i].unit_price.value);
  }
}

std::vector<seats::PriceTier> take(capnp::List<schema::PriceTier>::Reader r) {
  std::vector<seats::PriceTier> tiers;
  tiers.reserve(r.size());
  for (const auto tier : r) tiers.push_back({tier.getFromSize(), MinorUnits{tier.getUnitPrice()}});
  return tiers;
}

}  // namespace

void put(const seats::CampusOpened& e, schema::CampusOpened::Builder b) {
  b.setCampus(stored(e.campus.value));
  b.setKind(static_cast<schema::CampusKind>(e.kind));
  b.setTimeZone(stored(e.time_zone));
}

seats::CampusOpened take(schema::CampusOpened::Reader r) {
  return {.campus = CampusId(text(r.getCampus())),
          .kind = known(r.getKind(), seats::CampusKind::Package),
          .time_zone = text(r.getTimeZone())};
}

void put(const seats::FlatBooked& e, schema::FlatBooked::Builder b) {
  b.setCampus(stored(e.campus.value));
  b.setPeriod(stored(e.period.value));
  b.setSize(e.size);
  b.setFrom(e.from.ns);
  b.setTo(e.to.ns);
  std::ranges::copy(e.currency.code, b.initCurrency(3).begin());
  put(e.tiers, b.initTiers(static_cast<unsigned>(e.tiers.size())));
  b.setRounding(static_cast<schema::Rounding>(e.rounding));
  b.setPrice(e.price.value);
}

seats::FlatBooked take(schema::FlatBooked::Reader r) {
  return {.campus = CampusId(text(r.getCampus())),
          .period = PeriodId(text(r.getPeriod())),
          .size = r.getSize(),
          .from = Instant{r.getFrom()},
          .to = Instant{r.getTo()},
          .currency = currency(r.getCurrency()),
          .tiers = take(r.getTiers()),
          .rounding = known(r.getRounding(), seats::Rounding::Full),
          .price = MinorUnits{r.getPrice()}};
}

void put(const seats::FlatResized& e, schema::FlatResized::Builder b) {
  b.setCampus(stored(e.campus.value));
  b.setPeriod(stored(e.period.value));
  b.setSize(e.size);
  b.setFrom(e.from.ns);
}

seats::FlatResized take(schema::FlatResized::Reader r) {
  return {.campus = CampusId(text(r.getCampus())),
          .period = PeriodId(text(r.getPeriod())),
          .size = r.getSize(),
          .from = Instant{r.getFrom()}};
}

void put(const seats::BookingPeriodActivated& e, schema::BookingPeriodActivated::Builder b) {
  b.setCampus(stored(e.campus.value));
  b.setPeriod(stored(e.period.value));
  b.setContingent(e.contingent);
  b.setCarriedOver(e.carried_over);
  b.setReleased(e.released);
}

seats::BookingPeriodActivated take(schema::BookingPeriodActivated::Reader r) {
  return {.campus = CampusId(text(r.getCampus())),
          .period = PeriodId(text(r.getPeriod())),
          .contingent = r.getContingent(),
          .carried_over = r.getCarriedOver(),
          .released = r.getReleased()};
}

void put(const seats::BookingPeriodPending& e, schema::BookingPeriodPending::Builder b) {
  b.setCampus(stored(e.campus.value));
  b.setPeriod(stored(e.period.value));
  b.setContingent(e.contingent);
  b.setNeeded(e.needed);
}

seats::BookingPeriodPending take(schema::BookingPeriodPending::Reader r) {
  return {.campus = CampusId(text(r.getCampus())),
          .period = PeriodId(text(r.getPeriod())),
          .contingent = r.getContingent(),
          .needed = r.getNeeded()};
}

void put(const seats::SeatTypeOptionChanged& e, schema::SeatTypeOptionChanged::Builder b) {
  b.setCampus(stored(e.campus.value));
  b.setOption(static_cast<schema::SeatTypeOption>(e.option));
}

seats::SeatTypeOptionChanged take(schema::SeatTypeOptionChanged::Reader r) {
  return {.campus = CampusId(text(r.getCampus())),
          .option = known(r.getOption(), seats::SeatTypeOption::BothSeatTypes)};
}

void put(const seats::CampusSeatGranted& e, schema::CampusSeatGranted::Builder b) {
  b.setCampus(stored(e.campus.value));
  b.setSeat(e.seat);
  b.setPerson(stored(e.person.value));
  b.setGrantingCourse(stored(e.granting_course.value));
  b.setPeriod(stored(e.period.value));
}

seats::CampusSeatGranted take(schema::CampusSeatGranted::Reader r) {
  return {.campus = CampusId(text(r.getCampus())),
          .seat = r.getSeat(),
          .person = PersonId(text(r.getPerson())),
          .granting_course = CourseId(text(r.getGrantingCourse())),
          .period = PeriodId(text(r.getPeriod()))};
}

void put(const seats::CampusSeatCarriedOver& e, schema::CampusSeatCarriedOver::Builder b) {
  b.setCampus(stored(e.campus.value));
  b.setSeat(e.seat);
  b.setPerson(stored(e.person.value));
  b.setGrantingCourse(stored(e.granting_course.value));
  b.setPeriod(stored(e.period.value));
}

seats::CampusSeatCarriedOver take(schema::CampusSeatCarriedOver::Reader r) {
  return {.campus = CampusId(text(r.getCampus())),
          .seat = r.getSeat(),
          .person = PersonId(text(r.getPerson())),
          .granting_course = CourseId(text(r.getGrantingCourse())),
          .period = PeriodId(text(r.getPeriod()))};
}

void put(const seats::CampusSeatReleased& e, schema::CampusSeatReleased::Builder b) {
  b.setCampus(stored(e.campus.value));
  b.setSeat(e.seat);
  b.setPerson(stored(e.person.value));
  b.setGrantingCourse(stored(e.granting_course.value));
  b.setCause(static_cast<schema::ReleaseCause>(e.cause));
}

seats::CampusSeatReleased take(schema::CampusSeatReleased::Reader r) {
  return {.campus = CampusId(text(r.getCampus())),
          .seat = r.getSeat(),
          .person = PersonId(text(r.getPerson())),
          .granting_course = CourseId(text(r.getGrantingCourse())),
          .cause = known(r.getCause(), seats::ReleaseCause::Corrected)};
}

void put(const seats::CampusSeatReattributed& e, schema::CampusSeatReattributed::Builder b) {
  b.setCampus(stored(e.campus.value));
  b.setSeat(e.seat);
  b.setPerson(stored(e.person.value));
  b.setFromCourse(stored(e.from_course.value));
  b.setToCourse(stored(e.to_course.value));
}

seats::CampusSeatReattributed take(schema::CampusSeatReattributed::Reader r) {
  return {.campus = CampusId(text(r.getCampus())),
          .seat = r.getSeat(),
          .person = PersonId(text(r.getPerson())),
          .from_course = CourseId(text(r.getFromCourse())),
          .to_course = CourseId(text(r.getToCourse()))};
}

void put(const seats::HomeCampusSet& e, schema::HomeCampusSet::Builder b) {
  b.setPerson(stored(e.person.value));
  b.setCampus(stored(e.campus.value));
}

seats::HomeCampusSet take(schema::HomeCampusSet::Reader r) {
  return {.person = PersonId(text(r.getPerson())), .campus = CampusId(text(r.getCampus()))};
}

}  // namespace kontor::codec
