#pragma once
// How long things took, counted in buckets that are at most 1/64 wide in proportion to their place: adding is
// a few instructions and never allocates, and percentiles are right to 1.6 %. A value; one thread.

#include <array>
#include <cstdint>

namespace kontor::bench {

class LatencyHistogram {
 public:
  /// `count` things that took `ns` each.
  void add(std::uint64_t ns, std::uint64_t count = 1);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t max() const { return max_; }
  /// The time within which this share of all was done, rounded up to the end of its bucket; 0 when empty.
  [[nodiscard]] std::uint64_t within(double share) const;

 private:
  static constexpr unsigned kFineBits = 6;
  static constexpr std::size_t kBuckets = (64 - kFineBits + 1) << kFineBits;

  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace kontor::bench
