#pragma once
// A view store above another one, which it asks whatever it does not do itself. As many threads as those two
// allow.

#include "projections/view_store.h"

namespace kontor::views {

class ForwardingViews : public ViewStore {
 public:
  explicit ForwardingViews(const ViewStore& below) : below_(below) {}

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
  Status versions(const RowRange& rows, Position from, Position to,
                  const VersionVisitor& visit) const override {
    return below_.versions(rows, from, to, visit);
  }
  std::unique_ptr<BytesCursor> walk() const override { return below_.walk(); }
  std::unique_ptr<ViewStore> frozen() const override { return below_.frozen(); }

 protected:
  [[nodiscard]] const ViewStore& below() const { return below_; }

 private:
  const ViewStore& below_;
};

}  // namespace kontor::views
