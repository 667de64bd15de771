// docs/storage-format.md
#include "engine/log/rocksdb/head_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/log/bytes.h"
#include "events/core/assert.h"

namespace kontor::log {
namespace {

constexpr std::string_view kMagic = "KONTORHD";
constexpr std::size_t kDigestAt = kHeadSlotBytes - 32;

template <std::size_t N>
void put_bytes(std::string& out, const std::array<std::uint8_t, N>& bytes) {
  out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

/// Reads one field after the other.
class SlotReader {
 public:
  explicit SlotReader(std::string_view slot, std::size_t at) : slot_(slot), at_(at) {}

  std::uint64_t integer() {
    at_ += 8;
    return get_little_endian<std::uint64_t>(slot_, at_ - 8);
  }
  template <std::size_t N>
  void bytes(std::array<std::uint8_t, N>& out) {
    std::ranges::copy(bytes_of(slot_.substr(at_, N)), out.begin());
    at_ += N;
  }

 private:
  std::string_view slot_;
  std::size_t at_;
};

}  // namespace

std::string encode_slot(const HeadRecord& record) {
  std::string slot(kMagic);
  put_little_endian(slot, std::uint64_t{kStoreFormat});
  put_bytes(slot, record.store_id);
  put_little_endian(slot, record.epoch);
  put_little_endian(slot, record.serial);
  put_little_endian(slot, record.log.group);
  put_little_endian(slot, record.log.events);
  put_bytes(slot, record.log.root);
  for (const SyncedFile& file : {record.wal, record.manifest}) {
    put_little_endian(slot, file.number);
    put_little_endian(slot, file.synced_bytes);
  }
  put_little_endian(slot, record.written_at);
  KONTOR_ASSERT(slot.size() <= kDigestAt);
  slot.resize(kDigestAt, '\0');
  put_bytes(slot, sha256(bytes_of(slot)));
  KONTOR_ASSERT(slot.size() == kHeadSlotBytes);
  return slot;
}

Result<std::optional<HeadRecord>> parse_slot(std::string_view slot) {
  if (slot.size() != kHeadSlotBytes || !slot.starts_with(kMagic)) return std::nullopt;
  if (!std::ranges::equal(sha256(bytes_of(slot.substr(0, kDigestAt))), bytes_of(slot.substr(kDigestAt))))
    return std::nullopt;
  SlotReader reader(slot, kMagic.size());
  // Where magic, format and digest stand is the same in every format, so that an old program can say this
  // much.
  if (const std::uint64_t format = reader.integer(); format != kStoreFormat)
    return fail(Reason::FormatVersion,
                fmt::format("the store has format {}; this program knows format {}", format, kStoreFormat));
  HeadRecord record;
  reader.bytes(record.store_id);
  record.epoch = reader.integer();
  record.serial = reader.integer();
  record.log.group = reader.integer();
  record.log.events = reader.integer();
  reader.bytes(record.log.root);
  for (SyncedFile* file : {&record.wal, &record.manifest}) {
    file->number = reader.integer();
    file->synced_bytes = reader.integer();
  }
  record.written_at = reader.integer();
  return record;
}

HeadFiles::HeadFiles(rocksdb::FileSystem& file_system, std::vector<std::string> directories)
    : files_(file_system) {
  for (const std::string& directory : directories) paths_.push_back(directory + "/HEAD");
  KONTOR_ASSERT(!paths_.empty());
}

Result<HeadFiles::Found> HeadFiles::find() const {
  Found found;
  std::vector<std::vector<HeadRecord>> copies;
  for (const std::string& path : paths_) {
    std::vector<HeadRecord>& records = copies.emplace_back();
    if (!files_.exists(path)) continue;
    found.any_file = true;
    const Result<std::string> contents = files_.read(path);
    if (!contents) return fail(contents.error());
    for (std::size_t at = 0; at + kHeadSlotBytes <= contents->size(); at += kHeadSlotBytes) {
      const auto record = parse_slot(std::string_view(*contents).substr(at, kHeadSlotBytes));
      if (!record) return fail(record.error());
      if (record->has_value() && (*record)->serial % kHeadSlots == at / kHeadSlotBytes)
        records.push_back(**record);
    }
    for (const HeadRecord& record : records) {
      if (found.newest && found.newest->store_id != record.store_id)
        return fail(Reason::StoreIdMismatch, fmt::format("{} belongs to another store: {}, not {}", path,
                                                         hex(record.store_id), hex(found.newest->store_id)));
      if (!found.newest || found.newest->serial < record.serial) found.newest = record;
    }
  }
  if (!found.newest) return found;
  // Every copy holds the newest record; a torn write may have taken the newest of one copy only.
  for (std::size_t i = 0; i < paths_.size(); ++i)
    if (std::ranges::find(copies[i], found.newest->serial, &HeadRecord::serial) == copies[i].end())
      found.incomplete.push_back(paths_[i]);
  return found;
}

Status HeadFiles::create(const HeadRecord& record) {
  open_.clear();  // they are about to be replaced
  std::string contents(kHeadSlots * kHeadSlotBytes, '\0');
  contents.replace(record.serial % kHeadSlots * kHeadSlotBytes, kHeadSlotBytes, encode_slot(record));
  for (const std::string& path : paths_)
    if (Status status = files_.create_whole(path, contents); !status) return status;
  return {};
}

Status HeadFiles::write(const HeadRecord& record) {
  while (open_.size() < paths_.size()) {
    auto opened = files_.open_to_overwrite(paths_[open_.size()]);
    if (!opened) return fail(opened.error());
    open_.push_back(*std::move(opened));
  }
  const std::string slot = encode_slot(record);
  for (const auto& file : open_)
    if (Status status = file->write(record.serial % kHeadSlots * kHeadSlotBytes, slot); !status)
      return status;
  return {};
}

}  // namespace kontor::log
