#pragma once
// Bytes from their hexadecimal digits, for known answers.

#include <string>
#include <string_view>

namespace kontor::test {

inline std::string unhex(std::string_view digits) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 2)
    out.push_back(static_cast<char>(value(digits[i]) << 4 | value(digits[i + 1])));
  return out;
}

}  // namespace kontor::test
