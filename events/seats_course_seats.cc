// Stored shapes of course seats, their blocks, and corrections.
#include <algorithm>

#include "events/seats_codec.h"

namespace kontor::codec {

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

void put(const seats::SeatGrantReversed& e, schema::SeatGrantReversed::Builder b) {
  b.setOf(e.of);
  b.setSeatType(static_cast<schema::SeatType>(e.seat_type));
  b.setCampus(stored(e.campus.value));
  b.setCourse(stored(e.course.value));
  b.setSeat(e.seat);
  b.setPerson(stored(e.person.value));
  b.setReason(stored(e.reason));
}

seats::SeatGrantReversed take(schema::SeatGrantReversed::Reader r) {
  return {.of = r.getOf(),
          .seat_type = known(r.getSeatType(), seats::SeatType::Course),
          .campus = CampusId(text(r.getCampus())),
          .course = CourseId(text(r.getCourse())),
          .seat = r.getSeat(),
          .person = PersonId(text(r.getPerson())),
          .reason = text(r.getReason())};
}

void put(const seats::CourseSeatBlockVoided& e, schema::CourseSeatBlockVoided::Builder b) {
  b.setOf(e.of);
  b.setCourse(stored(e.course.value));
  b.setRun(e.run);
  b.setSeat(e.seat);
  b.setPerson(stored(e.person.value));
  b.setBlock(e.block);
  b.setStartsAt(e.starts_at.ns);
  b.setAmount(e.amount.value);
  std::ranges::copy(e.currency.code, b.initCurrency(3).begin());
  b.setBilledBlocks(e.billed_blocks);
  b.setUnpricedBlocks(e.unpriced_blocks);
  b.setStanding(static_cast<schema::BillStanding>(e.standing));
}

seats::CourseSeatBlockVoided take(schema::CourseSeatBlockVoided::Reader r) {
  return {.of = r.getOf(),
          .course = CourseId(text(r.getCourse())),
          .run = r.getRun(),
          .seat = r.getSeat(),
          .person = PersonId(text(r.getPerson())),
          .block = r.getBlock(),
          .starts_at = Instant{r.getStartsAt()},
          .amount = MinorUnits{r.getAmount()},
          .currency = currency(r.getCurrency()),
          .billed_blocks = r.getBilledBlocks(),
          .unpriced_blocks = r.getUnpricedBlocks(),
          .standing = known(r.getStanding(), seats::BillStanding::Settled)};
}

void put(const seats::CourseSeatBlockPriced& e, schema::CourseSeatBlockPriced::Builder b) {
  b.setOf(e.of);
  b.setCourse(stored(e.course.value));
  b.setRun(e.run);
  b.setSeat(e.seat);
  b.setPerson(stored(e.person.value));
  b.setBlock(e.block);
  b.setStartsAt(e.starts_at.ns);
  put(e.price, b.initPrice());
  b.setAmount(e.amount.value);
  b.setBilledBlocks(e.billed_blocks);
  b.setStanding(static_cast<schema::BillStanding>(e.standing));
  b.setReason(stored(e.reason));
}

seats::CourseSeatBlockPriced take(schema::CourseSeatBlockPriced::Reader r) {
  return {.of = r.getOf(),
          .course = CourseId(text(r.getCourse())),
          .run = r.getRun(),
          .seat = r.getSeat(),
          .person = PersonId(text(r.getPerson())),
          .block = r.getBlock(),
          .starts_at = Instant{r.getStartsAt()},
          .price = take(r.getPrice()),
          .amount = MinorUnits{r.getAmount()},
          .billed_blocks = r.getBilledBlocks(),
          .standing = known(r.getStanding(), seats::BillStanding::Settled),
          .reason = text(r.getReason())};
}

}  // namespace kontor::codec
