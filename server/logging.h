#pragma once
// The server's own log, on standard error: text for a terminal, one JSON object a line otherwise. Outside
// strings go through `safe`: the library does not escape, and a line break in a name would forge a line.

#include <spdlog/logger.h>

#include <memory>
#include <string>
#include <string_view>

#include "server/config.h"

namespace kontor::server {

[[nodiscard]] std::shared_ptr<spdlog::logger> make_logger(LogFormat format, LogLevel level);

/// An outside string that can be shown in a line of the log.
[[nodiscard]] std::string safe(std::string_view text);
/// The same for a sentence of ours that has such strings in it: keys, paths, roots in full.
[[nodiscard]] std::string safe_sentence(std::string_view text);

}  // namespace kontor::server
