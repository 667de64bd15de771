#pragma once
// The few things we do with files ourselves, all through the injected file system so that a simulation sees
// and breaks them as well. Any thread.

#include <rocksdb/file_system.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/core/result.h"

namespace kontor::log {

/// DataDirectory with the path and the system's words.
[[nodiscard]] tl::unexpected<Error> file_failure(std::string_view doing, const std::string& path,
                                                 const rocksdb::IOStatus& status);

/// A file that is open to be written over in place.
class OverwrittenFile {
 public:
  OverwrittenFile(std::string path, std::unique_ptr<rocksdb::FSRandomRWFile> file)
      : path_(std::move(path)), file_(std::move(file)) {}
  /// Durable when it returns.
  [[nodiscard]] Status write(std::uint64_t offset, std::string_view bytes);
  /// Nothing is written behind it. Without it the file is closed as well, and nobody learns of a failure.
  [[nodiscard]] Status close();

 private:
  std::string path_;
  std::unique_ptr<rocksdb::FSRandomRWFile> file_;
};

/// Paths of the store and what lies there.
class Files {
 public:
  explicit Files(rocksdb::FileSystem& file_system) : fs_(file_system) {}

  [[nodiscard]] bool exists(const std::string& path) const;
  [[nodiscard]] Result<std::string> read(const std::string& path) const;
  /// The same in pieces of kReadBytes, the last one shorter, without holding more than one; ends early
  /// without an error when `take` returns false.
  static constexpr std::size_t kReadBytes = std::size_t{1} << 20;
  [[nodiscard]] Status read_pieces(const std::string& path,
                                   const std::function<bool(std::string_view)>& take) const;
  /// Names in a directory, without `.` and `..`, sorted.
  [[nodiscard]] Result<std::vector<std::string>> list(const std::string& directory) const;

  [[nodiscard]] Status make_directory(const std::string& path) const;
  /// Makes creations, renames and removals in the directory durable.
  [[nodiscard]] Status sync_directory(const std::string& path) const;
  /// A file with these contents, whole and durable, or no file of that name. Goes by way of `path`.tmp.
  [[nodiscard]] Status create_whole(const std::string& path, std::string_view contents) const;
  /// Durable when it returns.
  [[nodiscard]] Status overwrite(const std::string& path, std::uint64_t offset, std::string_view bytes) const;
  /// For many of those.
  [[nodiscard]] Result<std::unique_ptr<OverwrittenFile>> open_to_overwrite(const std::string& path) const;
  [[nodiscard]] Status cut(const std::string& path, std::uint64_t size) const;
  [[nodiscard]] Status rename(const std::string& from, const std::string& to) const;
  /// Durable once the directory is synced.
  [[nodiscard]] Status remove(const std::string& path) const;
  /// Removes a directory of plain files.
  [[nodiscard]] Status remove_directory(const std::string& path) const;

 private:
  rocksdb::FileSystem& fs_;
};

[[nodiscard]] std::string parent_of(const std::string& path);
[[nodiscard]] std::string base_name(std::string_view path);

}  // namespace kontor::log
