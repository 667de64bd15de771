#include "engine/log/rocksdb/record_file.h"

#include <algorithm>
#include <boost/crc.hpp>
#include <optional>

#include "engine/log/bytes.h"

namespace kontor::log {
namespace {

constexpr std::size_t kBlockBytes = 32'768;
constexpr std::size_t kHeaderBytes = 7;
// Every batch we write is longer. Shorter candidates are not looked at behind a damage, so that no 16-byte id
// of a caller's choice can be mistaken for a record.
constexpr std::size_t kPayloadBytesMin = 24;

enum class Fragment : std::uint8_t { Full = 1, First = 2, Middle = 3, Last = 4 };

struct Record {
  Fragment fragment;
  std::size_t payload_bytes;
};

std::uint32_t masked_crc(std::string_view type_and_payload) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(type_and_payload.data(), type_and_payload.size());
  const std::uint32_t value = crc.checksum();
  return ((value >> 15) | (value << 17)) + 0xA282EAD8U;
}

/// The record beginning at `at`, if a whole and correct one does; `at` has room for a header in its block.
std::optional<Record> record_at(std::string_view file, std::size_t at) {
  if (file.size() - at < kHeaderBytes) return std::nullopt;
  const auto type = static_cast<std::uint8_t>(file[at + 6]);
  if (type < 1 || type > 4) return std::nullopt;
  const std::size_t payload = get_little_endian<std::uint16_t>(file, at + 4);
  const std::size_t block_left = kBlockBytes - at % kBlockBytes;
  if (kHeaderBytes + payload > std::min(block_left, file.size() - at)) return std::nullopt;
  if (get_little_endian<std::uint32_t>(file, at) != masked_crc(file.substr(at + 6, 1 + payload)))
    return std::nullopt;
  return Record{static_cast<Fragment>(type), payload};
}

/// A power cut tears one record: what is left of it may be middles and lasts, but never a beginning.
RecordsBehind find_beginning(std::string_view file, std::size_t from) {
  for (std::size_t at = from; at + kHeaderBytes <= file.size(); ++at) {
    const auto type = static_cast<Fragment>(static_cast<std::uint8_t>(file[at + 6]));
    if (type != Fragment::Full && type != Fragment::First) continue;
    if (kBlockBytes - at % kBlockBytes < kHeaderBytes) continue;
    const auto record = record_at(file, at);
    if (record && record->payload_bytes >= kPayloadBytesMin) return RecordsBehind::Some;
  }
  return RecordsBehind::None;
}

bool fits(Fragment fragment, bool inside_record) {
  return inside_record == (fragment == Fragment::Middle || fragment == Fragment::Last);
}

}  // namespace

RecordFileCheck check_records(std::string_view file) {
  RecordFileCheck check;
  bool inside_record = false;
  std::size_t at = 0;
  while (at < file.size()) {
    const std::size_t block_left = kBlockBytes - at % kBlockBytes;
    if (block_left < kHeaderBytes) {  // too small for a header: padding
      at = std::min(at + block_left, file.size());
      continue;
    }
    const auto record = record_at(file, at);
    if (!record || !fits(record->fragment, inside_record)) break;
    at += kHeaderBytes + record->payload_bytes;
    inside_record = record->fragment == Fragment::First || record->fragment == Fragment::Middle;
    if (!inside_record) check.intact_bytes = at;
  }
  check.damaged = at < file.size() || inside_record;
  if (!check.damaged) return check;
  check.only_zeros_behind =
      file.find_first_not_of('\0', static_cast<std::size_t>(check.intact_bytes)) == std::string_view::npos;
  if (!check.only_zeros_behind) check.behind = find_beginning(file, check.intact_bytes + 1);
  return check;
}

}  // namespace kontor::log
