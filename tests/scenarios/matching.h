#pragma once
// Compares what came with what a scenario says (docs/scenarios.md, "Fields"). Pure.

#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/scenarios/words.h"

namespace kontor::scenarios {

/// What $names stand for.
using Bindings = std::map<std::string, std::string>;

/// Follows `a.b`, `rows.0.b` and `rows.count`; nullopt where nothing is.
[[nodiscard]] std::optional<boost::json::value> at_path(const boost::json::value& root,
                                                        std::string_view path);

struct Mismatch {
  std::string key;
  std::string expected;
  std::string got;
};
/// The fields that differ. Names that are not bound yet become bound to what came, when nothing differs.
[[nodiscard]] std::vector<Mismatch> compare(const boost::json::object& got, const std::vector<Field>& fields,
                                            std::string_view zone, Bindings& bindings);

/// A value as a scenario writes it.
[[nodiscard]] std::string plain(const boost::json::value& value);
/// `key=value` of all fields.
[[nodiscard]] std::string one_line(const boost::json::object& fields);

/// Replaces every $name by what it stands for; the first that stands for nothing is the error.
[[nodiscard]] Result<std::string> substituted(std::string_view text, const Bindings& bindings);

}  // namespace kontor::scenarios
