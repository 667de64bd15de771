#include "projections/view_key.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "events/core/assert.h"
#include "projections/view_layout.h"

namespace kontor::views {

void put_number(std::uint64_t number, char* out) {
  static_assert(std::endian::native == std::endian::little);
  const std::uint64_t turned = __builtin_bswap64(number);
  std::memcpy(out, &turned, kNumberBytes);
}

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, kNumberBytes> bytes{};
  put_number(number, bytes.data());
  out.append(bytes.data(), bytes.size());
}

std::uint64_t number_at(std::string_view bytes) {
  KONTOR_ASSERT(bytes.size() >= kNumberBytes);
  std::uint64_t turned = 0;
  std::memcpy(&turned, bytes.data(), kNumberBytes);
  return __builtin_bswap64(turned);
}

ViewKey::ViewKey(const TenantId& tenant, Kind kind) {
  const std::string& name = tenant.value;
  KONTOR_ASSERT(!name.empty());
  char* const at = more(name.size() + 3);
  std::memcpy(at, name.data(), name.size());
  at[name.size()] = '\0';
  at[name.size() + 1] = kRowSection;
  at[name.size() + 2] = static_cast<char>(kind);
}

char* ViewKey::more(std::size_t bytes) {
  const std::size_t size = bytes_.size();
  bytes_.resize(size + bytes, boost::container::default_init);
  return bytes_.data() + size;
}

ViewKey&& ViewKey::text(std::string_view part) && {
  KONTOR_ASSERT(part.find('\0') == std::string_view::npos);
  char* const at = more(part.size() + 1);
  std::copy(part.begin(), part.end(), at);
  at[part.size()] = '\0';
  return std::move(*this);
}

ViewKey&& ViewKey::number(std::uint64_t part) && {
  put_number(part, more(kNumberBytes));
  return std::move(*this);
}

KeyParts::KeyParts(std::string_view key, const ViewKey& prefix) : rest_(key) {
  KONTOR_ASSERT(key.starts_with(prefix.view()));
  rest_.remove_prefix(prefix.view().size());
}

std::string_view KeyParts::text() {
  const std::size_t end = rest_.find('\0');
  KONTOR_ASSERT(end != std::string_view::npos);
  const std::string_view part = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  return part;
}

std::uint64_t KeyParts::number() {
  const std::uint64_t part = number_at(rest_);
  rest_.remove_prefix(8);
  return part;
}

}  // namespace kontor::views
