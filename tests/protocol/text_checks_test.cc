#include "server/protocol/text_checks.h"

#include <gtest/gtest.h>

namespace kontor::protocol {
namespace {

TEST(TextChecks, OrdinaryTextOfAnyLanguagePasses) {
  for (const char* text : {"", "Statistics 101", "Zürich", "日本語", "emoji \xF0\x9F\x98\x80"})
    EXPECT_FALSE(text_problem(text, 100).has_value()) << text;
}

TEST(TextChecks, B25_CharactersThatHideSomethingAreNamedWithTheirPlace) {
  EXPECT_EQ(text_problem(std::string_view("ab\0cd", 5), 100),
            "has a character that is not allowed (U+0000 at 2)");
  EXPECT_EQ(text_problem("a\nb", 100), "has a character that is not allowed (U+000A at 1)");
  EXPECT_EQ(text_problem("\xEF\xBB\xBFtext", 100), "has a character that is not allowed (U+FEFF at 0)");
  EXPECT_EQ(text_problem("invoice\xE2\x80\xAE", 100), "has a character that is not allowed (U+202E at 7)");
}

TEST(TextChecks, B25_BytesThatAreNotUtf8AreNamed) {
  for (const std::string_view bytes :
       {"\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\xFF", "\xC3"})
    EXPECT_TRUE(text_problem(bytes, 100)->starts_with("is not UTF-8")) << bytes.size();
}

TEST(TextChecks, B26_OneByteOverTheLimitIsRefused) {
  EXPECT_FALSE(text_problem(std::string(64, 'x'), 64).has_value());
  EXPECT_EQ(text_problem(std::string(65, 'x'), 64), "has 65 bytes, at most 64");
}

TEST(TextChecks, ShownTextCannotForgeALineOrMoveTheCursor) {
  EXPECT_EQ(shown("a\n\x1b[2Jb"), "a\\x0a\\x1b[2Jb");
  EXPECT_EQ(shown("\xFF"), "\\xff");
  EXPECT_EQ(shown("Zürich"), "Zürich");
  EXPECT_EQ(shown(std::string(100, 'x')), std::string(80, 'x') + "...");
}

}  // namespace
}  // namespace kontor::protocol
