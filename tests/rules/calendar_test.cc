#include "engine/rules/calendar.h"

#include <gtest/gtest.h>

namespace kontor::rules {
namespace {

Instant at(const char* text) { return Instant::parse(text).value(); }

TEST(Calendar, KnowsZonesByName) {
  EXPECT_TRUE(known_time_zone("Europe/Berlin"));
  EXPECT_TRUE(known_time_zone("UTC"));
  EXPECT_FALSE(known_time_zone("Europe/Bielefeld"));
  EXPECT_FALSE(known_time_zone(""));
}

TEST(Calendar, KeepsTheTimeOfDayAcrossAChangeOfTheClock) {
  EXPECT_EQ(add_local_days("Europe/Berlin", at("2027-03-01T00:00:00+01:00"), 30),
            at("2027-03-31T00:00:00+02:00"));
  EXPECT_EQ(add_local_days("Europe/Berlin", at("2027-02-26T02:30:00+01:00"), 30), at("2027-03-28T01:00:00Z"));
  EXPECT_EQ(add_local_days("Europe/Berlin", at("2027-10-01T02:30:00+02:00"), 30),
            at("2027-10-31T02:30:00+02:00"));
}

// The tables of changes that the system has end in 2037; the clocks' changes do not.
TEST(Calendar, ChangesClocksAlsoAfterTheEndOfTheSystemsTables) {
  EXPECT_EQ(add_local_days("Europe/Berlin", at("2038-03-01T00:00:00+01:00"), 30),
            at("2038-03-31T00:00:00+02:00"));
  EXPECT_EQ(add_local_days("Europe/Berlin", at("2038-10-10T12:00:00+02:00"), 30),
            at("2038-11-09T12:00:00+01:00"));
  EXPECT_EQ(add_local_days("Europe/Berlin", at("2096-02-25T02:30:00+01:00"), 29), at("2096-03-25T01:00:00Z"));
  EXPECT_EQ(add_local_days("America/New_York", at("2040-03-01T08:00:00-05:00"), 30),
            at("2040-03-31T08:00:00-04:00"));
  EXPECT_TRUE(begins_local_day("Europe/Berlin", at("2050-07-01T00:00:00+02:00")));
  EXPECT_FALSE(begins_local_day("Europe/Berlin", at("2050-07-01T00:00:00+01:00")));
}

// In Beirut the clocks go from midnight to one on a Sunday in March; in Havana from one back to midnight in
// November.
TEST(Calendar, ADayBeginsAtItsFirstInstant) {
  EXPECT_TRUE(begins_local_day("Asia/Beirut", at("2027-03-28T01:00:00+03:00"))) << "there is no midnight";
  EXPECT_FALSE(begins_local_day("Asia/Beirut", at("2027-03-28T02:00:00+03:00")));
  EXPECT_FALSE(begins_local_day("Asia/Beirut", at("2027-03-27T23:00:00+02:00")));
  EXPECT_EQ(next_local_midnight("Asia/Beirut", at("2027-03-27T12:00:00+02:00")),
            at("2027-03-28T01:00:00+03:00"));
  EXPECT_TRUE(begins_local_day("America/Havana", at("2027-11-07T00:00:00-04:00")));
  EXPECT_FALSE(begins_local_day("America/Havana", at("2027-11-07T00:00:00-05:00"))) << "for the second time";
}

TEST(Calendar, LeavesZonesWithoutChangesAlone) {
  EXPECT_EQ(add_local_days("UTC", at("2100-02-15T00:00:00Z"), 30), at("2100-03-17T00:00:00Z"));
  EXPECT_EQ(add_local_days("Asia/Tokyo", at("2060-02-15T00:00:00+09:00"), 30),
            at("2060-03-16T00:00:00+09:00"));
}

}  // namespace
}  // namespace kontor::rules
