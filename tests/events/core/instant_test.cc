#include "events/core/instant.h"

#include <gtest/gtest.h>

namespace kontor {
namespace {

TEST(Instant, ReadsAnOffsetAndWritesUtc) {
  const auto at = Instant::parse("2027-03-28T03:00:00+02:00");
  ASSERT_TRUE(at);
  EXPECT_EQ(at->text(), "2027-03-28T01:00:00Z");
}

TEST(Instant, KeepsNineDecimalsAndDropsTrailingZeros) {
  EXPECT_EQ(Instant::parse("2027-01-01T00:00:00.000000001Z")->text(), "2027-01-01T00:00:00.000000001Z");
  EXPECT_EQ(Instant::parse("2027-01-01T00:00:00.500Z")->text(), "2027-01-01T00:00:00.5Z");
}

TEST(Instant, WritesWhatItReadsAcrossLeapDaysAndYears) {
  for (const char* text : {"1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z", "2100-03-01T00:00:00Z",
                           "2199-12-31T23:59:59.999999999Z"})
    EXPECT_EQ(Instant::parse(text)->text(), text);
}

TEST(Instant, RefusesWhatIsNotATime) {
  for (const char* text :
       {"", "now", "2027-03-01", "2027-03-01T00:00:00", "2027-02-29T00:00:00Z", "2027-13-01T00:00:00Z",
        "2027-03-01T24:00:00Z", "2027-03-01T00:60:00Z", "2027-03-01T00:00:60Z", "2027-03-01T00:00:00.Z",
        "2027-03-01T00:00:00.1234567890Z", "2027-03-01T00:00:00+1:00", "2027-03-01T00:00:00+24:00",
        "2027-03-01T00:00:00Zx", "2027-03-01 00:00:00Z", "1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z",
        "12027-03-01T00:00:00Z"})
    EXPECT_FALSE(Instant::parse(text)) << text;
}

}  // namespace
}  // namespace kontor
