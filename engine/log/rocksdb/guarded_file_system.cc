#include "engine/log/rocksdb/guarded_file_system.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace kontor::log {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

constexpr std::string_view kWalSuffix = ".log";
constexpr std::string_view kManifestPrefix = "MANIFEST-";

std::optional<std::uint64_t> parse_number(std::string_view digits) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

// A write-ahead log grows by so much at a time, ahead of need: what is written into a file that has its size
// already is synced without the file system's own journal.
constexpr std::size_t kGrowthBytes = std::size_t{4} << 20;

/// Writes zeros behind the end of a file that grows by little at a time. Blocks of the disk that were only
/// reserved still need the journal when they are first written; so they are, many at once.
class RoomAhead {
 public:
  /// Null: no room is made.
  explicit RoomAhead(std::unique_ptr<rocksdb::FSRandomRWFile> file) : file_(std::move(file)) {}

  /// Before a sync of a file that ends at `size`, `fresh` bytes of it not synced yet. Nobody appends
  /// meanwhile.
  void make(std::uint64_t size, std::uint64_t fresh, const IOOptions& options, IODebugContext* debug) {
    if (!file_ || fresh == 0 || fresh > kLittle || size + fresh <= written_) return;
    const std::uint64_t end = (size + kRoomBytes) / kPageBytes * kPageBytes;
    // Without room everything is as right as with it, only slower.
    if (!file_->Write(size, std::string(end - size, '\0'), options, debug).ok()) file_.reset();
    written_ = end;
  }

 private:
  static constexpr std::uint64_t kPageBytes = 4096;
  static constexpr std::uint64_t kRoomBytes = std::uint64_t{256} << 10;
  // Who writes more at a time waits for the disk more than for the journal, and would write all of it twice.
  static constexpr std::uint64_t kLittle = std::uint64_t{16} << 10;

  std::unique_ptr<rocksdb::FSRandomRWFile> file_;  // the same file
  std::uint64_t written_ = 0;                      // up to here
};

/// Counts appended bytes and reports them when they are synced.
class TrackedFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  TrackedFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<SyncedFileTracker> tracker,
              std::uint64_t number, RoomAhead room)
      : FSWritableFileOwnerWrapper(std::move(file)),
        tracker_(std::move(tracker)),
        number_(number),
        room_(std::move(room)) {}

  void SetPreallocationBlockSize(std::size_t size) override {
    target()->SetPreallocationBlockSize(std::min(size, kGrowthBytes));
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, IODebugContext* debug) override {
    return counted(target()->Append(data, options, debug), data.size());
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification, IODebugContext* debug) override {
    return counted(target()->Append(data, options, verification, debug), data.size());
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    const std::uint64_t bytes = appended_;
    room_.make(bytes, bytes - synced_, options, debug);
    return reported(target()->Sync(options, debug), bytes);
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    const std::uint64_t bytes = appended_;
    room_.make(bytes, bytes - synced_, options, debug);
    return reported(target()->Fsync(options, debug), bytes);
  }

 private:
  IOStatus counted(IOStatus status, std::size_t bytes) {
    if (status.ok()) appended_ += bytes;
    return status;
  }
  IOStatus reported(IOStatus status, std::uint64_t bytes) {
    if (!status.ok()) return status;
    synced_ = bytes;
    tracker_->synced(number_, bytes);
    return status;
  }

  std::shared_ptr<SyncedFileTracker> tracker_;
  std::uint64_t number_;
  RoomAhead room_;
  std::uint64_t appended_ = 0;  // the library serialises calls on one file
  std::uint64_t synced_ = 0;
};

/// Ends where it is told to.
class CutSequentialFile final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  CutSequentialFile(std::unique_ptr<rocksdb::FSSequentialFile> file, std::uint64_t size)
      : FSSequentialFileOwnerWrapper(std::move(file)), left_(size) {}

  IOStatus Read(std::size_t n, const IOOptions& options, rocksdb::Slice* result, char* scratch,
                IODebugContext* debug) override {
    const IOStatus status = target()->Read(static_cast<std::size_t>(std::min<std::uint64_t>(n, left_)),
                                           options, result, scratch, debug);
    if (status.ok()) left_ -= result->size();
    return status;
  }
  IOStatus Skip(std::uint64_t n) override {
    left_ -= std::min(n, left_);
    return target()->Skip(n);
  }

 private:
  std::uint64_t left_;
};

IOStatus frozen() { return IOStatus::NotSupported("the store is opened for reading only"); }

}  // namespace

std::optional<std::uint64_t> wal_number(std::string_view name) {
  if (!name.ends_with(kWalSuffix)) return std::nullopt;
  return parse_number(name.substr(0, name.size() - kWalSuffix.size()));
}

std::optional<std::uint64_t> manifest_number(std::string_view name) {
  if (!name.starts_with(kManifestPrefix)) return std::nullopt;
  return parse_number(name.substr(kManifestPrefix.size()));
}

void SyncedFileTracker::created(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  if (number >= newest_.number) newest_ = {.number = number, .synced_bytes = 0};
}

void SyncedFileTracker::synced(std::uint64_t number, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  if (number == newest_.number) newest_.synced_bytes = std::max(newest_.synced_bytes, bytes);
}

SyncedFile SyncedFileTracker::newest() const {
  const std::lock_guard lock(mutex_);
  return newest_;
}

GuardedFileSystem::GuardedFileSystem(const std::shared_ptr<rocksdb::FileSystem>& target)
    : FileSystemWrapper(target) {}

IOStatus GuardedFileSystem::NewWritableFile(const std::string& path, const FileOptions& options,
                                            std::unique_ptr<rocksdb::FSWritableFile>* result,
                                            IODebugContext* debug) {
  const std::string name = base_name(path);
  FileOptions chosen = options;
  if (wal_number(name)) chosen.fallocate_with_keep_size = false;
  IOStatus status = target()->NewWritableFile(path, chosen, result, debug);
  if (!status.ok()) return status;
  for (const auto& [number, tracker] :
       {std::pair(wal_number(name), wals_), std::pair(manifest_number(name), manifests_)}) {
    if (!number) continue;
    tracker->created(*number);
    std::unique_ptr<rocksdb::FSRandomRWFile> same_file;
    if (tracker == wals_ && !target()->NewRandomRWFile(path, options, &same_file, debug).ok())
      same_file.reset();
    *result =
        std::make_unique<TrackedFile>(std::move(*result), tracker, *number, RoomAhead(std::move(same_file)));
  }
  return status;
}

IOStatus GuardedFileSystem::RenameFile(const std::string& from, const std::string& to,
                                       const IOOptions& options, IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSDirectory> directory;
  IOStatus status = target()->NewDirectory(parent_of(from), options, &directory, debug);
  if (status.ok()) status = directory->Fsync(options, debug);
  if (status.ok()) status = directory->Close(options, debug);
  return status.ok() ? target()->RenameFile(from, to, options, debug) : status;
}

FrozenView::FrozenView(const std::shared_ptr<rocksdb::FileSystem>& target, Cuts cuts)
    : FileSystemWrapper(target), cuts_(std::move(cuts)) {}

IOStatus FrozenView::NewSequentialFile(const std::string& path, const FileOptions& options,
                                       std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                       IODebugContext* debug) {
  IOStatus status = target()->NewSequentialFile(path, options, result, debug);
  if (const auto cut = cuts_.find(path); status.ok() && cut != cuts_.end())
    *result = std::make_unique<CutSequentialFile>(std::move(*result), cut->second);
  return status;
}

IOStatus FrozenView::GetFileSize(const std::string& path, const IOOptions& options, std::uint64_t* size,
                                 IODebugContext* debug) {
  IOStatus status = target()->GetFileSize(path, options, size, debug);
  if (const auto cut = cuts_.find(path); status.ok() && cut != cuts_.end())
    *size = std::min(*size, cut->second);
  return status;
}

IOStatus FrozenView::NewWritableFile(const std::string&, const FileOptions&,
                                     std::unique_ptr<rocksdb::FSWritableFile>*, IODebugContext*) {
  return frozen();
}
IOStatus FrozenView::ReopenWritableFile(const std::string&, const FileOptions&,
                                        std::unique_ptr<rocksdb::FSWritableFile>*, IODebugContext*) {
  return frozen();
}
IOStatus FrozenView::ReuseWritableFile(const std::string&, const std::string&, const FileOptions&,
                                       std::unique_ptr<rocksdb::FSWritableFile>*, IODebugContext*) {
  return frozen();
}
IOStatus FrozenView::NewRandomRWFile(const std::string&, const FileOptions&,
                                     std::unique_ptr<rocksdb::FSRandomRWFile>*, IODebugContext*) {
  return frozen();
}
IOStatus FrozenView::DeleteFile(const std::string&, const IOOptions&, IODebugContext*) { return frozen(); }
IOStatus FrozenView::Truncate(const std::string&, std::size_t, const IOOptions&, IODebugContext*) {
  return frozen();
}
IOStatus FrozenView::CreateDir(const std::string&, const IOOptions&, IODebugContext*) { return frozen(); }
IOStatus FrozenView::CreateDirIfMissing(const std::string&, const IOOptions&, IODebugContext*) {
  return frozen();
}
IOStatus FrozenView::DeleteDir(const std::string&, const IOOptions&, IODebugContext*) { return frozen(); }
IOStatus FrozenView::RenameFile(const std::string&, const std::string&, const IOOptions&, IODebugContext*) {
  return frozen();
}
IOStatus FrozenView::LinkFile(const std::string&, const std::string&, const IOOptions&, IODebugContext*) {
  return frozen();
}

LayeredEnv::LayeredEnv(rocksdb::Env* base, std::shared_ptr<rocksdb::FileSystem> file_system)
    : EnvWrapper(base) {
  // The library asks an environment for these two and uses the rest of it for threads and locks only.
  file_system_ = std::move(file_system);
  system_clock_ = base->GetSystemClock();
}

}  // namespace kontor::log
