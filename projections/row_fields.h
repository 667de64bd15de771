#pragma once
// What a stored row says, field by field, for people who compare rows. By walking the schema. Pure.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "projections/view_key.h"

namespace kontor::views {

using RowFields = std::vector<std::pair<std::string, std::string>>;

/// "sizes[0].size" and "12", in the order of the schema; what is not there is left out. A row whose bytes
/// only mark a place has none, and bytes that cannot be read are shown as bytes.
[[nodiscard]] RowFields row_fields(Kind kind, std::string_view value);

}  // namespace kontor::views
