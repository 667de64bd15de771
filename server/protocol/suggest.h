#pragma once
// "Did you mean": one suggestion for a mistyped word. Pure.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::protocol {

/// The candidate that is closest to `word`, upper and lower case alike, when it is close enough to be meant:
/// at most a third of its letters differ.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 std::span<const std::string> candidates);

/// `; did you mean "invite"?`, or nothing.
[[nodiscard]] std::string suggestion(std::string_view word, std::span<const std::string> candidates);

}  // namespace kontor::protocol
