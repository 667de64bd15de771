#include "engine/log/group_proof.h"

#include <algorithm>
#include <utility>

#include "events/core/merkle.h"

namespace kontor::log {
namespace {

constexpr std::size_t kBatchBytes = std::size_t{1} << 20;
constexpr std::size_t kKeptBytes = 16 * kBatchBytes;  // memory of larger ones is given back
constexpr std::size_t kPieceEvents = 256;             // about a tenth of a millisecond

}  // namespace

/// Groups whose events are hashed together.
class GroupProof::Batch {
 public:
  /// Leaves a group of long ago, whose memory serves the next one.
  void add(Group& group) {
    for (const TenantSlice& slice : group.slices) bytes_ += slice.bytes.size();
    if (used_ == groups_.size()) groups_.emplace_back();
    std::swap(groups_[used_++], group);
  }
  [[nodiscard]] bool full() const { return bytes_ >= kBatchBytes; }
  /// Nothing is added any more.
  void close() {
    std::vector<std::string_view> of_slice;
    for (const Group& group : groups())
      for (const TenantSlice& slice : group.slices) {
        const bool whole = split_events(slice.bytes, slice.count, of_slice);
        slices_.push_back({.whole = whole, .leaves = {}});
        if (whole) events_.insert(events_.end(), of_slice.begin(), of_slice.end());
      }
    leaves_.resize(events_.size());
    std::span<const Digest> left = leaves_;
    auto hashed = slices_.begin();
    for (const Group& group : groups())
      for (const TenantSlice& slice : group.slices) {
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
    if (bytes_ > kKeptBytes) groups_ = {}, leaves_ = {}, events_ = {};
    used_ = bytes_ = 0;
    events_.clear();
    slices_.clear();
  }

  [[nodiscard]] std::span<const Group> groups() const { return std::span(groups_).first(used_); }
  [[nodiscard]] std::span<const HashedSlice> slices() const { return slices_; }

 private:
  std::vector<Group> groups_;
  std::size_t used_ = 0;  // of them
  std::size_t bytes_ = 0;
  std::vector<std::string_view> events_;  // of the slices that are whole
  std::vector<Digest> leaves_;
  std::vector<HashedSlice> slices_;  // of all groups
};

GroupProof::GroupProof(Continuity& continuity, GroupVisitor visit, unsigned helpers)
    : continuity_(continuity),
      visit_(std::move(visit)),
      crew_(helpers),
      ahead_(crew_, [this](Batch& batch) { return accept(batch); }) {}

GroupProof::~GroupProof() = default;

bool GroupProof::take(Group& group) {
  if (!next_) next_ = ahead_.spare();
  if (!next_) next_ = std::make_unique<Batch>();
  next_->add(group);
  return !next_->full() || put();
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
  for (const Group& group : batch.groups()) {
    status_ = continuity_.accept(group, hashed.first(group.slices.size()));
    if (!status_ || !visit_(group)) return false;
    hashed = hashed.subspan(group.slices.size());
  }
  return true;
}

}  // namespace kontor::log
