#include "tests/support/sample_groups.h"

#include <gtest/gtest.h>

namespace kontor::test {

std::string sample_event(std::uint64_t seed, std::uint32_t words) {
  std::string bytes(4, '\0');
  for (std::uint32_t i = 0; i < 4; ++i) bytes.push_back(static_cast<char>(words >> (8 * i)));
  std::uint64_t state = seed;
  for (std::uint32_t i = 0; i < words; ++i) {
    state += 0x9E3779B97F4A7C15ULL;
    std::uint64_t word = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9ULL;
    word ^= word >> 27;
    for (std::uint32_t b = 0; b < 8; ++b) bytes.push_back(static_cast<char>(word >> (8 * b)));
  }
  return bytes;
}

SampleGroups::SampleGroups(log::EventLog& log) {
  const Status scanned = log.scan(1, [this](const log::Group& group) {
    adopt(group);
    return true;
  });
  EXPECT_TRUE(scanned.has_value()) << scanned.error().message;
}

void SampleGroups::adopt(const log::Group& group) {
  number_ = group.number;
  for (const auto& slice : group.slices) last_[slice.tenant.value] = slice.first + slice.count - 1;
}

log::Group SampleGroups::next(const std::vector<Share>& shares) {
  log::Group group{.number = ++number_, .slices = {}};
  for (const Share& share : shares) {
    Position& last = last_[share.tenant];
    log::TenantSlice slice{
        .tenant = TenantId(share.tenant), .first = last + 1, .count = share.count, .bytes = {}};
    for (std::uint32_t i = 0; i < share.count; ++i) {
      ++last;
      const std::uint64_t seed = std::hash<std::string>{}(share.tenant) ^ last;
      slice.bytes += sample_event(seed, static_cast<std::uint32_t>(4 + last % 20));
    }
    group.slices.push_back(std::move(slice));
  }
  return group;
}

std::vector<log::Group> all_groups(log::EventLog& log) {
  std::vector<log::Group> groups;
  const Status scanned = log.scan(1, [&](const log::Group& group) {
    groups.push_back(group);
    return true;
  });
  EXPECT_TRUE(scanned.has_value()) << scanned.error().message;
  return groups;
}

}  // namespace kontor::test
