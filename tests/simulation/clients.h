#pragma once
// The callers: they make up commands, remember every receipt they got, send commands again when no answer
// came or just to be sure, and sometimes use an id for something else.

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "tests/simulation/generator.h"
#include "tests/simulation/judge.h"

namespace kontor::simulation {

class Clients {
 public:
  Clients(Dice& dice, const Taste& taste);

  /// The next thing that somebody asks for.
  [[nodiscard]] Asked next(const Judge& judge, Instant now);
  [[nodiscard]] AskedTick tick(const Judge& judge, Instant now);

  /// An answer arrived.
  void answered(const Asked& asked);
  /// No answer will ever come: the outcome is unknown, and will be asked for again.
  void lost(const Asked& asked);
  /// All that is in doubt has been asked for again and answered.
  [[nodiscard]] bool settled() const { return in_doubt_.empty(); }
  /// From now on nothing new: what is in doubt, then every promise once more.
  [[nodiscard]] std::vector<Asked> all_promises() const;
  [[nodiscard]] Asked next_in_doubt();

  [[nodiscard]] std::uint64_t retries() const { return retries_; }
  [[nodiscard]] const std::vector<TenantId>& tenants() const { return tenants_; }

 private:
  /// Somebody's import of a history.
  struct Import {
    std::uint64_t source = 0;
    std::uint64_t line = 0;
    Instant at;
  };

  [[nodiscard]] Asked fresh(const Judge& judge, Instant now);
  [[nodiscard]] Asked again();
  [[nodiscard]] CommandRequest command(const Judge& judge, const TenantId& tenant, Instant now);
  void spice(CommandRequest& command, const Judge& judge, const TenantId& tenant, Mode mode, Instant now);

  Dice& dice_;
  Generator generator_;
  std::vector<TenantId> tenants_;
  std::map<TenantId, Import> imports_;  // of the tenants that start with one
  struct Sent {
    TenantId tenant;
    CommandRequest command;
  };
  std::vector<Sent> promised_;  // commands that got a receipt
  std::deque<Asked> in_doubt_;
  unsigned retry_percent_ = 30;
  std::uint64_t retries_ = 0;
};

}  // namespace kontor::simulation
