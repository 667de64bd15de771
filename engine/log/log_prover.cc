#include "engine/log/log_prover.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "events/core/merkle.h"

namespace kontor::log {
namespace {

/// What a stretch of the store's tree holds of one tenant: its positions follow one another there.
struct Stretch {
  Position first = 0;
  std::uint64_t count = 0;
  std::vector<std::string> events;
  std::size_t taken = 0;
};

std::string tree_text(const TreeName& tree) {
  return tree ? fmt::format("the tree of tenant {}", tree->value) : std::string("the tree of the store");
}

/// The slices cut to the events [first, first + count), where the slices begin with event `begin`.
std::vector<SliceRange> cut_slices(std::vector<SliceRange> slices, std::uint64_t begin, std::uint64_t first,
                                   std::uint64_t count) {
  std::vector<SliceRange> cut;
  for (SliceRange& slice : slices) {
    const std::uint64_t end = begin + slice.count;
    const std::uint64_t from = std::max(begin, first);
    const std::uint64_t to = std::min(end, first + count);
    if (from < to)
      cut.push_back(
          {std::move(slice.tenant), slice.first + (from - begin), static_cast<std::uint32_t>(to - from)});
    begin = end;
  }
  return cut;
}

}  // namespace

Status LogProver::check(const TreeName& tree, std::uint64_t size) const {
  if (const std::uint64_t durable = this->size(tree); size > durable)
    return fail(Reason::InvalidArgument,
                fmt::format("{} has {} events, asked for was its size {}", tree_text(tree), durable, size));
  return {};
}

proof::Prover LogProver::prover(const TreeName& tree) const {
  return proof::Prover(
      [this, tree](std::uint64_t first, std::uint64_t count) -> Result<std::vector<Digest>> {
        const auto stored = events(tree, first, count);
        if (!stored) return fail(stored.error());
        std::vector<Digest> leaves(stored->size());
        leaf_hashes(std::vector<std::string_view>(stored->begin(), stored->end()), leaves);
        return leaves;
      },
      [this, tree](unsigned level, std::uint64_t index) { return log_.trees().node(tree, level, index); });
}

Result<Digest> LogProver::root(const TreeName& tree, std::uint64_t size) const {
  if (const Status known = check(tree, size); !known) return fail(known.error());
  if (const auto root = log_.trees().root_at(tree, size)) return *root;
  return prover(tree).root(size);
}

Result<proof::Path> LogProver::inclusion(const TreeName& tree, std::uint64_t index,
                                         std::uint64_t size) const {
  if (const Status known = check(tree, size); !known) return fail(known.error());
  if (index >= size)
    return fail(Reason::InvalidArgument,
                fmt::format("event {} is not in a tree of {} events", index + 1, size));
  return prover(tree).inclusion(index, size);
}

Result<proof::Path> LogProver::consistency(const TreeName& tree, std::uint64_t old_size,
                                           std::uint64_t new_size) const {
  if (const Status known = check(tree, new_size); !known) return fail(known.error());
  if (old_size > new_size)
    return fail(Reason::InvalidArgument,
                fmt::format("a tree of {} events is not the beginning of one of {}", old_size, new_size));
  return prover(tree).consistency(old_size, new_size);
}

Result<std::vector<std::string>> LogProver::events(const TreeName& tree, std::uint64_t first,
                                                   std::uint64_t count) const {
  if (const Status known = check(tree, first + count); !known) return fail(known.error());
  if (count == 0) return std::vector<std::string>{};
  return tree ? of_tenant(*tree, first + 1, count) : of_store(first, count);
}

Result<std::vector<std::string>> LogProver::of_tenant(const TenantId& tenant, Position first,
                                                      std::uint64_t count) const {
  auto events = log_.read(tenant, first, count);
  if (!events) return fail(events.error());
  if (events->size() != count)
    return fail(Reason::PositionGap, fmt::format("positions {} to {} of tenant {} are not all there", first,
                                                 first + count - 1, tenant.value));
  return events;
}

Result<std::vector<std::string>> LogProver::of_store(std::uint64_t first, std::uint64_t count) const {
  const Trees::Place place = log_.trees().place_of(first);
  auto slices = log_.slices(place.group, first + count - place.first);
  if (!slices) return fail(slices.error());
  const std::vector<SliceRange> wanted = cut_slices(std::move(*slices), place.first, first, count);
  std::map<TenantId, Stretch> of_tenants;
  for (const SliceRange& slice : wanted) {
    Stretch& stretch = of_tenants[slice.tenant];
    if (stretch.count == 0) stretch.first = slice.first;
    stretch.count += slice.count;
  }
  for (auto& [tenant, stretch] : of_tenants) {
    auto events = of_tenant(tenant, stretch.first, stretch.count);
    if (!events) return fail(events.error());
    stretch.events = std::move(*events);
  }
  std::vector<std::string> found;
  found.reserve(count);
  for (const SliceRange& slice : wanted) {
    Stretch& stretch = of_tenants[slice.tenant];
    for (std::uint32_t i = 0; i < slice.count; ++i)
      found.push_back(std::move(stretch.events[stretch.taken++]));
  }
  if (found.size() != count)
    return fail(Reason::PositionGap,
                fmt::format("events {} to {} of the store are not all there", first + 1, first + count));
  return found;
}

}  // namespace kontor::log
