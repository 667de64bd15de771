#pragma once
// Proofs about a log: its trees, and for what lies below a whole tile the stored events. A proof reads the
// events of at most one tile, or of two for a size that has been passed since. Any thread, also while groups
// are appended.

#include <cstdint>
#include <string>
#include <vector>

#include "engine/log/event_log.h"
#include "engine/log/trees.h"

namespace kontor::log {

class LogProver {
 public:
  /// The log must outlive the prover.
  explicit LogProver(EventLog& log) : log_(log) {}

  /// Durable events in the tree. Proofs are made of this size and of any smaller one; a larger one is
  /// answered InvalidArgument with both numbers.
  [[nodiscard]] std::uint64_t size(const TreeName& tree) const { return log_.trees().size(tree); }

  [[nodiscard]] Result<Digest> root(const TreeName& tree, std::uint64_t size) const;
  /// That event `index` (from 0) is in the tree of `size` events. InvalidArgument unless index < size.
  [[nodiscard]] Result<proof::Path> inclusion(const TreeName& tree, std::uint64_t index,
                                              std::uint64_t size) const;
  /// That the tree of `old_size` events is the beginning of that of `new_size`. InvalidArgument unless
  /// old_size <= new_size.
  [[nodiscard]] Result<proof::Path> consistency(const TreeName& tree, std::uint64_t old_size,
                                                std::uint64_t new_size) const;
  /// Stored bytes of `count` events from `first` (from 0) on, all of which are durable.
  [[nodiscard]] Result<std::vector<std::string>> events(const TreeName& tree, std::uint64_t first,
                                                        std::uint64_t count) const;

 private:
  [[nodiscard]] Status check(const TreeName& tree, std::uint64_t size) const;
  [[nodiscard]] proof::Prover prover(const TreeName& tree) const;
  [[nodiscard]] Result<std::vector<std::string>> of_tenant(const TenantId& tenant, Position first,
                                                           std::uint64_t count) const;
  [[nodiscard]] Result<std::vector<std::string>> of_store(std::uint64_t first, std::uint64_t count) const;

  EventLog& log_;
};

}  // namespace kontor::log
