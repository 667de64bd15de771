#include "replay/decoded_history.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace kontor::replay {
namespace {

constexpr std::size_t kBatchBytes = std::size_t{512} << 10;
constexpr std::size_t kPieceEvents = 256;  // about a tenth of a millisecond

}  // namespace

/// Groups whose events are decoded together.
class DecodedHistory::Batch {
 public:
  explicit Batch(const Look& look) : look_(look) {}

  void add(log::Group group) {
    for (const log::TenantSlice& slice : group.slices) bytes_ += slice.bytes.size();
    groups_.push_back(std::move(group));
  }
  [[nodiscard]] bool full() const { return bytes_ >= kBatchBytes; }
  /// Nothing is added any more.
  void close() {
    std::vector<std::string_view> of_slice;
    for (const log::Group& group : groups_)
      for (const log::TenantSlice& slice : group.slices) {
        const bool whole = log::split_events(slice.bytes, slice.count, of_slice);
        slices_.push_back({.slice = &slice, .whole = whole, .events = {}});
        if (whole) stored_.insert(stored_.end(), of_slice.begin(), of_slice.end());
      }
    events_.resize(stored_.size());
    std::span<const DecodedEvent> left = events_;
    for (DecodedSlice& slice : slices_) {
      if (!slice.whole) continue;
      slice.events = left.first(slice.slice->count);
      left = left.subspan(slice.slice->count);
    }
  }

  [[nodiscard]] std::size_t pieces() const { return (stored_.size() + kPieceEvents - 1) / kPieceEvents; }
  void prepare(std::size_t piece) {
    const std::size_t end = std::min(stored_.size(), (piece + 1) * kPieceEvents);
    for (std::size_t i = piece * kPieceEvents; i < end; ++i) {
      events_[i].event = decode(stored_[i]);
      if (look_ && events_[i].event) events_[i].looked = look_(*events_[i].event);
    }
  }

  [[nodiscard]] const std::vector<log::Group>& groups() const { return groups_; }
  [[nodiscard]] std::span<const DecodedSlice> slices() const { return slices_; }

 private:
  const Look& look_;
  std::vector<log::Group> groups_;
  std::size_t bytes_ = 0;
  std::vector<std::string_view> stored_;  // of the slices that are whole
  std::vector<DecodedEvent> events_;
  std::vector<DecodedSlice> slices_;  // of all groups
};

DecodedHistory::DecodedHistory(std::optional<TenantId> only, Look look, Visitor visit)
    : only_(std::move(only)),
      look_(std::move(look)),
      visit_(std::move(visit)),
      ahead_(crew_, [this](Batch& batch) { return this->visit(batch); }) {}

DecodedHistory::~DecodedHistory() = default;

bool DecodedHistory::take(const log::Group& group) {
  if (!next_) next_ = std::make_unique<Batch>(look_);
  if (only_) {
    log::Group wanted{.number = group.number, .slices = {}};
    for (const log::TenantSlice& slice : group.slices)
      if (slice.tenant == *only_) wanted.slices.push_back(slice);
    if (wanted.slices.empty()) return true;
    next_->add(std::move(wanted));
  } else {
    next_->add(group);
  }
  return !next_->full() || put();
}

bool DecodedHistory::put() {
  next_->close();
  return ahead_.put(std::move(next_));
}

Status DecodedHistory::finish() {
  if (next_) put();
  ahead_.finish();
  return status_;
}

bool DecodedHistory::visit(Batch& batch) {
  std::span<const DecodedSlice> slices = batch.slices();
  for (const log::Group& group : batch.groups()) {
    status_ = visit_(group, slices.first(group.slices.size()));
    if (!status_) return false;
    slices = slices.subspan(group.slices.size());
  }
  return true;
}

}  // namespace kontor::replay
