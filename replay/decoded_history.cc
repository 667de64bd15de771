#include "replay/decoded_history.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace kontor::replay {
namespace {

constexpr std::size_t kBatchBytes = std::size_t{512} << 10;
constexpr std::size_t kKeptBytes = 16 * kBatchBytes;  // memory of larger ones is given back
constexpr std::size_t kPieceEvents = 256;             // about a tenth of a millisecond

}  // namespace

/// Groups whose events are decoded together.
class DecodedHistory::Batch {
 public:
  explicit Batch(const Look& look) : look_(look) {}

  /// The slices of `only`, or all of them.
  void add(const log::Group& group, const std::optional<TenantId>& only) {
    if (used_ == groups_.size()) groups_.emplace_back();
    log::Group& own = groups_[used_];
    if (only) {
      own.slices.clear();
      for (const log::TenantSlice& slice : group.slices)
        if (slice.tenant == *only) own.slices.push_back(slice);
      if (own.slices.empty()) return;
    } else {
      own.slices = group.slices;
    }
    own.number = group.number;
    ++used_;
    for (const log::TenantSlice& slice : own.slices) bytes_ += slice.bytes.size();
  }
  [[nodiscard]] bool full() const { return bytes_ >= kBatchBytes; }
  /// Nothing is added any more.
  void close() {
    std::vector<std::string_view> of_slice;
    for (const log::Group& group : groups())
      for (const log::TenantSlice& slice : group.slices) {
        const bool whole = log::split_events(slice.bytes, slice.count, of_slice);
        slices_.push_back({.slice = &slice, .whole = whole, .events = {}});
        if (whole) stored_.insert(stored_.end(), of_slice.begin(), of_slice.end());
      }
    if (events_.size() < stored_.size()) events_.resize(stored_.size());
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
      DecodedEvent& decoded = events_[i];
      decoded.event = decode(stored_[i]);
      if (!decoded.event) continue;
      decoded.stream = stream_name(*decoded.event);
      if (look_) decoded.looked = look_(*decoded.event);
    }
  }

  /// Events stay: the next ones are decoded into them.
  void clear() {
    if (bytes_ > kKeptBytes) groups_ = {}, events_ = {}, stored_ = {};
    used_ = bytes_ = 0;
    stored_.clear();
    slices_.clear();
  }

  [[nodiscard]] std::span<const log::Group> groups() const { return std::span(groups_).first(used_); }
  [[nodiscard]] std::span<const DecodedSlice> slices() const { return slices_; }

 private:
  const Look& look_;
  std::vector<log::Group> groups_;
  std::size_t used_ = 0;  // of them
  std::size_t bytes_ = 0;
  std::vector<std::string_view> stored_;  // of the slices that are whole
  std::vector<DecodedEvent> events_;
  std::vector<DecodedSlice> slices_;  // of all groups
};

DecodedHistory::DecodedHistory(std::optional<TenantId> only, Look look, Visitor visit, unsigned helpers)
    : only_(std::move(only)),
      look_(std::move(look)),
      visit_(std::move(visit)),
      crew_(helpers),
      ahead_(crew_, [this](Batch& batch) { return this->visit(batch); }) {}

DecodedHistory::~DecodedHistory() = default;

bool DecodedHistory::take(const log::Group& group) {
  if (!next_) next_ = ahead_.spare();
  if (!next_) next_ = std::make_unique<Batch>(look_);
  next_->add(group, only_);
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
