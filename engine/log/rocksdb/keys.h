#pragma once
// Keys and values of the store (docs/storage-format.md). Pure; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/log/event_log.h"

namespace kontor::log {

constexpr std::string_view kEventsFamily = "events";
constexpr std::string_view kGroupsFamily = "groups";

/// Where a slice begins: length byte, tenant, first position big-endian. Sorted by tenant, then by position;
/// the length byte keeps a tenant apart from others that begin with its name.
[[nodiscard]] std::string event_key(const TenantId& tenant, Position first);

struct EventKey {
  TenantId tenant;
  Position first = 0;

  friend bool operator==(const EventKey&, const EventKey&) = default;
};
/// nullopt when the bytes are not a key.
[[nodiscard]] std::optional<EventKey> parse_event_key(std::string_view key);

/// Group number, big-endian.
[[nodiscard]] std::string group_key(std::uint64_t number);
[[nodiscard]] std::optional<std::uint64_t> parse_group_key(std::string_view key);

/// What a group's entry says of its slices: their number (32 bits), then per slice: length byte, tenant,
/// first position (64), count (32); integers little-endian.
[[nodiscard]] std::string encode_ranges(const std::vector<TenantSlice>& slices);
[[nodiscard]] std::optional<std::vector<SliceRange>> parse_ranges(std::string_view value);

}  // namespace kontor::log
