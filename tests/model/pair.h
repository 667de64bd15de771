#pragma once
// The real rules and views beside the model: every step is done on both sides, and whatever they say is
// compared. One thread each.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/keys/memory/memory_key_store.h"
#include "engine/writer/personal_data.h"
#include "engine/writer/writer.h"
#include "tests/model/tenant_model.h"
#include "tests/support/questions.h"
#include "tests/support/seeded_randomness.h"

namespace kontor::model {

/// One step of a storm, complete: it can be done again in another world.
struct Step {
  Instant now;
  Mode mode = Mode::Each;
  std::vector<CommandRequest> commands;
  std::uint64_t questions = 0;  // how many
  std::uint64_t seed = 0;       // of the questions
};

/// What was seen over many worlds.
struct Tally {
  std::uint64_t worlds = 0;
  std::uint64_t commands = 0;
  std::uint64_t accepted = 0;
  std::uint64_t repeated = 0;
  std::uint64_t taken_back = 0;  // dry runs, and commands of batches in which another was refused
  std::map<Reason, std::uint64_t> refused;
  std::map<std::string, std::uint64_t> events;
  std::map<std::string, std::uint64_t> questions;
  std::uint64_t unanswered = 0;  // of the questions, those refused by both

  void add(const Tally& other);
};

/// Expected and got, in words.
using Difference = std::optional<std::string>;

class Pair {
 public:
  Pair() { (void)keys_.create(); }
  [[nodiscard]] Difference step(const Step& step, Tally& tally);
  [[nodiscard]] const TenantModel& model() const { return model_; }
  [[nodiscard]] const views::ViewStore& views() const { return *views_.store; }
  [[nodiscard]] const keys::KeyStore& secrets() const { return keys_; }
  /// Everything that was recorded.
  [[nodiscard]] const std::vector<log::Group>& groups() const { return groups_; }

 private:
  [[nodiscard]] Difference compare_events(const DecidedGroup& decided, Tally& tally);
  [[nodiscard]] Difference compare_answers(const Step& step, const std::vector<Said>& expected,
                                           const std::vector<kontor::Outcome>& got, Tally& tally) const;
  /// I12: the log, replayed so far, gives the live state.
  [[nodiscard]] Difference replay(const std::vector<RecordedEvent>& recorded);
  [[nodiscard]] Difference ask(const Step& step, Tally& tally);
  void learn(const std::vector<RecordedEvent>& recorded);

  test::SeededRandomness randomness_{1};
  keys::MemoryKeyStore keys_{randomness_};
  Sealing sealing_{LedgerKeys{&keys_, &randomness_}};
  Writer writer_{LedgerLimits{}, &sealing_};
  rules::State replayed_;  // from the stored bytes alone
  test::DerivedViews views_;
  std::vector<log::Group> groups_;
  TenantModel model_;
  std::size_t compared_ = 0;  // of the model's events
};

class Chance;
/// Pins a question to the head, a position or a moment at or between events, and sometimes to what was known
/// then.
void pin(Chance& chance, const std::vector<Expected>& events, wire::Query::Builder query);
/// One question with random names, filters, pages and moment, to both sides.
[[nodiscard]] Difference compare_question(Chance& chance, const TenantModel& model,
                                          const views::ViewStore& views, const keys::KeyStore& secrets,
                                          Tally& tally);

}  // namespace kontor::model
