#pragma once
// Base64 of RFC 4648, section 4, as signed notes write it. Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

#include "events/core/digest.h"

namespace kontor {

[[nodiscard]] std::string base64(Bytes bytes);
/// nullopt unless the text is exactly what `base64` writes for some bytes: no spaces, no missing padding.
[[nodiscard]] std::optional<std::string> parse_base64(std::string_view text);

}  // namespace kontor
