#include "engine/thread_turn.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace kontor {
namespace {

// The C library of Debian 12 does not know these calls.
struct SchedulingAttributes {
  std::uint32_t size = sizeof(SchedulingAttributes);
  std::uint32_t policy = 0;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime_ns = 0;
  std::uint64_t deadline_ns = 0;
  std::uint64_t period_ns = 0;
};
static_assert(sizeof(SchedulingAttributes) == 48);

constexpr std::uint64_t kResetOnFork = 1;
// More than anybody's turn, which is at most 3 ms unless asked for: whose turn is shorter goes first.
constexpr std::uint64_t kLongTurn = 10'000'000;

}  // namespace

ThreadTurn::ThreadTurn() : thread_(static_cast<std::int32_t>(gettid())) {}

void ThreadTurn::ask_for(Turn turn) const {
  SchedulingAttributes attributes;
  // Nice levels are the operator's, and are left as they are.
  if (syscall(SYS_sched_getattr, thread_, &attributes, sizeof(attributes), 0) != 0) return;
  if (attributes.policy != SCHED_OTHER) return;
  attributes.size = sizeof(attributes);
  attributes.flags |= kResetOnFork;
  attributes.runtime_ns = turn == Turn::OthersFirst ? kLongTurn : 0;
  static_cast<void>(syscall(SYS_sched_setattr, thread_, &attributes, 0));
}

}  // namespace kontor
