#include "engine/log/group_proof.h"

#include <algorithm>
#include <utility>

#include "events/core/merkle.h"

namespace kontor::log {
namespace {

constexpr std::size_t kBatchBytes = std::size_t{1} << 20;
constexpr std::size_t kPieceEvents = 256;  // about a tenth of a millisecond

}  // namespace

/// Slices whose events are hashed together.
class GroupProof::Batch {
 public:
  explicit Batch(GroupShelf& shelf) : shelf_(shelf) {}

  void add(const GroupPart& part) {
    for (const TenantSlice& slice : part.slices()) bytes_ += slice.bytes.size();
    parts_.push_back(part);
  }
  [[nodiscard]] std::size_t room() const { return kBatchBytes - std::min(bytes_, kBatchBytes); }
  /// Nothing is added any more.
  void close() {
    std::vector<std::string_view> of_slice;
    for (const GroupPart& part : parts_)
      for (const TenantSlice& slice : part.slices()) {
        const bool whole = split_events(slice.bytes, slice.count, of_slice);
        slices_.push_back({.whole = whole, .leaves = {}});
        if (whole) events_.insert(events_.end(), of_slice.begin(), of_slice.end());
      }
    leaves_.resize(events_.size());
    std::span<const Digest> left = leaves_;
    auto hashed = slices_.begin();
    for (const GroupPart& part : parts_)
      for (const TenantSlice& slice : part.slices()) {
        if (hashed->whole) {
          hashed->leaves = left.first(slice.count);
          left = left.subspan(slice.count);
        }
        ++hashed;
      }
  }

  [[nodiscard]] std::size_t pieces() const { return (events_.size() + kPieceEvents - 1) / kPieceEvents; }
  void prepare(std::size_t piece) {
    const std::size_t end = std::min(events_.size(), (piece + 1) * kPieceEvents);
    for (std::size_t i = piece * kPieceEvents; i < end; ++i) leaves_[i] = leaf_hash(bytes_of(events_[i]));
  }

  void clear() {
    for (GroupPart& part : parts_) shelf_.give_back(std::move(part.group));
    parts_.clear();
    bytes_ = 0;
    events_.clear();
    slices_.clear();
  }

  [[nodiscard]] const std::vector<GroupPart>& parts() const { return parts_; }
  [[nodiscard]] std::span<const HashedSlice> slices() const { return slices_; }

 private:
  GroupShelf& shelf_;
  std::vector<GroupPart> parts_;
  std::size_t bytes_ = 0;
  std::vector<std::string_view> events_;  // of the slices that are whole
  std::vector<Digest> leaves_;
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
