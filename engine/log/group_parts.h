#pragma once
// Groups cut into parts of about the same size, so that several threads have something to do however large a
// group is. One thread.

#include <algorithm>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/log/event_log.h"

namespace kontor::log {

/// Some slices of a group, which stays as long as a part of it does.
struct GroupPart {
  std::shared_ptr<Group> group;
  std::size_t first = 0;
  std::size_t count = 0;

  [[nodiscard]] std::span<const TenantSlice> slices() const {
    return std::span(std::as_const(group->slices)).subspan(first, count);
  }
  [[nodiscard]] bool is_last() const { return first + count == group->slices.size(); }
};

/// Groups whose memory serves again.
class GroupShelf {
 public:
  /// One to be filled in; what it holds is of no interest.
  [[nodiscard]] std::shared_ptr<Group> blank() {
    if (groups_.empty()) return std::make_shared<Group>();
    auto one = std::move(groups_.back());
    groups_.pop_back();
    return one;
  }
  /// Kept if nobody else refers to it and it is not so large that its memory had better be given back.
  void give_back(std::shared_ptr<Group> group) {
    if (group.use_count() != 1 || groups_.size() == kKept) return;
    std::size_t bytes = 0;
    for (const TenantSlice& slice : group->slices) bytes += slice.bytes.capacity();
    if (bytes <= kBytesMax) groups_.push_back(std::move(group));
  }

 private:
  static constexpr std::size_t kKept = 4'096;
  static constexpr std::size_t kBytesMax = std::size_t{4} << 20;
  std::vector<std::shared_ptr<Group>> groups_;
};

/// Parts whose events are worked on together, a piece at a time.
class GatheredParts {
 public:
  /// Takes parts of groups from `shelf`, which get back to it, until they have `bytes_max`.
  GatheredParts(std::size_t bytes_max, GroupShelf& shelf) : bytes_max_(bytes_max), shelf_(shelf) {}

  void add(const GroupPart& part) {
    for (const TenantSlice& slice : part.slices()) bytes_ += slice.bytes.size();
    parts_.push_back(part);
  }
  [[nodiscard]] std::size_t room() const { return bytes_max_ - std::min(bytes_, bytes_max_); }

  /// Nothing is added any more: calls `each` with every slice and whether its bytes are as many whole events
  /// as it says. The events of those that are follow one another in `events`.
  void split(const auto& each) {
    std::vector<std::string_view> of_slice;
    for (const GroupPart& part : parts_)
      for (const TenantSlice& slice : part.slices()) {
        const bool whole = split_events(slice.bytes, slice.count, of_slice);
        if (whole) events_.insert(events_.end(), of_slice.begin(), of_slice.end());
        each(slice, whole);
      }
  }
  void clear() {
    for (GroupPart& part : parts_) shelf_.give_back(std::move(part.group));
    parts_.clear();
    bytes_ = 0;
    events_.clear();
  }

  [[nodiscard]] const std::vector<GroupPart>& parts() const { return parts_; }
  /// Of the slices that are whole, in their order.
  [[nodiscard]] const std::vector<std::string_view>& events() const { return events_; }

  [[nodiscard]] std::size_t pieces() const { return (events_.size() + kPieceEvents - 1) / kPieceEvents; }
  /// What one thread works on at a time. Before: number < pieces(). Any thread.
  struct Piece {
    std::size_t first = 0;  // of `events`
    std::size_t count = 0;
  };
  [[nodiscard]] Piece piece(std::size_t number) const {
    const std::size_t first = number * kPieceEvents;
    return {first, std::min(kPieceEvents, events_.size() - first)};
  }

 private:
  static constexpr std::size_t kPieceEvents = 256;  // about a tenth of a millisecond

  const std::size_t bytes_max_;
  GroupShelf& shelf_;
  std::vector<GroupPart> parts_;
  std::size_t bytes_ = 0;
  std::vector<std::string_view> events_;
};

/// Calls `take` with each part: slices that together have reached `bytes`, or the rest; of a group without
/// any, the nothing it has. False when it returned false.
bool cut_group(const std::shared_ptr<Group>& group, std::size_t bytes, const auto& take) {
  GroupPart part{.group = group, .first = 0, .count = 0};
  if (group->slices.empty()) return take(part);
  std::size_t held = 0;
  while (!part.is_last()) {
    held += group->slices[part.first + part.count++].bytes.size();
    if (held < bytes && !part.is_last()) continue;
    if (!take(part)) return false;
    if (part.is_last()) break;
    part.first += std::exchange(part.count, 0);
    held = 0;
  }
  return true;
}

}  // namespace kontor::log
