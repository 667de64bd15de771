#pragma once
// How a projection reads and writes rows while events are applied. One thread.

#include <capnp/message.h>
#include <capnp/serialize.h>

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "projections/stored_row.h"
#include "projections/view_store.h"

namespace kontor::views {

/// Collects the batch of a group. Reads see what was written before, also within the group. The first failure
/// is remembered: from then on reads find nothing, writes do nothing, and `take` returns that failure.
class ViewWriter {
 public:
  explicit ViewWriter(const ViewStore& store);

  /// Names the event that is being applied; rows written from now on carry its position.
  /// `timeline` is where the tenant's timeline stands with it.
  void begin_event(const TenantId& tenant, Position position, Instant timeline, Instant recorded_at);
  [[nodiscard]] const TenantId& tenant() const { return tenant_; }
  [[nodiscard]] Position position() const { return position_; }

  /// The newest row, if there is one.
  template <class Row>
  [[nodiscard]] std::optional<StoredRow<Row>> find(const ViewKey& key) {
    const std::string* bytes = newest(key);
    if (bytes == nullptr) return std::nullopt;
    return std::optional<StoredRow<Row>>(std::in_place, *bytes);
  }
  /// The newest row, which must be there: without it the events do not fit the views, and the batch fails.
  template <class Row>
  [[nodiscard]] StoredRow<Row> require(const ViewKey& key) {
    const std::string* bytes = newest(key);
    if (bytes == nullptr) missing(key);
    return StoredRow<Row>(bytes == nullptr ? std::string() : *bytes);
  }
  /// Writes a row of which there was none before.
  template <class Row, std::invocable<typename Row::Builder> Fill>
  void create(const ViewKey& key, const Fill& fill) {
    write<Row>(key, nullptr, Keep::Yes, fill);
  }
  /// Like `create`, of a row that no projection will look at again.
  template <class Row, std::invocable<typename Row::Builder> Fill>
  void create_for_good(const ViewKey& key, const Fill& fill) {
    write<Row>(key, nullptr, Keep::No, fill);
  }
  /// Writes a new version of a row: `fill` gets the newest one to change, or an empty one when there is none.
  template <class Row, std::invocable<typename Row::Builder> Fill>
  void edit(const ViewKey& key, const Fill& fill) {
    write<Row>(key, newest(key), Keep::Yes, fill);
  }
  /// Like `edit`, of a row that must be there.
  template <class Row, std::invocable<typename Row::Builder> Fill>
  void change(const ViewKey& key, const Fill& fill) {
    const std::string* bytes = newest(key);
    if (bytes == nullptr) return missing(key);
    write<Row>(key, bytes, Keep::Yes, fill);
  }
  /// Like `change`; does nothing when there is none.
  template <class Row, std::invocable<typename Row::Builder> Fill>
  void change_if_there(const ViewKey& key, const Fill& fill) {
    if (const std::string* bytes = newest(key)) write<Row>(key, bytes, Keep::Yes, fill);
  }
  /// Like `change`, of a row that may have been created for good. Does nothing when there is none: a late
  /// event may be about what came after the moment that is asked about. Slow: for what happens seldom.
  template <class Row, std::invocable<typename Row::Builder> Fill>
  void change_late(const ViewKey& key, const Fill& fill) {
    const std::string* bytes = in_batch(key);
    if (bytes == nullptr) bytes = newest(key);
    if (bytes == nullptr) return;
    write<Row>(key, bytes, Keep::Yes, fill);
  }
  /// Keeps bytes that are no row of ours as they are.
  void keep(const ViewKey& key, std::string_view bytes) { put(key, std::string(bytes), Keep::No); }
  /// Writes a row that only marks a place.
  void mark(const ViewKey& key) { put(key, std::string(), Keep::No); }

  /// Reports that the event cannot be right for these views.
  void fail_event(std::string what);

  /// Forgets everything; the store has been reset.
  void forget();

  /// The finished batch, or the first failure; either way the next batch begins.
  [[nodiscard]] Result<ViewBatch> take(Checkpoint checkpoint);
  /// The rows so far without their marks, as a batch, or the first failure. The batch goes on: its marks come
  /// with `take`.
  [[nodiscard]] Result<ViewBatch> take_rows(Checkpoint checkpoint);

 private:
  [[nodiscard]] const std::string* newest(const ViewKey& key);
  [[nodiscard]] const std::string* in_batch(const ViewKey& key) const;
  [[nodiscard]] kj::ArrayPtr<capnp::word> scratch();
  void guarded(const std::function<void()>& work);
  enum class Keep : std::uint8_t { No, Yes };  // in the cache
  void put(const ViewKey& key, std::string value, Keep keep);
  void missing(const ViewKey& key);
  void mark(ViewBatch::Mark mark);

  template <class Row, class Fill>
  void write(const ViewKey& key, const std::string* before, Keep keep, const Fill& fill) {
    if (failure_) return;
    guarded([&] {
      capnp::MallocMessageBuilder message(scratch());
      if (before != nullptr) {
        message.setRoot(StoredRow<Row>(*before).read());
      } else {
        message.initRoot<Row>();
      }
      fill(message.getRoot<Row>());
      put(key, canonical_bytes(message.getRoot<Row>().asReader()), keep);
    });
  }

  // Newest rows, so that counters need no read from the store. Emptied between two batches when it has
  // grown large: by then the store has all that it knows.
  static constexpr std::size_t kCachedRowsMax = 200'000;

  const ViewStore& store_;
  std::unique_ptr<RowReader> reader_;  // of the store as the last batch left it; null until it is needed
  TenantId tenant_;
  Position position_ = 0;
  ViewBatch batch_;
  std::unordered_map<std::string, std::optional<std::string>> cache_;
  std::optional<Error> failure_;
  kj::Array<capnp::word> scratch_;
};

}  // namespace kontor::views
