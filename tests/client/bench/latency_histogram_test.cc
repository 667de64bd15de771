#include "client/bench/latency_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace kontor::bench {
namespace {

TEST(LatencyHistogram, IsEmptyAtFirst) {
  const LatencyHistogram empty;
  EXPECT_EQ(empty.count(), 0u);
  EXPECT_EQ(empty.within(0.5), 0u);
  EXPECT_EQ(empty.max(), 0u);
}

TEST(LatencyHistogram, IsExactForSmallNumbers) {
  LatencyHistogram histogram;
  for (std::uint64_t ns = 1; ns <= 100; ++ns) histogram.add(ns);
  EXPECT_EQ(histogram.within(0.01), 1u);
  EXPECT_EQ(histogram.within(0.5), 50u);
  EXPECT_EQ(histogram.within(0.99), 99u);
  EXPECT_EQ(histogram.within(1.0), 100u);
}

TEST(LatencyHistogram, CountsManyAtOnce) {
  LatencyHistogram histogram;
  histogram.add(10, 999);
  histogram.add(20);
  EXPECT_EQ(histogram.count(), 1'000u);
  EXPECT_EQ(histogram.within(0.999), 10u);
  EXPECT_EQ(histogram.within(1.0), 20u);
}

TEST(LatencyHistogram, TakesTheLargestNumberThereIs) {
  LatencyHistogram histogram;
  histogram.add(~std::uint64_t{0});
  histogram.add(0);
  EXPECT_EQ(histogram.max(), ~std::uint64_t{0});
  EXPECT_EQ(histogram.within(1.0), ~std::uint64_t{0});
  EXPECT_EQ(histogram.within(0.5), 0u);
}

TEST(LatencyHistogram, IsNeverBelowTheTruthAndAtMostASixtyFourthAboveIt) {
  std::mt19937_64 random(7);  // NOLINT: the same numbers each time
  LatencyHistogram histogram;
  std::vector<std::uint64_t> all;
  for (int i = 0; i < 20'000; ++i) {
    all.push_back(random() >> (1 + random() % 60));
    histogram.add(all.back());
  }
  std::ranges::sort(all);
  for (const double share : {0.001, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
    const auto nth = static_cast<std::size_t>(std::ceil(share * static_cast<double>(all.size())));
    const std::uint64_t truth = all[nth - 1];
    EXPECT_GE(histogram.within(share), truth) << share;
    EXPECT_LE(histogram.within(share), truth + truth / 64) << share;
  }
}

}  // namespace
}  // namespace kontor::bench
