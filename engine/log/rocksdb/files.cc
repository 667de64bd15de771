#include "engine/log/rocksdb/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace kontor::log {
namespace {

using rocksdb::FileOptions;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

Status status_of(std::string_view doing, const std::string& path, const IOStatus& status) {
  if (status.ok()) return {};
  return file_failure(doing, path, status);
}

}  // namespace

tl::unexpected<Error> file_failure(std::string_view doing, const std::string& path, const IOStatus& status) {
  return fail(Reason::DataDirectory, fmt::format("cannot {} {}: {}", doing, path, status.ToString()));
}

Status OverwrittenFile::write(std::uint64_t offset, std::string_view bytes) {
  IOStatus status = file_->Write(offset, bytes, IOOptions(), nullptr);
  if (status.ok()) status = file_->Sync(IOOptions(), nullptr);
  return status_of("write", path_, status);
}

Status OverwrittenFile::close() { return status_of("write", path_, file_->Close(IOOptions(), nullptr)); }

bool Files::exists(const std::string& path) const { return fs_.FileExists(path, IOOptions(), nullptr).ok(); }

Result<std::string> Files::read(const std::string& path) const {
  std::string contents;
  const Status status = read_pieces(path, [&contents](std::string_view piece) {
    contents.append(piece);
    return true;
  });
  if (!status) return fail(status.error());
  return contents;
}

Status Files::read_pieces(const std::string& path, const std::function<bool(std::string_view)>& take) const {
  std::unique_ptr<rocksdb::FSSequentialFile> file;
  if (const IOStatus opened = fs_.NewSequentialFile(path, FileOptions(), &file, nullptr); !opened.ok())
    return file_failure("open", path, opened);
  std::string piece(kReadBytes, '\0');
  for (;;) {
    std::size_t size = 0;
    while (size < piece.size()) {
      rocksdb::Slice part;
      char* const to = piece.data() + size;
      const IOStatus status = file->Read(piece.size() - size, IOOptions(), &part, to, nullptr);
      if (!status.ok()) return file_failure("read", path, status);
      if (part.empty()) break;
      if (part.data() != to) std::memcpy(to, part.data(), part.size());
      size += part.size();
    }
    if (size == 0 || !take(std::string_view(piece).substr(0, size)) || size < piece.size()) return {};
  }
}

Result<std::vector<std::string>> Files::list(const std::string& directory) const {
  std::vector<std::string> names;
  if (const IOStatus status = fs_.GetChildren(directory, IOOptions(), &names, nullptr); !status.ok())
    return file_failure("list", directory, status);
  std::erase_if(names, [](const std::string& name) { return name == "." || name == ".."; });
  std::ranges::sort(names);
  return names;
}

Status Files::make_directory(const std::string& path) const {
  return status_of("create directory", path, fs_.CreateDirIfMissing(path, IOOptions(), nullptr));
}

Status Files::sync_directory(const std::string& path) const {
  std::unique_ptr<rocksdb::FSDirectory> directory;
  if (const IOStatus opened = fs_.NewDirectory(path, IOOptions(), &directory, nullptr); !opened.ok())
    return file_failure("open directory", path, opened);
  return status_of("sync directory", path, directory->Fsync(IOOptions(), nullptr));
}

Status Files::create_whole(const std::string& path, std::string_view contents) const {
  const std::string draft = path + ".tmp";
  std::unique_ptr<rocksdb::FSWritableFile> file;
  IOStatus status = fs_.NewWritableFile(draft, FileOptions(), &file, nullptr);
  if (status.ok()) status = file->Append(contents, IOOptions(), nullptr);
  if (status.ok()) status = file->Sync(IOOptions(), nullptr);
  if (status.ok()) status = file->Close(IOOptions(), nullptr);
  if (!status.ok()) return file_failure("write", draft, status);
  if (Status renamed = rename(draft, path); !renamed) return renamed;
  return sync_directory(parent_of(path));
}

Result<std::unique_ptr<OverwrittenFile>> Files::open_to_overwrite(const std::string& path) const {
  std::unique_ptr<rocksdb::FSRandomRWFile> file;
  if (const IOStatus opened = fs_.NewRandomRWFile(path, FileOptions(), &file, nullptr); !opened.ok())
    return file_failure("open", path, opened);
  return std::make_unique<OverwrittenFile>(path, std::move(file));
}

Status Files::overwrite(const std::string& path, std::uint64_t offset, std::string_view bytes) const {
  const auto file = open_to_overwrite(path);
  if (!file) return fail(file.error());
  if (Status written = (*file)->write(offset, bytes); !written) return written;
  return (*file)->close();
}

Status Files::cut(const std::string& path, std::uint64_t size) const {
  std::unique_ptr<rocksdb::FSWritableFile> file;
  IOStatus status = fs_.ReopenWritableFile(path, FileOptions(), &file, nullptr);
  if (status.ok()) status = file->Truncate(size, IOOptions(), nullptr);
  if (status.ok()) status = file->Fsync(IOOptions(), nullptr);
  if (status.ok()) status = file->Close(IOOptions(), nullptr);
  return status_of("cut", path, status);
}

Status Files::rename(const std::string& from, const std::string& to) const {
  return status_of("rename", from, fs_.RenameFile(from, to, IOOptions(), nullptr));
}

Status Files::remove(const std::string& path) const {
  return status_of("remove", path, fs_.DeleteFile(path, IOOptions(), nullptr));
}

Status Files::remove_directory(const std::string& path) const {
  const auto names = list(path);
  if (!names) return fail(names.error());
  for (const std::string& name : *names) {
    const std::string file = path + "/" + name;
    if (const IOStatus status = fs_.DeleteFile(file, IOOptions(), nullptr); !status.ok())
      return file_failure("remove", file, status);
  }
  return status_of("remove directory", path, fs_.DeleteDir(path, IOOptions(), nullptr));
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string base_name(std::string_view path) { return std::string(path.substr(path.find_last_of('/') + 1)); }

}  // namespace kontor::log
