#include "client/durable_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

namespace kontor::client {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kFileMode = 0644;

tl::unexpected<Error> trouble(std::string_view what, const fs::path& path) {
  return fail(Reason::DataDirectory,
              fmt::format("cannot {} {}: {}", what, path.string(), std::strerror(errno)));
}

/// Closes what it holds.
struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

Status write_all(int descriptor, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return trouble("write", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Status sync_directory(const fs::path& directory) {
  const Descriptor opened{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (opened.number < 0) return trouble("open", directory);
  if (::fsync(opened.number) != 0) return trouble("sync", directory);
  return {};
}

fs::path directory_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

Status write_temporary(const fs::path& path, std::string_view bytes) {
  const Descriptor opened{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kFileMode)};
  if (opened.number < 0) return trouble("write", path);
  if (auto written = write_all(opened.number, bytes, path); !written) return written;
  if (::fsync(opened.number) != 0) return trouble("sync", path);
  return {};
}

}  // namespace

Status write_file(const fs::path& path, std::string_view bytes, IfThere if_there) {
  const fs::path directory = directory_of(path);
  const fs::path temporary =
      directory / fmt::format(".{}.{}", path.filename().string(), static_cast<long>(::getpid()));
  if (auto written = write_temporary(temporary, bytes); !written) {
    ::unlink(temporary.c_str());
    return written;
  }
  // A link, unlike a rename, refuses when somebody else was faster.
  const int done = if_there == IfThere::Replace ? ::rename(temporary.c_str(), path.c_str())
                                                : ::link(temporary.c_str(), path.c_str());
  const int why = errno;
  if (done != 0 || if_there == IfThere::Refuse) ::unlink(temporary.c_str());
  errno = why;
  if (done != 0 && errno == EEXIST)
    return fail(Reason::AlreadyExists, fmt::format("{} is there already", path.string()));
  if (done != 0) return trouble("make", path);
  return sync_directory(directory);
}

Result<std::string> read_file(const fs::path& path, std::size_t bytes_max) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return fail(Reason::NotFound, fmt::format("there is no {}", path.string()));
  std::ifstream file(path, std::ios::binary);
  std::string bytes;
  constexpr std::size_t kPiece = 65'536;
  while (file) {
    const std::size_t before = bytes.size();
    bytes.resize(before + kPiece);
    file.read(bytes.data() + before, kPiece);
    bytes.resize(before + static_cast<std::size_t>(file.gcount()));
    if (bytes.size() > bytes_max)
      return fail(Reason::BundleUnusable,
                  fmt::format("{} is longer than {} bytes", path.string(), bytes_max));
    if (file.gcount() == 0) break;
  }
  if (!file.eof()) return fail(Reason::DataDirectory, fmt::format("cannot read {}", path.string()));
  return bytes;
}

Status make_directory(const fs::path& path) {
  if (path.empty() || fs::is_directory(path)) return {};
  if (auto above = make_directory(path.parent_path()); !above) return above;
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return trouble("make", path);
  return sync_directory(directory_of(path));
}

Result<AppendedFile> AppendedFile::open(const fs::path& path, const Extent& extent) {
  if (auto made = make_directory(path.parent_path()); !made) return fail(made.error());
  AppendedFile file(path, ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kFileMode));
  if (file.descriptor_ < 0) return trouble("open", path);
  if (::flock(file.descriptor_, LOCK_EX | LOCK_NB) != 0)
    return fail(Reason::DataDirectory, fmt::format("another program appends to {}", path.string()));
  struct stat now {};
  if (::fstat(file.descriptor_, &now) != 0) return trouble("look at", path);
  if (static_cast<std::uint64_t>(now.st_size) != extent.bytes_found)
    return fail(Reason::DataDirectory,
                fmt::format("{} was changed by another program since it was read", path.string()));
  if (::ftruncate(file.descriptor_, static_cast<off_t>(extent.bytes_good)) != 0) return trouble("cut", path);
  if (auto synced = sync_directory(directory_of(path)); !synced) return fail(synced.error());
  return file;
}

AppendedFile::~AppendedFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

AppendedFile::AppendedFile(AppendedFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

AppendedFile& AppendedFile::operator=(AppendedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Status AppendedFile::append(std::string_view bytes) { return write_all(descriptor_, bytes, path_); }

Status AppendedFile::sync() {
  if (::fsync(descriptor_) != 0) return trouble("sync", path_);
  return {};
}

Result<DirectoryLock> DirectoryLock::take(const fs::path& directory) {
  if (auto made = make_directory(directory); !made) return fail(made.error());
  const fs::path path = directory / "LOCK";
  DirectoryLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kFileMode));
  if (lock.descriptor_ < 0) return trouble("open", path);
  while (::flock(lock.descriptor_, LOCK_EX) != 0)
    if (errno != EINTR) return trouble("lock", path);
  return lock;
}

DirectoryLock::~DirectoryLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

}  // namespace kontor::client
