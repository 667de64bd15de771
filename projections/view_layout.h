#pragma once
// What the keys of a view store's entries say (docs/views.md). Known here and to the store itself, nowhere
// else. Pure; any thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/core/ids.h"
#include "projections/view_key.h"

namespace kontor::views {

// Entries of a tenant begin with its name, a zero byte and the letter of a section; those of the store as a
// whole begin with a zero byte.
constexpr char kRowSection = 'v';
constexpr char kMarkSection = 'm';
constexpr char kTimeSection = 't';
constexpr char kPositionSection = 'p';
constexpr char kRecordedSection = 'r';
constexpr std::string_view kCheckpointKey{"\0c", 2};

enum class Section : std::uint8_t { Unknown, Checkpoint, Mark, Times, Positions, Recorded, Rows };

/// An entry's key, taken apart. Views point into the key.
struct EntryKey {
  Section section = Section::Unknown;
  std::string_view tenant;  // empty: of the store as a whole
  Kind kind{};              // of a row
  std::string_view row;     // of a row: its key without the version
  std::string_view parts;   // of a row: what names it among its kind
  Position position = 0;    // of a row: its version
};
[[nodiscard]] EntryKey read_entry_key(std::string_view key);

/// Whether it is an entry of a row; all that is asked for each entry that is stored.
[[nodiscard]] inline bool is_row_key(std::string_view key) {
  const std::size_t end = key.find('\0');
  return end != std::string_view::npos && end > 0 && key.size() >= end + 3 + kNumberBytes &&
         key[end + 1] == kRowSection;
}

/// What an entry is for, in words: "CourseUsage of tenant t: c-1 k-1, at position 57".
[[nodiscard]] std::string entry_name(std::string_view key);

/// The parts of a row's key as far as they can be read: names as they are, other bytes in hexadecimal.
[[nodiscard]] std::string readable_parts(std::string_view parts);

/// "CourseCard"; "unknown row" for a number that is no kind.
[[nodiscard]] std::string_view kind_name(Kind kind);
[[nodiscard]] std::optional<Kind> kind_named(std::string_view name);

}  // namespace kontor::views
