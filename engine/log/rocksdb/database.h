#pragma once
// The storage library, opened the one way we allow (docs/storage-format.md, "Settings"). A handle on an open
// database with our three column families; reading from any thread, writing from one.

#include <rocksdb/db.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/log/rocksdb/guarded_file_system.h"
#include "events/core/result.h"

namespace kontor::log {

enum class Compression : std::uint8_t { Zstd, None };
enum class BackgroundJobs : std::uint8_t { Two, One };

using NoteSink = std::function<void(std::string_view)>;

struct DatabaseSettings {
  std::size_t write_buffer_bytes = std::size_t{64} << 20;
  Compression compression = Compression::Zstd;
  BackgroundJobs background_jobs = BackgroundJobs::Two;
  NoteSink note = {};  // warnings of the library; may be called from its threads; may be empty
};

enum class OpenMode : std::uint8_t { CreateNew, ReadWrite, ReadOnly };

class Database {
 public:
  /// Fails with the code that names the damage as far as the library's words tell (`name_damage`).
  [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::string& directory, OpenMode mode,
                                                              const DatabaseSettings& settings,
                                                              std::unique_ptr<LayeredEnv> env);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] rocksdb::DB& db() const { return *db_; }
  [[nodiscard]] rocksdb::ColumnFamilyHandle* meta() const { return families_[0]; }
  [[nodiscard]] rocksdb::ColumnFamilyHandle* events() const { return families_[1]; }
  [[nodiscard]] rocksdb::ColumnFamilyHandle* groups() const { return families_[2]; }

 private:
  Database(std::unique_ptr<LayeredEnv> env) : env_(std::move(env)) {}

  std::unique_ptr<LayeredEnv> env_;  // outlives the database, which uses it to the end
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

/// A failure while reading or opening, under the code that fits the file it speaks of.
[[nodiscard]] Error name_damage(const rocksdb::Status& status);

/// Every read of ours: checksums verified, nothing left in the cache, and no skipping of errors.
[[nodiscard]] rocksdb::ReadOptions checked_reads();

}  // namespace kontor::log
