#include "client/cli/heap/touch_ahead.h"

#include <sys/mman.h>

#include <algorithm>

#include "client/cli/heap/huge_pages.h"

namespace kontor::heap {

bool TouchList::add(Range range) {
  const std::uint64_t added = added_.load(std::memory_order_relaxed);
  if (added - touched_.load(std::memory_order_acquire) == kRangesMax) return false;
  ranges_[added % kRangesMax] = range;
  added_.store(added + 1, std::memory_order_release);
  bell_.fetch_add(1);
  bell_.notify_one();
  return true;
}

void TouchList::touch(const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] {
    bell_.fetch_add(1);
    bell_.notify_one();
  });
  std::uint64_t next = touched_.load();
  while (true) {
    const std::uint32_t heard = bell_.load();
    while (next != added_.load(std::memory_order_acquire)) {
      const Range range = ranges_[next % kRangesMax];
      // A page at a time: what maps memory meanwhile waits no longer than that.
      for (std::size_t at = 0; at < range.size && !stop.stop_requested(); at += kHugePageBytes)
        // Changes no byte, whoever writes there at the same time. Refused for what is unmapped by now, and by
        // kernels before 5.14.
        static_cast<void>(
            madvise(range.begin + at, std::min(kHugePageBytes, range.size - at), MADV_POPULATE_WRITE));
      touched_.store(++next, std::memory_order_release);
    }
    if (stop.stop_requested()) return;
    bell_.wait(heard);
  }
}

}  // namespace kontor::heap
