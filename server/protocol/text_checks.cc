#include "server/protocol/text_checks.h"

#include <fmt/format.h>

#include <cstdint>

namespace kontor::protocol {
namespace {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 0;  // 0: not UTF-8
};

/// The code point at the front of a text that is not empty. Overlong forms, surrogates and values beyond
/// U+10FFFF are not UTF-8.
CodePoint decode_front(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
  std::uint32_t value = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3Fu);
  }
  if (value < smallest[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {};
  return {value, length};
}

bool forbidden(std::uint32_t c) {
  if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return true;  // control characters, NUL among them
  if (c == 0xFEFF) return true;                          // byte order mark
  if (c == 0x2028 || c == 0x2029) return true;           // line and paragraph separator
  return c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);  // direction
}

}  // namespace

std::optional<std::string> text_problem(std::string_view text, std::size_t bytes_max) {
  if (text.size() > bytes_max) return fmt::format("has {} bytes, at most {}", text.size(), bytes_max);
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = decode_front(text.substr(at));
    if (c.bytes == 0)
      return fmt::format("is not UTF-8 (byte 0x{:02X} at {})", static_cast<std::uint8_t>(text[at]), at);
    if (forbidden(c.value))
      return fmt::format("has a character that is not allowed (U+{:04X} at {})", c.value, at);
    at += c.bytes;
  }
  return std::nullopt;
}

std::string shown(std::string_view text, std::size_t characters_max) {
  std::string out;
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    if (count == characters_max) return out + "...";
    const CodePoint c = decode_front(text.substr(at));
    if (c.bytes == 0 || forbidden(c.value)) {
      const std::size_t bytes = c.bytes == 0 ? 1 : c.bytes;
      for (std::size_t i = 0; i < bytes; ++i)
        out += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text[at + i]));
      at += bytes;
    } else {
      out.append(text.substr(at, c.bytes));
      at += c.bytes;
    }
  }
  return out;
}

}  // namespace kontor::protocol
