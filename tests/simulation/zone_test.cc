#include "tests/simulation/zone.h"

#include <gtest/gtest.h>

#include "engine/rules/calendar.h"

namespace kontor::simulation {
namespace {

Instant at(const char* text) { return Instant::parse(text).value(); }

TEST(Zone, KnowsTheHourThatDoesNotExistAndTheOneThatExistsTwice) {
  EXPECT_EQ(days_later(Zone::Berlin, at("2027-02-26T02:30:00+01:00"), 30), at("2027-03-28T01:00:00Z"));
  EXPECT_EQ(days_later(Zone::Berlin, at("2027-10-01T02:30:00+02:00"), 30), at("2027-10-31T00:30:00Z"));
  EXPECT_EQ(days_later(Zone::Berlin, at("2027-03-01T00:00:00+01:00"), 30), at("2027-03-30T22:00:00Z"));
}

// The model's calendar is its own; here it is held against the rules' once, so that a finding of the
// simulation is never one about time zones.
TEST(Zone, AgreesWithTheTimeZoneDatabaseFrom1997To2060) {
  for (std::int64_t hour = 27 * 365 * 24; hour < 90 * 365 * 24; hour += 7) {
    const Instant start{hour * 3'600 * kSecond + 1'801 * kSecond};
    ASSERT_EQ(days_later(Zone::Berlin, start, 30), rules::add_local_days("Europe/Berlin", start, 30))
        << start.text();
    const Instant midnight = midnight_before(Zone::Berlin, start);
    ASSERT_TRUE(rules::begins_local_day("Europe/Berlin", midnight)) << start.text();
    ASSERT_TRUE(is_midnight(Zone::Berlin, midnight));
    ASSERT_FALSE(is_midnight(Zone::Berlin, start));
  }
}

}  // namespace
}  // namespace kontor::simulation
