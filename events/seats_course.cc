// Stored shapes of courses, runs and memberships.
#include <algorithm>

#include "events/seats_codec.h"

namespace kontor::codec {
namespace {

Digest digest(capnp::Data::Reader bytes) {
  Digest out{};
  KJ_REQUIRE(bytes.size() == out.size(), "a digest has 32 bytes");
  std::ranges::copy(bytes, out.begin());
  return out;
}

}  // namespace

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

void put(const seats::CourseRoleChanged& e, schema::CourseRoleChanged::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setPerson(stored(e.person.value));
  b.setBefore(static_cast<schema::MemberRole>(e.before));
  b.setRole(static_cast<schema::MemberRole>(e.role));
}

seats::CourseRoleChanged take(schema::CourseRoleChanged::Reader r) {
  return {.course = CourseId(text(r.getCourse())),
          .person = PersonId(text(r.getPerson())),
          .before = known(r.getBefore(), seats::MemberRole::CourseManager),
          .role = known(r.getRole(), seats::MemberRole::CourseManager)};
}

void put(const seats::ContributionRecorded& e, schema::ContributionRecorded::Builder b) {
  b.setCourse(stored(e.course.value));
  b.setRun(e.run);
  b.setPerson(stored(e.person.value));
  b.setArtefact(stored(e.artefact));
}

seats::ContributionRecorded take(schema::ContributionRecorded::Reader r) {
  return {.course = CourseId(text(r.getCourse())),
          .run = r.getRun(),
          .person = PersonId(text(r.getPerson())),
          .artefact = text(r.getArtefact())};
}

}  // namespace kontor::codec
