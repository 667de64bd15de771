#include "tests/replay/promised.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "events/core/merkle.h"
#include "tests/support/live_history.h"
#include "tests/support/tampered_log.h"

namespace kontor::test {
namespace {

proof::Checkpoint checkpoint_of(const replay::StoreName& store, std::optional<TenantId> tenant,
                                const MerkleFrontier& tree) {
  return {.origin = {.log = log_name(store), .epoch = store.epoch, .tenant = std::move(tenant)},
          .size = tree.size(),
          .root = tree.root()};
}

}  // namespace

std::string log_name(const replay::StoreName& store) { return "ledger.example.org/" + store.id; }

std::vector<replay::Promise> promises_of(const std::vector<log::Group>& groups,
                                         const replay::StoreName& store,
                                         const std::vector<std::uint64_t>& sizes) {
  const auto wanted = [&](std::uint64_t size) { return std::ranges::find(sizes, size) != sizes.end(); };
  std::vector<replay::Promise> promises;
  const auto promise = [&](std::optional<TenantId> tenant, const MerkleFrontier& tree) {
    proof::Checkpoint checkpoint = checkpoint_of(store, std::move(tenant), tree);
    promises.push_back({checkpoint, fmt::format("{}@{}", checkpoint.origin.text(), checkpoint.size)});
  };
  MerkleFrontier all;
  std::map<TenantId, MerkleFrontier> tenants;
  for (const log::Group& single : one_by_one(groups)) {
    const log::TenantSlice& slice = single.slices[0];
    MerkleFrontier& tree = tenants[slice.tenant];
    tree.append(bytes_of(slice.bytes));
    all.append(bytes_of(slice.bytes));
    if (wanted(tree.size())) promise(slice.tenant, tree);
    if (wanted(all.size())) promise(std::nullopt, all);
  }
  if (!wanted(0)) return promises;
  for (const auto& [tenant, tree] : tenants) promise(tenant, tree);
  promise(std::nullopt, all);
  return promises;
}

void keep_notes(const std::filesystem::path& folder, const std::vector<replay::Promise>& promises,
                const SigningKey& key) {
  for (const replay::Promise& promise : promises) {
    const std::string text = promise.checkpoint.text();
    const proof::Note note{text, {proof::sign_text(text, promise.checkpoint.origin.log, key)}};
    std::string name = promise.checkpoint.origin.text();
    std::ranges::replace(name, '/', '_');
    std::filesystem::create_directories(folder / name);
    std::ofstream(folder / name / fmt::format("{:020}.note", promise.checkpoint.size)) << note.encoded();
  }
}

void remember(const std::filesystem::path& file, const std::vector<log::Group>& groups,
              const replay::StoreName& store) {
  auto writer = replay::LeafHashWriter::create(file, store).value();
  TamperedLog log(groups, head_of(groups));
  ASSERT_TRUE(replay::hold_against(log, store, {.promises = {}, .remember = &writer}, {}));
  ASSERT_TRUE(writer.finish());
}

std::string found(const Result<replay::Held>& held) {
  if (held) return "nothing";
  return fmt::format("{} {}", static_cast<int>(held.error().code), held.error().message);
}

}  // namespace kontor::test
