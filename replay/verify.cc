#include "replay/verify.h"

#include <fmt/format.h>

#include <map>

#include "engine/log/group_proof.h"
#include "projections/catalog.h"
#include "projections/memory_view_store.h"
#include "projections/runner.h"
#include "replay/decoded_history.h"
#include "replay/judge.h"
#include "replay/view_comparison.h"

namespace kontor::replay {
namespace {

class Verification {
 public:
  /// Views are derived up to this group.
  explicit Verification(std::uint64_t views_group)
      : views_group_(views_group),
        derived_(views::memory_view_store()),
        runner_(*derived_, views::all_projections()) {}

  Status take(const log::GroupPart& part, std::span<const DecodedSlice> slices) {
    for (const DecodedSlice& slice : slices) {
      if (Status judged = judge(slice); !judged) return judged;
      read_ += slice.slice->count;
    }
    const bool derive = part.is_last() && part.group->number <= views_group_;
    return derive ? runner_.apply(*part.group) : Status();
  }

  Verified finish() const {
    Verified verified;
    for (const auto& [tenant, one] : tenants_)
      verified.tenants.push_back(
          {tenant, one->fold.position(), one->fold.effective_at(), rules::state_digest(one->fold.state())});
    return verified;
  }

  [[nodiscard]] std::uint64_t read() const { return read_; }
  [[nodiscard]] const views::ViewStore& derived() const { return *derived_; }

 private:
  struct OneTenant {
    explicit OneTenant(const TenantId& tenant) : fold(tenant) {}
    TenantFold fold;
    Judge judge;
  };

  Status judge(const DecodedSlice& decoded) {
    const log::TenantSlice& slice = *decoded.slice;
    auto& one = tenants_[slice.tenant];
    if (!one) one = std::make_unique<OneTenant>(slice.tenant);
    if (!decoded.whole)
      return fail(Reason::StoreDamaged,
                  fmt::format("tenant {} position {}: the events are not whole messages", slice.tenant.value,
                              slice.first));
    for (const auto& [event, stream, looked] : decoded.events) {
      if (!event)
        return fail(event.error().code, fmt::format("tenant {} position {}: {}", slice.tenant.value,
                                                    one->fold.position() + 1, event.error().message));
      if (Status follows = one->fold.follows(*event, stream); !follows) return follows;
      if (!looked) return looked;
      if (Status judged = one->judge.judge(*event, one->fold); !judged) return judged;
      if (event->envelope.recorded_at < recorded_at_)
        return fail(Reason::StoreDamaged,
                    fmt::format("tenant {} position {}: recorded before an event of a group before",
                                slice.tenant.value, event->envelope.position));
      recorded_at_ = event->envelope.recorded_at;
      one->fold.take(*event);
    }
    return {};
  }

  const std::uint64_t views_group_;
  std::map<TenantId, std::unique_ptr<OneTenant>> tenants_;
  std::uint64_t read_ = 0;
  Instant recorded_at_;
  std::unique_ptr<views::ViewStore> derived_;
  views::Runner runner_;
};

// First that the bytes are those that were promised, without asking what they mean: numbers, positions,
// frames, count and root, against what the log remembers.
Result<log::LogHead> prove_bytes(log::EventLog& log) {
  log::Continuity continuity;
  log::GroupProof proof(continuity, [](const log::Group&) { return true; });
  log::Group copy;
  const Status scanned = log.scan(1, [&](const log::Group& group) {
    copy = group;
    return proof.take(copy);
  });
  if (const Status proven = proof.finish(); !proven) return fail(proven.error());
  if (!scanned) return fail(scanned.error());
  const log::LogHead found = continuity.head();
  const log::LogHead remembered = log.head();
  if (found.group != remembered.group || found.events != remembered.events)
    return fail(Reason::PositionGap,
                fmt::format("read {} events in {} groups, the head says {} in {}", found.events, found.group,
                            remembered.events, remembered.group));
  if (found.root != remembered.root)
    return fail(Reason::RootMismatch, fmt::format("the tree over {} events has root {}, the head says {}",
                                                  found.events, hex(found.root), hex(remembered.root)));
  return found;
}

Status compare(const Verification& verification, const views::ViewStore& stored,
               const views::Checkpoint& checkpoint, Verified& verified) {
  if (checkpoint.group > verified.head.group)
    return fail(Reason::ViewsDiffer, fmt::format("the views have read group {}, the log ends with group {}",
                                                 checkpoint.group, verified.head.group));
  const Result<std::uint64_t> entries = compare_views(verification.derived(), stored);
  if (!entries) return fail(entries.error());
  verified.views = checkpoint.group == verified.head.group ? ViewsFound::Equal : ViewsFound::Behind;
  verified.views_group = checkpoint.group;
  verified.views_entries = *entries;
  return {};
}

}  // namespace

Result<Verified> verify(log::EventLog& log, const views::ViewStore* views, const Progress& progress) {
  views::Checkpoint checkpoint;
  if (views != nullptr) {
    const Result<views::Checkpoint> stored = views->checkpoint();
    if (!stored) return fail(stored.error());
    checkpoint = *stored;
  }
  const Result<log::LogHead> head = prove_bytes(log);
  if (!head) return fail(head.error());

  Verification verification(checkpoint.group);
  DecodedHistory history(std::nullopt, Judge::judge_alone,
                         [&](const log::GroupPart& part, std::span<const DecodedSlice> slices) {
                           const Status taken = verification.take(part, slices);
                           if (taken && progress) progress(verification.read());
                           return taken;
                         });
  const Status scanned = log.scan(1, [&](const log::Group& group) { return history.take(group); });
  if (const Status taken = history.finish(); !taken) return fail(taken.error());
  if (!scanned) return fail(scanned.error());

  Verified verified = verification.finish();
  verified.head = *head;
  if (views == nullptr) return verified;
  if (Status compared = compare(verification, *views, checkpoint, verified); !compared)
    return fail(compared.error());
  return verified;
}

}  // namespace kontor::replay
