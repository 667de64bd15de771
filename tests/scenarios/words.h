#pragma once
// A line of a scenario cut into words (docs/scenarios.md). Pure.

#include <string>
#include <string_view>
#include <vector>

#include "events/core/result.h"

namespace kontor::scenarios {

/// Words are separated by blanks. Quotes ("...", with \" and \\ inside) and brackets keep a word together;
/// the quotes are not part of it. A word that begins with # begins a comment. InvalidArgument when a quote or
/// bracket is not closed.
[[nodiscard]] Result<std::vector<std::string>> cut(std::string_view line);

/// `key=value`; nothing but the value may hold another `=`.
struct Field {
  std::string key;
  std::string value;
};
[[nodiscard]] Result<Field> field_of(const std::string& word);

}  // namespace kontor::scenarios
