#include "server/proof_desk.h"

#include <utility>

namespace kontor::server {
namespace {

tl::unexpected<Error> no_keeper() { return fail(Reason::SigningKey, "this server keeps no checkpoints"); }

}  // namespace

Result<protocol::ProofAnswer> ProofDesk::answer(const TenantId& tenant,
                                                const protocol::ProveRequest& request) const {
  const log::TreeName tree = request.tree == protocol::Tree::Tenant ? log::TreeName(tenant) : std::nullopt;
  return std::visit([&](const auto& wish) { return on(tree, wish); }, request.what);
}

bool ProofDesk::may_sign(const protocol::ProveRequest& request) {
  return std::holds_alternative<protocol::CheckpointWish>(request.what);
}

Status ProofDesk::can_bind() const {
  if (receipts_ == Receipts::CannotBind)
    return fail(Reason::SigningKey, "this server has no signing key: its receipts cannot bind it");
  return {};
}

ProofDesk::Answer ProofDesk::on(const log::TreeName& tree, const protocol::CheckpointWish& wish) const {
  if (keeper_ == nullptr) return no_keeper();
  auto note = keeper_->checkpoint(tree, wish.size);
  if (!note) return fail(note.error());
  return protocol::CheckpointNote{std::move(*note)};
}

ProofDesk::Answer ProofDesk::on(const log::TreeName& tree, const protocol::InclusionWish& wish) const {
  const std::uint64_t size = wish.size != 0 ? wish.size : prover_.size(tree);
  auto path = prover_.inclusion(tree, wish.position - 1, size);
  if (!path) return fail(path.error());
  auto event = prover_.events(tree, wish.position - 1, 1);
  if (!event) return fail(event.error());
  return protocol::Inclusion{std::move(event->front()), size, std::move(*path)};
}

ProofDesk::Answer ProofDesk::on(const log::TreeName& tree, const protocol::ConsistencyWish& wish) const {
  auto path = prover_.consistency(tree, wish.old_size, wish.new_size);
  if (!path) return fail(path.error());
  return protocol::Consistency{std::move(*path)};
}

ProofDesk::Answer ProofDesk::on(const log::TreeName& tree, const protocol::CheckpointsWish& wish) const {
  if (keeper_ == nullptr) return no_keeper();
  auto notes = keeper_->list(tree, wish.after, wish.limit);
  if (!notes) return fail(notes.error());
  return protocol::CheckpointNotes{std::move(*notes)};
}

ProofDesk::Answer ProofDesk::on(const log::TreeName&, const protocol::KeysWish&) const {
  if (keeper_ == nullptr) return no_keeper();
  protocol::Keys keys;
  for (const proof::NoteKey& key : keeper_->keys()) keys.keys.push_back(key.text());
  auto rotations = keeper_->rotations();
  if (!rotations) return fail(rotations.error());
  keys.rotations = std::move(*rotations);
  return keys;
}

}  // namespace kontor::server
