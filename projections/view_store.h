#pragma once
// The versioned store of all views (ARCHITECTURE D10, docs/views.md). A row never changes: writing a row at
// position p adds the version (key, p), and reading as of p finds the newest version not after p. So a
// question about the past costs what one about the present costs, and readers need no lock against the
// writer: what is written later has a later position and is not seen.
//
// One thread writes (`apply`, `reset`); any number of threads read what has been applied. While `reset` runs
// nobody may read. Everything here can be derived from the log again: nothing is synced by itself.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/core/digest.h"
#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/result.h"
#include "projections/batch_bytes.h"
#include "projections/sorted_bytes.h"
#include "projections/view_key.h"

namespace kontor::views {

/// Shape of the stored rows. Raised with every change of keys, rows or of what a projection writes: views of
/// another shape are dropped and derived again.
constexpr std::uint32_t kShape = 8;

/// How far the views have read the log, and which log it was: `fingerprint` is that of the last group read.
/// `ahead` is that of the group behind it while some of its rows are stored already, and zero otherwise.
struct Checkpoint {
  std::uint64_t group = 0;  // 0: nothing yet
  Digest fingerprint{};
  Digest ahead{};

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// How far a tenant's views are.
struct TenantMark {
  Position position = 0;
  Instant effective_at;  // the tenant's timeline at `position`: it never goes back

  friend bool operator==(const TenantMark&, const TenantMark&) = default;
};

struct RowVersion {
  Position position = 0;  // at which the row got this value
  std::string value;

  friend bool operator==(const RowVersion&, const RowVersion&) = default;
};

/// What one or more groups do to the views. Applied as a whole or not at all. Rows may come before the marks
/// that cover them, so that a large group need not be held in memory: nobody asks for positions beyond a
/// tenant's mark, and after a crash the same group writes the same rows again.
struct ViewBatch {
  struct Row {
    BytesThere key;  // behind it lies the rest of a stored key: the complement of the position
    Position position = 0;
    BytesThere value;

    [[nodiscard]] std::string_view stored_key() const { return {key.data(), key.size() + kNumberBytes}; }
  };
  struct Mark {
    TenantId tenant;
    TenantMark mark;
    Instant recorded_at = {};
  };

  Checkpoint checkpoint;
  std::vector<Row> rows;    // several of one key and position: the last one counts
  std::vector<Mark> marks;  // in order; of the events of one moment, at least the first and the last
  std::shared_ptr<BatchBytes> bytes;  // where the rows' bytes are; a batch without rows needs none

  void add(std::string_view key, Position position, std::string_view value);
};

enum class Scan : std::uint8_t { Continue, Stop };

/// Called with key and newest version as of the asked position, in order of keys.
using RowVisitor = std::function<Scan(std::string_view key, const RowVersion& version)>;

/// Rows whose key begins with `prefix`, is greater than `after` (empty: all of them) and not greater than
/// `until` (empty: all of them).
struct RowRange {
  ViewKey prefix;
  std::string after;
  std::string until;

  friend auto operator<=>(const RowRange&, const RowRange&) = default;
  friend bool operator==(const RowRange&, const RowRange&) = default;
};
/// Called with the row's key and one of its versions. Both views are good until it returns.
using VersionVisitor = std::function<Scan(std::string_view key, Position position, std::string_view value)>;

/// Reads many rows as they were stored when it was made, at less cost than the store itself; whether it sees
/// what is written later is open. Alive only until everything is dropped. One thread.
class RowReader {
 public:
  RowReader() = default;
  RowReader(const RowReader&) = delete;
  RowReader& operator=(const RowReader&) = delete;
  virtual ~RowReader() = default;

  /// As ViewStore::get.
  [[nodiscard]] virtual Result<std::optional<RowVersion>> get(const ViewKey& key, Position as_of) = 0;
};

class ViewStore {
 public:
  ViewStore() = default;
  ViewStore(const ViewStore&) = delete;
  ViewStore& operator=(const ViewStore&) = delete;
  virtual ~ViewStore() = default;

  /// Adds all of the batch. A crash leaves the views as they were after some whole batch, not always the
  /// last.
  [[nodiscard]] virtual Status apply(ViewBatch batch) = 0;
  /// Drops everything, also what is damaged.
  [[nodiscard]] virtual Status reset() = 0;

  /// Fails also when the views have another shape than this program writes.
  [[nodiscard]] virtual Result<Checkpoint> checkpoint() const = 0;
  /// Zero for a tenant the views have not seen.
  [[nodiscard]] virtual Result<TenantMark> tenant(const TenantId& tenant) const = 0;
  /// The tenant's newest position at which its timeline had not passed `time`; 0 when there is none.
  [[nodiscard]] virtual Result<Position> position_at(const TenantId& tenant, Instant time) const = 0;
  /// The tenant's newest position that was recorded at or before `time`; 0 when there is none.
  [[nodiscard]] virtual Result<Position> position_known_at(const TenantId& tenant, Instant time) const = 0;

  /// Where the tenant's timeline was at `position`; where it is now for a position the views do not have yet,
  /// zero when they have none.
  [[nodiscard]] virtual Result<Instant> effective_at(const TenantId& tenant, Position position) const = 0;

  /// The newest version of a row not after `as_of`; nullopt when there is none.
  [[nodiscard]] virtual Result<std::optional<RowVersion>> get(const ViewKey& key, Position as_of) const = 0;
  [[nodiscard]] virtual std::unique_ptr<RowReader> reader() const = 0;
  /// Visits the rows whose key begins with `prefix` and is greater than `after` (empty: all of them).
  [[nodiscard]] virtual Status scan(const ViewKey& prefix, std::string_view after, Position as_of,
                                    const RowVisitor& visit) const = 0;

  /// Visits every version that these rows got at the positions `from` to `to`, in no promised order.
  [[nodiscard]] virtual Status versions(const RowRange& rows, Position from, Position to,
                                        const VersionVisitor& visit) const = 0;

  /// Every stored entry, whatever it is for. Two stores that were given the same batches hold the same
  /// entries.
  [[nodiscard]] virtual std::unique_ptr<BytesCursor> walk() const = 0;

  /// The views as they are now, between two batches, whatever is applied later. Nothing can be applied to
  /// them, and they must not outlive this object.
  [[nodiscard]] virtual std::unique_ptr<ViewStore> frozen() const = 0;
  /// What was applied survives a power cut.
  [[nodiscard]] virtual Status sync() = 0;
};

/// Errors of a store carry Reason::Rebuilding: the views must be derived again; the log is not in doubt.

}  // namespace kontor::views
