#pragma once
// Events of a tenant as a whole. Pure values.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace kontor::tenancy {

/// What "now" means for a tenant's commands.
enum class Timeline : std::uint16_t {
  Live = 0,     // the server's clock
  History = 1,  // the time each imported row carries, until HistoryFinished
};

struct TenantCreated {
  Timeline timeline = Timeline::Live;
  friend bool operator==(const TenantCreated&, const TenantCreated&) = default;
};

struct HistoryFinished {
  friend bool operator==(const HistoryFinished&, const HistoryFinished&) = default;
};

using Event = std::variant<TenantCreated, HistoryFinished>;

[[nodiscard]] std::string_view type_name(const Event& event);
[[nodiscard]] std::string stream_of(const Event& event);

}  // namespace kontor::tenancy
