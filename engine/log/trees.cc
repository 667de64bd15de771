#include "engine/log/trees.h"

#include <mutex>

#include "events/core/assert.h"

namespace kontor::log {
namespace {

// A group this large is rare; the room it needed is given back.
constexpr std::size_t kLeavesKept = 64u << 10;

}  // namespace

void Trees::begin_group(std::uint64_t number) {
  group_ = {number, store_.tree.size()};
  if (group_leaves_.capacity() > kLeavesKept) group_leaves_ = {};
  group_leaves_.clear();
  shares_.clear();
}

void Trees::append(const TenantId& tenant, std::span<const Digest> leaves) {
  const std::unique_lock lock(mutex_);
  ++slices_;
  std::unique_ptr<Tree>& own = tenants_[tenant];
  if (!own) own = std::make_unique<Tree>();
  if (own->tree.size() == own->published) grown_.push_back(own.get());
  // Slices of one tenant follow one another, so its leaves of a group lie side by side.
  shares_.try_emplace(tenant, Share{own->tree.size() + 1, group_leaves_.size()});
  const std::uint64_t tiles =
      (store_.tree.size() + leaves.size() + proof::kTileLeaves - 1) / proof::kTileLeaves;
  tiles_.resize(static_cast<std::size_t>(tiles), group_);
  proof::TiledTree::append_to_both(store_.tree, own->tree, leaves);
  group_leaves_.insert(group_leaves_.end(), leaves.begin(), leaves.end());
}

void Trees::publish() {
  const std::unique_lock lock(mutex_);
  for (Tree* tree : grown_) tree->published = tree->tree.size();
  grown_.clear();
  store_.published = store_.tree.size();
}

TreeHead Trees::appended() const { return {store_.tree.size(), store_.tree.root()}; }

std::span<const Digest> Trees::newest(const TenantId& tenant, Position first, Position last) const {
  const auto share = shares_.find(tenant);
  KONTOR_ASSERT(share != shares_.end());
  KONTOR_ASSERT(share->second.first <= first && first <= last);
  const std::size_t begin = share->second.offset + (first - share->second.first);
  const std::size_t count = last - first + 1;
  KONTOR_ASSERT(begin + count <= group_leaves_.size());
  return std::span(group_leaves_).subspan(begin, count);
}

const Trees::Tree* Trees::find(const TreeName& name) const {
  if (!name) return &store_;
  const auto found = tenants_.find(*name);
  return found == tenants_.end() ? nullptr : found->second.get();
}

std::uint64_t Trees::size(const TreeName& name) const {
  const std::shared_lock lock(mutex_);
  const Tree* tree = find(name);
  return tree == nullptr ? 0 : tree->published;
}

std::optional<Digest> Trees::root_at(const TreeName& name, std::uint64_t size) const {
  const std::shared_lock lock(mutex_);
  const Tree* tree = find(name);
  if (tree == nullptr || tree->tree.size() != size) return std::nullopt;
  return tree->tree.root();
}

Digest Trees::node(const TreeName& name, unsigned level, std::uint64_t index) const {
  const std::shared_lock lock(mutex_);
  const Tree* tree = find(name);
  KONTOR_ASSERT(tree != nullptr);
  return tree->tree.node(level, index);
}

std::uint64_t Trees::slices() const {
  const std::shared_lock lock(mutex_);
  return slices_;
}

Trees::Place Trees::place_of(std::uint64_t event) const {
  const std::shared_lock lock(mutex_);
  KONTOR_ASSERT(event < store_.published);
  return tiles_[event / proof::kTileLeaves];
}

}  // namespace kontor::log
