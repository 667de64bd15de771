// Memory is touched by another thread, changes by that in no byte, and is forgotten when too much waits.

#include "client/cli/heap/touch_ahead.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <array>
#include <thread>

#include "client/cli/heap/huge_pages.h"

namespace kontor::test {
namespace {

constexpr std::size_t kBytes = 3 * heap::kHugePageBytes + 4096;

class Mapping {
 public:
  Mapping()
      : range_{static_cast<char*>(
                   mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)),
               kBytes} {}
  ~Mapping() { munmap(range_.begin, kBytes); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  [[nodiscard]] heap::Range range() const { return range_; }
  [[nodiscard]] bool is_resident() const {
    std::array<unsigned char, kBytes / 4096> pages{};
    if (mincore(range_.begin, kBytes, pages.data()) != 0) return false;
    for (const unsigned char page : pages)
      if ((page & 1) == 0) return false;
    return true;
  }

 private:
  heap::Range range_;
};

TEST(TouchList, TouchesEverythingNamedAndChangesNothing) {
  const Mapping one;
  const Mapping other;
  one.range().begin[5] = 'x';
  heap::TouchList list;
  std::jthread touching([&list](const std::stop_token& stop) { list.touch(stop); });
  ASSERT_TRUE(list.add(one.range()));
  while (!one.is_resident()) std::this_thread::yield();
  ASSERT_TRUE(list.add(other.range()));
  while (!other.is_resident()) std::this_thread::yield();
  EXPECT_EQ(one.range().begin[5], 'x');
  EXPECT_EQ(other.range().begin[kBytes - 1], 0);
}

TEST(TouchList, ForgetsWhatIsNamedWhileTooMuchWaits) {
  const Mapping mapping;
  heap::TouchList list;
  int taken = 0;
  while (list.add(mapping.range())) ++taken;
  EXPECT_GT(taken, 1);
  std::jthread touching([&list](const std::stop_token& stop) { list.touch(stop); });
  while (!list.add(mapping.range())) std::this_thread::yield();
}

TEST(TouchList, WhatIsGoneByThenDoesNoHarm) {
  heap::TouchList list;
  ASSERT_TRUE(list.add(Mapping().range()));
  const Mapping mapping;
  ASSERT_TRUE(list.add(mapping.range()));
  std::jthread touching([&list](const std::stop_token& stop) { list.touch(stop); });
  while (!mapping.is_resident()) std::this_thread::yield();
}

}  // namespace
}  // namespace kontor::test
