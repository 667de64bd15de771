#include "tests/simulation/notary.h"

#include <fmt/format.h>

#include <algorithm>

namespace kontor::simulation {
namespace {

constexpr std::string_view kName = "simulated.example.org/store";
constexpr std::size_t kComparedPerStart = 24;

SigningKey some_key() {
  std::array<std::uint8_t, SigningKey::kSeedBytes> seed{};
  return SigningKey(seed);
}

std::string tree_text(const log::TreeName& tree) {
  return tree ? "the tree of " + tree->value : std::string("the tree of the store");
}

}  // namespace

Notary::Notary(std::uint64_t seed) : dice_(seed), signer_(std::string(kName), some_key()) {}

std::string Notary::started(log::EventLog& log) {
  prover_ = std::make_unique<log::LogProver>(log);
  auto keeper = checkpoints::CheckpointKeeper::open(
      {.store = *store_, .prover = *prover_, .signer = &signer_, .clock = clock_}, std::string(kName), 1);
  if (!keeper) return "the checkpoints cannot be compared: " + keeper.error().message;
  keeper_ = std::move(*keeper);
  if (const auto broken = keeper_->broken(); !broken.empty()) return broken.front().message;
  // All newest sizes lie behind the others, and some of the rest are drawn.
  for (std::size_t i = 0; i < std::min(sizes_.size(), kComparedPerStart); ++i) {
    const bool newest = i < kComparedPerStart / 2;
    const Size& size = newest ? sizes_[sizes_.size() - 1 - i] : sizes_[dice_.below(sizes_.size())];
    if (std::string wrong = compare(size, roots_.at(size)); !wrong.empty()) return wrong;
  }
  return {};
}

void Notary::died() {
  keeper_.reset();
  prover_.reset();
}

std::string Notary::durable(const log::Group& group) {
  std::string wrong = remember(std::nullopt);
  for (const log::TenantSlice& slice : group.slices)
    if (wrong.empty()) wrong = remember(slice.tenant);
  if (!wrong.empty() || !dice_.percent(20)) return wrong;
  if (dice_.percent(50)) return sign(std::nullopt);
  return sign(group.slices[dice_.below(group.slices.size())].tenant);
}

std::string Notary::remember(const log::TreeName& tree) {
  const Size size{tree, prover_->size(tree)};
  const auto root = prover_->root(tree, size.second);
  if (!root) return fmt::format("no root of {}: {}", tree_text(tree), root.error().message);
  const auto [known, added] = roots_.try_emplace(size, *root);
  if (added) sizes_.push_back(size);
  return added ? std::string() : compare(size, known->second);
}

std::string Notary::compare(const Size& size, const Digest& root) const {
  const auto now = prover_->root(size.first, size.second);
  if (!now)
    return fmt::format("{} had {} events once: {}", tree_text(size.first), size.second, now.error().message);
  if (*now == root) return {};
  return fmt::format("{} had another root once with {} events", tree_text(size.first), size.second);
}

// INV-25
std::string Notary::sign(const log::TreeName& tree) {
  const auto note = keeper_->checkpoint(tree, 0);
  if (!note) return fmt::format("{} is not signed: {}", tree_text(tree), note.error().message);
  const auto checkpoint = proof::Checkpoint::parse(proof::Note::parse(*note).value().text);
  if (!checkpoint) return "a checkpoint that is none was signed";
  const auto known = roots_.find({tree, checkpoint->size});
  if (known == roots_.end() || known->second == checkpoint->root) return {};
  return fmt::format("{} was signed with two roots for {} events", tree_text(tree), checkpoint->size);
}

}  // namespace kontor::simulation
