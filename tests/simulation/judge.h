#pragma once
// Compares all that the writer said, round by round, with the model and with the recorded events. Judges only
// what became durable: a round that a power cut took away never happened.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/log/event_log.h"
#include "tests/simulation/facts.h"
#include "tests/simulation/model.h"

namespace kontor::simulation {

/// A submission and what the writer said to it.
struct Asked {
  TenantId tenant;
  Mode mode = Mode::Each;
  std::vector<CommandRequest> commands;
  std::vector<Outcome> outcomes;  // once its answer came
};

struct AskedTick {
  TenantId tenant;
  Instant at;
  std::optional<std::variant<Position, rules::Refusal>> answer;
};

/// What was decided into one group, in order.
struct Round {
  Instant now;  // what the clock showed
  std::vector<std::shared_ptr<Asked>> asked;
  std::vector<std::shared_ptr<AskedTick>> ticks;  // after the submissions
  std::shared_ptr<const log::Group> group;        // null: nothing was written
  std::optional<Instant> wakes_at;                // what the writer said afterwards
  bool timers_done = false;                       // all live tenants' timers were fired, says the writer
};

struct Tally {
  std::uint64_t commands = 0;
  std::uint64_t receipts = 0;
  std::uint64_t refusals = 0;
  std::uint64_t repeats = 0;
  std::uint64_t dry_runs = 0;
  std::uint64_t taken_back = 0;  // commands of batches that were refused
  std::uint64_t events = 0;
  std::uint64_t timer_events = 0;
  std::map<Reason, std::uint64_t> by_reason;

  void add(const Tally& other);
};

class Judge {
 public:
  /// Empty when all is as it should be; else what is not. After a complaint the judge is of no more use.
  [[nodiscard]] std::string judge(const Round& round);
  /// The process started again from a log whose newest event was recorded at the judged end.
  void restart();

  /// The answer a command id must get from now on, or nullptr.
  [[nodiscard]] const Receipt* receipt_of(const TenantId& tenant, const CommandId& id) const;
  /// For the generator: the model of a tenant, or nullptr.
  [[nodiscard]] const TenantModel* tenant(const TenantId& id) const;
  [[nodiscard]] const Facts* facts(const TenantId& id) const;
  [[nodiscard]] const Tally& tally() const { return tally_; }
  [[nodiscard]] Instant now() const { return now_; }

 private:
  struct Known {
    PayloadDigest payload{};
    std::optional<Receipt> receipt;  // nullopt while its batch is being judged
  };
  struct Ledger {
    TenantModel model;
    Facts facts;
    std::map<CommandId, Known> known;
    std::deque<RecordedEvent> recorded;  // of this round, not looked at yet
  };

  void unpack(const log::Group& group);
  void fire_recorded(Ledger& ledger, Instant at);
  void judge(const Asked& asked);
  void judge(const AskedTick& tick);
  void judge_each(Ledger& ledger, const Asked& asked);
  void judge_batch(Ledger& ledger, const Asked& asked);
  void judge_dry(Ledger& ledger, const Asked& asked);
  [[nodiscard]] Said predict(Ledger& ledger, const CommandRequest& command, bool recorded);
  void compare(Ledger& ledger, const Said& said, const CommandRequest& command, const Outcome& outcome);
  void compare_repeat(const Ledger& ledger, const CommandRequest& command, const Receipt& receipt);
  void take_recorded(Ledger& ledger, const Said& said, const CommandRequest& command, const Receipt& receipt);
  void take(Ledger& ledger);
  void check_timers(const Round& round);
  void complain(std::string what);
  [[nodiscard]] bool fine() const { return complaint_.empty(); }

  std::map<TenantId, Ledger> ledgers_;
  Instant now_;
  Instant recorded_at_;
  std::string complaint_;
  Tally tally_;
};

}  // namespace kontor::simulation
