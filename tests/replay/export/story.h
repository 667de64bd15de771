#pragma once
// A tenant with something in every table, and what an export of it is made from.

#include <filesystem>
#include <string>
#include <vector>

#include "engine/log/event_log.h"
#include "replay/export/event_stream.h"
#include "replay/export/exporter.h"

namespace kontor::exports::test {

inline constexpr std::string_view kCanaryName = "Zaphod Canary";
inline constexpr std::string_view kCanaryMail = "canary.bird@example.org";
/// A reason that a spreadsheet would run.
inline constexpr std::string_view kFormula = "=1+2;\"x\"";

/// Groups of the tenant "t": seats of three kinds, credits, group access, persons, billing runs.
[[nodiscard]] const std::vector<log::Group>& story();
[[nodiscard]] Position story_end();
/// The stored bytes of all events, in order.
[[nodiscard]] const std::vector<std::string>& stored_events();

/// JSON by the schema, as the program makes it.
[[nodiscard]] Readable readable();
[[nodiscard]] EventPages pages_of_story();
/// Of these events instead.
[[nodiscard]] EventPages pages_of(std::vector<std::string> events);

[[nodiscard]] Request request_for(Format format);
/// A key of the log "ledger.example.org/7f3a".
[[nodiscard]] const Signer& signer();
[[nodiscard]] proof::NoteKey note_key();

/// Makes an export that must succeed.
Manifest exported(const Request& request, const std::filesystem::path& path);

[[nodiscard]] std::string content_of(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, std::string_view content);

}  // namespace kontor::exports::test
