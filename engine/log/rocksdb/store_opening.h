#pragma once
// The opening protocol, step by step (docs/storage-format.md, "Opening"). Used once per log, by
// RocksDbLog::open.

#include <memory>
#include <string>
#include <vector>

#include "engine/log/rocksdb/files.h"
#include "engine/log/rocksdb/head_file.h"
#include "engine/log/rocksdb/rocksdb_log.h"
#include "engine/log/rocksdb/store_inspection.h"

namespace kontor::log {

class StoreOpening {
 public:
  explicit StoreOpening(RocksDbLogOptions options);
  [[nodiscard]] Result<std::unique_ptr<RocksDbLog>> run();

 private:
  [[nodiscard]] Status lock_store();
  /// Fills in head_; creates what a new store needs.
  [[nodiscard]] Status find_or_create();
  [[nodiscard]] Status begin_store();
  [[nodiscard]] Status create_database();
  /// Judges the files, then everything in them, without changing a byte.
  [[nodiscard]] Status prove();
  [[nodiscard]] Status check_identity(const Database& database) const;
  [[nodiscard]] Status prove_history(const Database& database);
  /// Whether one of options_.starts fits; otherwise everything is as before.
  [[nodiscard]] bool proven_behind_a_start(const Database& database);
  [[nodiscard]] Status prove_behind(const Database& database, std::size_t start, const StartPoint& point);
  /// Groups from where log_->continuity_ stands to the end, against HEAD.
  [[nodiscard]] Status prove_from_here(const Database& database);
  [[nodiscard]] Error refusal(const Error& error);
  /// From here on the store is changed: torn ends go, the database is opened for writing, HEAD is written.
  [[nodiscard]] Status begin_writing();
  [[nodiscard]] Result<std::unique_ptr<Database>> open_database(
      OpenMode mode, const std::string& directory, std::shared_ptr<rocksdb::FileSystem> file_system);
  [[nodiscard]] Result<std::unique_ptr<Database>> open_frozen();
  void note(const std::string& sentence) const;

  RocksDbLogOptions options_;
  rocksdb::Env* env_;
  std::shared_ptr<rocksdb::FileSystem> real_;
  Files files_;
  std::string database_directory_;
  HeadFiles heads_;
  HeadRecord head_;
  std::vector<std::string> incomplete_heads_;
  Inspection inspection_;
  std::unique_ptr<RocksDbLog> log_;
};

}  // namespace kontor::log
