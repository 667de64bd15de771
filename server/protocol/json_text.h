#pragma once
// JSON text to a value, strictly: one value and nothing after it, no key twice, nesting at most 16, UTF-8.
// Pure.

#include <boost/json/value.hpp>

#include <cstddef>
#include <string_view>

#include "events/core/result.h"

namespace kontor::protocol {

constexpr std::size_t kJsonBytesMax = 1u << 20;
constexpr std::size_t kJsonDepthMax = 16;

/// InvalidArgument names what is wrong and where: the key that comes twice, the byte that does not fit.
/// A number that is not a whole number of 64 bits becomes a double, for the reader of the value to refuse by
/// name.
[[nodiscard]] Result<boost::json::value> parse_json(std::string_view text);

}  // namespace kontor::protocol
