#pragma once
// Answers what auditors ask (docs/proofs.md). Reading and signing wait for the disk: sessions have both done
// elsewhere. Any thread.

#include <functional>

#include "engine/checkpoints/checkpoint_keeper.h"
#include "engine/log/log_prover.h"
#include "server/protocol/proof_frames.h"

namespace kontor::server {

class ProofDesk {
 public:
  enum class Receipts : std::uint8_t { CanBind, CannotBind };

  /// What is named must outlive the desk. Without a keeper there are proofs, and no checkpoints.
  ProofDesk(const log::LogProver& prover, checkpoints::CheckpointKeeper* keeper, Receipts receipts)
      : prover_(prover), keeper_(keeper), receipts_(receipts) {}

  /// InvalidArgument with both numbers for a size that the tree does not have yet; the refusals of
  /// CheckpointKeeper.
  [[nodiscard]] Result<protocol::ProofAnswer> answer(const TenantId& tenant,
                                                     const protocol::ProveRequest& request) const;
  /// Whether answering means signing, which has a thread of its own.
  [[nodiscard]] static bool may_sign(const protocol::ProveRequest& request);

  /// SigningKey when receipts cannot bind.
  [[nodiscard]] Status can_bind() const;

 private:
  using Answer = Result<protocol::ProofAnswer>;
  [[nodiscard]] Answer on(const log::TreeName& tree, const protocol::CheckpointWish& wish) const;
  [[nodiscard]] Answer on(const log::TreeName& tree, const protocol::InclusionWish& wish) const;
  [[nodiscard]] Answer on(const log::TreeName& tree, const protocol::ConsistencyWish& wish) const;
  [[nodiscard]] Answer on(const log::TreeName& tree, const protocol::CheckpointsWish& wish) const;
  [[nodiscard]] Answer on(const log::TreeName& tree, const protocol::KeysWish& wish) const;

  const log::LogProver& prover_;
  checkpoints::CheckpointKeeper* keeper_;
  const Receipts receipts_;
};

}  // namespace kontor::server
