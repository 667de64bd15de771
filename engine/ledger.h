#pragma once
// The engine's public face: commands in, durable answers out, groups published to whoever derives views.
//
// A Ledger owns two threads. The writer decides commands against state in memory; the committer makes groups
// durable, one at a time, while the writer already decides the next (ARCHITECTURE D7); a group with a single
// answer that nobody waits behind the writer makes durable itself. Both are thin loops around
// engine/writer/writer.h, which has no threads and no I/O and is what the simulation drives.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/clock.h"
#include "engine/keys/key_store.h"
#include "engine/keys/randomness.h"
#include "engine/log/event_log.h"
#include "engine/writer/bound_receipts.h"
#include "engine/writer/submission.h"
#include "engine/writer/writer_state.h"

namespace kontor {

struct LedgerLimits {
  std::size_t inbox_commands_max = 65'536;  // waiting to be decided; beyond: Overloaded at once
  std::size_t group_commands_max = 4'096;   // decided into one group
  std::size_t group_bytes_max = 8u << 20;   // a group is closed once it has this many bytes
  std::size_t batch_commands_max = 1'000;
};

/// The keys of persons (docs/personal-data.md); both outlive the ledger. Without them commands that carry
/// personal data are answered KeysMissing.
struct LedgerKeys {
  keys::KeyStore* store = nullptr;
  keys::Randomness* randomness = nullptr;
};

/// How an opening found the key store.
enum class KeysFound : std::uint8_t {
  None,     // the ledger was opened without one
  Fitting,  // it was there
  Made,     // there was none, and the log needs none: a new one was made
  Missing,  // there was none, and the log knows persons: personal data can be neither read nor written
};
struct KeysReport {
  KeysFound found = KeysFound::None;
  keys::Reconciled reconciled;
};

/// A durable group, handed over in order of numbers, after the answers of its commands have left.
using GroupObserver = std::function<void(const std::shared_ptr<const log::Group>&)>;

/// Where a tenant stands in memory of the writer; the events up to `position` are durable.
struct TenantStatus {
  Position position = 0;
  Instant timeline_at;
  std::optional<tenancy::Timeline> timeline;  // nullopt: no such tenant
  Digest state{};                             // zero unless it was asked for
  std::optional<Instant> wakes_at{};          // its next timer, if it lives and has one
};

/// What a status is asked for: the digest is over the whole state of the tenant, and costs accordingly.
enum class StatusDetail : std::uint8_t { Brief, WithDigest };

class Ledger {
 public:
  /// Reads the log into memory: behind `start`, which is as of a group of it, or all of it. `on_group` sees
  /// every group that is read, during `open` (on the calling thread), and new ones as they become durable (on
  /// the thread that made them so: committer or writer, never both), each exactly once and in order. Keys of
  /// persons whom the log does not know, or has erased, are destroyed during `open`; StoreDamaged: the key
  /// store lacks what it should have. `on_failure` is called once, from that thread, when the storage failed:
  /// no further answer will come, the process must stop and start again from the log. Submissions may ask for
  /// bound receipts only if `receipts` has a signer.
  [[nodiscard]] static Result<std::unique_ptr<Ledger>> open(std::unique_ptr<log::EventLog> log, Clock& clock,
                                                            LedgerLimits limits, GroupObserver on_group,
                                                            std::function<void(Error)> on_failure,
                                                            LedgerKeys keys = {},
                                                            ReceiptSigning receipts = {},
                                                            std::optional<WriterState> start = std::nullopt);
  virtual ~Ledger() = default;

  /// Any thread. Returns Overloaded at once when the inbox is full (then `done` is not called), OutOfOrder
  /// after `close`, or KeysMissing when a command carries personal data and there are no keys.
  [[nodiscard]] virtual Status submit(Submission submission) = 0;
  /// Does for rows that will come with a command of this tenant what `submit` would do, ahead of it and a
  /// piece at a time, so that the caller is not kept from its other work by a hundred thousand of them. Any
  /// thread; KeysMissing as for `submit`.
  [[nodiscard]] virtual Status look_up(const TenantId& tenant, std::span<rules::access::RosterRow> rows) = 0;
  [[nodiscard]] virtual Status tick(Tick tick) = 0;
  /// Answers after everything submitted before, once what is due by the clock is durable.
  [[nodiscard]] virtual Status status(TenantId tenant, StatusDetail detail,
                                      std::function<void(TenantStatus)> done) = 0;

  /// Stored events of a tenant; durable ones only. Any thread.
  [[nodiscard]] virtual Result<std::vector<std::string>> read(const TenantId& tenant, Position first,
                                                              std::size_t count_max) = 0;
  [[nodiscard]] virtual log::LogHead head() const = 0;
  [[nodiscard]] virtual std::size_t waiting() const = 0;
  /// What the opening found.
  [[nodiscard]] virtual KeysReport keys() const = 0;

  /// Decides and answers everything that was accepted, then stops both threads. Idempotent.
  virtual void close() = 0;

  /// Into a snapshot as of `head()`: the log's trees and the writer's state. Only after `close`, and not
  /// after the storage has failed.
  virtual void save(rules::ArchiveWriter& out) const = 0;
};

}  // namespace kontor
