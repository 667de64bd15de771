#pragma once
// How a projection reads and writes rows while events are applied. One thread.

#include <kj/exception.h>

#include <boost/unordered/unordered_flat_map.hpp>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/row_cache.h"
#include "projections/row_words.h"
#include "projections/stored_row.h"
#include "projections/view_store.h"

namespace kontor::views {

/// Collects the batch of a group. Reads see what was written before, also within the group. The first failure
/// is remembered: from then on reads find nothing, writes do nothing, and `take` returns that failure.
class ViewWriter {
 public:
  explicit ViewWriter(const ViewStore& store);

  /// Says what to do so that the store has all batches that were taken; it tells whether some were missing.
  enum class Settled : std::uint8_t { Already, Now };
  using Settle = std::function<Settled()>;
  void settle_by(Settle settle) { settle_ = std::move(settle); }

  /// Names the event that is being applied; rows written from now on carry its position.
  /// `timeline` is where the tenant's timeline stands with it.
  void begin_event(const TenantId& tenant, Position position, Instant timeline, Instant recorded_at);
  [[nodiscard]] const TenantId& tenant() const { return tenant_; }
  [[nodiscard]] Position position() const { return position_; }

  /// The newest row, if there is one.
  template <class Row>
  [[nodiscard]] std::optional<StoredRow<Row>> find(const ViewKey& key) {
    const Words row = words_of(newest(key));
    if (row.empty()) return std::nullopt;
    return std::optional<StoredRow<Row>>(std::in_place, bytes_of(row));
  }
  [[nodiscard]] bool has(const ViewKey& key) { return !words_of(newest(key)).empty(); }
  /// The newest row, which must be there: without it the events do not fit the views, and the batch fails.
  template <class Row>
  [[nodiscard]] StoredRow<Row> require(const ViewKey& key) {
    const Words row = words_of(newest(key));
    if (row.empty()) missing(key);
    return StoredRow<Row>(bytes_of(row));
  }
  /// Whether the event that is being applied wrote this row's first version, as far as is known without
  /// looking: other rows that are only there where this one is need not be looked for then.
  [[nodiscard]] bool is_new(const ViewKey& key) const { return cache_.is_new(key.view(), position_); }
  /// Writes a row of which there was none before.
  template <class Row, std::invocable<typename Row::Builder> Fill>
  void create(const ViewKey& key, const Fill& fill) {
    if (build<Row>({}, fill)) put_built(key);
  }
  /// Like `create`, of a row that no projection will look at again.
  template <class Row, std::invocable<typename Row::Builder> Fill>
  void create_for_good(const ViewKey& key, const Fill& fill) {
    if (build<Row>({}, fill)) put(key, bytes_of(built_));
  }
  /// Writes a new version of a row: `fill` gets the newest one to change, or an empty one when there is none.
  template <class Row, std::invocable<typename Row::Builder> Fill>
  void edit(const ViewKey& key, const Fill& fill) {
    RowCache::Row* const row = newest(key);
    if (row != nullptr && build<Row>(row->words(), fill)) put_built(key, *row);
  }
  /// Like `edit`, of a row that must be there.
  template <class Row, std::invocable<typename Row::Builder> Fill>
  void change(const ViewKey& key, const Fill& fill) {
    RowCache::Row* const row = newest(key);
    if (words_of(row).empty()) return missing(key);
    if (build<Row>(row->words(), fill)) put_built(key, *row);
  }
  /// Like `change`; does nothing when there is none.
  template <class Row, std::invocable<typename Row::Builder> Fill>
  void change_if_there(const ViewKey& key, const Fill& fill) {
    RowCache::Row* const row = newest(key);
    if (!words_of(row).empty() && build<Row>(row->words(), fill)) put_built(key, *row);
  }
  /// Like `change`, of a row that may have been created for good. Does nothing when there is none: a late
  /// event may be about what came after the moment that is asked about. Slow: for what happens seldom.
  template <class Row, std::invocable<typename Row::Builder> Fill>
  void change_late(const ViewKey& key, const Fill& fill) {
    const Words row = newest_late(key);
    if (!row.empty() && build<Row>(row, fill)) put_built(key);
  }
  /// Keeps bytes that are no row of ours as they are.
  void keep(const ViewKey& key, std::string_view bytes) { put(key, bytes); }
  /// Writes a row that only marks a place.
  void mark(const ViewKey& key) { put(key, {}); }

  /// Reports that the event cannot be right for these views.
  void fail_event(std::string what);

  /// Forgets everything; the store has been reset.
  void forget();
  /// More rows are remembered than need be. Then those that were not needed since the last time may be
  /// forgotten, between two batches; at least one must have been taken since, so that the store has them: one
  /// is on its way at most.
  [[nodiscard]] bool remembers_much() const { return cache_.full(); }
  void forget_rows();

  /// The finished batch, or the first failure; either way the next batch begins.
  [[nodiscard]] Result<ViewBatch> take(Checkpoint checkpoint);
  /// The rows so far without their marks, as a batch, or the first failure. The batch goes on: its marks come
  /// with `take`.
  [[nodiscard]] Result<ViewBatch> take_rows(Checkpoint checkpoint);

 private:
  struct HashOfKey {
    using is_transparent = void;
    using is_avalanching = void;
    std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
  };

  [[nodiscard]] static std::string_view bytes_of(Words row) {
    return {reinterpret_cast<const char*>(row.data()), row.size_bytes()};
  }
  [[nodiscard]] static Words words_of(const RowCache::Row* row) {
    return row == nullptr ? Words() : row->words();
  }
  // Null after a failure. No words: there is no such row. They are good until the row is written.
  [[nodiscard]] RowCache::Row* newest(const ViewKey& key);
  [[nodiscard]] Words newest_late(const ViewKey& key);
  [[nodiscard]] RowCache::Row* read_stored(const ViewKey& key);
  void put(const ViewKey& key, std::string_view value);
  // What was built becomes the row's newest version.
  void put_built(const ViewKey& key);
  void put_built(const ViewKey& key, RowCache::Row& row);
  void missing(const ViewKey& key);
  void unreadable(const kj::Exception& error);
  [[nodiscard]] std::shared_ptr<BatchBytes> unused_bytes();

  // False after a failure.
  template <class Row, class Fill>
  [[nodiscard]] bool build(Words before, const Fill& fill) {
    if (failure_) return false;
    try {
      // The sizes that the schema has; the library has no other name for them.
      constexpr StructWords kSize{Row::_capnpPrivate::dataWordSize, Row::_capnpPrivate::pointerCount};
      RowMessage message(scratch_, before, kSize);
      fill(message.template getRoot<Row>());
      message.canonical(built_);
    } catch (const kj::Exception& error) {
      unreadable(error);
    }
    return !failure_;
  }

  const ViewStore& store_;
  Settle settle_;
  std::unique_ptr<RowReader> reader_;  // of the store as some batch left it; null until it is needed
  TenantId tenant_;
  Position position_ = 0;
  ViewBatch batch_;
  std::size_t rows_usual_ = 0;                       // of the batch before
  std::vector<std::shared_ptr<BatchBytes>> memory_;  // of batches, used again when they are gone
  RowCache cache_;
  // Where the batch's newest version of a row is, for the first `late_rows_`.
  boost::unordered_flat_map<std::string, std::size_t, HashOfKey, std::equal_to<>> late_;
  std::size_t late_rows_ = 0;
  std::vector<std::uint64_t> late_row_;
  std::optional<Error> failure_;
  RowScratch scratch_;
  std::vector<std::uint64_t> built_;
  std::vector<std::uint64_t> stored_;  // what a look into the store found
};

}  // namespace kontor::views
