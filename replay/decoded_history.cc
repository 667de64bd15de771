#include "replay/decoded_history.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace kontor::replay {
namespace {

constexpr std::size_t kBatchBytes = std::size_t{512} << 10;
constexpr std::size_t kPieceEvents = 256;  // about a tenth of a millisecond

}  // namespace

/// Slices whose events are decoded together.
class DecodedHistory::Batch {
 public:
  Batch(const Look& look, log::GroupShelf& shelf) : look_(look), shelf_(shelf) {}

  void add(const log::GroupPart& part) {
    for (const log::TenantSlice& slice : part.slices()) bytes_ += slice.bytes.size();
    parts_.push_back(part);
  }
  [[nodiscard]] std::size_t room() const { return kBatchBytes - std::min(bytes_, kBatchBytes); }
  /// Nothing is added any more.
  void close() {
    std::vector<std::string_view> of_slice;
    for (const log::GroupPart& part : parts_)
      for (const log::TenantSlice& slice : part.slices()) {
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
    for (log::GroupPart& part : parts_) shelf_.give_back(std::move(part.group));
    parts_.clear();
    bytes_ = 0;
    stored_.clear();
    slices_.clear();
  }

  [[nodiscard]] const std::vector<log::GroupPart>& parts() const { return parts_; }
  [[nodiscard]] std::span<const DecodedSlice> slices() const { return slices_; }

 private:
  const Look& look_;
  log::GroupShelf& shelf_;
  std::vector<log::GroupPart> parts_;
  std::size_t bytes_ = 0;
  std::vector<std::string_view> stored_;  // of the slices that are whole
  std::vector<DecodedEvent> events_;
  std::vector<DecodedSlice> slices_;  // of all parts
};

DecodedHistory::DecodedHistory(std::optional<TenantId> only, Look look, Visitor visit, unsigned helpers)
    : only_(std::move(only)),
      look_(std::move(look)),
      visit_(std::move(visit)),
      crew_(helpers),
      ahead_(crew_, [this](Batch& batch) { return this->visit(batch); }) {}

DecodedHistory::~DecodedHistory() = default;

bool DecodedHistory::take(const log::Group& group) {
  const std::shared_ptr<log::Group> own = shelf_.blank();
  own->number = group.number;
  if (only_) {
    own->slices.clear();
    for (const log::TenantSlice& slice : group.slices)
      if (slice.tenant == *only_) own->slices.push_back(slice);
    if (own->slices.empty()) return true;
  } else {
    own->slices = group.slices;
  }
  if (!next_) begin_batch();
  return log::cut_group(own, next_->room(), [this](const log::GroupPart& part) {
    if (!next_) begin_batch();
    next_->add(part);
    return next_->room() != 0 || put();
  });
}

void DecodedHistory::begin_batch() {
  next_ = ahead_.spare();
  if (!next_) next_ = std::make_unique<Batch>(look_, shelf_);
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
  for (const log::GroupPart& part : batch.parts()) {
    status_ = visit_(part, slices.first(part.count));
    if (!status_) return false;
    slices = slices.subspan(part.count);
  }
  return true;
}

}  // namespace kontor::replay
