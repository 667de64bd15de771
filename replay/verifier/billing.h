#pragma once
// What can be billed, and what every billing run has to say, from the events alone. One thread.

#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "events/envelope.h"
#include "replay/verifier/finding.h"
#include "replay/verifier/lines.h"

namespace kontor::verifier {

struct BillingRun {
  enum class Phase : std::uint8_t { Open, Closed, Abandoned };
  Phase phase = Phase::Open;
  billing::BillingRunOpened opened;
  std::vector<Line> lines;  // in the order of the statement, as they were when the run was opened
};
[[nodiscard]] std::string_view name_of(BillingRun::Phase phase);

/// A correction that the settlement of a course run leaves to another billing run, or to none.
struct BilledElsewhere {
  std::uint32_t seat = 0;
  std::int64_t blocks = 0;
  std::int64_t amount = 0;
};

class BillingBook {
 public:
  [[nodiscard]] Objection take(const RecordedEvent& event);
  [[nodiscard]] const std::vector<BillingRun>& runs() const { return runs_; }
  [[nodiscard]] std::vector<BilledElsewhere> billed_elsewhere(const CourseId& course) const;

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};
  enum class Phase : std::uint8_t { Growing, Open, InRun, Billed, Nothing };
  struct Item {
    Line line;
    Phase phase = Phase::Growing;
    std::size_t run = kNone;  // that holds or has billed it
  };
  struct CourseRun {
    std::uint32_t number = 1;
    Phase phase = Phase::Growing;
    Instant effective_at;
    std::vector<std::size_t> items;  // of its seats, and what corrects them
    std::size_t run = kNone;
  };
  struct Observer;

  Item& add(Item item);
  void open(std::size_t item, Instant effective_at);
  Objection correct(std::size_t original, Part part, const Currency& currency,
                    std::vector<std::size_t>* siblings);
  Objection open_run(const billing::BillingRunOpened& opened);
  Objection end_run(const BillingRunId& id, BillingRun::Phase phase);
  [[nodiscard]] std::vector<std::size_t> taken_by(const billing::BillingRunOpened& opened);

  const Envelope* now_ = nullptr;  // of the event that is being taken
  std::deque<Item> items_;
  std::deque<CourseRun> course_runs_;
  std::vector<std::size_t> open_items_;  // may hold some that are open no longer
  std::vector<std::size_t> open_course_runs_;
  boost::unordered_flat_map<std::string, std::size_t> course_run_of_;  // the newest
  std::map<std::pair<std::string, std::uint32_t>, std::size_t> all_course_runs_;
  std::map<std::pair<std::string, std::uint32_t>, std::size_t> seats_;  // course, number of the seat
  boost::unordered_flat_map<std::string, std::size_t> orders_;          // "a/" or "c/" and the order
  boost::unordered_flat_map<std::string, std::vector<std::size_t>> top_ups_;
  std::vector<BillingRun> runs_;
  std::vector<std::vector<std::size_t>> items_of_run_;
  std::vector<std::vector<std::size_t>> course_runs_of_run_;
  boost::unordered_flat_map<std::string, std::size_t> run_of_;
};

}  // namespace kontor::verifier
