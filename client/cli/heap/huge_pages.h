#pragma once
// Where the heap's memory comes from (docs/decisions/0142-the-heap-lies-in-huge-pages.md). A ledger's tables
// are looked into at random: with pages of 4 KiB a good part of such a look is spent on finding the page.

#include <cstddef>
#include <thread>

namespace kontor::heap {

/// A tool that reads a few answers needs no more than this, and is not made to clear pages of 2 MiB for it.
constexpr std::size_t kSmallHeapBytes = std::size_t{32} << 20;
constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

/// From now on what the heap grows by, beyond its first megabytes, is asked for in huge pages. It is a wish:
/// a system that has none, or none left, gives small ones. Memory goes back to the system as before. Once,
/// before there are other threads. Without effect in builds with a sanitizer, which bring a heap of their
/// own.
void use_huge_pages();

/// While this lives, what the heap will grow by next, kAheadBytes, is touched ahead of need by a
/// thread of its own, so that nobody waits for the kernel to clear it. For a program that runs long: it takes
/// that much more memory. One at a time; without effect without huge pages.
class GrowingAhead {
 public:
  static constexpr std::size_t kAheadBytes = std::size_t{32} << 20;

  GrowingAhead();
  ~GrowingAhead();
  GrowingAhead(const GrowingAhead&) = delete;
  GrowingAhead& operator=(const GrowingAhead&) = delete;

 private:
  std::jthread thread_;
};

}  // namespace kontor::heap
