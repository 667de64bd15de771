#pragma once
// A view store that notes which rows a question reads, so that the events behind its answer can be found. One
// thread; the store below may be read by others.

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "projections/view_store.h"

namespace kontor::views {

class RecordingViews final : public ViewStore {
 public:
  explicit RecordingViews(const ViewStore& below) : below_(below) {}

  /// What was read since the last call and never before, each row in at most one range. A scan counts as
  /// reading everything between its beginning and where it was stopped, rows that were not there included.
  [[nodiscard]] std::vector<RowRange> take_new() { return std::exchange(fresh_, {}); }

  Status apply(ViewBatch batch) override;
  Status reset() override;
  Result<Checkpoint> checkpoint() const override { return below_.checkpoint(); }
  Result<TenantMark> tenant(const TenantId& tenant) const override { return below_.tenant(tenant); }
  Result<Position> position_at(const TenantId& tenant, Instant time) const override {
    return below_.position_at(tenant, time);
  }
  Result<Position> position_known_at(const TenantId& tenant, Instant time) const override {
    return below_.position_known_at(tenant, time);
  }
  Result<Instant> effective_at(const TenantId& tenant, Position position) const override {
    return below_.effective_at(tenant, position);
  }
  Result<std::optional<RowVersion>> get(const ViewKey& key, Position as_of) const override;
  std::unique_ptr<RowReader> reader() const override;
  Status scan(const ViewKey& prefix, std::string_view after, Position as_of,
              const RowVisitor& visit) const override;
  Status versions(const RowRange& rows, Position from, Position to,
                  const VersionVisitor& visit) const override {
    return below_.versions(rows, from, to, visit);
  }
  std::unique_ptr<BytesCursor> walk() const override { return below_.walk(); }
  std::unique_ptr<ViewStore> frozen() const override { return below_.frozen(); }
  Status sync() override;

 private:
  void read(const ViewKey& prefix, std::string_view after, std::string_view until) const;

  const ViewStore& below_;
  // How far each scan has read, by its beginning: up to this row, or to the end when there is no row.
  mutable std::map<std::pair<std::string, std::string>, std::string> read_to_;
  mutable std::vector<RowRange> fresh_;
};

}  // namespace kontor::views
