#pragma once
// A view store that notes which rows a question reads, so that the events behind its answer can be found. One
// thread; the store below may be read by others.

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "projections/forwarding_views.h"

namespace kontor::views {

class RecordingViews final : public ForwardingViews {
 public:
  using ForwardingViews::ForwardingViews;

  /// What was read since the last call and never before, each row in at most one range. A scan counts as
  /// reading everything between its beginning and where it was stopped, rows that were not there included.
  [[nodiscard]] std::vector<RowRange> take_new() { return std::exchange(fresh_, {}); }

  Status apply(ViewBatch batch) override;
  Status reset() override;
  Result<std::optional<RowVersion>> get(const ViewKey& key, Position as_of) const override;
  std::unique_ptr<RowReader> reader() const override;
  Status scan(const ViewKey& prefix, std::string_view after, Position as_of,
              const RowVisitor& visit) const override;
  Status sync() override;

 private:
  void read(const ViewKey& prefix, std::string_view after, std::string_view until) const;

  // How far each scan has read, by its beginning: up to this row, or to the end when there is no row.
  mutable std::map<std::pair<std::string, std::string>, std::string> read_to_;
  mutable std::vector<RowRange> fresh_;
};

}  // namespace kontor::views
