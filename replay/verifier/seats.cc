// engine/rules/seats/README.md, told from the events alone.
#include "replay/verifier/seats.h"

#include <fmt/format.h>

#include <bit>

namespace kontor::verifier {

namespace ev = seats;

namespace {

template <class E>
Objection unfit(const E& e, std::string_view what) {
  return fmt::format("seat {} of course {}: {}", e.seat, e.course.value, what);
}

/// Sums of what was checked one by one; who made up events may make them overflow, and is found out by it.
constexpr std::int64_t minus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

}  // namespace

std::map<std::string, CourseSeatCounts> SeatBook::courses() const {
  std::map<std::string, CourseSeatCounts> out;
  for (const auto& [id, course] : courses_) {
    CourseSeatCounts& counts = out[id];
    counts.campus = course.campus;
    for (const Seat& seat : course.seats) {
      if (seat.phase == Seat::Phase::Scheduled) ++counts.scheduled;
      if (seat.phase == Seat::Phase::Active) ++counts.active;
      if (seat.phase == Seat::Phase::Ended) ++counts.ended;
    }
  }
  return out;
}

GrantedSeat* SeatBook::campus_seat(std::uint32_t number, const PersonId& person) {
  if (number == 0 || number > campus_seats_.size()) return nullptr;
  GrantedSeat& seat = campus_seats_[number - 1];
  return seat.in_use && seat.person == person.value ? &seat : nullptr;
}

SeatBook::Course* SeatBook::course(const CourseId& id) {
  const auto found = courses_.find(id.value);
  return found == courses_.end() ? nullptr : &found->second;
}

SeatBook::Seat* SeatBook::seat(const CourseId& id, std::uint32_t number, const PersonId& person,
                               Seat::Phase phase) {
  Course* of = course(id);
  if (of == nullptr || number == 0 || number > of->seats.size()) return nullptr;
  Seat& seat = of->seats[number - 1];
  return seat.phase == phase && seat.person == person.value ? &seat : nullptr;
}

Objection SeatBook::operator()(const ev::CampusOpened& e) {
  if (!used_.emplace(e.campus.value, 0).second)
    return "campus " + e.campus.value + " is opened a second time";
  return std::nullopt;
}

Objection SeatBook::operator()(const ev::CampusSeatGranted& e) {
  const auto campus = used_.find(e.campus.value);
  if (campus == used_.end() || e.seat != campus_seats_.size() + 1)
    return fmt::format("campus seat {} of {} is not the next one", e.seat, e.campus.value);
  campus_seats_.push_back({.place = e.campus.value, .person = e.person.value});
  ++campus->second;
  return std::nullopt;
}

Objection SeatBook::operator()(const ev::CampusSeatReleased& e) {
  GrantedSeat* seat = campus_seat(e.seat, e.person);
  if (seat == nullptr)
    return fmt::format("campus seat {} comes back, which {} does not hold", e.seat, e.person.value);
  seat->in_use = false;
  --used_.at(seat->place);
  return std::nullopt;
}

Objection SeatBook::operator()(const ev::CampusSeatCarriedOver& e) {
  if (campus_seat(e.seat, e.person) != nullptr) return std::nullopt;
  return fmt::format("campus seat {} is carried over, which {} does not hold", e.seat, e.person.value);
}

Objection SeatBook::operator()(const ev::CampusSeatReattributed& e) {
  if (campus_seat(e.seat, e.person) != nullptr) return std::nullopt;
  return fmt::format("campus seat {} is counted elsewhere, which {} does not hold", e.seat, e.person.value);
}

Objection SeatBook::operator()(const ev::CourseCreated& e) {
  if (!courses_.emplace(e.course.value, Course{.campus = e.campus.value, .sums = {}, .seats = {}}).second)
    return "course " + e.course.value + " is created a second time";
  return std::nullopt;
}

Objection SeatBook::operator()(const ev::CourseReactivated& e) {
  Course* of = course(e.course);
  if (of == nullptr || of->sums.phase != CourseRunSums::Phase::Settled || e.run != of->run + 1)
    return fmt::format("run {} of course {} does not follow a settled one", e.run, e.course.value);
  of->run = e.run;
  of->first_seat_of_run = of->seats.size();
  of->sums = {};
  return std::nullopt;
}

Objection SeatBook::add_seat(const CourseId& id, std::uint32_t number, const PersonId& person,
                             Seat::Phase phase) {
  Course* of = course(id);
  if (of == nullptr || number != of->seats.size() + 1)
    return fmt::format("seat {} of course {} is not the next one", number, id.value);
  of->seats.push_back({.person = person.value, .phase = phase, .run = of->run, .blocks = {}});
  return std::nullopt;
}

Objection SeatBook::operator()(const ev::CourseSeatReserved& e) {
  return add_seat(e.course, e.seat, e.person, Seat::Phase::Scheduled);
}

Objection SeatBook::operator()(const ev::CourseSeatStarted& e) {
  const Course* of = course(e.course);
  if (of == nullptr || of->sums.phase != CourseRunSums::Phase::Running)
    return unfit(e, "it starts, and the run is over");
  Seat* reserved = seat(e.course, e.seat, e.person, Seat::Phase::Scheduled);
  if (reserved == nullptr) return add_seat(e.course, e.seat, e.person, Seat::Phase::Active);
  if (reserved->run != of->run) return unfit(e, "it was scheduled in another run");
  reserved->phase = Seat::Phase::Active;
  return std::nullopt;
}

Objection SeatBook::operator()(const ev::CourseSeatBlockStarted& e) {
  Seat* active = seat(e.course, e.seat, e.person, Seat::Phase::Active);
  if (active == nullptr) return unfit(e, "a block starts, and the seat is not active");
  if (e.block != active->blocks.size() + 1) return unfit(e, fmt::format("block {} is not next", e.block));
  active->blocks.push_back({.position = position_,
                            .price = e.price ? e.price->unit_price : MinorUnits{},
                            .priced = e.price.has_value(),
                            .rounding = e.price ? e.price->rounding : seats::Rounding::Started,
                            .next_block_at = e.next_block_at});
  return std::nullopt;
}

bool SeatBook::Seat::is_unfinished(const Block& block) const {
  return &block == &blocks.back() && block.rounding == seats::Rounding::Full &&
         ended_at < block.next_block_at;
}

bool SeatBook::Seat::ends_like(const ev::CourseSeatEnded& e) const {
  std::uint64_t billed = 0;
  std::uint64_t unpriced = 0;
  std::int64_t sum = 0;
  for (const Block& block : blocks) {
    if (block.voided || is_unfinished(block)) continue;
    ++billed;
    if (!block.priced) ++unpriced;
    if (__builtin_add_overflow(sum, block.price.value, &sum)) return false;
  }
  return e.billed_blocks == billed && e.unpriced_blocks == unpriced && e.amount.value == sum;
}

Objection SeatBook::operator()(const ev::CourseSeatEnded& e) {
  Seat* active = seat(e.course, e.seat, e.person, Seat::Phase::Active);
  if (active == nullptr) return unfit(e, "it ends, and is not active");
  if (e.blocks != active->blocks.size()) return unfit(e, fmt::format("it does not have {} blocks", e.blocks));
  active->ended_at = e.ended_at;
  if (!active->ends_like(e)) return unfit(e, "it ends with another bill than its blocks come to");
  active->phase = Seat::Phase::Ended;
  active->billed_blocks = e.billed_blocks;
  active->amount = e.amount.value;
  CourseRunSums& sums = course(e.course)->sums;
  ++sums.seats;
  sums.blocks += e.blocks;
  sums.billed_blocks += e.billed_blocks;
  sums.unpriced_blocks += e.unpriced_blocks;
  if (__builtin_add_overflow(sums.amount, e.amount.value, &sums.amount))
    return unfit(e, "the sum of its run does not fit 64 bits");
  return std::nullopt;
}

Objection SeatBook::operator()(const ev::CourseSeatCancelledBeforeStart& e) {
  Seat* reserved = seat(e.course, e.seat, e.person, Seat::Phase::Scheduled);
  if (reserved == nullptr) return unfit(e, "it is cancelled, and was not scheduled");
  reserved->phase = Seat::Phase::Cancelled;
  return std::nullopt;
}

template <class E>
SeatBook::Corrected SeatBook::corrected(const E& e) {
  Course* of = course(e.course);
  if (of == nullptr || e.seat == 0 || e.seat > of->seats.size()) return {};
  Seat& seat = of->seats[e.seat - 1];
  if (seat.run != e.run || seat.person != e.person.value || e.block == 0 || e.block > seat.blocks.size())
    return {};
  Block& block = seat.blocks[e.block - 1];
  if (block.position != e.of || block.voided || e.billed_blocks > 1) return {};
  const bool open = seat.run == of->run && of->sums.phase != CourseRunSums::Phase::Settled;
  if ((e.standing == ev::BillStanding::Open) != open) return {};
  return {of, &seat, &block, open && seat.phase == Seat::Phase::Ended};
}

Objection SeatBook::operator()(const ev::CourseSeatBlockVoided& e) {
  const Corrected found = corrected(e);
  if (found.block == nullptr) return unfit(e, "a block is voided that is not there");
  const std::uint32_t unpriced = e.billed_blocks == 1 && !found.block->priced ? 1 : 0;
  if ((e.billed_blocks == 1) != found.seat->counts(*found.block))
    return unfit(e, "a block is voided, and was billed or was not");
  if (e.amount != (e.billed_blocks == 1 ? found.block->price : MinorUnits{}) || e.unpriced_blocks != unpriced)
    return unfit(e, "a block is voided for what it did not count");
  found.block->voided = true;
  if (!found.changes_bill) return std::nullopt;
  if (found.seat->billed_blocks < e.billed_blocks) return unfit(e, "a block is voided that was not billed");
  found.seat->billed_blocks -= e.billed_blocks;
  found.seat->amount = minus(found.seat->amount, e.amount.value);
  found.course->sums.billed_blocks -= e.billed_blocks;
  found.course->sums.unpriced_blocks -= e.unpriced_blocks;
  found.course->sums.amount = minus(found.course->sums.amount, e.amount.value);
  if (found.course->sums.phase == CourseRunSums::Phase::Open) keep(e.course, *found.course);
  return std::nullopt;
}

Objection SeatBook::operator()(const ev::CourseSeatBlockPriced& e) {
  const Corrected found = corrected(e);
  if (found.block == nullptr || found.block->priced)
    return unfit(e, "a block is priced that had no need of it");
  if (e.amount != (e.billed_blocks == 1 ? e.price.unit_price : MinorUnits{}))
    return unfit(e, "a block is priced, and costs something else");
  found.block->priced = true;
  found.block->price = e.price.unit_price;
  found.block->rounding = e.price.rounding;
  if ((e.billed_blocks == 1) != found.seat->counts(*found.block))
    return unfit(e, "a block is priced, and is billed or is not");
  if (!found.changes_bill) return std::nullopt;
  CourseRunSums& sums = found.course->sums;
  if (found.seat->billed_blocks + e.billed_blocks == 0 || sums.unpriced_blocks == 0)
    return unfit(e, "a block is priced that was not billed");
  found.seat->billed_blocks -= 1 - e.billed_blocks;
  sums.billed_blocks -= 1 - e.billed_blocks;
  --sums.unpriced_blocks;
  if (__builtin_add_overflow(found.seat->amount, e.amount.value, &found.seat->amount) ||
      __builtin_add_overflow(sums.amount, e.amount.value, &sums.amount))
    return unfit(e, "its amount does not fit 64 bits");
  if (sums.phase == CourseRunSums::Phase::Open) keep(e.course, *found.course);
  return std::nullopt;
}

Objection SeatBook::operator()(const ev::CourseSettlementOpened& e) {
  Course* of = course(e.course);
  if (of == nullptr || e.run != of->run || of->sums.phase != CourseRunSums::Phase::Running)
    return fmt::format("run {} of course {} cannot be settled", e.run, e.course.value);
  for (std::size_t i = of->first_seat_of_run; i < of->seats.size(); ++i)
    if (of->seats[i].phase == Seat::Phase::Active) return fmt::format("seat {} has not ended", i + 1);
  const CourseRunSums& sums = of->sums;
  if (e.seats != sums.seats || e.blocks != sums.blocks || e.billed_blocks != sums.billed_blocks ||
      e.unpriced_blocks != sums.unpriced_blocks || e.amount.value != sums.amount)
    return fmt::format("run {} of course {} says {} seats, {} blocks, {}; its seats come to {}, {}, {}",
                       e.run, e.course.value, e.seats, e.billed_blocks, e.amount.value, sums.seats,
                       sums.billed_blocks, sums.amount);
  of->sums.phase = CourseRunSums::Phase::Open;
  keep(e.course, *of);
  return std::nullopt;
}

/// Seat, billed blocks, amount of each seat that has ended, without what other billing runs bill.
Digest SeatBook::hash_of_run(const Course& course, const std::vector<BilledElsewhere>& elsewhere) const {
  static_assert(std::endian::native == std::endian::little, "hashed numbers are little-endian");
  Sha256 sha;
  for (std::size_t i = course.first_seat_of_run; i < course.seats.size(); ++i) {
    const Seat& seat = course.seats[i];
    if (seat.phase != Seat::Phase::Ended) continue;
    std::array<std::int64_t, 3> line{static_cast<std::int64_t>(i + 1),
                                     static_cast<std::int64_t>(seat.billed_blocks), seat.amount};
    for (const BilledElsewhere& one : elsewhere) {
      if (one.seat != i + 1) continue;
      line[1] = minus(line[1], one.blocks);
      line[2] = minus(line[2], one.amount);
    }
    sha.update({reinterpret_cast<const std::uint8_t*>(line.data()), sizeof line});
  }
  return sha.finish();
}

Objection SeatBook::operator()(const ev::CourseSettled& e) {
  Course* of = course(e.course);
  if (of == nullptr || e.run != of->run || of->sums.phase != CourseRunSums::Phase::Open)
    return fmt::format("run {} of course {} does not wait to be settled", e.run, e.course.value);
  const std::vector<BilledElsewhere> elsewhere = billing_.billed_elsewhere(e.course);
  std::int64_t blocks = static_cast<std::int64_t>(of->sums.billed_blocks);
  std::int64_t amount = of->sums.amount;
  for (const BilledElsewhere& one : elsewhere) {
    blocks = minus(blocks, one.blocks);
    amount = minus(amount, one.amount);
  }
  if (e.seats != of->sums.seats || static_cast<std::int64_t>(e.billed_blocks) != blocks ||
      e.amount.value != amount || e.lines_hash != hash_of_run(*of, elsewhere))
    return fmt::format("run {} of course {} is settled for {} blocks and {}, its seats come to {} and {}",
                       e.run, e.course.value, e.billed_blocks, e.amount.value, blocks, amount);
  of->sums.phase = CourseRunSums::Phase::Settled;
  keep(e.course, *of);
  return std::nullopt;
}

}  // namespace kontor::verifier
