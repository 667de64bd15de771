#include "engine/log/rocksdb/record_file.h"

#include <rocksdb/file_checksum.h>

#include <algorithm>
#include <optional>

#include "engine/log/bytes.h"
#include "events/core/assert.h"

namespace kontor::log {
namespace {

constexpr std::size_t kBlockBytes = RecordReader::kBlockBytes;
constexpr std::size_t kHeaderBytes = 7;
// Every batch we write is longer. Shorter candidates are not looked at behind a damage, so that no 16-byte id
// of a caller's choice can be mistaken for a record.
constexpr std::size_t kPayloadBytesMin = 24;

enum class Fragment : std::uint8_t { Full = 1, First = 2, Middle = 3, Last = 4 };

struct Record {
  Fragment fragment;
  std::size_t payload_bytes;
};

bool fits(Fragment fragment, bool inside_record) {
  return inside_record == (fragment == Fragment::Middle || fragment == Fragment::Last);
}

}  // namespace

/// The storage library's own CRC-32C, which uses the processor's: the write-ahead log of a store that was
/// just written is hundreds of megabytes.
class RecordCrc {
 public:
  [[nodiscard]] std::uint32_t masked(std::string_view type_and_payload) const {
    const auto crc = factory_->CreateFileChecksumGenerator({});
    crc->Update(type_and_payload.data(), type_and_payload.size());
    crc->Finalize();
    const std::string checksum = crc->GetChecksum();
    KONTOR_ASSERT(checksum.size() == sizeof(std::uint32_t));
    std::uint32_t value = 0;  // big-endian in that text
    for (const char byte : checksum) value = value << 8 | static_cast<std::uint8_t>(byte);
    return ((value >> 15) | (value << 17)) + 0xA282EAD8U;
  }

  /// The record beginning at `at`, if a whole and correct one does; `at` has room for a header in its block.
  [[nodiscard]] std::optional<Record> record_at(std::string_view file, std::size_t at) const {
    if (file.size() - at < kHeaderBytes) return std::nullopt;
    const auto type = static_cast<std::uint8_t>(file[at + 6]);
    if (type < 1 || type > 4) return std::nullopt;
    const std::size_t payload = get_little_endian<std::uint16_t>(file, at + 4);
    const std::size_t block_left = kBlockBytes - at % kBlockBytes;
    if (kHeaderBytes + payload > std::min(block_left, file.size() - at)) return std::nullopt;
    if (get_little_endian<std::uint32_t>(file, at) != masked(file.substr(at + 6, 1 + payload)))
      return std::nullopt;
    return Record{static_cast<Fragment>(type), payload};
  }

  /// A power cut tears one record: what is left of it may be middles and lasts, but never a beginning.
  [[nodiscard]] RecordsBehind find_beginning(std::string_view file, std::size_t from) const {
    for (std::size_t at = from; at + kHeaderBytes <= file.size(); ++at) {
      const auto type = static_cast<Fragment>(static_cast<std::uint8_t>(file[at + 6]));
      if (type != Fragment::Full && type != Fragment::First) continue;
      if (kBlockBytes - at % kBlockBytes < kHeaderBytes) continue;
      const auto record = record_at(file, at);
      if (record && record->payload_bytes >= kPayloadBytesMin) return RecordsBehind::Some;
    }
    return RecordsBehind::None;
  }

 private:
  std::shared_ptr<rocksdb::FileChecksumGenFactory> factory_ = rocksdb::GetFileChecksumGenCrc32cFactory();
};

RecordReader::RecordReader() : crc_(std::make_unique<RecordCrc>()) {}
RecordReader::~RecordReader() = default;

bool RecordReader::take(std::string_view piece) {
  KONTOR_ASSERT(taken_ % kBlockBytes == 0);
  std::size_t at = 0;
  while (at < piece.size() && !damaged_) {
    const std::size_t block_left = kBlockBytes - at % kBlockBytes;
    if (block_left < kHeaderBytes) {  // too small for a header: padding
      at = std::min(at + block_left, piece.size());
      continue;
    }
    const auto record = crc_->record_at(piece, at);
    damaged_ = !record || !fits(record->fragment, inside_record_);
    if (damaged_) break;
    at += kHeaderBytes + record->payload_bytes;
    inside_record_ = record->fragment == Fragment::First || record->fragment == Fragment::Middle;
    if (!inside_record_) intact_bytes_ = taken_ + at;
  }
  taken_ += piece.size();
  return !damaged_;
}

RecordFileCheck check_records(std::string_view file) {
  RecordReader reader;
  static_cast<void>(reader.take(file));
  RecordFileCheck check{.intact_bytes = reader.intact_bytes(), .damaged = !reader.whole()};
  if (!check.damaged) return check;
  check.only_zeros_behind =
      file.find_first_not_of('\0', static_cast<std::size_t>(check.intact_bytes)) == std::string_view::npos;
  if (!check.only_zeros_behind) check.behind = RecordCrc().find_beginning(file, check.intact_bytes + 1);
  return check;
}

}  // namespace kontor::log
