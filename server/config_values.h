#pragma once
// How a value of the configuration is read from text: counts, sizes with a unit, times with a unit, choices.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/config.h"

namespace kontor::server {

/// Sets the value, or says what would be allowed.
using ConfigSetter = std::function<std::optional<std::string>(Config&, std::string_view)>;

[[nodiscard]] ConfigSetter text_value(std::string& (*place)(Config&));
[[nodiscard]] ConfigSetter count_value(std::uint64_t least, std::uint64_t most,
                                       std::size_t& (*place)(Config&));
/// "512", "4KiB", "1MiB".
[[nodiscard]] ConfigSetter size_value(std::uint64_t least, std::uint64_t most,
                                      std::size_t& (*place)(Config&));
/// "500ms", "5s", "2min"; between 10 ms and one day.
[[nodiscard]] ConfigSetter time_value(std::chrono::milliseconds& (*place)(Config&));
/// The same, or 0 for never.
[[nodiscard]] ConfigSetter time_or_never_value(std::chrono::milliseconds& (*place)(Config&));
/// A text that may be empty.
[[nodiscard]] ConfigSetter optional_text_value(std::string& (*place)(Config&));
/// What a log may be called: letters, digits, dots and dashes, 1 to 100.
[[nodiscard]] ConfigSetter log_name_value(std::string& (*place)(Config&));

/// The position of the text among `names`, or nothing.
[[nodiscard]] std::optional<std::size_t> choice_of(const std::vector<std::string>& names,
                                                   std::string_view text);
[[nodiscard]] std::string one_of(const std::vector<std::string>& names);

/// One of `names`, which are those of Choice in its order.
template <class Choice>
[[nodiscard]] ConfigSetter choice_value(std::vector<std::string> names, Choice& (*place)(Config&)) {
  return
      [names = std::move(names), place](Config& config, std::string_view text) -> std::optional<std::string> {
        const auto number = choice_of(names, text);
        if (!number) return one_of(names);
        place(config) = static_cast<Choice>(*number);
        return std::nullopt;
      };
}

}  // namespace kontor::server
