#pragma once
// What a thread asks of the system's scheduler
// (docs/decisions/0144-the-projector-lets-who-wakes-up-go-first.md).

#include <cstdint>

namespace kontor {

enum class Turn : std::uint8_t {
  Usual,
  /// Who wakes up on this thread's processor goes first, instead of waiting until this thread has had its
  /// turn of some milliseconds. The share of a processor that the thread is due stays the same; but beside
  /// programs that never sleep it may get it late, so somebody has to take care that it does not wait too
  /// long.
  OthersFirst,
};

/// How one thread takes turns with others. Any thread may change it, as long as the thread it is about lives.
class ThreadTurn {
 public:
  /// Of the calling thread. Threads that it starts begin with `Usual`.
  ThreadTurn();
  /// A wish, for which no privilege is needed: without effect where the kernel does not know it (before Linux
  /// 6.12), or where somebody has given the thread another policy.
  void ask_for(Turn turn) const;

 private:
  std::int32_t thread_;
};

}  // namespace kontor
