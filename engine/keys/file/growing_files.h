#pragma once
// Files of blocks that are written one behind the other and synced each (docs/storage-format.md, "The key
// store"). The newest few stay open, and are longer than what is in them: a sync of bytes that lie within
// the file needs no journal of the file system. One thread at a time.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/log/rocksdb/files.h"

namespace kontor::keys {

/// Zeros from `used` to `size`.
struct FileExtent {
  std::uint64_t used = 0;
  std::uint64_t size = 0;
};

/// How long a file is made that has to hold so much: up to twice that, at most kGrowthBytesMax more.
[[nodiscard]] std::uint64_t size_ahead(std::uint64_t used);
constexpr std::uint64_t kGrowthBytesMax = 256 * 1024;

class GrowingFiles {
 public:
  static constexpr std::size_t kOpenMax = 32;

  explicit GrowingFiles(const log::Files& files) : files_(files) {}

  /// Writes the block behind what is in the file; durable when it returns, and `extent` says where the file
  /// ends now. After a failure nothing is known of the block, and `extent` is as it was.
  [[nodiscard]] Status append(const std::string& path, FileExtent& extent, std::string_view block);
  /// Before somebody else writes it, or removes it.
  void close(const std::string& path);

 private:
  struct Open {
    std::string path;
    std::unique_ptr<log::OverwrittenFile> file;
  };
  [[nodiscard]] Result<log::OverwrittenFile*> open(const std::string& path);

  log::Files files_;
  std::vector<Open> open_;  // the one that was written last is the last
};

}  // namespace kontor::keys
