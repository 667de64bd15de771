#include "events/closing_events.h"

#include <gtest/gtest.h>

#include "tests/support/sample_events.h"

namespace kontor::test {
namespace {

TEST(ClosingEvents, AreClosedRunsAndSealedPeriods) {
  int closing = 0;
  for (const SampleEvent& sample : sample_events()) {
    std::string stored(4, 'x');  // wherever a slice begins
    encode(sample.event.envelope, sample.event.body, stored);
    const std::string_view kind = type_name(sample.event.body);
    const bool closes = kind == "BillingRunClosed" || kind == "PeriodSealed";
    EXPECT_EQ(closes_books(std::string_view(stored).substr(4)), closes) << sample.name;
    closing += closes ? 1 : 0;
  }
  EXPECT_GE(closing, 2);
}

TEST(ClosingEvents, AreNotFoundInBytesThatAreNoEvent) {
  EXPECT_FALSE(closes_books(""));
  EXPECT_FALSE(closes_books("1234567"));
  EXPECT_FALSE(closes_books(std::string(64, '\xff')));
  EXPECT_FALSE(closes_books(std::string(64, '\0')));
}

}  // namespace
}  // namespace kontor::test
