#include "tests/support/simulated_disk.h"

#include <algorithm>
#include <utility>

namespace kontor::test {
namespace {

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (!part.empty() && part != ".") parts.emplace_back(part);
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return parts;
}

/// Bytes of one sector, as long as `size` allows; zeros where the source ends.
std::string sector_of(const std::string& source, std::size_t sector, std::size_t size) {
  const std::size_t begin = sector * kSectorBytes;
  const std::size_t length = begin < size ? std::min(kSectorBytes, size - begin) : 0;
  std::string bytes = begin < source.size() ? source.substr(begin, length) : std::string();
  bytes.resize(length, '\0');
  return bytes;
}

}  // namespace

void SimulatedFile::write(std::uint64_t offset, std::string_view bytes) {
  if (bytes.empty()) return;
  if (offset > written_.size()) resize(offset);
  written_.resize(std::max<std::size_t>(written_.size(), offset + bytes.size()));
  std::ranges::copy(bytes, written_.begin() + static_cast<std::ptrdiff_t>(offset));
  for (std::size_t sector = offset / kSectorBytes; sector <= (offset + bytes.size() - 1) / kSectorBytes;
       ++sector)
    dirty_sectors_.insert(sector);
}

void SimulatedFile::resize(std::uint64_t size) {
  const std::size_t before = written_.size();
  written_.resize(size, '\0');
  smallest_size_ = std::min(smallest_size_, size);
  for (std::size_t sector = before / kSectorBytes; sector * kSectorBytes < size; ++sector)
    dirty_sectors_.insert(sector);
}

void SimulatedFile::sync() {
  durable_.resize(std::min<std::size_t>(durable_.size(), smallest_size_));
  durable_.resize(written_.size(), '\0');
  for (const std::size_t sector : dirty_sectors_) {
    const std::string bytes = sector_of(written_, sector, written_.size());
    if (!bytes.empty()) durable_.replace(sector * kSectorBytes, bytes.size(), bytes);
  }
  forget_unsynced();
}

void SimulatedFile::forget_unsynced() {
  dirty_sectors_.clear();
  smallest_size_ = written_.size();
}

void SimulatedFile::lose_power(SimulatedRandom& random) {
  const bool truncated = smallest_size_ < durable_.size();
  if (truncated && random.one_in(2)) {
    written_ = durable_;
  } else {
    std::string left = durable_.substr(0, smallest_size_);
    const std::size_t shortest = std::min(left.size(), written_.size());
    const std::size_t longest = std::max(left.size(), written_.size());
    // Now everything, now nothing, now something in between.
    const std::uint64_t manner = random.below(4);
    const std::size_t length = manner == 0   ? longest
                               : manner == 1 ? shortest
                                             : static_cast<std::size_t>(random.between(shortest, longest));
    left.resize(length, '\0');
    for (const std::size_t sector : dirty_sectors_) {
      const std::string fresh = sector_of(written_, sector, length);
      if (fresh.empty()) continue;
      const std::uint64_t fate = manner == 0 ? 0 : random.below(3);
      const std::size_t kept = fate == 0 ? fresh.size() : fate == 1 ? 0 : random.below(fresh.size() + 1);
      left.replace(sector * kSectorBytes, kept, fresh, 0, kept);
    }
    written_ = std::move(left);
  }
  durable_ = written_;
  forget_unsynced();
}

const SimulatedNode* SimulatedDirectory::find(const std::string& name) const {
  const auto entry = entries_.find(name);
  return entry == entries_.end() ? nullptr : &entry->second;
}

void SimulatedDirectory::set(const std::string& name, SimulatedNode node) {
  journal({.removed = {}, .added = name, .node = std::move(node)});
}

void SimulatedDirectory::remove(const std::string& name) {
  journal({.removed = name, .added = {}, .node = {}});
}

void SimulatedDirectory::rename(const std::string& from, const std::string& to) {
  journal({.removed = from, .added = to, .node = entries_.at(from)});
}

void SimulatedDirectory::journal(Change change) {
  apply(change, entries_);
  unsynced_.push_back(std::move(change));
}

void SimulatedDirectory::apply(const Change& change, std::map<std::string, SimulatedNode>& entries) {
  if (!change.removed.empty()) entries.erase(change.removed);
  if (!change.added.empty()) entries[change.added] = change.node;
}

void SimulatedDirectory::sync() {
  durable_ = entries_;
  unsynced_.clear();
}

void SimulatedDirectory::lose_power(SimulatedRandom& random, DirectoryLoss loss) {
  const std::uint64_t kept = random.between(0, unsynced_.size());
  for (std::size_t i = 0; i < unsynced_.size(); ++i)
    if (loss == DirectoryLoss::Tail ? i < kept : random.one_in(2)) apply(unsynced_[i], durable_);
  entries_ = durable_;
  unsynced_.clear();
  for (const auto& [name, node] : entries_) {
    if (node.file) node.file->lose_power(random);
    if (node.directory) node.directory->lose_power(random, loss);
  }
}

std::shared_ptr<SimulatedDirectory> SimulatedDisk::directory(std::string_view path) const {
  std::shared_ptr<SimulatedDirectory> at = root_;
  for (const std::string& part : parts_of(path)) {
    const SimulatedNode* node = at->find(part);
    if (node == nullptr || !node->directory) return nullptr;
    at = node->directory;
  }
  return at;
}

std::shared_ptr<SimulatedFile> SimulatedDisk::file(std::string_view path) const {
  const std::shared_ptr<SimulatedDirectory> holder = parent(path);
  const SimulatedNode* node = holder ? holder->find(last_name(path)) : nullptr;
  return node == nullptr ? nullptr : node->file;
}

std::shared_ptr<SimulatedDirectory> SimulatedDisk::parent(std::string_view path) const {
  const std::size_t slash = path.find_last_not_of('/') == std::string_view::npos
                                ? 0
                                : path.find_last_of('/', path.find_last_not_of('/'));
  return directory(slash == std::string_view::npos ? std::string_view() : path.substr(0, slash));
}

std::string SimulatedDisk::last_name(std::string_view path) {
  const std::vector<std::string> parts = parts_of(path);
  return parts.empty() ? std::string() : parts.back();
}

void SimulatedDisk::lose_power(SimulatedRandom& random, DirectoryLoss loss) {
  root_->lose_power(random, loss);
}

}  // namespace kontor::test
