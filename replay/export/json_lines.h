#pragma once
// Events as JSON lines: what an event says, readable, and behind it the bytes as they are stored, in base64
// (docs/exports.md). The bytes are the event; the readable part is derived from them and never believed.
// Pure; any thread.
//
//   {"position":"1","type":"TenantCreated",…,"stored":"AAAAAA4AAAA…"}

#include <string>
#include <string_view>

#include "replay/export/event_stream.h"

namespace kontor::exports {

constexpr std::string_view kJsonlName = "events.jsonl";

/// One line with its end.
[[nodiscard]] Result<std::string> json_line(std::string_view stored, const Readable& readable);

/// The stored bytes of a line without its end. BundleUnusable when the line is not what `json_line` makes of
/// them: the readable part says something else than the bytes, or somebody wrote it differently.
[[nodiscard]] Result<std::string> stored_of(std::string_view line, const Readable& readable);

}  // namespace kontor::exports
