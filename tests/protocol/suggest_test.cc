#include "server/protocol/suggest.h"

#include <gtest/gtest.h>

namespace kontor::protocol {
namespace {

const std::vector<std::string> kWords{"serve", "submit", "status", "query", "limits"};

TEST(Suggest, ASlipOfTheFingersIsRecognised) {
  EXPECT_EQ(nearest("srve", kWords), "serve");
  EXPECT_EQ(nearest("sumbit", kWords), "submit");
  EXPECT_EQ(nearest("QUERY", kWords), "query");
  EXPECT_EQ(suggestion("limts", kWords), "; did you mean \"limits\"?");
}

TEST(Suggest, AnotherWordIsNotASlip) {
  EXPECT_FALSE(nearest("banana", kWords).has_value());
  EXPECT_FALSE(nearest("", kWords).has_value());
  EXPECT_FALSE(nearest(std::string(1000, 's'), kWords).has_value());
  EXPECT_EQ(suggestion("banana", kWords), "");
  EXPECT_FALSE(nearest("serve", {}).has_value());
}

}  // namespace
}  // namespace kontor::protocol
