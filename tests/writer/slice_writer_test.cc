// A tenant's part of a group, in slices that stay small.

#include <gtest/gtest.h>

#include "engine/writer/tenant.h"

namespace kontor::test {
namespace {

constexpr std::size_t kEventBytes = 100'000;

class Slices : public testing::Test {
 protected:
  void append(int events) {
    for (int i = 0; i < events; ++i) {
      Envelope envelope;
      envelope.tenant = tenant_;
      envelope.position = ++last_;
      envelope.correlation = std::string(kEventBytes, 'x');
      writer_.append(envelope, tenancy::Event(tenancy::TenantCreated{}));
    }
  }
  [[nodiscard]] static std::vector<std::string> positions_of(const std::vector<std::string>& events) {
    std::vector<std::string> positions;
    for (const std::string& event : events)
      positions.push_back(std::to_string(decode(event).value().envelope.position));
    return positions;
  }

  TenantId tenant_{"t"};
  Position last_ = 40;
  std::vector<log::TenantSlice> slices_;
  SliceWriter writer_{tenant_, slices_, 0};
};

TEST_F(Slices, FollowOneAnotherWithoutAGap) {
  append(30);
  ASSERT_EQ(slices_.size(), 3U);
  Position next = 41;
  for (const log::TenantSlice& slice : slices_) {
    EXPECT_EQ(slice.tenant, tenant_);
    EXPECT_EQ(slice.first, next);
    EXPECT_LT(slice.bytes.size(), SliceWriter::kSliceBytes + 2 * kEventBytes);
    std::vector<std::string_view> events;
    EXPECT_TRUE(log::split_events(slice.bytes, slice.count, events));
    next += slice.count;
  }
  EXPECT_EQ(next, 71U);
}

TEST_F(Slices, AreTakenBackOverTheirBorders) {
  EXPECT_EQ(writer_.mark().slices, 0U);
  const SliceWriter::Mark nothing = writer_.mark();
  append(5);
  const SliceWriter::Mark five = writer_.mark();
  const std::vector<log::TenantSlice> before = slices_;
  append(25);
  EXPECT_EQ(slices_.size(), 3U);
  writer_.truncate(five);
  EXPECT_EQ(slices_, before);
  last_ = 45;
  append(1);
  writer_.truncate(nothing);
  EXPECT_TRUE(slices_.empty());
}

TEST_F(Slices, TellTheirLastEventsInOrder) {
  append(13);
  EXPECT_EQ(positions_of(writer_.last_events(4)), (std::vector<std::string>{"50", "51", "52", "53"}));
  EXPECT_EQ(writer_.last_events(13).size(), 13U);
  EXPECT_TRUE(writer_.last_events(0).empty());
}

}  // namespace
}  // namespace kontor::test
