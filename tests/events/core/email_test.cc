#include "events/core/email.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kontor {
namespace {

struct Spelling {
  std::string text;
  std::string normal;
};

TEST(Email, SpellingsOfOneAddressHaveOneNormalForm) {
  const std::vector<Spelling> spellings{
      {"ada@example.org", "ada@example.org"},
      {"Ada@Example.ORG", "ada@example.org"},
      {"  ada@example.org\t\r\n", "ada@example.org"},
      {"\xC2\xA0\xE3\x80\x80"
       "ada@example.org\xE2\x80\x83",
       "ada@example.org"},
      {"ada+news@example.org", "ada+news@example.org"},
      {"a.da@example.org", "a.da@example.org"},
      {"J\xC3\xBCrgen@M\xC3\x9CNCHEN.de", "j\xC3\xBCrgen@xn--mnchen-3ya.de"},
      {"Ju\xCC\x88rgen@mu\xCC\x88nchen.DE", "j\xC3\xBCrgen@xn--mnchen-3ya.de"},
      {"j\xC3\xBCrgen@XN--MNCHEN-3YA.de", "j\xC3\xBCrgen@xn--mnchen-3ya.de"},
      {"ada@example\xE3\x80\x82org", "ada@example.org"},  // the ideographic full stop
      {"\xC4\xB0lke@example.org", "ilke@example.org"},    // capital I with a dot
      {"I\xCC\x87lke@example.org", "ilke@example.org"},   // the same in two characters
      {"\xE2\x84\xAA@example.org", "k@example.org"},      // the Kelvin sign
      {"stra\xC3\x9F"
       "e@stra\xC3\x9F"
       "e.de",
       "stra\xC3\x9F"
       "e@xn--strae-oqa.de"},  // the sharp s is a letter of its own
      {"!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~@example.org"},
      {"a@localhost", "a@localhost"},
      {"1@1.de", "1@1.de"},
  };
  for (const Spelling& spelling : spellings) {
    const auto normal = normal_email(spelling.text);
    ASSERT_TRUE(normal.has_value()) << spelling.text << ": " << normal.error().what;
    EXPECT_EQ(*normal, spelling.normal) << spelling.text;
    EXPECT_EQ(normal_email(*normal), normal) << "the normal form of a normal form";
  }
}

struct Wrong {
  std::string text;
  std::size_t at;
  std::string what;
};

TEST(Email, WhatIsWrongIsSaidWithItsPlace) {
  const std::string label(63, 'd');
  const std::string long_domain = label + '.' + label + '.' + label;
  const std::vector<Wrong> wrongs{
      {"", 0, "is empty"},
      {"   ", 0, "is empty"},
      {"ada", 3, "has no @"},
      {" ada ", 4, "has no @"},
      {"@example.org", 0, "has nothing before the @"},
      {"jan@", 4, "has nothing behind the @"},
      {"ada@home@example.org", 8, "has a second @"},
      {"\"ada l\"@example.org", 0, "has a quoted part before the @, which is not supported"},
      {"\"a@b\"@example.org", 0, "has a quoted part before the @, which is not supported"},
      {"ada lovelace@example.org", 3, "has a character that is not allowed before the @ (U+0020)"},
      {"ada,b@example.org", 3, "has a character that is not allowed before the @ (U+002C)"},
      {"<ada@example.org>", 0, "has a character that is not allowed before the @ (U+003C)"},
      {"a\xE2\x80\x8D"
       "b@example.org",
       1, "has a character that is not allowed before the @ (U+200D)"},
      {"a\xCD\xB8@example.org", 1, "has a character that is not allowed before the @ (U+0378)"},
      {"a\xCD\xBE@example.org", 0, "has a character that is not allowed before the @ (U+003B)"},
      {".ada@example.org", 0, "has a dot at an end of the part before the @"},
      {"ada.@example.org", 3, "has a dot at an end of the part before the @"},
      {"a..da@example.org", 2, "has two dots in a row"},
      {"ada@[192.0.2.1]", 4, "has an address literal behind the @, which is not supported"},
      {"ada@exam ple.org", 8, "has a character that is not allowed behind the @ (U+0020)"},
      {"ada@example.org.", 15, "ends with a dot"},
      {std::string("ada@exa\0mple.org", 16), 7, "has a character that is not allowed behind the @ (U+0000)"},
      {std::string("a\0b@example.org", 15), 1, "has a character that is not allowed before the @ (U+0000)"},
      {"a\xFF@example.org", 1, "is not UTF-8"},
      {"a\xC0\x80@example.org", 1, "is not UTF-8"},
      {std::string(65, 'a') + "@example.org", 64, "has 65 bytes before the @, at most 64"},
      {std::string(62, 'a') + '@' + long_domain + ".", 254, "has 255 bytes, at most 254"},
  };
  for (const Wrong& wrong : wrongs) {
    const auto normal = normal_email(wrong.text);
    ASSERT_FALSE(normal.has_value()) << wrong.text << " became " << *normal;
    EXPECT_EQ(normal.error().what, wrong.what) << wrong.text;
    EXPECT_EQ(normal.error().at, wrong.at) << wrong.text;
  }
}

TEST(Email, DomainsThatAreNoHostNamesAreRefused) {
  for (const std::string domain :
       {"-a.de", "a-.de", "a..de", ".de", "a_b.de", "xn--a.de", "a.\xE2\x82\xAC\xE2\x80\x8D.de",
        "a\xEF\xBC\xA0"
        "b.de"}) {
    const auto normal = normal_email("ada@" + domain);
    ASSERT_FALSE(normal.has_value()) << domain << " became " << *normal;
    EXPECT_TRUE(normal.error().what.starts_with("has no valid domain")) << normal.error().what;
  }
  EXPECT_FALSE(normal_email("ada@" + std::string(64, 'd') + ".de").has_value());
  EXPECT_TRUE(normal_email("ada@" + std::string(63, 'd') + ".de").has_value());
}

TEST(Email, TheLongestAddressPasses) {
  const std::string label(63, 'd');
  const std::string domain = label + '.' + label + '.' + std::string(61, 'd');
  const std::string longest = std::string(64, 'a') + '@' + domain;
  ASSERT_EQ(longest.size(), kEmailBytesMax);
  EXPECT_EQ(normal_email(longest).value_or(""), longest);
  EXPECT_FALSE(normal_email(longest + 'd').has_value());
}

TEST(Email, OnlySpacesAreTrimmed) {
  EXPECT_EQ(trimmed("  a b\t"), "a b");
  EXPECT_EQ(trimmed(" \n"), "");
  EXPECT_EQ(trimmed("\xE2\x80\x83x\xC2\xA0"), "x");
  EXPECT_EQ(trimmed("\xFF "), "\xFF");
}

}  // namespace
}  // namespace kontor
