#include "tests/replay/store_attacker.h"

#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/file_system.h>
#include <rocksdb/utilities/options_util.h>

#include <memory>
#include <vector>

#include "events/core/assert.h"

namespace kontor::test {
namespace {

struct Opened {
  std::unique_ptr<rocksdb::DB> db;
  std::map<std::string, rocksdb::ColumnFamilyHandle*> families;

  explicit Opened(const std::string& directory) {
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
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  ~Opened() {
    for (const auto& [name, handle] : families) static_cast<void>(db->DestroyColumnFamilyHandle(handle));
  }
};

log::HeadFiles heads(const std::string& directory) {
  return {*rocksdb::FileSystem::Default(), std::vector{directory}};
}

}  // namespace

StoreAttacker::StoreAttacker(std::string directory)
    : directory_(std::move(directory)),
      honest_(read()),
      now_(honest_),
      head_(heads(directory_).find().value().newest.value()) {}

StoreAttacker::Entries StoreAttacker::read() const {
  Opened opened(directory_ + "/log");
  Entries entries;
  for (const auto& [name, handle] : opened.families) {
    const std::unique_ptr<rocksdb::Iterator> entry(opened.db->NewIterator(rocksdb::ReadOptions(), handle));
    for (entry->SeekToFirst(); entry->Valid(); entry->Next())
      entries[{name, entry->key().ToString()}] = entry->value().ToString();
  }
  return entries;
}

void StoreAttacker::write(const Entries& entries, log::HeadRecord head) {
  if (entries != now_) {
    Opened opened(directory_ + "/log");
    rocksdb::WriteBatch batch;
    for (const auto& [place, value] : now_)
      if (!entries.contains(place))
        KONTOR_ASSERT(batch.Delete(opened.families.at(place.first), place.second).ok());
    for (const auto& [place, value] : entries) {
      const auto before = now_.find(place);
      if (before == now_.end() || before->second != value)
        KONTOR_ASSERT(batch.Put(opened.families.at(place.first), place.second, value).ok());
    }
    rocksdb::WriteOptions durable;
    durable.sync = true;
    KONTOR_ASSERT(opened.db->Write(durable, &batch).ok());
    now_ = entries;
  }
  head.wal = {};
  head.manifest = {};
  KONTOR_ASSERT(heads(directory_).create(head).has_value());
}

}  // namespace kontor::test
