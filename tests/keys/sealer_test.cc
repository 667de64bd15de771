#include "engine/keys/sealer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/keys/unhex.h"
#include "tests/support/seeded_randomness.h"

namespace kontor::keys {
namespace {

using test::unhex;

class Sealer : public testing::Test {
 protected:
  Sealer() { randomness_.fill(key_.fill()); }

  test::SeededRandomness randomness_{7};
  Secret key_;
  const SealedPlace place_{TenantId("acme"), 42, PersonId("p-1")};
};

TEST_F(Sealer, WhatWasSealedIsReadWithItsKeyAtItsPlace) {
  for (const std::string& text : {std::string(), std::string("Ada"), std::string(10'000, 'x')}) {
    const std::string sealed = seal(key_, place_, text, randomness_);
    EXPECT_EQ(unseal(key_, place_, sealed).value_or("refused"), text);
    EXPECT_EQ(text.empty() || sealed.find(text) == std::string::npos, true);
  }
}

TEST_F(Sealer, EveryByteCounts) {
  const std::string sealed = seal(key_, place_, "Ada Lovelace <ada@example.org>", randomness_);
  for (std::size_t i = 0; i < sealed.size(); ++i)
    for (const int mask : {0x01, 0x80, 0xFF}) {
      std::string tampered = sealed;
      tampered[i] = static_cast<char>(tampered[i] ^ mask);
      const auto opened = unseal(key_, place_, tampered);
      ASSERT_FALSE(opened.has_value()) << "byte " << i;
      EXPECT_EQ(opened.error().code, Reason::StoreDamaged);
    }
  for (std::size_t size = 0; size < sealed.size(); ++size)
    EXPECT_FALSE(unseal(key_, place_, sealed.substr(0, size)).has_value()) << size;
  EXPECT_FALSE(unseal(key_, place_, sealed + '\0').has_value());
}

TEST_F(Sealer, ItCannotBeMovedToAnotherPlace) {
  const std::string sealed = seal(key_, place_, "Ada", randomness_);
  const std::vector<SealedPlace> others{{TenantId("acm"), 42, PersonId("p-1")},
                                        {TenantId("acme"), 43, PersonId("p-1")},
                                        {TenantId("acme"), 42, PersonId("p-2")},
                                        {TenantId("acmep"), 42, PersonId("-1")}};
  for (const SealedPlace& other : others) EXPECT_FALSE(unseal(key_, other, sealed).has_value());
}

TEST_F(Sealer, AnotherKeyOpensNothing) {
  const std::string sealed = seal(key_, place_, "Ada", randomness_);
  Secret other;
  randomness_.fill(other.fill());
  const auto opened = unseal(other, place_, sealed);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().message.find("Ada"), std::string::npos);
}

TEST_F(Sealer, TheSameTextIsNeverSealedTheSameWay) {
  EXPECT_NE(seal(key_, place_, "Ada", randomness_), seal(key_, place_, "Ada", randomness_));
}

TEST_F(Sealer, TheLengthOfANameDoesNotShow) {
  const std::size_t size = seal(key_, place_, "", randomness_).size();
  EXPECT_EQ(seal(key_, place_, std::string(60, 'x'), randomness_).size(), size);
  EXPECT_EQ(seal(key_, place_, std::string(61, 'x'), randomness_).size(), size + 64);
}

// The bytes of format 1, for ever.
TEST_F(Sealer, AnOldSealedPartIsStillRead) {
  Secret key;
  for (std::size_t i = 0; i < Secret::kBytes; ++i) key.fill()[i] = static_cast<std::uint8_t>(i);
  const std::string stored = unhex(
      "01b3b3d8f6398f4d968099bd4cf41b918a7d0a90e96546cd042062d766fbe4ae8691bef87171c3e08549cb679affb721"
      "afe22777f5f74acf70179f965d73b210fb469dfd4aa95c5e80b862353749829b0efced8a1c6e59e1d49c23981e7076b2"
      "bf52a2e4a34748b49f78643e7fd67f43d7a8e8c80f78ee409b9342e23a");
  EXPECT_EQ(unseal(key, place_, stored).value_or("refused"), "Ada");
}

}  // namespace
}  // namespace kontor::keys
