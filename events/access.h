#pragma once
// Events of group access: orders, groups, enrolments (DOMAIN 2). Pure values; any thread. What each field
// means is said once, in events/access.capnp.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "events/core/ids.h"
#include "events/core/instant.h"

namespace kontor::access {

struct GroupFeatureConfigured {
  std::string setting;
  std::string value;
  std::uint64_t rev = 0;
  friend bool operator==(const GroupFeatureConfigured&, const GroupFeatureConfigured&) = default;
};

struct AccessOrderAbandoned {
  OrderId order;
  std::string reason;
  friend bool operator==(const AccessOrderAbandoned&, const AccessOrderAbandoned&) = default;
};

using Event = std::variant<GroupFeatureConfigured, AccessOrderAbandoned>;

[[nodiscard]] std::string_view type_name(const Event& event);
[[nodiscard]] std::string stream_of(const Event& event);

}  // namespace kontor::access
