#pragma once
// Events of the credit system: packages, accounts, orders, publications (DOMAIN 4). Pure values; any thread.
// What each field means is said once, in events/credits.capnp.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "events/core/ids.h"
#include "events/core/instant.h"

namespace kontor::credits {

struct PackageRetired {
  PackageId package;
  friend bool operator==(const PackageRetired&, const PackageRetired&) = default;
};

struct DraftSaved {
  ContentId content;
  friend bool operator==(const DraftSaved&, const DraftSaved&) = default;
};

using Event = std::variant<PackageRetired, DraftSaved>;

[[nodiscard]] std::string_view type_name(const Event& event);
[[nodiscard]] std::string stream_of(const Event& event);

}  // namespace kontor::credits
