#include "tests/support/simulated_file_system.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "events/core/assert.h"

namespace kontor::test {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

namespace {

IOStatus no_power() { return IOStatus::IOError("the power is gone"); }
IOStatus not_found(const std::string& path) { return IOStatus::PathNotFound(path); }

IOStatus read_from(const SimulatedFile& file, std::uint64_t offset, std::size_t n, Slice* result,
                   char* scratch) {
  const std::string& contents = file.contents();
  const std::size_t begin = std::min<std::size_t>(offset, contents.size());
  const std::size_t size = std::min(n, contents.size() - begin);
  std::memcpy(scratch, contents.data() + begin, size);
  *result = Slice(scratch, size);
  return IOStatus::OK();
}

}  // namespace

class SimulatedFileSystem::Lock final : public rocksdb::FileLock {
 public:
  Lock(std::string path, std::uint64_t life) : path_(std::move(path)), life_(life) {}
  std::string path_;
  std::uint64_t life_;
};

/// What all kinds of open files share: the file, its name for the trace, and the life they were opened in.
class SimulatedFileSystem::OpenFile {
 public:
  OpenFile(SimulatedFileSystem& owner, std::string path, std::shared_ptr<SimulatedFile> file)
      : owner_(owner), path_(std::move(path)), file_(std::move(file)), life_(owner.life_) {}

  IOStatus read(std::uint64_t offset, std::size_t n, Slice* result, char* scratch) {
    const std::lock_guard lock(owner_.mutex_);
    if (life_ != owner_.life_) return no_power();
    IOStatus status = owner_.read_operation({'r', path_, offset, n});
    return status.ok() ? read_from(*file_, offset, n, result, scratch) : status;
  }
  IOStatus write(std::uint64_t offset, const Slice& data) {
    const std::lock_guard lock(owner_.mutex_);
    return write_locked(offset, data);
  }
  IOStatus resize(std::uint64_t size) {
    const std::lock_guard lock(owner_.mutex_);
    if (life_ != owner_.life_) return no_power();
    // A file that is closed is brought to its length, which it mostly has already: no operation of the disk.
    if (size == file_->contents().size()) return owner_.power_ ? IOStatus::OK() : no_power();
    IOStatus status = owner_.change_operation({'t', path_, size, 0});
    if (status.ok()) file_->resize(size);
    return status;
  }
  IOStatus sync() {
    const std::lock_guard lock(owner_.mutex_);
    if (life_ != owner_.life_) return no_power();
    IOStatus status = owner_.change_operation({'s', path_, file_->contents().size(), 0});
    return status.ok() ? owner_.sync_file(path_, *file_) : status;
  }

 private:
  IOStatus write_locked(std::uint64_t offset, const Slice& data) {
    if (life_ != owner_.life_) return no_power();
    IOStatus status = owner_.change_operation({'w', path_, offset, data.size()});
    if (status.ok()) file_->write(offset, data.ToStringView());
    return status;
  }

  SimulatedFileSystem& owner_;
  std::string path_;
  std::shared_ptr<SimulatedFile> file_;
  std::uint64_t life_;
};

namespace {

template <class Open>
class SequentialFile final : public rocksdb::FSSequentialFile {
 public:
  explicit SequentialFile(Open file) : file_(std::move(file)) {}
  IOStatus Read(std::size_t n, const IOOptions&, Slice* result, char* scratch, IODebugContext*) override {
    IOStatus status = file_.read(at_, n, result, scratch);
    if (status.ok()) at_ += result->size();
    return status;
  }
  IOStatus Skip(std::uint64_t n) override {
    at_ += n;
    return IOStatus::OK();
  }

 private:
  Open file_;
  std::uint64_t at_ = 0;
};

template <class Open>
class RandomAccessFile final : public rocksdb::FSRandomAccessFile {
 public:
  explicit RandomAccessFile(Open file) : file_(std::move(file)) {}
  IOStatus Read(std::uint64_t offset, std::size_t n, const IOOptions&, Slice* result, char* scratch,
                IODebugContext*) const override {
    return file_.read(offset, n, result, scratch);
  }

 private:
  mutable Open file_;
};

template <class Open>
class WritableFile final : public rocksdb::FSWritableFile {
 public:
  WritableFile(Open file, std::uint64_t at) : file_(std::move(file)), at_(at) {}
  using FSWritableFile::Append;
  // Where it has got to itself, as on Linux: somebody else may have written behind that.
  IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override {
    IOStatus status = file_.write(at_, data);
    if (status.ok()) at_ += data.size();
    return status;
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions&, IODebugContext*) override {
    IOStatus status = file_.resize(size);
    if (status.ok()) at_ = size;
    return status;
  }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return file_.sync(); }
  IOStatus RangeSync(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }
  std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return at_; }

 private:
  Open file_;
  std::uint64_t at_;
};

template <class Open>
class RandomRWFile final : public rocksdb::FSRandomRWFile {
 public:
  explicit RandomRWFile(Open file) : file_(std::move(file)) {}
  IOStatus Write(std::uint64_t offset, const Slice& data, const IOOptions&, IODebugContext*) override {
    return file_.write(offset, data);
  }
  IOStatus Read(std::uint64_t offset, std::size_t n, const IOOptions&, Slice* result, char* scratch,
                IODebugContext*) const override {
    return file_.read(offset, n, result, scratch);
  }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return file_.sync(); }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

 private:
  mutable Open file_;
};

/// Syncs by calling back, because only the file system may touch its disk.
class OpenDirectory final : public rocksdb::FSDirectory {
 public:
  explicit OpenDirectory(std::function<IOStatus()> sync) : sync_(std::move(sync)) {}
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return sync_(); }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

 private:
  std::function<IOStatus()> sync_;
};

}  // namespace

void SimulatedFileSystem::arm_power_cut(std::uint64_t operation) {
  const std::lock_guard lock(mutex_);
  changes_until_cut_ = operation;
}

void SimulatedFileSystem::disarm_power_cut() {
  const std::lock_guard lock(mutex_);
  changes_until_cut_.reset();
}

void SimulatedFileSystem::cut_power() {
  const std::lock_guard lock(mutex_);
  power_ = false;
}

bool SimulatedFileSystem::power_is_on() const {
  const std::lock_guard lock(mutex_);
  return power_;
}

void SimulatedFileSystem::restore_power(SimulatedRandom& random, DirectoryLoss loss) {
  const std::lock_guard lock(mutex_);
  disk_.lose_power(random, loss);
  ++life_;
  power_ = true;
  changes_until_cut_.reset();
  locked_.clear();
  note({'!', "", life_, 0});
}

void SimulatedFileSystem::restart_process() {
  const std::lock_guard lock(mutex_);
  ++life_;
  power_ = true;
  changes_until_cut_.reset();
  locked_.clear();
  note({'k', "", life_, 0});
}

void SimulatedFileSystem::plant_lying_sync(std::string name_part) {
  const std::lock_guard lock(mutex_);
  lying_syncs_ = std::move(name_part);
}

void SimulatedFileSystem::plant_failing_sync(std::string name_part) {
  const std::lock_guard lock(mutex_);
  failing_sync_ = std::move(name_part);
}

std::uint64_t SimulatedFileSystem::changes() const {
  const std::lock_guard lock(mutex_);
  return changes_;
}

std::uint64_t SimulatedFileSystem::trace_hash() const {
  const std::lock_guard lock(mutex_);
  return trace_hash_;
}

std::optional<std::string> SimulatedFileSystem::contents(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const auto file = disk_.file(path);
  return file ? std::optional(file->contents()) : std::nullopt;
}

void SimulatedFileSystem::replace_contents(const std::string& path, std::string_view contents) {
  const std::lock_guard lock(mutex_);
  const auto parent = disk_.parent(path);
  KONTOR_ASSERT(parent != nullptr);
  auto file = std::make_shared<SimulatedFile>();
  file->write(0, contents);
  file->sync();
  parent->set(SimulatedDisk::last_name(path), {.file = std::move(file), .directory = nullptr});
  parent->sync();
}

std::vector<std::string> SimulatedFileSystem::names_in(const std::string& directory) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  if (const auto found = disk_.directory(directory))
    for (const auto& [name, node] : found->entries()) names.push_back(name);
  return names;
}

IOStatus SimulatedFileSystem::read_operation(const Operation& operation) {
  if (!power_) return no_power();
  note(operation);
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::change_operation(const Operation& operation) {
  if (!power_) return no_power();
  if (changes_until_cut_ && (*changes_until_cut_)-- == 0) {
    power_ = false;
    changes_until_cut_.reset();
    return no_power();
  }
  ++changes_;
  note(operation);
  return IOStatus::OK();
}

void SimulatedFileSystem::note(const Operation& operation) {
  const auto mix = [this](std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8)
      trace_hash_ = (trace_hash_ ^ (value >> shift & 0xFF)) * 0x100000001B3ULL;
  };
  mix(static_cast<std::uint64_t>(operation.kind));
  for (const char c : operation.path) mix(static_cast<std::uint64_t>(c));
  mix(operation.offset);
  mix(operation.length);
}

IOStatus SimulatedFileSystem::sync_file(const std::string& path, SimulatedFile& file) {
  const auto chosen = [&](const std::string& part) {
    return !part.empty() && path.find(part) != std::string::npos;
  };
  if (chosen(failing_sync_)) {
    failing_sync_.clear();
    file.forget_unsynced();
    return IOStatus::IOError("sync failed: " + path);
  }
  if (!chosen(lying_syncs_)) file.sync();
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::open_for_writing(const std::string& path,
                                               std::shared_ptr<SimulatedFile>* file) {
  const auto parent = disk_.parent(path);
  if (!parent) return not_found(path);
  *file = disk_.file(path);
  if (*file) return IOStatus::OK();
  *file = std::make_shared<SimulatedFile>();
  parent->set(SimulatedDisk::last_name(path), {.file = *file, .directory = nullptr});
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::NewSequentialFile(const std::string& path, const FileOptions&,
                                                std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                                IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (IOStatus status = read_operation({'o', path}); !status.ok()) return status;
  auto file = disk_.file(path);
  if (!file) return not_found(path);
  *result = std::make_unique<SequentialFile<OpenFile>>(OpenFile(*this, path, std::move(file)));
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::NewRandomAccessFile(const std::string& path, const FileOptions&,
                                                  std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                                  IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (IOStatus status = read_operation({'o', path}); !status.ok()) return status;
  auto file = disk_.file(path);
  if (!file) return not_found(path);
  *result = std::make_unique<RandomAccessFile<OpenFile>>(OpenFile(*this, path, std::move(file)));
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::NewWritableFile(const std::string& path, const FileOptions&,
                                              std::unique_ptr<rocksdb::FSWritableFile>* result,
                                              IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (IOStatus status = change_operation({'c', path}); !status.ok()) return status;
  std::shared_ptr<SimulatedFile> file;
  if (IOStatus status = open_for_writing(path, &file); !status.ok()) return status;
  file->resize(0);
  const std::uint64_t end = file->contents().size();
  *result = std::make_unique<WritableFile<OpenFile>>(OpenFile(*this, path, std::move(file)), end);
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::ReopenWritableFile(const std::string& path, const FileOptions&,
                                                 std::unique_ptr<rocksdb::FSWritableFile>* result,
                                                 IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (IOStatus status = change_operation({'a', path}); !status.ok()) return status;
  std::shared_ptr<SimulatedFile> file;
  if (IOStatus status = open_for_writing(path, &file); !status.ok()) return status;
  const std::uint64_t end = file->contents().size();
  *result = std::make_unique<WritableFile<OpenFile>>(OpenFile(*this, path, std::move(file)), end);
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::NewRandomRWFile(const std::string& path, const FileOptions&,
                                              std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                                              IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (IOStatus status = read_operation({'o', path}); !status.ok()) return status;
  auto file = disk_.file(path);
  if (!file) return not_found(path);
  *result = std::make_unique<RandomRWFile<OpenFile>>(OpenFile(*this, path, std::move(file)));
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::NewDirectory(const std::string& path, const IOOptions&,
                                           std::unique_ptr<rocksdb::FSDirectory>* result, IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (IOStatus status = read_operation({'o', path}); !status.ok()) return status;
  auto directory = disk_.directory(path);
  if (!directory) return not_found(path);
  *result = std::make_unique<OpenDirectory>([this, path, directory, life = life_] {
    const std::lock_guard inner_lock(mutex_);
    if (life != life_) return no_power();
    IOStatus status = change_operation({'d', path});
    const bool lies = !lying_syncs_.empty() && path.find(lying_syncs_) != std::string::npos;
    if (status.ok() && !lies) directory->sync();
    return status;
  });
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::FileExists(const std::string& path, const IOOptions&, IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (!power_) return no_power();
  return disk_.file(path) || disk_.directory(path) ? IOStatus::OK() : IOStatus::NotFound(path);
}

IOStatus SimulatedFileSystem::GetChildren(const std::string& path, const IOOptions&,
                                          std::vector<std::string>* result, IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (IOStatus status = read_operation({'l', path}); !status.ok()) return status;
  const auto directory = disk_.directory(path);
  if (!directory) return not_found(path);
  result->clear();
  for (const auto& [name, node] : directory->entries()) result->push_back(name);
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::DeleteFile(const std::string& path, const IOOptions&, IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (!disk_.file(path)) return power_ ? not_found(path) : no_power();
  if (IOStatus status = change_operation({'u', path}); !status.ok()) return status;
  disk_.parent(path)->remove(SimulatedDisk::last_name(path));
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::CreateDir(const std::string& path, const IOOptions&, IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (disk_.directory(path)) return power_ ? IOStatus::IOError("exists already: " + path) : no_power();
  const auto parent = disk_.parent(path);
  if (!parent) return power_ ? not_found(path) : no_power();
  if (IOStatus status = change_operation({'m', path}); !status.ok()) return status;
  parent->set(SimulatedDisk::last_name(path),
              {.file = nullptr, .directory = std::make_shared<SimulatedDirectory>()});
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::CreateDirIfMissing(const std::string& path, const IOOptions& options,
                                                 IODebugContext* debug) {
  {
    const std::lock_guard lock(mutex_);
    if (!power_) return no_power();
    if (disk_.directory(path)) return IOStatus::OK();
  }
  return CreateDir(path, options, debug);
}

IOStatus SimulatedFileSystem::DeleteDir(const std::string& path, const IOOptions&, IODebugContext*) {
  const std::lock_guard lock(mutex_);
  const auto directory = disk_.directory(path);
  if (!directory) return power_ ? not_found(path) : no_power();
  if (!directory->entries().empty()) return IOStatus::IOError("not empty: " + path);
  if (IOStatus status = change_operation({'u', path}); !status.ok()) return status;
  disk_.parent(path)->remove(SimulatedDisk::last_name(path));
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::GetFileSize(const std::string& path, const IOOptions&, std::uint64_t* size,
                                          IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (!power_) return no_power();
  const auto file = disk_.file(path);
  if (!file) return not_found(path);
  *size = file->contents().size();
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::GetFileModificationTime(const std::string&, const IOOptions&,
                                                      std::uint64_t* time, IODebugContext*) {
  *time = 0;
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::RenameFile(const std::string& from, const std::string& to, const IOOptions&,
                                         IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (!power_) return no_power();
  const auto source = disk_.parent(from);
  const auto target = disk_.parent(to);
  const std::string name = SimulatedDisk::last_name(from);
  const SimulatedNode* node = source ? source->find(name) : nullptr;
  if (node == nullptr || !target) return not_found(from);
  if (IOStatus status = change_operation({'n', from}); !status.ok()) return status;
  note({'n', to});
  if (source == target) {
    source->rename(name, SimulatedDisk::last_name(to));
  } else {
    target->set(SimulatedDisk::last_name(to), *node);
    source->remove(name);
  }
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::LinkFile(const std::string& from, const std::string& to, const IOOptions&,
                                       IODebugContext*) {
  const std::lock_guard lock(mutex_);
  auto file = disk_.file(from);
  const auto target = disk_.parent(to);
  if (!file || !target) return power_ ? not_found(from) : no_power();
  if (IOStatus status = change_operation({'k', to}); !status.ok()) return status;
  target->set(SimulatedDisk::last_name(to), {.file = std::move(file), .directory = nullptr});
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::LockFile(const std::string& path, const IOOptions&, rocksdb::FileLock** result,
                                       IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (!power_) return no_power();
  if (locked_.contains(path)) return IOStatus::IOError("lock hold by current process: " + path);
  if (!disk_.file(path)) {
    if (IOStatus status = change_operation({'c', path}); !status.ok()) return status;
    std::shared_ptr<SimulatedFile> file;
    if (IOStatus status = open_for_writing(path, &file); !status.ok()) return status;
  }
  locked_.insert(path);
  *result = new Lock(path, life_);
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::UnlockFile(rocksdb::FileLock* lock, const IOOptions&, IODebugContext*) {
  const std::lock_guard guard(mutex_);
  const std::unique_ptr<Lock> held(static_cast<Lock*>(lock));
  if (held->life_ == life_) locked_.erase(held->path_);
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::GetTestDirectory(const IOOptions&, std::string* path, IODebugContext*) {
  *path = "/test";
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::GetAbsolutePath(const std::string& path, const IOOptions&, std::string* result,
                                              IODebugContext*) {
  *result = path;
  return IOStatus::OK();
}

IOStatus SimulatedFileSystem::IsDirectory(const std::string& path, const IOOptions&, bool* is_directory,
                                          IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (!power_) return no_power();
  *is_directory = disk_.directory(path) != nullptr;
  return IOStatus::OK();
}

}  // namespace kontor::test
