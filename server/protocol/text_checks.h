#pragma once
// What outside text may contain, and how it is shown. Pure.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::protocol {

/// Why a text is refused, as the end of a sentence that begins with its name ("has 2049 bytes, at most
/// 2048"); nothing when it is fine: valid UTF-8, no control character, no byte order mark, nothing that turns
/// the direction of writing, at most `bytes_max` bytes.
[[nodiscard]] std::optional<std::string> text_problem(std::string_view text, std::size_t bytes_max);

constexpr std::size_t kShownMax = 80;
/// An outside string made fit for logs and error messages: cut at so many characters, and whatever could
/// forge a line or move a terminal's cursor written as \xNN.
[[nodiscard]] std::string shown(std::string_view text, std::size_t characters_max = kShownMax);

}  // namespace kontor::protocol
