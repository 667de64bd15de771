#include "client/cli/heap/huge_pages.h"

#include <gperftools/malloc_extension.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace kontor::test {
namespace {

constexpr std::size_t kMegabyte = std::size_t{1} << 20;

using Blocks = std::vector<std::unique_ptr<char[]>>;

Blocks filled_blocks(std::size_t count) {
  Blocks blocks;
  for (std::size_t i = 0; i < count; ++i) {
    blocks.push_back(std::make_unique<char[]>(kMegabyte));
    std::memset(blocks.back().get(), 1, kMegabyte);
  }
  return blocks;
}

/// What the kernel says about the mapping an address lies in.
std::string flags_of(const void* address) {
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  std::ifstream maps("/proc/self/smaps");
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    if (std::istringstream in(line); in >> std::hex >> begin >> dash >> end && dash == '-')
      inside = begin <= wanted && wanted < end;
    if (inside && line.starts_with("VmFlags:")) return line + ' ';
  }
  return {};
}

bool wants_huge_pages(const void* address) { return flags_of(address).find(" hg ") != std::string::npos; }

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return resident * 4096;
}

bool kernel_has_huge_pages() {
  return std::filesystem::exists("/sys/kernel/mm/transparent_hugepage/enabled");
}

// The heap is the process's, so the tests are one story.
TEST(HugePages, TheHeapIsInThemOnceItIsLargeAndGivesMemoryBackAsBefore) {
  heap::use_huge_pages();
  const Blocks first = filled_blocks(8);
  EXPECT_FALSE(wants_huge_pages(first.back().get())) << "a small heap stays as it was";

  Blocks many = filled_blocks(160);
  if (kernel_has_huge_pages()) {
    EXPECT_TRUE(wants_huge_pages(many.back().get())) << flags_of(many.back().get());
  }
  const std::size_t full = resident_bytes();
  EXPECT_GE(full, 160 * kMegabyte);

  many.clear();
  MallocExtension::instance()->ReleaseFreeMemory();
  EXPECT_LE(resident_bytes() + 120 * kMegabyte, full);
  EXPECT_EQ(first.front()[kMegabyte - 1], 1);

  // More than there can be is refused, and the heap goes on.
  for (const std::size_t size : {std::size_t{1} << 46, SIZE_MAX / 2 - 1, SIZE_MAX - kMegabyte}) {
    void* const refused = std::malloc(size);
    EXPECT_EQ(refused, nullptr) << size;
    std::free(refused);
  }
  const Blocks again = filled_blocks(160);
  EXPECT_EQ(again.back()[kMegabyte - 1], 1);
  {
    const heap::GrowingAhead ahead;
    for (int times = 0; times < 3; ++times) {
      const Blocks more = filled_blocks(700);  // beyond what is mapped at once
      EXPECT_EQ(more.back()[kMegabyte - 1], 1);
      if (kernel_has_huge_pages()) {
        EXPECT_TRUE(wants_huge_pages(more.back().get())) << flags_of(more.back().get());
      }
    }
  }
  const Blocks after = filled_blocks(700);
  EXPECT_EQ(after.back()[kMegabyte - 1], 1);
  void* const aligned = std::aligned_alloc(8 * kMegabyte, 16 * kMegabyte);
  ASSERT_NE(aligned, nullptr);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(aligned) % (8 * kMegabyte), 0U);
  std::free(aligned);
}

}  // namespace
}  // namespace kontor::test
