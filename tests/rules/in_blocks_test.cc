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

// Texts are added and taken back in every rhythm against the edges of groups and chunks; what was seen of
// those that stay must stay.
TEST(Texts, StayWhereTheyAreWhateverIsTakenBackBehindThem) {
  Texts texts;
  std::vector<std::string> expected;
  std::vector<std::string_view> seen;
  for (std::size_t step = 0; step < 3'000; ++step) {
    const std::size_t back = step * 7 % 11;
    for (std::size_t i = 0; i < back && !expected.empty(); ++i) {
      texts.pop_back();
      expected.pop_back();
      seen.pop_back();
    }
    for (std::size_t i = 0; i < step * 5 % 13; ++i) {
      expected.push_back(text_of(step * 31 + i).substr(0, 200));
      texts.push_back(expected.back());
      seen.push_back(texts[texts.size() - 1]);
    }
    ASSERT_EQ(texts.size(), expected.size());
  }
  ASSERT_GT(expected.size(), 1'000U);
  std::size_t number = 0;
  texts.each_of(3, expected.size(), [&](std::string_view text) { ASSERT_EQ(text, expected[3 + number++]); });
  EXPECT_EQ(number + 3, expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(texts[i], expected[i]) << i;
    ASSERT_EQ(seen[i], expected[i]) << i;
  }
}

std::string stored(std::string_view text) {
  std::string bytes;
  std::size_t left = text.size();
  for (; left >= 0x80; left >>= 7) bytes.push_back(static_cast<char>(left | 0x80));
  bytes.push_back(static_cast<char>(left));
  return bytes.append(text);
}

bool adopt(Texts& texts, std::string_view bytes, std::size_t count) {
  auto copy = std::make_unique<char[]>(bytes.size());
  std::ranges::copy(bytes, copy.get());
  return texts.adopt(std::move(copy), bytes.size(), count);
}

TEST(Texts, AreAdoptedManyAtOnce) {
  Texts texts;
  for (std::size_t i = 0; i < 10; ++i) texts.push_back(text_of(i));
  std::string bytes;
  for (std::size_t i = 10; i < 30; ++i) bytes += stored(text_of(i));
  ASSERT_TRUE(adopt(texts, bytes, 20));
  for (std::size_t i = 30; i < 40; ++i) texts.push_back(text_of(i));
  for (std::size_t i = 0; i < 20; ++i) texts.pop_back();  // also of those that were adopted
  for (std::size_t i = 20; i < 40; ++i) texts.push_back(text_of(i + 3));
  ASSERT_EQ(texts.size(), 40U);
  for (std::size_t i = 0; i < 20; ++i) ASSERT_EQ(texts[i], text_of(i)) << i;
  for (std::size_t i = 20; i < 40; ++i) ASSERT_EQ(texts[i], text_of(i + 3)) << i;
}

// Nothing behind the bytes is looked at, and every number has a text.
TEST(Texts, ThatAreNotWholeAreNotAdopted) {
  const std::string two = stored("first") + stored(text_of(5));
  for (std::size_t size = 0; size < two.size(); ++size) {
    Texts texts;
    ASSERT_FALSE(adopt(texts, std::string_view(two).substr(0, size), 2)) << size;
    ASSERT_EQ(texts.size(), 2U);
    ASSERT_EQ(texts[0], "") << size;
    ASSERT_EQ(texts[1], "") << size;
  }
  Texts texts;
  EXPECT_FALSE(adopt(texts, two, 1));
  EXPECT_FALSE(adopt(texts, two, 3));
  EXPECT_FALSE(adopt(texts, std::string(12, '\xFF'), 1));
  EXPECT_TRUE(adopt(texts, two, 2));
}

}  // namespace
}  // namespace kontor::rules
