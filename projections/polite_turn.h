#pragma once
// When the projector lets others go first (docs/decisions/0144-the-projector-lets-who-wakes-up-go-first.md):
// while views follow the log closely. A step of it takes a millisecond, and on the same processor may wake up
// who makes the next command durable. Once views lag, it takes its turns like everybody. Pure; whoever holds
// it guards it.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "engine/thread_turn.h"

namespace kontor::views {

enum class Following : std::uint8_t { Closely, Behind };

class PoliteTurn {
 public:
  /// On any steady clock.
  using Time = std::chrono::microseconds;
  /// What is handed over is taken up and stored within this, or the projector insists on its turns.
  static constexpr Time kPatience{50'000};
  /// Who has had to insist does so for a while: the machine is busy with something else.
  static constexpr Time kInsisting{1'000'000};

  /// `ask` is called when the turn changes; it is `Usual` at the beginning.
  explicit PoliteTurn(std::function<void(Turn)> ask) : ask_(std::move(ask)) {}

  void handed_over(Time now, Following following);
  void step_begins(Time now, Following following);
  /// `waiting`: groups that came meanwhile.
  void step_ended(Time now, std::size_t waiting);
  /// Somebody waits for the views.
  void hurry() { take(Turn::Usual); }

 private:
  void take(Turn turn);

  std::function<void(Turn)> ask_;
  Turn turn_ = Turn::Usual;
  std::optional<Time> waiting_since_;  // what is not stored, the oldest of it
  std::optional<Time> insists_until_;
};

}  // namespace kontor::views
