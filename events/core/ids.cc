#include "events/core/ids.h"

#include <algorithm>
#include <cstring>

namespace kontor {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool valid_id_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == ':' || c == '@' || c == '-';
}

}  // namespace

bool valid_id_text(std::string_view text) {
  return !text.empty() && text.size() <= kIdBytesMax && std::ranges::all_of(text, valid_id_character);
}

bool CommandId::is_zero() const {
  return std::ranges::all_of(bytes, [](std::uint8_t b) { return b == 0; });
}

std::string CommandId::text() const {
  std::string out;
  out.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out.push_back('-');
    out.push_back(kHexDigits[bytes[i] >> 4]);
    out.push_back(kHexDigits[bytes[i] & 15]);
  }
  return out;
}

Result<CommandId> CommandId::parse(std::string_view text) {
  CommandId id;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '-' && text.size() == 36 && (i == 8 || i == 13 || i == 18 || i == 23)) continue;
    const int value = hex_value(text[i]);
    if (value < 0 || digits == 32)
      return fail(Reason::InvalidArgument,
                  "a command id is 32 hexadecimal digits, with or without the dashes of a UUID");
    auto& byte = id.bytes[digits / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | value);
    ++digits;
  }
  if (digits != 32) return fail(Reason::InvalidArgument, "a command id has 32 hexadecimal digits");
  if (id.is_zero()) return fail(Reason::InvalidArgument, "a command id must not be all zero");
  return id;
}

}  // namespace kontor

std::size_t std::hash<kontor::CommandId>::operator()(const kontor::CommandId& id) const noexcept {
  // Ids chosen by callers may be sequential; mixing spreads them over the table.
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::memcpy(&low, id.bytes.data(), 8);
  std::memcpy(&high, id.bytes.data() + 8, 8);
  std::uint64_t x = low ^ (high * 0x9E3779B97F4A7C15ULL);
  x ^= x >> 32;
  x *= 0xD6E8FEB86659FD93ULL;
  x ^= x >> 32;
  return x;
}
