#pragma once
// Reads the record format of the storage library's write-ahead logs and manifests: blocks of 32 KiB, records
// of a 7-byte header (masked CRC-32C, length, type) and a payload, a long record cut into first, middle and
// last fragments. We read it ourselves because the library's own recovery drops what it cannot read, or
// refuses what a power cut leaves behind (docs/storage-format.md, "Opening"). Pure; any thread.

#include <cstdint>
#include <memory>
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

class RecordCrc;

/// A file is taken in pieces, each but the last of whole blocks. One thread.
class RecordReader {
 public:
  static constexpr std::size_t kBlockBytes = 32'768;

  RecordReader();
  ~RecordReader();
  /// False when a record in the piece is not as it was written; nothing behind it is of use then.
  [[nodiscard]] bool take(std::string_view piece);
  /// Every byte so far belongs to a whole record.
  [[nodiscard]] bool whole() const { return !damaged_ && !inside_record_; }
  /// End of the last whole record.
  [[nodiscard]] std::uint64_t intact_bytes() const { return intact_bytes_; }

 private:
  std::unique_ptr<RecordCrc> crc_;
  std::uint64_t taken_ = 0;
  std::uint64_t intact_bytes_ = 0;
  bool inside_record_ = false;
  bool damaged_ = false;
};

}  // namespace kontor::log
