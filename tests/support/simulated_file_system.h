#pragma once
// The storage library's file system over a SimulatedDisk. Counts and hashes every operation, cuts the power
// at a chosen one, and can be told to lie about syncs. After a power cut everything fails, also through files
// opened before, until `restore_power`. May be called from several threads; is repeatable only from one.

#include <rocksdb/file_system.h>

#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "tests/support/simulated_disk.h"

namespace kontor::test {

class SimulatedFileSystem final : public rocksdb::FileSystem {
 public:
  static const char* kClassName() { return "SimulatedFileSystem"; }
  const char* Name() const override { return kClassName(); }

  // ---- What a test does to the machine ----

  /// The `operation`-th change from now (0: the very next; a write, sync, creation, rename, removal, ...) is
  /// not carried out and the power is gone.
  void arm_power_cut(std::uint64_t operation);
  void disarm_power_cut();
  void cut_power();
  [[nodiscard]] bool power_is_on() const;
  /// Brings the machine up again on what a power cut leaves; does nothing to a machine that has power but is
  /// also allowed there: a power cut and its return at once.
  void restore_power(SimulatedRandom& random, DirectoryLoss loss);

  /// After cut_power: the process died and the machine went on. All that was written is there, synced or not.
  void restart_process();

  /// Planted fault: syncs of files whose name contains this answer OK and make nothing durable. Empty: none.
  void plant_lying_sync(std::string name_part);
  /// Planted fault: the next sync of such a file fails, and what it should have made durable counts as clean.
  void plant_failing_sync(std::string name_part);

  /// Changes carried out so far.
  [[nodiscard]] std::uint64_t changes() const;
  /// Hash over kind, path, offset and length of every operation, reads included. Equal for equal runs;
  /// contents are left out because the library writes random names of its own into its files.
  [[nodiscard]] std::uint64_t trace_hash() const;

  [[nodiscard]] std::optional<std::string> contents(const std::string& path) const;
  /// Damages or makes a file; what is written so is durable.
  void replace_contents(const std::string& path, std::string_view contents);
  [[nodiscard]] std::vector<std::string> names_in(const std::string& directory) const;

  // ---- rocksdb::FileSystem ----

  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                        rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* result,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomRWFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& path, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* result,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus FileExists(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetChildren(const std::string& path, const rocksdb::IOOptions& options,
                                std::vector<std::string>* result, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus CreateDir(const std::string& path, const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus CreateDirIfMissing(const std::string& path, const rocksdb::IOOptions& options,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteDir(const std::string& path, const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetFileSize(const std::string& path, const rocksdb::IOOptions& options,
                                std::uint64_t* size, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetFileModificationTime(const std::string& path, const rocksdb::IOOptions& options,
                                            std::uint64_t* time, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to,
                             const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LockFile(const std::string& path, const rocksdb::IOOptions& options,
                             rocksdb::FileLock** lock, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus UnlockFile(rocksdb::FileLock* lock, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetTestDirectory(const rocksdb::IOOptions& options, std::string* path,
                                     rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetAbsolutePath(const std::string& path, const rocksdb::IOOptions& options,
                                    std::string* result, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus IsDirectory(const std::string& path, const rocksdb::IOOptions& options,
                                bool* is_directory, rocksdb::IODebugContext* debug) override;

 private:
  class Lock;
  class OpenFile;

  /// One operation of an open file or of the file system, under the mutex.
  struct Operation {
    char kind;
    std::string_view path;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
  };
  /// Notes a read; fails without power.
  [[nodiscard]] rocksdb::IOStatus read_operation(const Operation& operation);
  /// Notes a change; fails without power, and takes the power when it is the chosen one.
  [[nodiscard]] rocksdb::IOStatus change_operation(const Operation& operation);
  void note(const Operation& operation);
  [[nodiscard]] rocksdb::IOStatus open_for_writing(const std::string& path,
                                                   std::shared_ptr<SimulatedFile>* file);
  [[nodiscard]] rocksdb::IOStatus sync_file(const std::string& path, SimulatedFile& file);

  mutable std::mutex mutex_;  // guards everything below
  SimulatedDisk disk_;
  std::uint64_t life_ = 0;  // counts power cuts, so that files opened before one stay dead
  bool power_ = true;
  std::optional<std::uint64_t> changes_until_cut_;
  std::uint64_t changes_ = 0;
  std::uint64_t trace_hash_ = 0xCBF29CE484222325ULL;
  std::set<std::string> locked_;
  std::string lying_syncs_;
  std::string failing_sync_;
};

}  // namespace kontor::test
