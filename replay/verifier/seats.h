#pragma once
// Campus seats and course seats, and what course runs come to, from the events alone. One thread.

#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "events/seats.h"
#include "replay/verifier/billing.h"
#include "replay/verifier/finding.h"
#include "replay/verifier/pools.h"

namespace kontor::verifier {

struct CourseRunSums {
  enum class Phase : std::uint8_t { Running, Open, Settled };
  Phase phase = Phase::Running;
  std::uint32_t seats = 0;
  std::uint64_t blocks = 0;
  std::uint64_t billed_blocks = 0;
  std::uint64_t unpriced_blocks = 0;
  std::int64_t amount = 0;
};

struct CourseSeatCounts {
  std::string campus;
  std::uint64_t scheduled = 0;
  std::uint64_t active = 0;
  std::uint64_t ended = 0;
};

class SeatBook {
 public:
  /// `billing` has taken the event already, and `position` is that of the event.
  SeatBook(const BillingBook& billing, const Position& position) : billing_(billing), position_(position) {}

  [[nodiscard]] Objection take(const seats::Event& event) { return std::visit(*this, event); }
  /// Campus seats in use, by campus.
  [[nodiscard]] const boost::unordered_flat_map<std::string, std::uint64_t>& used() const { return used_; }
  /// By course.
  [[nodiscard]] std::map<std::string, CourseSeatCounts> courses() const;
  /// By course and run; those that were opened for settlement.
  [[nodiscard]] const std::map<std::pair<std::string, std::uint32_t>, CourseRunSums>& runs() const {
    return runs_;
  }

  Objection operator()(const seats::CampusOpened& e);
  Objection operator()(const seats::CampusSeatGranted& e);
  Objection operator()(const seats::CampusSeatReleased& e);
  Objection operator()(const seats::CampusSeatCarriedOver& e);
  Objection operator()(const seats::CampusSeatReattributed& e);
  Objection operator()(const seats::CourseCreated& e);
  Objection operator()(const seats::CourseReactivated& e);
  Objection operator()(const seats::CourseSeatReserved& e);
  Objection operator()(const seats::CourseSeatStarted& e);
  Objection operator()(const seats::CourseSeatBlockStarted& e);
  Objection operator()(const seats::CourseSeatEnded& e);
  Objection operator()(const seats::CourseSeatCancelledBeforeStart& e);
  Objection operator()(const seats::CourseSeatBlockVoided& e);
  Objection operator()(const seats::CourseSeatBlockPriced& e);
  Objection operator()(const seats::CourseSettlementOpened& e);
  Objection operator()(const seats::CourseSettled& e);
  template <class Other>
  Objection operator()(const Other&) {
    return std::nullopt;
  }

 private:
  struct Block {
    Position position = 0;
    MinorUnits price;
    bool priced = false;
    bool voided = false;
    seats::Rounding rounding = seats::Rounding::Started;
    Instant next_block_at{};
  };
  struct Seat {
    enum class Phase : std::uint8_t { Scheduled, Active, Ended, Cancelled };
    std::string person;
    Phase phase = Phase::Scheduled;
    std::uint32_t run = 0;
    std::vector<Block> blocks;
    Instant ended_at{};
    std::uint64_t billed_blocks = 0;
    std::int64_t amount = 0;

    /// Its end came before that of the block, and its price list bills blocks that are over.
    [[nodiscard]] bool is_unfinished(const Block& block) const;
    /// On its bill, unless void.
    [[nodiscard]] bool counts(const Block& block) const {
      return phase != Phase::Ended || !is_unfinished(block);
    }
    [[nodiscard]] bool ends_like(const seats::CourseSeatEnded& e) const;
  };
  struct Course {
    std::string campus;
    std::uint32_t run = 1;
    std::size_t first_seat_of_run = 0;
    CourseRunSums sums;  // of this run
    std::vector<Seat> seats;
  };

  [[nodiscard]] GrantedSeat* campus_seat(std::uint32_t number, const PersonId& person);
  [[nodiscard]] Course* course(const CourseId& id);
  [[nodiscard]] Seat* seat(const CourseId& id, std::uint32_t number, const PersonId& person,
                           Seat::Phase phase);
  Objection add_seat(const CourseId& id, std::uint32_t number, const PersonId& person, Seat::Phase phase);
  [[nodiscard]] Digest hash_of_run(const Course& course, const std::vector<BilledElsewhere>& elsewhere) const;
  /// What a correction changes, and where.
  struct Corrected {
    Course* course = nullptr;
    Seat* seat = nullptr;
    Block* block = nullptr;
    bool changes_bill = false;
  };
  template <class E>
  [[nodiscard]] Corrected corrected(const E& e);
  void keep(const CourseId& id, const Course& course) { runs_[{id.value, course.run}] = course.sums; }

  const BillingBook& billing_;
  const Position& position_;
  boost::unordered_flat_map<std::string, std::uint64_t> used_;
  std::vector<GrantedSeat> campus_seats_;
  boost::unordered_flat_map<std::string, Course> courses_;
  std::map<std::pair<std::string, std::uint32_t>, CourseRunSums> runs_;
};

}  // namespace kontor::verifier
