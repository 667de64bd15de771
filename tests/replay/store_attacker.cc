#include "tests/replay/store_attacker.h"

#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/file_system.h>
#include <rocksdb/utilities/options_util.h>

#include <fstream>
#include <memory>
#include <vector>

#include "events/core/assert.h"

namespace kontor::test {

struct StoreAttacker::Database {
  std::unique_ptr<rocksdb::DB> db;
  std::map<std::string, rocksdb::ColumnFamilyHandle*> families;

  explicit Database(const std::string& directory) {
    rocksdb::DBOptions options;
    std::vector<rocksdb::ColumnFamilyDescriptor> described;
    KONTOR_ASSERT(rocksdb::LoadLatestOptions(rocksdb::ConfigOptions(), directory, &options, &described).ok());
    for (auto& family : described) family.options.write_buffer_size = std::size_t{1} << 20;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(options, directory, described, &handles, &opened);
    KONTOR_ASSERT(status.ok());
    db.reset(opened);
    for (rocksdb::ColumnFamilyHandle* handle : handles) families[handle->GetName()] = handle;
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() {
    for (const auto& [name, handle] : families) static_cast<void>(db->DestroyColumnFamilyHandle(handle));
  }
};

namespace {

log::HeadFiles heads(const std::string& directory) {
  return {*rocksdb::FileSystem::Default(), std::vector{directory}};
}

}  // namespace

StoreAttacker::StoreAttacker(std::string directory)
    : directory_(std::move(directory)),
      database_(std::make_unique<Database>(directory_ + "/log")),
      honest_(read()),
      now_(honest_),
      head_(heads(directory_).find().value().newest.value()) {}

StoreAttacker::~StoreAttacker() = default;

StoreAttacker::Entries StoreAttacker::read() const {
  Entries entries;
  for (const auto& [name, handle] : database_->families) {
    const std::unique_ptr<rocksdb::Iterator> entry(
        database_->db->NewIterator(rocksdb::ReadOptions(), handle));
    for (entry->SeekToFirst(); entry->Valid(); entry->Next())
      entries[{name, entry->key().ToString()}] = entry->value().ToString();
  }
  return entries;
}

void StoreAttacker::write(const Entries& entries, log::HeadRecord head) {
  if (entries != now_) {
    rocksdb::WriteBatch batch;
    for (const auto& [place, value] : now_)
      if (!entries.contains(place))
        KONTOR_ASSERT(batch.Delete(database_->families.at(place.first), place.second).ok());
    for (const auto& [place, value] : entries) {
      const auto before = now_.find(place);
      if (before == now_.end() || before->second != value)
        KONTOR_ASSERT(batch.Put(database_->families.at(place.first), place.second, value).ok());
    }
    KONTOR_ASSERT(database_->db->Write(rocksdb::WriteOptions(), &batch).ok());
    now_ = entries;
  }
  head.wal = {};
  head.manifest = {};
  // Without a sync: these tests cut no power, and write some thousand of them.
  std::string slots(log::kHeadSlots * log::kHeadSlotBytes, '\0');
  slots.replace(head.serial % log::kHeadSlots * log::kHeadSlotBytes, log::kHeadSlotBytes,
                log::encode_slot(head));
  std::ofstream(directory_ + "/HEAD", std::ios::binary | std::ios::trunc) << slots;
}

}  // namespace kontor::test
