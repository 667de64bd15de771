#pragma once
// The first touch of fresh memory, made by a thread that has nothing else to do: the kernel clears a page
// then, and who needs it would wait. Ranges are named by the heap while it holds a lock of its own, so naming
// one neither allocates nor blocks.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <stop_token>

namespace kontor::heap {

struct Range {
  char* begin = nullptr;
  std::size_t size = 0;
};

/// One thread at a time names ranges, one touches them.
class TouchList {
 public:
  /// Whether it will be touched: not when many wait already.
  bool add(Range range);
  /// Touches what was and will be named, in its order, until `stop`.
  void touch(const std::stop_token& stop);

 private:
  static constexpr std::size_t kRangesMax = 8;

  std::array<Range, kRangesMax> ranges_{};
  std::atomic<std::uint64_t> added_ = 0;
  std::atomic<std::uint64_t> touched_ = 0;
  std::atomic<std::uint32_t> bell_ = 0;  // rung when there is something to look at
};

}  // namespace kontor::heap
