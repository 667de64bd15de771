#include <gtest/gtest.h>

#include <limits>

#include "events/core/digest.h"
#include "events/core/ids.h"
#include "events/core/money.h"

namespace kontor {
namespace {

TEST(CommandId, ReadsAndWritesTheFormOfUuids) {
  const auto id = CommandId::parse("0192f0c1-7a55-7b1e-9c7e-4f0e2b6d1a10");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->text(), "0192f0c1-7a55-7b1e-9c7e-4f0e2b6d1a10");
  EXPECT_EQ(*CommandId::parse("0192F0C17A557B1E9C7E4F0E2B6D1A10"), *id);
}

TEST(CommandId, RefusesOtherLengthsOtherDigitsAndZero) {
  for (const char* text : {"", "0192f0c1", "0192f0c1-7a55-7b1e-9c7e-4f0e2b6d1a1",
                           "0192f0c17a557b1e9c7e4f0e2b6d1a100", "0192f0c1-7a55-7b1e-9c7e-4f0e2b6d1a1g",
                           "00000000-0000-0000-0000-000000000000", "0192f0c17-a55-7b1e-9c7e-4f0e2b6d1a10"})
    EXPECT_FALSE(CommandId::parse(text)) << text;
}

TEST(IdText, AllowsOneToSixtyFourPlainCharacters) {
  EXPECT_TRUE(valid_id_text("g-101"));
  EXPECT_TRUE(valid_id_text(std::string(64, 'a')));
  EXPECT_FALSE(valid_id_text(""));
  EXPECT_FALSE(valid_id_text(std::string(65, 'a')));
  EXPECT_FALSE(valid_id_text("a b"));
  EXPECT_FALSE(valid_id_text("a/b"));
  EXPECT_FALSE(valid_id_text("\xC3\xA4"));
}

TEST(Money, SumsAndProductsThatDoNotFitAreNoted) {
  constexpr auto max = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(checked_add({max - 1}, {1}), MinorUnits{max});
  EXPECT_EQ(checked_add({max}, {1}), std::nullopt);
  EXPECT_EQ(checked_multiply({1200}, 4), MinorUnits{4800});
  EXPECT_EQ(checked_multiply({max}, 2), std::nullopt);
  EXPECT_EQ(checked_multiply({1}, std::numeric_limits<std::uint64_t>::max()), std::nullopt);
}

TEST(Currency, IsThreeCapitalLetters) {
  EXPECT_EQ(Currency::parse("EUR")->text(), "EUR");
  for (const char* text : {"eur", "EU", "EURO", "E1R", ""}) EXPECT_FALSE(Currency::parse(text)) << text;
}

TEST(Sha256, EqualsTheStandardsExampleAndStartsAnew) {
  Sha256 sha;
  for (int i = 0; i < 2; ++i) {
    sha.update(bytes_of("a"));
    sha.update(bytes_of("bc"));
    EXPECT_EQ(hex(sha.finish()), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}

}  // namespace
}  // namespace kontor
