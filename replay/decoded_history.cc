#include "replay/decoded_history.h"

#include <utility>
#include <vector>

namespace kontor::replay {
namespace {

constexpr std::size_t kBatchBytes = std::size_t{128} << 10;

}  // namespace

/// Slices whose events are decoded together.
class DecodedHistory::Batch {
 public:
  Batch(const Look& look, log::GroupShelf& shelf) : look_(look), gathered_(kBatchBytes, shelf) {}

  void add(const log::GroupPart& part) { gathered_.add(part); }
  [[nodiscard]] std::size_t room() const { return gathered_.room(); }
  /// Nothing is added any more.
  void close() {
    gathered_.split([this](const log::TenantSlice& slice, bool whole) {
      slices_.push_back({.slice = &slice, .whole = whole, .events = {}});
    });
    if (events_.size() < gathered_.events().size()) events_.resize(gathered_.events().size());
    std::span<const DecodedEvent> left = events_;
    for (DecodedSlice& slice : slices_) {
      if (!slice.whole) continue;
      slice.events = left.first(slice.slice->count);
      left = left.subspan(slice.slice->count);
    }
  }

  [[nodiscard]] std::size_t pieces() const { return gathered_.pieces(); }
  void prepare(std::size_t piece) {
    const auto [first, count] = gathered_.piece(piece);
    for (std::size_t i = first; i < first + count; ++i) {
      DecodedEvent& decoded = events_[i];
      decoded.event = decode(gathered_.events()[i]);
      if (!decoded.event) continue;
      decoded.stream = stream_name(*decoded.event);
      if (look_) decoded.looked = look_(*decoded.event);
    }
  }

  /// Events stay: the next ones are decoded into them.
  void clear() {
    gathered_.clear();
    slices_.clear();
  }

  [[nodiscard]] const std::vector<log::GroupPart>& parts() const { return gathered_.parts(); }
  [[nodiscard]] std::span<const DecodedSlice> slices() const { return slices_; }

 private:
  const Look& look_;
  log::GatheredParts gathered_;
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
