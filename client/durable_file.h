#pragma once
// Files that are whole or not there, whatever stops the program or the machine: what an auditor keeps must
// outlive both. Any thread, one writer per file.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "events/core/result.h"

namespace kontor::client {

enum class IfThere : std::uint8_t { Replace, Refuse };

/// Makes a file of these bytes; durable when it returns. AlreadyExists with Refuse, and the file that is
/// there stays as it is; DataDirectory when the file system does not let us.
[[nodiscard]] Status write_file(const std::filesystem::path& path, std::string_view bytes, IfThere if_there);

/// The whole of a file. NotFound when there is none; BundleUnusable when it is longer than `bytes_max`.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max);

/// Makes a directory and those above it. DataDirectory when the file system does not let us.
[[nodiscard]] Status make_directory(const std::filesystem::path& path);

/// Appends to a file, which is made if need be. DataDirectory when the file system does not let us: what was
/// appended last may then be there in part.
class AppendedFile {
 public:
  /// What a reader found: so many bytes, of which the first are good. The rest is cut off: a line that a
  /// crash has left unfinished.
  struct Extent {
    std::uint64_t bytes_good = 0;
    std::uint64_t bytes_found = 0;
  };
  /// Nobody else can open it until this goes. DataDirectory, too, when somebody else has it, or has changed
  /// it since it was read: nothing is cut off then.
  [[nodiscard]] static Result<AppendedFile> open(const std::filesystem::path& path, const Extent& extent);
  ~AppendedFile();
  AppendedFile(AppendedFile&& other) noexcept;
  AppendedFile& operator=(AppendedFile&& other) noexcept;

  [[nodiscard]] Status append(std::string_view bytes);
  /// Everything appended so far survives a crash.
  [[nodiscard]] Status sync();

 private:
  AppendedFile(std::filesystem::path path, int descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}

  std::filesystem::path path_;
  int descriptor_ = -1;
};

/// Held until it goes; other processes wait for it. For what is read, changed and written back.
class DirectoryLock {
 public:
  [[nodiscard]] static Result<DirectoryLock> take(const std::filesystem::path& directory);
  ~DirectoryLock();
  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&&) = delete;

 private:
  explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_ = -1;
};

}  // namespace kontor::client
