#pragma once
// The layers of the house and who may use whom (docs/architecture.md), as data.

#include <optional>
#include <string>
#include <string_view>

namespace kontor::house {

/// Where a project file belongs, such as "engine/rules"; nullopt for a path outside the house.
[[nodiscard]] std::optional<std::string> layer_of(std::string_view path);

/// Why the file at `from` must not include `include` (as written between the quotes or angles);
/// nullopt when it may.
[[nodiscard]] std::optional<std::string> objection(std::string_view from, std::string_view include);

}  // namespace kontor::house
