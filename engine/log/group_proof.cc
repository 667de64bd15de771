#include "engine/log/group_proof.h"

#include <utility>
#include <vector>

#include "events/core/merkle.h"

namespace kontor::log {
namespace {

constexpr std::size_t kBatchBytes = std::size_t{1} << 20;

}  // namespace

/// Slices whose events are hashed together.
class GroupProof::Batch {
 public:
  explicit Batch(GroupShelf& shelf) : gathered_(kBatchBytes, shelf) {}

  void add(const GroupPart& part) { gathered_.add(part); }
  [[nodiscard]] std::size_t room() const { return gathered_.room(); }
  /// Nothing is added any more.
  void close() {
    std::vector<std::size_t> counts;
    gathered_.split([&](const TenantSlice& slice, bool whole) {
      slices_.push_back({.whole = whole, .leaves = {}});
      counts.push_back(whole ? slice.count : 0);
    });
    leaves_.resize(gathered_.events().size());
    std::span<const Digest> left = leaves_;
    for (std::size_t i = 0; i < slices_.size(); ++i) {
      slices_[i].leaves = left.first(counts[i]);
      left = left.subspan(counts[i]);
    }
  }

  [[nodiscard]] std::size_t pieces() const { return gathered_.pieces(); }
  void prepare(std::size_t piece) {
    const auto [first, count] = gathered_.piece(piece);
    leaf_hashes(std::span(gathered_.events()).subspan(first, count),
                std::span(leaves_).subspan(first, count));
  }

  void clear() {
    gathered_.clear();
    slices_.clear();
  }

  [[nodiscard]] const std::vector<GroupPart>& parts() const { return gathered_.parts(); }
  [[nodiscard]] std::span<const HashedSlice> slices() const { return slices_; }

 private:
  GatheredParts gathered_;
  std::vector<Digest> leaves_;       // of its events
  std::vector<HashedSlice> slices_;  // of all parts
};

GroupProof::GroupProof(Continuity& continuity, GroupVisitor visit, unsigned helpers)
    : continuity_(continuity),
      visit_(std::move(visit)),
      crew_(helpers),
      ahead_(crew_, [this](Batch& batch) { return accept(batch); }) {}

GroupProof::~GroupProof() = default;

bool GroupProof::take(Group& group) {
  const std::shared_ptr<Group> own = shelf_.blank();
  std::swap(*own, group);
  if (!next_) begin_batch();
  return cut_group(own, next_->room(), [this](const GroupPart& part) {
    if (!next_) begin_batch();
    next_->add(part);
    return next_->room() != 0 || put();
  });
}

void GroupProof::begin_batch() {
  next_ = ahead_.spare();
  if (!next_) next_ = std::make_unique<Batch>(shelf_);
}

bool GroupProof::put() {
  next_->close();
  return ahead_.put(std::move(next_));
}

Status GroupProof::finish() {
  if (next_) put();
  ahead_.finish();
  return status_;
}

bool GroupProof::accept(Batch& batch) {
  std::span<const HashedSlice> hashed = batch.slices();
  for (const GroupPart& part : batch.parts()) {
    status_ = continuity_.accept_part(*part.group, part.first, hashed.first(part.count));
    if (!status_ || (part.is_last() && !visit_(*part.group))) return false;
    hashed = hashed.subspan(part.count);
  }
  return true;
}

}  // namespace kontor::log
