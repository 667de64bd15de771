// Containers whose growing moves nothing.

#include "engine/rules/in_blocks.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/rules/texts.h"

namespace kontor::rules {
namespace {

TEST(InBlocks, KeepsWhatItWasGivenAndWhereItIs) {
  constexpr std::size_t kMany = 300'000;  // beyond the first block of the largest size
  InBlocks<std::uint64_t> numbers;
  std::vector<const std::uint64_t*> places;
  for (std::uint64_t i = 0; i < kMany; ++i) places.push_back(&numbers.emplace_back(i * i));
  ASSERT_EQ(numbers.size(), kMany);
  for (std::uint64_t i = 0; i < kMany; ++i) {
    ASSERT_EQ(numbers[i], i * i);
    ASSERT_EQ(&numbers[i], places[i]);
  }
}

TEST(InBlocks, GivesNoPlaceTwice) {
  struct Wide {
    std::array<char, 100'000> bytes;
  };
  InBlocks<Wide> wide;  // a block has few of them
  std::set<const Wide*> places;
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(places.insert(&wide.emplace_back()).second) << i;
}

TEST(InBlocks, DestroysEachElementOnce) {
  const auto counted = std::make_shared<int>(0);
  {
    InBlocks<std::shared_ptr<int>> shared;
    for (int i = 0; i < 100; ++i) shared.emplace_back(counted);
    for (int i = 0; i < 60; ++i) shared.pop_back();
    EXPECT_EQ(counted.use_count(), 41);
    for (int i = 0; i < 10; ++i) shared.emplace_back(counted);
    EXPECT_EQ(counted.use_count(), 51);
  }
  EXPECT_EQ(counted.use_count(), 1);
}

std::string text_of(std::size_t number) {
  // Lengths around those at which their own length takes one byte more, and beyond a chunk.
  const std::size_t sizes[] = {0, 1, 40, 127, 128, 129, 16'383, 16'384, 300'000};
  return std::string(sizes[number % std::size(sizes)], static_cast<char>('a' + number % 26));
}

TEST(Texts, AreWhatWasAdded) {
  Texts texts;
  for (std::size_t i = 0; i < 500; ++i) texts.push_back(text_of(i));
  ASSERT_EQ(texts.size(), 500U);
  const std::string_view first = texts[1];
  for (std::size_t i = 0; i < 500; ++i) ASSERT_EQ(texts[i], text_of(i)) << i;
  EXPECT_EQ(texts[1].data(), first.data());
}

TEST(Texts, AreTakenBackFromTheEnd) {
  Texts texts;
  for (std::size_t i = 0; i < 60; ++i) texts.push_back(text_of(i));
  for (std::size_t i = 0; i < 50; ++i) texts.pop_back();
  for (std::size_t i = 10; i < 80; ++i) texts.push_back(text_of(i + 7));
  ASSERT_EQ(texts.size(), 80U);
  for (std::size_t i = 0; i < 10; ++i) ASSERT_EQ(texts[i], text_of(i)) << i;
  for (std::size_t i = 10; i < 80; ++i) ASSERT_EQ(texts[i], text_of(i + 7)) << i;
}

}  // namespace
}  // namespace kontor::rules
