#include "engine/checkpoints/checkpoint_keeper.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/core/assert.h"
#include "events/core/base64.h"

namespace kontor::checkpoints {

Result<std::unique_ptr<CheckpointKeeper>> CheckpointKeeper::open(KeeperServices services, std::string name,
                                                                 std::uint64_t epoch) {
  std::unique_ptr<CheckpointKeeper> keeper(new CheckpointKeeper(services, std::move(name), epoch));
  if (const Status compared = keeper->compare_with_log(); !compared) return fail(compared.error());
  return keeper;
}

Status CheckpointKeeper::compare_with_log() {
  auto newest = services_.store.newest_of_all();
  if (!newest) return fail(newest.error());
  for (KeptCheckpoint& kept : *newest) {
    const proof::Origin& origin = kept.checkpoint.origin;
    // A restore raises the epoch and may take the log back: what was signed before it speaks of another log.
    if (origin.epoch != epoch_) continue;
    const Status fits = contradiction(origin.tenant, kept.checkpoint);
    if (!fits && fits.error().code != Reason::TwoHistories) return fits;
    if (origin.log != name_ && fits) continue;  // signed under another name; it fits, and that is all
    Tree& tree = trees_[origin.tenant];
    if (!fits) tree.broken = fits.error();
    if (origin.log == name_) tree.newest = std::move(kept);
  }
  return {};
}

/// TwoHistories when the log is not the one of which this was signed.
Status CheckpointKeeper::contradiction(const log::TreeName& name, const proof::Checkpoint& before) const {
  const std::uint64_t size = services_.prover.size(name);
  if (size < before.size)
    return fail(Reason::TwoHistories,
                fmt::format("{} was signed with {} events, root {}; the log has {}", before.origin.text(),
                            before.size, base64(before.root), size));
  const auto root = services_.prover.root(name, before.size);
  if (!root) return fail(root.error());
  if (*root != before.root)
    return fail(Reason::TwoHistories,
                fmt::format("{} was signed with {} events, root {}; in the log their root is {}",
                            before.origin.text(), before.size, base64(before.root), base64(*root)));
  return {};
}

Result<CheckpointKeeper::Tree*> CheckpointKeeper::find(const log::TreeName& name) {
  const auto [at, unknown] = trees_.try_emplace(name);
  if (!unknown) return &at->second;
  auto newest = services_.store.newest(origin_of(name));
  if (!newest) {
    trees_.erase(at);
    return fail(newest.error());
  }
  at->second.newest = std::move(*newest);
  return &at->second;
}

Result<std::string> CheckpointKeeper::checkpoint(const log::TreeName& name, std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t durable = services_.prover.size(name);
  if (durable == 0 || size > durable)
    return fail(Reason::InvalidArgument, fmt::format("{} has {} events, asked for was a checkpoint of {}",
                                                     origin_of(name).text(), durable, size));
  const auto found = find(name);
  if (!found) return fail(found.error());
  Tree& tree = **found;
  if (size != 0 && tree.newest && tree.newest->checkpoint.size >= size) return tree.newest->note;
  if (tree.broken) return fail(*tree.broken);
  if (services_.signer == nullptr) {
    if (size == 0 && tree.newest) return tree.newest->note;
    return fail(Reason::SigningKey, "this server has no signing key and signs no new checkpoints");
  }
  return sign(name, tree);
}

// INV-25: no checkpoint before it is durable, and never two roots for one size.
Result<std::string> CheckpointKeeper::sign(const log::TreeName& name, Tree& tree) {
  if (tree.newest) {
    const Status fits = contradiction(name, tree.newest->checkpoint);
    if (!fits && fits.error().code == Reason::TwoHistories) tree.broken = fits.error();
    if (!fits) return fail(fits.error());
  }
  const std::uint64_t size = services_.prover.size(name);
  if (tree.newest && tree.newest->checkpoint.size == size) return sign_again(tree);
  const auto root = services_.prover.root(name, size);
  if (!root) return fail(root.error());
  KeptCheckpoint made{{origin_of(name), size, *root}, {}};
  made.note = services_.signer->sign(made.checkpoint.text(), services_.clock.now()).encoded();
  const Status kept = services_.store.keep(made);
  if (!kept && kept.error().code == Reason::TwoHistories) tree.broken = kept.error();
  if (!kept) return fail(kept.error());
  tree.newest = std::move(made);
  return tree.newest->note;
}

/// The same checkpoint, once more when the key has changed since it was signed.
Result<std::string> CheckpointKeeper::sign_again(Tree& tree) {
  auto note = proof::Note::parse(tree.newest->note);
  KONTOR_ASSERT(note.has_value());
  if (proof::is_signed_by(*note, services_.signer->key())) return tree.newest->note;
  proof::Note more = services_.signer->sign(note->text, services_.clock.now());
  for (proof::NoteSignature& signature : note->signatures)
    if (std::ranges::find(more.signatures, signature) == more.signatures.end() &&
        more.signatures.size() < proof::kNoteSignaturesMax)
      more.signatures.push_back(std::move(signature));
  KeptCheckpoint made{tree.newest->checkpoint, more.encoded()};
  if (const Status kept = services_.store.keep(made); !kept) return fail(kept.error());
  tree.newest = std::move(made);
  return tree.newest->note;
}

Result<std::vector<std::string>> CheckpointKeeper::list(const log::TreeName& tree, std::uint64_t after,
                                                        std::size_t limit) {
  const std::lock_guard lock(mutex_);
  auto kept = services_.store.list(origin_of(tree), after, limit);
  if (!kept) return fail(kept.error());
  std::vector<std::string> notes;
  notes.reserve(kept->size());
  for (KeptCheckpoint& one : *kept) notes.push_back(std::move(one.note));
  return notes;
}

std::vector<proof::NoteKey> CheckpointKeeper::keys() const {
  if (services_.signer == nullptr) return {};
  return services_.signer->keys(services_.clock.now());
}

Result<std::vector<std::string>> CheckpointKeeper::rotations() {
  const std::lock_guard lock(mutex_);
  return services_.store.rotations();
}

std::vector<Error> CheckpointKeeper::broken() const {
  const std::lock_guard lock(mutex_);
  std::vector<Error> errors;
  for (const auto& [name, tree] : trees_)
    if (tree.broken) errors.push_back(*tree.broken);
  return errors;
}

}  // namespace kontor::checkpoints
