#pragma once
// The port behind which events are remembered (ARCHITECTURE D14). It deals in groups: all that one group
// commit made durable, for any number of tenants. One thread at a time calls `append`, `follow_up`, `idle`
// and `put_away`; the rest may be called from any.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/core/digest.h"
#include "events/core/ids.h"
#include "events/core/result.h"

namespace kontor::log {

class Trees;

/// Events of one tenant inside a group: `count` stored events (events/envelope.h) back to back, each one a
/// single-segment message that names its own length. Their positions are first, first + 1, ...
struct TenantSlice {
  TenantId tenant;
  Position first = 0;
  std::uint32_t count = 0;
  std::string bytes;

  friend bool operator==(const TenantSlice&, const TenantSlice&) = default;
};

/// The unit of durability: all of it survives a crash, or nothing. Numbered gap-free from 1.
struct Group {
  std::uint64_t number = 0;
  // In order of tenant, then position; at least one, none empty. A tenant has one, or several that follow one
  // another when it has very many events (docs/storage-format.md).
  std::vector<TenantSlice> slices;

  friend bool operator==(const Group&, const Group&) = default;
};
[[nodiscard]] std::uint64_t events_in(const Group& group);

enum class AppendOutcome : std::uint8_t {
  Appended,    // durable
  Conflict,    // the group number is not the next one: somebody else appended; nothing was written
  Fenced,      // a newer epoch owns the log; nothing was written
  NotWritten,  // certainly nothing was written, and the log can go on
  Unknown,     // the storage failed: nobody can say. Stop, reopen, let retries with the same ids find out
};

/// What the log holds: number of its last group, count of its events over all tenants, and the root of the
/// RFC 6962 tree over those events in the order of groups, slices and positions.
struct LogHead {
  std::uint64_t group = 0;
  std::uint64_t events = 0;
  Digest root{};

  friend bool operator==(const LogHead&, const LogHead&) = default;
};

/// Where events of a tenant lie, without them: `count` positions from `first` on.
struct SliceRange {
  TenantId tenant;
  Position first = 0;
  std::uint32_t count = 0;

  friend bool operator==(const SliceRange&, const SliceRange&) = default;
};

/// Called with each group in order. Returning false ends the scan without an error.
using GroupVisitor = std::function<bool(const Group&)>;

class EventLog {
 public:
  EventLog() = default;
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;
  virtual ~EventLog() = default;

  /// Makes the group durable before it returns Appended. `group.number` must be head().group + 1. After
  /// Unknown every further append answers Unknown: only reopening tells what is there.
  [[nodiscard]] virtual AppendOutcome append(const Group& group) = 0;

  /// Visits all groups from number `first` on (1 = all). Fails with a named error (8xxx) instead of ever
  /// showing a shortened or gapped history: group numbers and positions are checked to be gap-free, and the
  /// count of groups against the head.
  [[nodiscard]] virtual Status scan(std::uint64_t first, const GroupVisitor& visit) = 0;

  /// Stored events of a tenant with positions from `first` on, at most `count_max` (at least one slice's
  /// worth may be cut to exactly that). Empty when the tenant has none there.
  [[nodiscard]] virtual Result<std::vector<std::string>> read(const TenantId& tenant, Position first,
                                                              std::size_t count_max) = 0;

  /// The slices of groups from number `first` on, in the order of the store's tree, of whole groups and until
  /// they hold at least `events_min` events or the log ends. Only durable groups.
  [[nodiscard]] virtual Result<std::vector<SliceRange>> slices(std::uint64_t first,
                                                               std::uint64_t events_min) = 0;

  [[nodiscard]] virtual LogHead head() const = 0;

  /// The trees over what is durable (engine/log/log_prover.h makes proofs of them).
  [[nodiscard]] virtual const Trees& trees() const = 0;

  /// The answers to the last append have left: begins, beside the caller, what may lag behind it (the HEAD
  /// file). The next append or `idle` does what has not been begun by then.
  virtual void follow_up() {}
  /// Nothing is waiting to be committed: writes down what may lag behind the last append (the HEAD file).
  virtual void idle() = 0;
  /// Nothing will be appended for long, as at a clean stop: brings what is stored into the form that opens
  /// fastest. Nothing that was promised depends on it.
  virtual void put_away() {}
};

/// Tells groups apart: SHA-256 over number, tenants, positions and stored bytes.
[[nodiscard]] Digest fingerprint(const Group& group);
/// Of group `number` as the log has it; all zero when it has no such group.
[[nodiscard]] Result<Digest> fingerprint_of(EventLog& log, std::uint64_t number);

/// Splits back-to-back stored events. False when the bytes are not whole messages.
[[nodiscard]] bool split_events(std::string_view bytes, std::vector<std::string_view>& out);
/// The same, and false unless there are exactly `count`.
[[nodiscard]] bool split_events(std::string_view bytes, std::uint32_t count,
                                std::vector<std::string_view>& out);

}  // namespace kontor::log
