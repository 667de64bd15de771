// Whoever did the pieces, what comes of them comes in order.
#include "engine/crew.h"

#include <gtest/gtest.h>

#include <vector>

#include "engine/ahead.h"

namespace kontor {
namespace {

struct Squares {
  std::size_t number = 0;
  std::vector<std::size_t> found;

  [[nodiscard]] std::size_t pieces() const { return found.size(); }
  void prepare(std::size_t piece) { found[piece] = piece * number; }
  void clear() { found.clear(); }
};

/// Puts batches 0, 1, … 99 and wants those up to `last`.
std::vector<std::size_t> taken(unsigned helpers, std::size_t last) {
  std::vector<std::size_t> numbers;
  Crew crew(helpers);
  Ahead<Squares> ahead(crew, [&](Squares& batch) {
    for (std::size_t i = 0; i < batch.found.size(); ++i) EXPECT_EQ(batch.found[i], i * batch.number);
    numbers.push_back(batch.number);
    return batch.number != last;
  });
  for (std::size_t number = 0; number < 100; ++number) {
    auto batch = ahead.spare();
    if (!batch) batch = std::make_unique<Squares>();
    batch->number = number;
    batch->found.assign(number % 7, 0);
    if (!ahead.put(std::move(batch))) break;
  }
  ahead.finish();
  return numbers;
}

TEST(Ahead, TakesInOrderWhatAnybodyPrepared) {
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < 100; ++i) all.push_back(i);
  const std::vector<std::size_t> some(all.begin(), all.begin() + 38);
  for (int round = 0; round < 50; ++round)
    for (const unsigned helpers : {0U, 1U, 3U}) {
      EXPECT_EQ(taken(helpers, 1'000), all);
      EXPECT_EQ(taken(helpers, 37), some);
    }
}

TEST(Ahead, WhatIsLeftWhenItGoesIsDropped) {
  for (const unsigned helpers : {0U, 1U, 3U}) {
    std::size_t before = 0;
    Crew crew(helpers);
    Ahead<Squares> ahead(crew, [&](Squares& batch) { return batch.number == before++; });
    for (std::size_t number = 0; number < Ahead<Squares>::kBatchesMax; ++number)
      ahead.put(std::make_unique<Squares>(Squares{number, std::vector<std::size_t>(50)}));
  }
}

TEST(Crew, WhatWasDroppedIsNotBegunAnyMore) {
  Crew crew(0);
  int done = 0;
  const auto dropped = crew.begin(
      3, [&](std::size_t) { ++done; }, [&] { done += 100; });
  const auto kept = crew.begin(
      2, [&](std::size_t) { ++done; }, [&] { done += 10; });
  crew.drop(*dropped);
  crew.finish(*kept);
  EXPECT_EQ(done, 12);
}

TEST(Crew, WhoWorksAlongDoesOneThingAndGoesOn) {
  Crew crew(0);
  int done = 0;
  const auto one = crew.begin(1, [&done](std::size_t) { ++done; });
  const auto other = crew.begin(1, [&done](std::size_t) { ++done; });
  EXPECT_FALSE(crew.is_over(*one));
  crew.work_along();
  EXPECT_EQ(done, 1);
  EXPECT_TRUE(crew.is_over(*one));
  EXPECT_FALSE(crew.is_over(*other));
  crew.work_along();
  EXPECT_TRUE(crew.is_over(*other));
  crew.work_along();
  EXPECT_EQ(done, 2);
}

}  // namespace
}  // namespace kontor
