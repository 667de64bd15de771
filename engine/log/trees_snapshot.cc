// docs/storage-format.md, "Snapshots"
#include <algorithm>
#include <mutex>

#include "engine/log/trees.h"
#include "engine/rules/archive.h"

namespace kontor::log {
namespace {

void save_tree(const proof::TiledTree& tree, rules::ArchiveWriter& out) {
  out.number(tree.tiles().size());
  for (const Digest& tile : tree.tiles()) out.put(tile);
  out.number(tree.open_tile().size());
  out.put(tree.open_tile().peaks());
}

std::optional<proof::TiledTree> load_tree(rules::ArchiveReader& in) {
  std::vector<Digest> tiles;
  in.get(tiles);
  const std::uint64_t open_leaves = in.number();
  std::vector<Digest> peaks;
  in.get(peaks);
  auto open_tile = MerkleFrontier::restore(open_leaves, std::move(peaks));
  if (!in.ok() || !open_tile || open_leaves >= proof::kTileLeaves) {
    in.fail_here();
    return std::nullopt;
  }
  return proof::TiledTree::restore(tiles, std::move(*open_tile));
}

}  // namespace

void Trees::save(rules::ArchiveWriter& out) const {
  const std::shared_lock lock(mutex_);
  KONTOR_ASSERT(store_.published == store_.tree.size());
  save_tree(store_.tree, out);
  out.put(tiles_);
  out.number(slices_);
  std::vector<const TenantId*> names;
  for (const auto& [name, tree] : tenants_) names.push_back(&name);
  std::ranges::sort(names, {}, [](const TenantId* name) -> const TenantId& { return *name; });
  out.number(names.size());
  for (const TenantId* name : names) {
    out.put(*name);
    save_tree(tenants_.find(*name)->second->tree, out);
  }
}

void Trees::load(rules::ArchiveReader& in) {
  const std::unique_lock lock(mutex_);
  KONTOR_ASSERT(store_.tree.size() == 0);
  auto store = load_tree(in);
  if (!store) return;
  store_.tree = std::move(*store);
  store_.published = store_.tree.size();
  in.get(tiles_);
  slices_ = in.number();
  for (std::uint64_t left = in.number(); left != 0 && in.ok(); --left) {
    TenantId name;
    in.get(name);
    auto tree = load_tree(in);
    if (!tree) return;
    auto own = std::make_unique<Tree>();
    own->published = tree->size();
    own->tree = std::move(*tree);
    tenants_[name] = std::move(own);
  }
  const std::uint64_t tiles = (store_.tree.size() + proof::kTileLeaves - 1) / proof::kTileLeaves;
  if (tiles_.size() != tiles) in.fail_here();
}

}  // namespace kontor::log
