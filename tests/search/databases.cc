#include "tests/search/databases.h"

#include <rocksdb/db.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/utilities/debug.h>
#include <rocksdb/utilities/options_util.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <memory>
#include <vector>

namespace kontor::search {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlockBytes = 32 * 1024;  // of a log of records
constexpr std::size_t kHeaderBytes = 7;         // checksum (4), length (2), kind (1)

void demand(const rocksdb::Status& status, const fs::path& where) {
  if (status.ok()) return;
  std::cerr << where << ": " << status.ToString() << "\n";
  std::exit(2);
}

/// Says nothing, and so leaves no file of its own.
class Silence final : public rocksdb::Logger {
 public:
  using Logger::Logv;
  void Logv(const char*, va_list) override {}
};

struct Opened {
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;

  Opened() = default;
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  ~Opened() {
    if (!db) return;
    for (auto* family : families) demand(db->DestroyColumnFamilyHandle(family), "closing");
  }
};

enum class For : std::uint8_t { Reading, Writing };

void open(const fs::path& directory, For what, Opened& opened) {
  rocksdb::DBOptions options;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  demand(rocksdb::LoadLatestOptions(rocksdb::ConfigOptions(), directory, &options, &families), directory);
  options.info_log = std::make_shared<Silence>();
  options.create_if_missing = false;
  rocksdb::DB* db = nullptr;
  demand(what == For::Reading
             ? rocksdb::DB::OpenForReadOnly(options, directory, families, &opened.families, &db)
             : rocksdb::DB::Open(options, directory, families, &opened.families, &db),
         directory);
  opened.db.reset(db);
}

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A record longer than the rest of its block is cut in pieces with headers between them.
std::uint64_t read_records(const fs::path& file, const Piece& piece) {
  const std::string bytes = bytes_of(file);
  std::uint64_t records = 0;
  std::string record;
  for (std::size_t at = 0; at + kHeaderBytes <= bytes.size();) {
    const std::size_t left = kBlockBytes - at % kBlockBytes;
    if (left < kHeaderBytes) {
      at += left;
      continue;
    }
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[at + i]); };
    const std::size_t size = byte(4) | static_cast<std::size_t>(byte(5)) << 8;
    const unsigned kind = byte(6);  // 1: whole, 2: first, 3: middle, 4: last; 0: the rest of a block
    if (kind == 0) {
      at += left;
      continue;
    }
    if (kind == 1 || kind == 2) record.clear();
    record += bytes.substr(at + kHeaderBytes, size);
    at += kHeaderBytes + size;
    if (kind != 1 && kind != 4) continue;
    piece(file.string() + ", a record", record);
    ++records;
  }
  return records;
}

std::uint64_t read_table(const fs::path& file, const Piece& piece) {
  rocksdb::SstFileReader reader{rocksdb::Options()};
  demand(reader.Open(file), file);
  const std::unique_ptr<rocksdb::Iterator> entry(reader.NewIterator(rocksdb::ReadOptions()));
  std::uint64_t entries = 0;
  for (entry->SeekToFirst(); entry->Valid(); entry->Next()) {
    piece(file.string() + ", a key", entry->key().ToStringView());
    piece(file.string() + ", a value", entry->value().ToStringView());
    ++entries;
  }
  demand(entry->status(), file);
  return entries;
}

}  // namespace

bool is_database(const fs::path& directory) { return fs::exists(directory / "CURRENT"); }

Read read_database(const fs::path& directory, const Piece& piece) {
  Read read;
  {
    Opened opened;
    open(directory, For::Reading, opened);
    for (auto* family : opened.families) {
      std::vector<rocksdb::KeyVersion> versions;
      demand(rocksdb::GetAllKeyVersions(opened.db.get(), family, rocksdb::Slice(), rocksdb::Slice(),
                                        std::numeric_limits<std::size_t>::max(), &versions),
             directory);
      for (const rocksdb::KeyVersion& version : versions) {
        const std::string where = directory.string() + " " + family->GetName() + " key " +
                                  rocksdb::Slice(version.user_key).ToString(true);
        piece(where, version.user_key);
        piece(where, version.value);
      }
      read.entries += versions.size();
    }
  }
  for (const fs::directory_entry& file : fs::directory_iterator(directory)) {
    const std::string name = file.path().filename();
    if (name.ends_with(".sst")) {
      read.entries += read_table(file.path(), piece);
      ++read.tables;
    } else if (name.ends_with(".log") || name.starts_with("MANIFEST-")) {
      read.records += read_records(file.path(), piece);
    }
  }
  return read;
}

void compact(const fs::path& directory) {
  Opened opened;
  open(directory, For::Writing, opened);
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  for (auto* family : opened.families) {
    demand(opened.db->Flush(rocksdb::FlushOptions(), family), directory);
    demand(opened.db->CompactRange(options, family, nullptr, nullptr), directory);
  }
}

}  // namespace kontor::search
