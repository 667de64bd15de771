#pragma once
// What a view store needs from below: byte strings in order. Two implementations: memory and RocksDB.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/core/result.h"

namespace kontor::views {

struct BytesEntry {
  std::string key;
  std::string value;
};

/// An entry whose bytes lie elsewhere.
struct BytesView {
  std::string_view key;
  std::string_view value;
};

/// Walks entries upwards. Entries that are written after a `seek` may or may not be met.
class BytesCursor {
 public:
  BytesCursor() = default;
  BytesCursor(const BytesCursor&) = delete;
  BytesCursor& operator=(const BytesCursor&) = delete;
  virtual ~BytesCursor() = default;

  /// Goes to the first entry whose key is not less than `key`.
  virtual void seek(std::string_view key) = 0;
  virtual void next() = 0;
  [[nodiscard]] virtual bool valid() const = 0;
  /// Good until the cursor moves.
  [[nodiscard]] virtual std::string_view key() const = 0;
  [[nodiscard]] virtual std::string_view value() const = 0;
  /// Must be asked when the cursor has become invalid: an unreadable entry must not look like the end.
  [[nodiscard]] virtual Status status() const = 0;
};

/// One thread writes, any number read. Failures carry Reason::Rebuilding.
class SortedBytes {
 public:
  SortedBytes() = default;
  SortedBytes(const SortedBytes&) = delete;
  SortedBytes& operator=(const SortedBytes&) = delete;
  virtual ~SortedBytes() = default;

  /// Writes all entries or none; of equal keys the last one counts. The entries may be put into another
  /// order.
  [[nodiscard]] virtual Status put(std::span<BytesView> entries) = 0;
  [[nodiscard]] Status write(const std::vector<BytesEntry>& entries) {
    std::vector<BytesView> views;
    for (const BytesEntry& entry : entries) views.push_back({entry.key, entry.value});
    return put(views);
  }
  /// Drops everything. No cursor may be alive.
  [[nodiscard]] virtual Status clear() = 0;
  [[nodiscard]] virtual std::unique_ptr<BytesCursor> cursor() const = 0;
  /// For looking up versions of rows (docs/views.md): a `seek` to one may pass over what is no version of
  /// that row.
  [[nodiscard]] virtual std::unique_ptr<BytesCursor> row_cursor() const { return cursor(); }

  /// The entries as they are now, whatever is written later; it cannot be written itself, and must not
  /// outlive this object.
  [[nodiscard]] virtual std::unique_ptr<SortedBytes> frozen() const = 0;
  /// What was written survives a power cut.
  [[nodiscard]] virtual Status sync() = 0;
};

}  // namespace kontor::views
