#pragma once
// What every log checks before it writes and after it reads: groups are numbered gap-free, a tenant's
// positions are gap-free, slices are whole and in order. Pure; one thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/log/event_log.h"
#include "engine/log/trees.h"

namespace kontor::log {

/// What `Continuity` has to know of a slice's bytes, found out ahead of it by whoever had the time.
struct HashedSlice {
  bool whole = false;              // the bytes are as many whole events as the slice says
  std::span<const Digest> leaves;  // of these events
};

/// Follows a history group by group.
class Continuity {
 public:
  /// From the very beginning, keeping the trees and with them the head (count and root over all events).
  Continuity() : trees_(std::make_unique<Trees>()), next_group_(1) {}
  /// On from the end of a history that was proven before: its trees, and where each tenant stands.
  Continuity(std::unique_ptr<Trees> trees, std::uint64_t last_group,
             const std::unordered_map<TenantId, Position>& last_positions);
  /// From a group on, without a head. Begun after group 1 it learns a tenant's position from its first slice.
  explicit Continuity(std::uint64_t first_group) : learning_(first_group != 1), next_group_(first_group) {}

  /// The group continues the history. PositionGap when a group or position is missing or repeated,
  /// StoreDamaged when a slice is not `count` whole events or the slices are not in rising order of tenant.
  /// After an error the object must not be used further.
  [[nodiscard]] Status accept(const Group& group);
  /// The same of a few slices of a group, from slice `first` on, with what was found out about each of them.
  /// Those before it came before.
  [[nodiscard]] Status accept_part(const Group& group, std::size_t first,
                                   std::span<const HashedSlice> hashed);

  [[nodiscard]] std::uint64_t next_group() const { return next_group_; }
  /// Position the tenant's next event must have.
  [[nodiscard]] Position next_position(const TenantId& tenant) const;
  /// Only of an object that keeps trees, that is, made without a group number; so does `trees`. What was
  /// accepted is published there by whoever knows it to be durable.
  [[nodiscard]] LogHead head() const;
  [[nodiscard]] Trees& trees() const;

 private:
  [[nodiscard]] Status begin(const Group& group);
  [[nodiscard]] Status accept_slice(const Group& group, std::size_t number, const HashedSlice* hashed);

  std::unique_ptr<Trees> trees_;
  bool learning_ = false;
  std::uint64_t next_group_;
  std::unordered_map<TenantId, Position> next_positions_;
  std::vector<std::string_view> events_;  // these two are reused by every slice
  std::vector<Digest> leaves_;
};

}  // namespace kontor::log
