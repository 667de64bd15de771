#include "events/seats.h"

#include <algorithm>

#include "events/codec.h"

// One `put` and one `take` per event, in the order of the schema. They are the only code that knows the
// stored shape: when a field is added, the old shape is completed here.

namespace kontor::codec {
namespace {

using namespace_marker = void;

Currency currency(capnp::Text::Reader bytes) {
  KJ_REQUIRE(bytes.size() == 3, "a currency has three letters");
  return Currency{{bytes[0], bytes[1], bytes[2]}};
}

void put(const seats::BlockPrice& e, schema::BlockPrice::Builder b) {
  b.setPeriod(stored(e.period.value));
  b.setFlatSize(e.flat_size);
  b.setTierFrom(e.tier_from);
  b.setUnitPrice(e.unit_price.value);
  std::ranges::copy(e.currency.code, b.initCurrency(3).begin());
  b.setRounding(static_cast<schema::Rounding>(e.rounding));
}

seats::BlockPrice take(schema::BlockPrice::Reader r) {
  return {.period = PeriodId(text(r.getPeriod())),
          .flat_size = r.getFlatSize(),
          .tier_from = r.getTierFrom(),
          .unit_price = MinorUnits{r.getUnitPrice()},
          .currency = currency(r.getCurrency()),
          .rounding = known(r.getRounding(), seats::Rounding::Full)};
}

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

Digest digest(capnp::Data::Reader bytes) {
  Digest out{};
  KJ_REQUIRE(bytes.size() == out.size(), "a digest has 32 bytes");
  std::ranges::copy(bytes, out.begin());
  return out;
}

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
}

seats::FlatBooked take(schema::FlatBooked::Reader r) {
  return {.campus = CampusId(text(r.getCampus())),
          .period = PeriodId(text(r.getPeriod())),
          .size = r.getSize(),
          .from = Instant{r.getFrom()},
          .to = Instant{r.getTo()},
          .currency = currency(r.getCurrency()),
          .tiers = take(r.getTiers()),
          .rounding = known(r.getRounding(), seats::Rounding::Full)};
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
          .cause = known(r.getCause(), seats::ReleaseCause::CourseCompleted)};
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

void put(const seats::CourseCreated& e, schema::CourseCreated::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setCampus(stored(e.campus.value));
  b.setStart(e.start.ns);
  b.setEnd(e.end.ns);
  b.setSeatTypes(static_cast<schema::CourseSeatTypes>(e.seat_types));
}

seats::CourseCreated take(schema::CourseCreated::Reader r) {
  return {.course = CourseId(text(r.getCourse())),
          .campus = CampusId(text(r.getCampus())),
          .start = Instant{r.getStart()},
          .end = Instant{r.getEnd()},
          .seat_types = known(r.getSeatTypes(), seats::CourseSeatTypes::CampusAndCourse)};
}

void put(const seats::CourseSeatTypesChanged& e, schema::CourseSeatTypesChanged::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setSeatTypes(static_cast<schema::CourseSeatTypes>(e.seat_types));
}

seats::CourseSeatTypesChanged take(schema::CourseSeatTypesChanged::Reader r) {
  return {.course = CourseId(text(r.getCourse())),
          .seat_types = known(r.getSeatTypes(), seats::CourseSeatTypes::CampusAndCourse)};
}

void put(const seats::CourseRescheduled& e, schema::CourseRescheduled::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setStart(e.start.ns);
  b.setEnd(e.end.ns);
}

seats::CourseRescheduled take(schema::CourseRescheduled::Reader r) {
  return {
      .course = CourseId(text(r.getCourse())), .start = Instant{r.getStart()}, .end = Instant{r.getEnd()}};
}

void put(const seats::CourseSeatLimitsSet& e, schema::CourseSeatLimitsSet::Builder b) {
  b.setCourse(stored(e.course.value));
  if (e.campus_seats) b.initCampusSeats().setSeats(*e.campus_seats);
  if (e.course_seats) b.initCourseSeats().setSeats(*e.course_seats);
}

seats::CourseSeatLimitsSet take(schema::CourseSeatLimitsSet::Reader r) {
  seats::CourseSeatLimitsSet e;
  e.course = CourseId(text(r.getCourse()));
  if (r.hasCampusSeats()) e.campus_seats = r.getCampusSeats().getSeats();
  if (r.hasCourseSeats()) e.course_seats = r.getCourseSeats().getSeats();
  return e;
}

void put(const seats::CourseMemberInvited& e, schema::CourseMemberInvited::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setPerson(stored(e.person.value));
  b.setRole(static_cast<schema::MemberRole>(e.role));
  b.setSeatType(static_cast<schema::SeatType>(e.seat_type));
}

seats::CourseMemberInvited take(schema::CourseMemberInvited::Reader r) {
  return {.course = CourseId(text(r.getCourse())),
          .person = PersonId(text(r.getPerson())),
          .role = known(r.getRole(), seats::MemberRole::CourseManager),
          .seat_type = known(r.getSeatType(), seats::SeatType::Course)};
}

void put(const seats::ExistingCampusSeatUsed& e, schema::ExistingCampusSeatUsed::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setPerson(stored(e.person.value));
  b.setHomeCampus(stored(e.home_campus.value));
  b.setSeat(e.seat);
}

seats::ExistingCampusSeatUsed take(schema::ExistingCampusSeatUsed::Reader r) {
  return {.course = CourseId(text(r.getCourse())),
          .person = PersonId(text(r.getPerson())),
          .home_campus = CampusId(text(r.getHomeCampus())),
          .seat = r.getSeat()};
}

void put(const seats::CourseSeatReserved& e, schema::CourseSeatReserved::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setSeat(e.seat);
  b.setPerson(stored(e.person.value));
  b.setStartsAt(e.starts_at.ns);
}

seats::CourseSeatReserved take(schema::CourseSeatReserved::Reader r) {
  return {.course = CourseId(text(r.getCourse())),
          .seat = r.getSeat(),
          .person = PersonId(text(r.getPerson())),
          .starts_at = Instant{r.getStartsAt()}};
}

void put(const seats::CourseSeatStarted& e, schema::CourseSeatStarted::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setSeat(e.seat);
  b.setPerson(stored(e.person.value));
  b.setStartedAt(e.started_at.ns);
}

seats::CourseSeatStarted take(schema::CourseSeatStarted::Reader r) {
  return {.course = CourseId(text(r.getCourse())),
          .seat = r.getSeat(),
          .person = PersonId(text(r.getPerson())),
          .started_at = Instant{r.getStartedAt()}};
}

void put(const seats::CourseSeatBlockStarted& e, schema::CourseSeatBlockStarted::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setSeat(e.seat);
  b.setPerson(stored(e.person.value));
  b.setBlock(e.block);
  b.setStartsAt(e.starts_at.ns);
  b.setNextBlockAt(e.next_block_at.ns);
  if (e.price) put(*e.price, b.initPrice());
}

seats::CourseSeatBlockStarted take(schema::CourseSeatBlockStarted::Reader r) {
  seats::CourseSeatBlockStarted e;
  e.course = CourseId(text(r.getCourse()));
  e.seat = r.getSeat();
  e.person = PersonId(text(r.getPerson()));
  e.block = r.getBlock();
  e.starts_at = Instant{r.getStartsAt()};
  e.next_block_at = Instant{r.getNextBlockAt()};
  if (r.hasPrice()) e.price = take(r.getPrice());
  return e;
}

void put(const seats::CourseSeatEnded& e, schema::CourseSeatEnded::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setSeat(e.seat);
  b.setPerson(stored(e.person.value));
  b.setEndedAt(e.ended_at.ns);
  b.setBlocks(e.blocks);
  b.setBilledBlocks(e.billed_blocks);
  b.setUnpricedBlocks(e.unpriced_blocks);
  b.setAmount(e.amount.value);
  std::ranges::copy(e.currency.code, b.initCurrency(3).begin());
}

seats::CourseSeatEnded take(schema::CourseSeatEnded::Reader r) {
  return {.course = CourseId(text(r.getCourse())),
          .seat = r.getSeat(),
          .person = PersonId(text(r.getPerson())),
          .ended_at = Instant{r.getEndedAt()},
          .blocks = r.getBlocks(),
          .billed_blocks = r.getBilledBlocks(),
          .unpriced_blocks = r.getUnpricedBlocks(),
          .amount = MinorUnits{r.getAmount()},
          .currency = currency(r.getCurrency())};
}

void put(const seats::CourseSeatCancelledBeforeStart& e, schema::CourseSeatCancelledBeforeStart::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setSeat(e.seat);
  b.setPerson(stored(e.person.value));
}

seats::CourseSeatCancelledBeforeStart take(schema::CourseSeatCancelledBeforeStart::Reader r) {
  return {
      .course = CourseId(text(r.getCourse())), .seat = r.getSeat(), .person = PersonId(text(r.getPerson()))};
}

void put(const seats::CourseMembershipEnded& e, schema::CourseMembershipEnded::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setPerson(stored(e.person.value));
}

seats::CourseMembershipEnded take(schema::CourseMembershipEnded::Reader r) {
  return {.course = CourseId(text(r.getCourse())), .person = PersonId(text(r.getPerson()))};
}

void put(const seats::MembershipUnseated& e, schema::MembershipUnseated::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setPerson(stored(e.person.value));
  b.setHomeCampus(stored(e.home_campus.value));
}

seats::MembershipUnseated take(schema::MembershipUnseated::Reader r) {
  return {.course = CourseId(text(r.getCourse())),
          .person = PersonId(text(r.getPerson())),
          .home_campus = CampusId(text(r.getHomeCampus()))};
}

void put(const seats::CourseRunStarted& e, schema::CourseRunStarted::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setRun(e.run);
  b.setStartedAt(e.started_at.ns);
}

seats::CourseRunStarted take(schema::CourseRunStarted::Reader r) {
  return {
      .course = CourseId(text(r.getCourse())), .run = r.getRun(), .started_at = Instant{r.getStartedAt()}};
}

void put(const seats::CourseRunEnded& e, schema::CourseRunEnded::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setRun(e.run);
  b.setEndedAt(e.ended_at.ns);
  b.setCause(static_cast<schema::RunEndCause>(e.cause));
}

seats::CourseRunEnded take(schema::CourseRunEnded::Reader r) {
  return {.course = CourseId(text(r.getCourse())),
          .run = r.getRun(),
          .ended_at = Instant{r.getEndedAt()},
          .cause = known(r.getCause(), seats::RunEndCause::EndedEarly)};
}

void put(const seats::CourseDeactivated& e, schema::CourseDeactivated::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setRun(e.run);
}

seats::CourseDeactivated take(schema::CourseDeactivated::Reader r) {
  return {.course = CourseId(text(r.getCourse())), .run = r.getRun()};
}

void put(const seats::CourseSettlementOpened& e, schema::CourseSettlementOpened::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setRun(e.run);
  b.setSeats(e.seats);
  b.setBlocks(e.blocks);
  b.setBilledBlocks(e.billed_blocks);
  b.setUnpricedBlocks(e.unpriced_blocks);
  b.setAmount(e.amount.value);
  std::ranges::copy(e.currency.code, b.initCurrency(3).begin());
}

seats::CourseSettlementOpened take(schema::CourseSettlementOpened::Reader r) {
  return {.course = CourseId(text(r.getCourse())),
          .run = r.getRun(),
          .seats = r.getSeats(),
          .blocks = r.getBlocks(),
          .billed_blocks = r.getBilledBlocks(),
          .unpriced_blocks = r.getUnpricedBlocks(),
          .amount = MinorUnits{r.getAmount()},
          .currency = currency(r.getCurrency())};
}

void put(const seats::CourseSettled& e, schema::CourseSettled::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setRun(e.run);
  b.setInvoiceRef(stored(e.invoice_ref));
  b.setSeats(e.seats);
  b.setBilledBlocks(e.billed_blocks);
  b.setAmount(e.amount.value);
  std::ranges::copy(e.currency.code, b.initCurrency(3).begin());
  b.setLinesHash(capnp::Data::Reader(e.lines_hash.data(), e.lines_hash.size()));
}

seats::CourseSettled take(schema::CourseSettled::Reader r) {
  return {.course = CourseId(text(r.getCourse())),
          .run = r.getRun(),
          .invoice_ref = text(r.getInvoiceRef()),
          .seats = r.getSeats(),
          .billed_blocks = r.getBilledBlocks(),
          .amount = MinorUnits{r.getAmount()},
          .currency = currency(r.getCurrency()),
          .lines_hash = digest(r.getLinesHash())};
}

void put(const seats::CourseReactivated& e, schema::CourseReactivated::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setRun(e.run);
  b.setStart(e.start.ns);
  b.setEnd(e.end.ns);
}

seats::CourseReactivated take(schema::CourseReactivated::Reader r) {
  return {.course = CourseId(text(r.getCourse())),
          .run = r.getRun(),
          .start = Instant{r.getStart()},
          .end = Instant{r.getEnd()}};
}

void put(const seats::CourseMembershipResumed& e, schema::CourseMembershipResumed::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setPerson(stored(e.person.value));
  b.setSeatType(static_cast<schema::SeatType>(e.seat_type));
}

seats::CourseMembershipResumed take(schema::CourseMembershipResumed::Reader r) {
  return {.course = CourseId(text(r.getCourse())),
          .person = PersonId(text(r.getPerson())),
          .seat_type = known(r.getSeatType(), seats::SeatType::Course)};
}

struct Writer {
  schema::SeatsEvent::Builder out;

  void operator()(const seats::CampusOpened& e) { put(e, out.initCampusOpened()); }
  void operator()(const seats::FlatBooked& e) { put(e, out.initFlatBooked()); }
  void operator()(const seats::FlatResized& e) { put(e, out.initFlatResized()); }
  void operator()(const seats::BookingPeriodActivated& e) { put(e, out.initBookingPeriodActivated()); }
  void operator()(const seats::BookingPeriodPending& e) { put(e, out.initBookingPeriodPending()); }
  void operator()(const seats::SeatTypeOptionChanged& e) { put(e, out.initSeatTypeOptionChanged()); }
  void operator()(const seats::CampusSeatGranted& e) { put(e, out.initCampusSeatGranted()); }
  void operator()(const seats::CampusSeatCarriedOver& e) { put(e, out.initCampusSeatCarriedOver()); }
  void operator()(const seats::CampusSeatReleased& e) { put(e, out.initCampusSeatReleased()); }
  void operator()(const seats::CampusSeatReattributed& e) { put(e, out.initCampusSeatReattributed()); }
  void operator()(const seats::HomeCampusSet& e) { put(e, out.initHomeCampusSet()); }
  void operator()(const seats::CourseCreated& e) { put(e, out.initCourseCreated()); }
  void operator()(const seats::CourseSeatTypesChanged& e) { put(e, out.initCourseSeatTypesChanged()); }
  void operator()(const seats::CourseRescheduled& e) { put(e, out.initCourseRescheduled()); }
  void operator()(const seats::CourseSeatLimitsSet& e) { put(e, out.initCourseSeatLimitsSet()); }
  void operator()(const seats::CourseMemberInvited& e) { put(e, out.initCourseMemberInvited()); }
  void operator()(const seats::ExistingCampusSeatUsed& e) { put(e, out.initExistingCampusSeatUsed()); }
  void operator()(const seats::CourseSeatReserved& e) { put(e, out.initCourseSeatReserved()); }
  void operator()(const seats::CourseSeatStarted& e) { put(e, out.initCourseSeatStarted()); }
  void operator()(const seats::CourseSeatBlockStarted& e) { put(e, out.initCourseSeatBlockStarted()); }
  void operator()(const seats::CourseSeatEnded& e) { put(e, out.initCourseSeatEnded()); }
  void operator()(const seats::CourseSeatCancelledBeforeStart& e) {
    put(e, out.initCourseSeatCancelledBeforeStart());
  }
  void operator()(const seats::CourseMembershipEnded& e) { put(e, out.initCourseMembershipEnded()); }
  void operator()(const seats::MembershipUnseated& e) { put(e, out.initMembershipUnseated()); }
  void operator()(const seats::CourseRunStarted& e) { put(e, out.initCourseRunStarted()); }
  void operator()(const seats::CourseRunEnded& e) { put(e, out.initCourseRunEnded()); }
  void operator()(const seats::CourseDeactivated& e) { put(e, out.initCourseDeactivated()); }
  void operator()(const seats::CourseSettlementOpened& e) { put(e, out.initCourseSettlementOpened()); }
  void operator()(const seats::CourseSettled& e) { put(e, out.initCourseSettled()); }
  void operator()(const seats::CourseReactivated& e) { put(e, out.initCourseReactivated()); }
  void operator()(const seats::CourseMembershipResumed& e) { put(e, out.initCourseMembershipResumed()); }
};

}  // namespace

void write(const seats::Event& event, schema::SeatsEvent::Builder out) { std::visit(Writer{out}, event); }

seats::Event read(schema::SeatsEvent::Reader in) {
  switch (in.which()) {
    case schema::SeatsEvent::CAMPUS_OPENED: return take(in.getCampusOpened());
    case schema::SeatsEvent::FLAT_BOOKED: return take(in.getFlatBooked());
    case schema::SeatsEvent::FLAT_RESIZED: return take(in.getFlatResized());
    case schema::SeatsEvent::BOOKING_PERIOD_ACTIVATED: return take(in.getBookingPeriodActivated());
    case schema::SeatsEvent::BOOKING_PERIOD_PENDING: return take(in.getBookingPeriodPending());
    case schema::SeatsEvent::SEAT_TYPE_OPTION_CHANGED: return take(in.getSeatTypeOptionChanged());
    case schema::SeatsEvent::CAMPUS_SEAT_GRANTED: return take(in.getCampusSeatGranted());
    case schema::SeatsEvent::CAMPUS_SEAT_CARRIED_OVER: return take(in.getCampusSeatCarriedOver());
    case schema::SeatsEvent::CAMPUS_SEAT_RELEASED: return take(in.getCampusSeatReleased());
    case schema::SeatsEvent::CAMPUS_SEAT_REATTRIBUTED: return take(in.getCampusSeatReattributed());
    case schema::SeatsEvent::HOME_CAMPUS_SET: return take(in.getHomeCampusSet());
    case schema::SeatsEvent::COURSE_CREATED: return take(in.getCourseCreated());
    case schema::SeatsEvent::COURSE_SEAT_TYPES_CHANGED: return take(in.getCourseSeatTypesChanged());
    case schema::SeatsEvent::COURSE_RESCHEDULED: return take(in.getCourseRescheduled());
    case schema::SeatsEvent::COURSE_SEAT_LIMITS_SET: return take(in.getCourseSeatLimitsSet());
    case schema::SeatsEvent::COURSE_MEMBER_INVITED: return take(in.getCourseMemberInvited());
    case schema::SeatsEvent::EXISTING_CAMPUS_SEAT_USED: return take(in.getExistingCampusSeatUsed());
    case schema::SeatsEvent::COURSE_SEAT_RESERVED: return take(in.getCourseSeatReserved());
    case schema::SeatsEvent::COURSE_SEAT_STARTED: return take(in.getCourseSeatStarted());
    case schema::SeatsEvent::COURSE_SEAT_BLOCK_STARTED: return take(in.getCourseSeatBlockStarted());
    case schema::SeatsEvent::COURSE_SEAT_ENDED: return take(in.getCourseSeatEnded());
    case schema::SeatsEvent::COURSE_SEAT_CANCELLED_BEFORE_START:
      return take(in.getCourseSeatCancelledBeforeStart());
    case schema::SeatsEvent::COURSE_MEMBERSHIP_ENDED: return take(in.getCourseMembershipEnded());
    case schema::SeatsEvent::MEMBERSHIP_UNSEATED: return take(in.getMembershipUnseated());
    case schema::SeatsEvent::COURSE_RUN_STARTED: return take(in.getCourseRunStarted());
    case schema::SeatsEvent::COURSE_RUN_ENDED: return take(in.getCourseRunEnded());
    case schema::SeatsEvent::COURSE_DEACTIVATED: return take(in.getCourseDeactivated());
    case schema::SeatsEvent::COURSE_SETTLEMENT_OPENED: return take(in.getCourseSettlementOpened());
    case schema::SeatsEvent::COURSE_SETTLED: return take(in.getCourseSettled());
    case schema::SeatsEvent::COURSE_REACTIVATED: return take(in.getCourseReactivated());
    case schema::SeatsEvent::COURSE_MEMBERSHIP_RESUMED: return take(in.getCourseMembershipResumed());
  }
  KJ_FAIL_REQUIRE("unknown seats event");
}

}  // namespace kontor::codec
