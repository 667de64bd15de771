// docs/auditing.md, "What was promised before"
#include "replay/promises.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "events/core/merkle.h"

namespace kontor::replay {
namespace {

tl::unexpected<Error> two_histories(std::string what) { return fail(Reason::TwoHistories, std::move(what)); }

/// A tree that grows with the events that are read, and what was promised of it.
class HeldTree {
 public:
  explicit HeldTree(std::string name) : name_(std::move(name)) {}

  void expect(const Promise& promise) { promises_.push_back(&promise); }
  /// Once all are there. TwoHistories when two of them have the same size and different roots.
  [[nodiscard]] Status begin() {
    std::ranges::stable_sort(promises_, {}, [](const Promise* one) { return one->checkpoint.size; });
    for (std::size_t i = 1; i < promises_.size(); ++i) {
      const Promise& a = *promises_[i - 1];
      const Promise& b = *promises_[i];
      if (a.checkpoint.size == b.checkpoint.size && a.checkpoint.root != b.checkpoint.root)
        return two_histories(fmt::format("{}: of {} events two roots were signed, {} in {} and {} in {}",
                                         name_, a.checkpoint.size, hex(a.checkpoint.root), a.from,
                                         hex(b.checkpoint.root), b.from));
    }
    return compare();
  }
  [[nodiscard]] Status append(const Digest& leaf) {
    tree_.append_hash(leaf);
    return compare();
  }
  [[nodiscard]] Status finish() const {
    if (next_ == promises_.size()) return {};
    const Promise& promise = *promises_[next_];
    return two_histories(
        fmt::format("{} has {} events; that of {} was signed in {}: the events from {} on are missing", name_,
                    tree_.size(), promise.checkpoint.size, promise.from, tree_.size() + 1));
  }

 private:
  [[nodiscard]] Status compare() {
    for (; next_ < promises_.size() && promises_[next_]->checkpoint.size == tree_.size(); ++next_) {
      const Promise& promise = *promises_[next_];
      if (promise.checkpoint.root != tree_.root()) return two_histories(contradiction(promise));
    }
    return {};
  }

  [[nodiscard]] std::string contradiction(const Promise& promise) const {
    const std::uint64_t held = next_ == 0 ? 0 : promises_[next_ - 1]->checkpoint.size;
    std::string what = fmt::format(
        "{}: one of the events {} to {} is not the one that was there: their root is {}, "
        "the one signed in {} is {}",
        name_, held + 1, tree_.size(), hex(tree_.root()), promise.from, hex(promise.checkpoint.root));
    if (held > 0)
      what += fmt::format("; up to {} they are those signed in {}", held, promises_[next_ - 1]->from);
    return what;
  }

  std::string name_;
  MerkleFrontier tree_;
  std::vector<const Promise*> promises_;
  std::size_t next_ = 0;  // the smallest that is not reached
};

class Holding {
 public:
  Holding(const StoreName& store, Memory memory) : store_(store), memory_(std::move(memory)) {}

  [[nodiscard]] Status begin() {
    if (Status known = check_store(); !known) return known;
    if (Status known = check_epoch(); !known) return known;
    for (const Promise& promise : memory_.promises) {
      const auto& tenant = promise.checkpoint.origin.tenant;
      (tenant ? tree_of(*tenant) : all_).expect(promise);
    }
    if (Status begun = all_.begin(); !begun) return begun;
    for (auto& [tenant, tree] : tenants_)
      if (Status begun = tree.begin(); !begun) return begun;
    return {};
  }

  [[nodiscard]] Status take(const log::Group& group) {
    std::vector<std::string_view> events;
    std::vector<Digest> leaves;
    for (const log::TenantSlice& slice : group.slices) {
      if (!log::split_events(slice.bytes, slice.count, events))
        return fail(Reason::StoreDamaged,
                    fmt::format("tenant {} position {}: the events are not whole messages",
                                slice.tenant.value, slice.first));
      HeldTree* const tree = find(slice.tenant);
      leaves.resize(events.size());
      leaf_hashes(events, leaves);
      Position position = slice.first;
      for (const Digest& leaf : leaves) {
        ++read_;
        if (Status same = compare(leaf, slice.tenant, position++); !same) return same;
        if (memory_.remember != nullptr) memory_.remember->append(leaf);
        // The tenant's first: positions say more than numbers of the store.
        if (tree != nullptr)
          if (Status held = tree->append(leaf); !held) return held;
        if (Status held = all_.append(leaf); !held) return held;
      }
    }
    return {};
  }

  [[nodiscard]] Result<Held> finish() const {
    if (memory_.leaves != nullptr && memory_.leaves->count() > read_)
      return two_histories(
          fmt::format("the store has {} events, {} were remembered in {}: those from {} on are missing",
                      read_, memory_.leaves->count(), memory_.leaves->path(), read_ + 1));
    for (const auto& [tenant, tree] : tenants_)
      if (Status held = tree.finish(); !held) return fail(held.error());
    if (Status held = all_.finish(); !held) return fail(held.error());
    return Held{.promises = memory_.promises.size(),
                .trees = trees(),
                .leaves = memory_.leaves == nullptr ? 0 : memory_.leaves->count(),
                .remembered = memory_.remember == nullptr ? 0 : memory_.remember->count()};
  }

  [[nodiscard]] std::uint64_t read() const { return read_; }

 private:
  [[nodiscard]] Status check_store() const {
    for (const Promise& promise : memory_.promises)
      if (!promise.checkpoint.origin.log.ends_with("/" + store_.id))
        return fail(Reason::StoreIdMismatch,
                    fmt::format("this is store {}; the checkpoint in {} is of {}", store_.id, promise.from,
                                promise.checkpoint.origin.log));
    if (memory_.leaves != nullptr && memory_.leaves->store().id != store_.id)
      return fail(Reason::StoreIdMismatch, fmt::format("this is store {}; {} remembers store {}", store_.id,
                                                       memory_.leaves->path(), memory_.leaves->store().id));
    return {};
  }

  /// A restore raises the epoch, and whoever restores says so with a checkpoint. Otherwise anybody could
  /// excuse a rewritten history with a restore that nobody has heard of.
  [[nodiscard]] Status check_epoch() const {
    const auto newest = std::ranges::max_element(
        memory_.promises, {}, [](const Promise& promise) { return promise.checkpoint.origin.epoch; });
    if (newest != memory_.promises.end() && newest->checkpoint.origin.epoch != store_.epoch)
      return two_histories(fmt::format("the store is of epoch {}, the newest checkpoint, in {}, of epoch {}",
                                       store_.epoch, newest->from, newest->checkpoint.origin.epoch));
    if (memory_.leaves != nullptr && memory_.leaves->store().epoch != store_.epoch)
      return two_histories(fmt::format("the store is of epoch {}, {} remembers one of epoch {}", store_.epoch,
                                       memory_.leaves->path(), memory_.leaves->store().epoch));
    return {};
  }

  [[nodiscard]] Status compare(const Digest& leaf, const TenantId& tenant, Position position) {
    if (memory_.leaves == nullptr) return {};
    const auto remembered = memory_.leaves->next();
    if (!remembered) return fail(remembered.error());
    if (!*remembered || **remembered == leaf) return {};
    return two_histories(
        fmt::format("tenant {} position {}: not the event that was remembered as number {} of the "
                    "store; its leaf hash is {}, in {} it is {}",
                    tenant.value, position, read_, hex(leaf), memory_.leaves->path(), hex(**remembered)));
  }

  HeldTree& tree_of(const TenantId& tenant) {
    return tenants_.try_emplace(tenant, fmt::format("tenant {}", tenant.value)).first->second;
  }
  HeldTree* find(const TenantId& tenant) {
    const auto found = tenants_.find(tenant);
    return found == tenants_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] std::uint64_t trees() const {
    const bool store_too = std::ranges::any_of(
        memory_.promises, [](const Promise& promise) { return !promise.checkpoint.origin.tenant; });
    return tenants_.size() + (store_too ? 1 : 0);
  }

  const StoreName& store_;
  Memory memory_;
  HeldTree all_{"the store"};
  std::map<TenantId, HeldTree> tenants_;  // that something was promised of
  std::uint64_t read_ = 0;
};

}  // namespace

Result<Held> hold_against(log::EventLog& log, const StoreName& store, Memory memory,
                          const Progress& progress) {
  Holding holding(store, std::move(memory));
  if (Status begun = holding.begin(); !begun) return fail(begun.error());
  Status taken;
  const Status scanned = log.scan(1, [&](const log::Group& group) {
    taken = holding.take(group);
    if (taken && progress) progress(holding.read());
    return taken.has_value();
  });
  if (!taken) return fail(taken.error());
  if (!scanned) return fail(scanned.error());
  return holding.finish();
}

}  // namespace kontor::replay
