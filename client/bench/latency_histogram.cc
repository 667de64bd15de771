#include "client/bench/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace kontor::bench {

// Values below 2^(kFineBits + 1) have buckets of their own. Above, a value keeps its kFineBits + 1 highest
// bits, the first of which is always set: each further power of two has 2^kFineBits buckets.
void LatencyHistogram::add(std::uint64_t ns, std::uint64_t count) {
  const auto bits = static_cast<unsigned>(std::bit_width(ns));
  const unsigned dropped = bits > kFineBits + 1 ? bits - (kFineBits + 1) : 0;
  buckets_[(std::size_t{dropped} << kFineBits) + (ns >> dropped)] += count;
  count_ += count;
  max_ = std::max(max_, ns);
}

std::uint64_t LatencyHistogram::within(double share) const {
  if (count_ == 0) return 0;
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t at = 0; at < buckets_.size(); ++at) {
    seen += buckets_[at];
    if (seen == 0 || seen < wanted) continue;
    const std::size_t dropped = at < 2u << kFineBits ? 0 : (at >> kFineBits) - 1;
    const std::uint64_t kept = at - (dropped << kFineBits);
    return std::min(max_, ((kept + 1) << dropped) - 1);
  }
  return max_;
}

}  // namespace kontor::bench
