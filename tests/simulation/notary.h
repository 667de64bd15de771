#pragma once
// Signs checkpoints in a simulated process, and remembers across its deaths what every tree once was: a root
// that a receipt may rest on, or that was signed, never changes.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/checkpoints/checkpoint_keeper.h"
#include "tests/simulation/dice.h"

namespace kontor::simulation {

class Notary {
 public:
  /// Draws from a seed of its own, so that the run is the same with and without it.
  explicit Notary(std::uint64_t seed);

  /// The process has started with this log, which lives until `died`. Empty when all that was remembered and
  /// signed is in it; else what is not.
  [[nodiscard]] std::string started(log::EventLog& log);
  void died();
  /// A group is durable, with answers that rest on it. The power is on.
  [[nodiscard]] std::string durable(const log::Group& group);

 private:
  using Size = std::pair<log::TreeName, std::uint64_t>;

  class StandingClock final : public Clock {
   public:
    Instant now() override { return {1}; }
  };

  [[nodiscard]] std::string remember(const log::TreeName& tree);
  [[nodiscard]] std::string compare(const Size& size, const Digest& root) const;
  [[nodiscard]] std::string sign(const log::TreeName& tree);

  Dice dice_;
  StandingClock clock_;
  checkpoints::Signer signer_;
  // Lies where the log lies, and outlives the process with it.
  std::unique_ptr<checkpoints::CheckpointStore> store_ = checkpoints::memory_checkpoint_store();
  std::unique_ptr<log::LogProver> prover_;
  std::unique_ptr<checkpoints::CheckpointKeeper> keeper_;
  std::map<Size, Digest> roots_;
  std::vector<Size> sizes_;  // in the order in which they were remembered
};

}  // namespace kontor::simulation
