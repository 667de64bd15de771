#pragma once
// The normal form of an e-mail address (DOMAIN 1.3): two spellings of one address have the same normal form,
// so a person is found by it. Spaces at the ends are cut off, letters are composed (Unicode NFC) and made
// lower case, the domain becomes its ASCII form (IDNA 2008). Dots and plus signs stay: they are another
// address. Pure; any thread. The tables of letters are those of the libraries: docs/decisions/0070.

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace kontor {

constexpr std::size_t kEmailBytesMax = 254;      // RFC 5321: a path of 256 with its angle brackets
constexpr std::size_t kEmailLocalBytesMax = 64;  // before the @

/// Why a text is no e-mail address. Says nothing of its content, so it may be logged.
struct EmailProblem {
  std::size_t at = 0;  // byte of the text as given, from 0, where it goes wrong
  std::string what;    // end of a sentence that begins with "the e-mail": "has a second @"

  friend bool operator==(const EmailProblem&, const EmailProblem&) = default;
};

/// The normal form, itself in normal form, at most kEmailBytesMax bytes; or what is wrong. Refused are quoted
/// local parts, address literals and whatever has no one meaning: control, format, private and unassigned
/// characters.
[[nodiscard]] tl::expected<std::string, EmailProblem> normal_email(std::string_view text);

/// The text without the spaces that `normal_email` cuts off.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace kontor
