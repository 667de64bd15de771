// docs/storage-format.md
#include "engine/log/rocksdb/keys.h"

#include "engine/log/bytes.h"
#include "events/core/assert.h"

namespace kontor::log {
namespace {

void put_tenant(std::string& out, const TenantId& tenant) {
  KONTOR_ASSERT(!tenant.value.empty());
  KONTOR_ASSERT(tenant.value.size() <= kIdBytesMax);
  out.push_back(static_cast<char>(tenant.value.size()));
  out += tenant.value;
}

}  // namespace

std::string event_key(const TenantId& tenant, Position first) {
  std::string key;
  key.reserve(9 + tenant.value.size());
  put_tenant(key, tenant);
  put_big_endian(key, first);
  return key;
}

std::optional<EventKey> parse_event_key(std::string_view key) {
  if (key.empty()) return std::nullopt;
  const auto tenant_size = static_cast<std::uint8_t>(key[0]);
  if (tenant_size == 0 || key.size() != std::size_t{9} + tenant_size) return std::nullopt;
  return EventKey{TenantId(key.substr(1, tenant_size)), get_big_endian(key, std::size_t{1} + tenant_size)};
}

std::string group_key(std::uint64_t number) {
  std::string key;
  put_big_endian(key, number);
  return key;
}

std::optional<std::uint64_t> parse_group_key(std::string_view key) {
  if (key.size() != 8) return std::nullopt;
  return get_big_endian(key, 0);
}

std::string encode_ranges(const std::vector<TenantSlice>& slices) {
  std::string value;
  put_little_endian(value, static_cast<std::uint32_t>(slices.size()));
  for (const TenantSlice& slice : slices) {
    put_tenant(value, slice.tenant);
    put_little_endian(value, slice.first);
    put_little_endian(value, slice.count);
  }
  return value;
}

std::optional<std::vector<SliceRange>> parse_ranges(std::string_view value) {
  if (value.size() < 4) return std::nullopt;
  const auto count = get_little_endian<std::uint32_t>(value, 0);
  std::size_t at = 4;
  std::vector<SliceRange> ranges;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (at >= value.size()) return std::nullopt;
    const auto tenant_size = static_cast<std::uint8_t>(value[at]);
    if (value.size() - at < std::size_t{13} + tenant_size) return std::nullopt;
    SliceRange range;
    range.tenant = TenantId(value.substr(at + 1, tenant_size));
    at += std::size_t{1} + tenant_size;
    range.first = get_little_endian<std::uint64_t>(value, at);
    range.count = get_little_endian<std::uint32_t>(value, at + 8);
    at += 12;
    ranges.push_back(std::move(range));
  }
  if (at != value.size()) return std::nullopt;
  return ranges;
}

}  // namespace kontor::log
