#include "projections/view_key.h"

#include "events/core/assert.h"
#include "projections/view_layout.h"

namespace kontor::views {

void append_number(std::string& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
}

std::uint64_t number_at(std::string_view bytes) {
  KONTOR_ASSERT(bytes.size() >= 8);
  std::uint64_t number = 0;
  for (const char byte : bytes.substr(0, 8)) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

ViewKey::ViewKey(const TenantId& tenant, Kind kind) : bytes_(tenant.value) {
  KONTOR_ASSERT(!tenant.value.empty());
  bytes_.push_back('\0');
  bytes_.push_back(kRowSection);
  bytes_.push_back(static_cast<char>(kind));
}

ViewKey&& ViewKey::text(std::string_view part) && {
  KONTOR_ASSERT(part.find('\0') == std::string_view::npos);
  bytes_.append(part);
  bytes_.push_back('\0');
  return std::move(*this);
}

ViewKey&& ViewKey::number(std::uint64_t part) && {
  append_number(bytes_, part);
  return std::move(*this);
}

KeyParts::KeyParts(std::string_view key, const ViewKey& prefix) : rest_(key) {
  KONTOR_ASSERT(key.starts_with(prefix.bytes()));
  rest_.remove_prefix(prefix.bytes().size());
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
