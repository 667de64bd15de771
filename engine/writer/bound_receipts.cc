#include "engine/writer/bound_receipts.h"

#include "events/core/assert.h"
#include "events/proof/binding.h"

namespace kontor {

void bind_receipts(std::uint64_t group, const std::vector<std::shared_ptr<BoundOutcomes>>& asked,
                   const log::Trees& trees, const ReceiptSigning& signing, Instant now) {
  std::vector<Receipt*> receipts;
  std::vector<Digest> leaves;
  for (const auto& submission : asked) {
    KONTOR_ASSERT(submission->commands.size() == submission->outcomes.size());
    for (std::size_t i = 0; i < submission->outcomes.size(); ++i) {
      auto* receipt = std::get_if<Receipt>(&submission->outcomes[i]);
      if (receipt == nullptr || receipt->duplicate || receipt->dry_run) continue;
      const Digest events_root =
          proof::root_of(trees.newest(submission->tenant, receipt->first, receipt->last));
      const proof::Promise promise{.tenant = submission->tenant,
                                   .command = submission->commands[i],
                                   .first = receipt->first,
                                   .last = receipt->last,
                                   .events_root = events_root};
      leaves.push_back(promise.leaf());
      receipt->binding.emplace().events_root = events_root;
      receipts.push_back(receipt);
    }
  }
  if (receipts.empty()) return;
  const proof::PromisedGroup promised{.log = signing.signer->name(),
                                      .epoch = signing.epoch,
                                      .group = group,
                                      .recorded_at = receipts.front()->recorded_at,
                                      .receipts = receipts.size(),
                                      .root = proof::root_of(leaves)};
  const std::string note = signing.signer->sign(promised.text(), now).encoded();
  std::vector<proof::Path> paths = proof::paths_of(leaves);
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    ReceiptBinding& binding = *receipts[i]->binding;
    binding.note = note;
    binding.index = i;
    binding.path = std::move(paths[i]);
  }
}

}  // namespace kontor
