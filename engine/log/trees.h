#pragma once
// The Merkle trees over a log (docs/proofs.md): one over each tenant's events in order of position, one over
// all events in the order of groups, slices and positions. One thread appends and publishes; any may read,
// and sees only what has been published, that is, what is durable.

#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "events/core/ids.h"
#include "events/proof/tiled_tree.h"

namespace kontor::rules {
class ArchiveWriter;
class ArchiveReader;
}  // namespace kontor::rules

namespace kontor::log {

/// Which tree: a tenant's, or with none that of the store.
using TreeName = std::optional<TenantId>;

struct TreeHead {
  std::uint64_t size = 0;
  Digest root{};

  friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

class Trees {
 public:
  // The appending thread.

  void begin_group(std::uint64_t number);
  /// Adds the next events of the group by their leaf hashes.
  void append(const TenantId& tenant, std::span<const Digest> leaves);
  /// All that was appended is durable.
  void publish();
  /// The store's tree with all that was appended.
  [[nodiscard]] TreeHead appended() const;
  /// Leaf hashes of positions that the newest group has added.
  [[nodiscard]] std::span<const Digest> newest(const TenantId& tenant, Position first, Position last) const;

  // Any thread.

  /// Durable events in the tree; 0 for a tenant nobody knows.
  [[nodiscard]] std::uint64_t size(const TreeName& name) const;
  /// Its root, if the tree has that size at this moment.
  [[nodiscard]] std::optional<Digest> root_at(const TreeName& name, std::uint64_t size) const;
  /// proof::TiledTree::node of a tree; everything under it is durable.
  [[nodiscard]] Digest node(const TreeName& name, unsigned level, std::uint64_t index) const;

  /// A group at or before an event of the store's tree, never more than a tile away from it.
  struct Place {
    std::uint64_t group = 0;
    std::uint64_t first = 0;  // its first event, counted from 0 over the store
  };
  [[nodiscard]] Place place_of(std::uint64_t event) const;

  /// How many slices were appended.
  [[nodiscard]] std::uint64_t slices() const;

  // Snapshots (trees_snapshot.cc). Nobody appends meanwhile, and all that was appended is published.

  void save(rules::ArchiveWriter& out) const;
  /// Into trees that were just made. What was read counts only if `in` is still ok.
  void load(rules::ArchiveReader& in);

 private:
  struct Tree {
    proof::TiledTree tree;
    std::uint64_t published = 0;
  };
  [[nodiscard]] const Tree* find(const TreeName& name) const;

  // The appending thread's own.
  Place group_;  // under construction
  std::vector<Digest> group_leaves_;
  struct Share {
    Position first = 0;
    std::size_t offset = 0;  // of its leaves
  };
  std::unordered_map<TenantId, Share> shares_;
  std::vector<Tree*> grown_;

  mutable std::shared_mutex mutex_;  // guards everything below
  Tree store_;
  std::unordered_map<TenantId, std::unique_ptr<Tree>> tenants_;
  std::vector<Place> tiles_;  // [i]: where event 256 i lies
  std::uint64_t slices_ = 0;
};

}  // namespace kontor::log
