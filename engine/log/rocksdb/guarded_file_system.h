#pragma once
// Two layers around the injected file system. GuardedFileSystem counts what has been synced of write-ahead
// logs and manifests, which is what HEAD remembers. FrozenView refuses every change and shows chosen files
// cut short, so that a store can be opened and judged before a byte of it is touched. Any thread.

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "engine/log/rocksdb/head_file.h"

namespace kontor::log {

/// Number in the name of a write-ahead log ("000012.log") or manifest ("MANIFEST-000004").
[[nodiscard]] std::optional<std::uint64_t> wal_number(std::string_view name);
[[nodiscard]] std::optional<std::uint64_t> manifest_number(std::string_view name);

/// The newest file of one kind, as far as it is synced. Shared by the files that report to it.
class SyncedFileTracker {
 public:
  void created(std::uint64_t number);
  void synced(std::uint64_t number, std::uint64_t bytes);
  [[nodiscard]] SyncedFile newest() const;

 private:
  mutable std::mutex mutex_;  // guards newest_
  SyncedFile newest_;
};

class GuardedFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit GuardedFileSystem(const std::shared_ptr<rocksdb::FileSystem>& target);

  static const char* kClassName() { return "KontorGuardedFileSystem"; }
  const char* Name() const override { return kClassName(); }

  [[nodiscard]] SyncedFile newest_wal() const { return wals_->newest(); }
  [[nodiscard]] SyncedFile newest_manifest() const { return manifests_->newest(); }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override;
  /// Makes everything done in the directory before durable first. The library renames CURRENT to a manifest
  /// whose tables, when they were written by recovery, may not be durable as names yet: where a file system
  /// does not keep the order, a power cut would leave the new manifest without its tables.
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override;

 private:
  // Shared with the files, which may be closed after this object is gone.
  std::shared_ptr<SyncedFileTracker> wals_ = std::make_shared<SyncedFileTracker>();
  std::shared_ptr<SyncedFileTracker> manifests_ = std::make_shared<SyncedFileTracker>();
};

/// Path -> length up to which the file may be seen.
using Cuts = std::map<std::string, std::uint64_t>;

class FrozenView final : public rocksdb::FileSystemWrapper {
 public:
  FrozenView(const std::shared_ptr<rocksdb::FileSystem>& target, Cuts cuts);

  static const char* kClassName() { return "KontorFrozenView"; }
  const char* Name() const override { return kClassName(); }

  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetFileSize(const std::string& path, const rocksdb::IOOptions& options,
                                std::uint64_t* size, rocksdb::IODebugContext* debug) override;

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* result,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReuseWritableFile(const std::string& path, const std::string& old_path,
                                      const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* result,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomRWFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus Truncate(const std::string& path, std::size_t size, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus CreateDir(const std::string& path, const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus CreateDirIfMissing(const std::string& path, const rocksdb::IOOptions& options,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteDir(const std::string& path, const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to,
                             const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override;

 private:
  Cuts cuts_;
};

/// The injected environment (threads, clock) with another file system.
class LayeredEnv final : public rocksdb::EnvWrapper {
 public:
  LayeredEnv(rocksdb::Env* base, std::shared_ptr<rocksdb::FileSystem> file_system);
};

}  // namespace kontor::log
