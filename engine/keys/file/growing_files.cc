// docs/storage-format.md, "The key store"
#include "engine/keys/file/growing_files.h"

#include <algorithm>
#include <utility>

namespace kontor::keys {
namespace {

constexpr std::uint64_t kPageBytes = 4096;

}  // namespace

// A file takes a whole page of the disk however short it is, so the first page costs nothing. Thousands of
// tenants have a few persons each, and one may have a million.
std::uint64_t size_ahead(std::uint64_t used) {
  const std::uint64_t wanted = used + std::min(used, kGrowthBytesMax);
  return (wanted + kPageBytes - 1) / kPageBytes * kPageBytes;
}

Status GrowingFiles::append(const std::string& path, FileExtent& extent, std::string_view block) {
  const auto file = open(path);
  if (!file) return fail(file.error());
  const std::uint64_t used = extent.used + block.size();
  // Zeros are written, not left out: blocks of the disk that were only set aside need the journal, too, when
  // they are written for the first time.
  std::string longer;
  if (used > extent.size) {
    longer.reserve(size_ahead(used) - extent.used);
    longer = block;
    longer.resize(size_ahead(used) - extent.used, '\0');
    block = longer;
  }
  if (Status written = (*file)->write(extent.used, block); !written) {
    close(path);
    return written;
  }
  extent = {.used = used, .size = std::max(extent.size, extent.used + block.size())};
  return {};
}

void GrowingFiles::close(const std::string& path) {
  // What was written is synced, so there is nothing that a failure to close could tell.
  std::erase_if(open_, [&](const Open& open) { return open.path == path; });
}

Result<log::OverwrittenFile*> GrowingFiles::open(const std::string& path) {
  if (const auto at = std::ranges::find(open_, path, &Open::path); at != open_.end()) {
    std::rotate(at, at + 1, open_.end());
    return open_.back().file.get();
  }
  auto file = files_.open_to_overwrite(path);
  if (!file) return fail(file.error());
  if (open_.size() == kOpenMax) open_.erase(open_.begin());
  open_.push_back({path, *std::move(file)});
  return open_.back().file.get();
}

}  // namespace kontor::keys
