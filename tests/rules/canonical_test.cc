#include "engine/rules/canonical.h"

#include <gtest/gtest.h>

#include <string>

namespace kontor::rules {
namespace {

void append_number(std::string& out, std::uint64_t number) {
  for (unsigned i = 0; i < 8; ++i) out.push_back(static_cast<char>(number >> (8 * i)));
}

// Whatever the lengths: much is hashed at a time, and some texts are longer than that.
TEST(Canonical, IsTheHashOfEightBytesANumberAndOfTextsBehindTheirLength) {
  Canonical canonical;
  std::string expected;
  for (int round = 0; round < 3; ++round)
    for (const std::size_t size :
         {0u, 1u, 7u, 8u, 16'367u, 16'368u, 16'376u, 16'377u, 16'384u, 16'385u, 40'000u}) {
      const std::string text(size, static_cast<char>('a' + round));
      canonical.add(std::string_view(text));
      append_number(expected, size);
      expected += text;
      for (std::uint32_t number = 0; number < 700; ++number) {
        canonical.add(number * 7'919);
        append_number(expected, number * 7'919);
      }
    }
  EXPECT_EQ(canonical.finish(), sha256(bytes_of(expected)));
  canonical.add(true);
  std::string next;
  append_number(next, 1);
  EXPECT_EQ(canonical.finish(), sha256(bytes_of(next)));
}

}  // namespace
}  // namespace kontor::rules
