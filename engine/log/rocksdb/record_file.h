#pragma once
// Reads the record format of the storage library's write-ahead logs and manifests: blocks of 32 KiB, records
// of a 7-byte header (masked CRC-32C, length, type) and a payload, a long record cut into first, middle and
// last fragments. We read it ourselves because the library's own recovery drops what it cannot read, or
// refuses what a power cut leaves behind (docs/storage-format.md, "Opening"). Pure; any thread.

#include <cstdint>
#include <string_view>

namespace kontor::log {

enum class RecordsBehind : std::uint8_t { None, Some };

struct RecordFileCheck {
  std::uint64_t intact_bytes = 0;  // end of the last whole record before the first bad one
  bool damaged = false;            // something that is not a whole record begins at intact_bytes
  /// Whether a whole record, or the beginning of one, can still be found behind the damage. Then the damage
  /// is not the torn end of the last write.
  RecordsBehind behind = RecordsBehind::None;
  bool only_zeros_behind = false;  // from intact_bytes to the end: a file that was made longer ahead of need
};

[[nodiscard]] RecordFileCheck check_records(std::string_view file);

}  // namespace kontor::log
