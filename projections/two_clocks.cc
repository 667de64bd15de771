#include "projections/two_clocks.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "events/core/assert.h"
#include "events/envelope.h"
#include "projections/catalog.h"
#include "projections/forwarding_views.h"
#include "projections/projection.h"
#include "projections/rows.h"

namespace kontor::views {
namespace {

/// Rows on top of a store that stands still. The cost is that of the late events, not of the history.
class Overlay final : public ForwardingViews {
 public:
  Overlay(const ViewStore& below, Position base) : ForwardingViews(below), base_(base) {}

  Status apply(ViewBatch batch) override {
    for (ViewBatch::Row& row : batch.rows)
      rows_[std::move(row.key)].push_back({row.position, std::move(row.value)});
    return {};
  }
  Status reset() override {
    rows_.clear();
    return {};
  }

  Result<std::optional<RowVersion>> get(const ViewKey& key, Position at) const override {
    const auto own = rows_.find(key.bytes());
    if (own != rows_.end())
      if (const RowVersion* version = newest(own->second, at)) return std::optional<RowVersion>(*version);
    return below().get(key, std::min(at, base_));
  }

  std::unique_ptr<RowReader> reader() const override { return std::make_unique<OverlayReader>(*this); }

  Status scan(const ViewKey& prefix, std::string_view after, Position at,
              const RowVisitor& visit) const override {
    auto own = after.empty() ? rows_.lower_bound(prefix.bytes()) : rows_.upper_bound(std::string(after));
    const auto ours = [&] { return own != rows_.end() && own->first.starts_with(prefix.bytes()); };
    const auto visit_own = [&] {
      const RowVersion* version = newest(own->second, at);
      return version == nullptr ? Scan::Continue : visit(own->first, *version);
    };
    Scan go = Scan::Continue;
    const Status scanned = below().scan(
        prefix, after, std::min(at, base_), [&](std::string_view key, const RowVersion& version) {
          for (; go == Scan::Continue && ours() && own->first < key; ++own) go = visit_own();
          if (go == Scan::Stop) return go;
          const bool known = ours() && own->first == key;
          go = known && newest(own->second, at) != nullptr ? visit_own() : visit(key, version);
          if (known) ++own;
          return go;
        });
    if (!scanned) return scanned;
    for (; go == Scan::Continue && ours(); ++own) go = visit_own();
    return {};
  }

  Status versions(const RowRange& range, Position from, Position to,
                  const VersionVisitor& visit) const override {
    Scan go = Scan::Continue;
    const Status read_below =
        below().versions(range, from, std::min(to, base_),
                         [&](std::string_view key, Position position, std::string_view value) {
                           go = visit(key, position, value);
                           return go;
                         });
    if (!read_below || go == Scan::Stop) return read_below;
    for (auto own = rows_.lower_bound(range.prefix.bytes());
         own != rows_.end() && own->first.starts_with(range.prefix.bytes()); ++own) {
      if (own->first <= range.after || (!range.until.empty() && own->first > range.until)) continue;
      for (const RowVersion& version : own->second)
        if (version.position >= from && version.position <= to &&
            visit(own->first, version.position, version.value) == Scan::Stop)
          return {};
    }
    return {};
  }

  Status sync() override { return {}; }

 private:
  class OverlayReader final : public RowReader {
   public:
    explicit OverlayReader(const Overlay& overlay) : overlay_(overlay) {}
    Result<std::optional<RowVersion>> get(const ViewKey& key, Position as_of) override {
      return overlay_.get(key, as_of);
    }

   private:
    const Overlay& overlay_;
  };

  using Versions = std::vector<RowVersion>;  // in the order of the log

  /// The newest that was recorded at or before `at`, or null.
  static const RowVersion* newest(const Versions& versions, Position at) {
    const RowVersion* found = nullptr;
    for (const RowVersion& version : versions)
      if (version.position <= at) found = &version;
    return found;
  }

  const Position base_;
  std::map<std::string, Versions, std::less<>> rows_;
};

Result<std::vector<RecordedEvent>> late_events(const ViewStore& views, const TenantId& tenant, Position base,
                                               Position known, Instant at) {
  const Keys keys{tenant};
  std::vector<RecordedEvent> late;
  std::optional<Error> failure;
  const Status scanned =
      views.scan(keys.late_events(), keys.late_event(base).bytes(), known,
                 [&](std::string_view, const RowVersion& version) {
                   Result<RecordedEvent> event = decode(version.value);
                   if (!event) {
                     failure = Error{Reason::Rebuilding, "a late event of the views cannot be read"};
                     return Scan::Stop;
                   }
                   if (event->envelope.effective_at <= at) late.push_back(*std::move(event));
                   return Scan::Continue;
                 });
  if (failure) return fail(*failure);
  if (!scanned) return fail(scanned.error());
  return late;
}

}  // namespace

Result<LateView> with_late_events(const ViewStore& views, const TenantId& tenant, Position base,
                                  Position known, Instant at) {
  if (known <= base) return LateView{nullptr, base};  // what came late by then is in the views
  const auto late = late_events(views, tenant, base, known, at);
  if (!late) return fail(late.error());
  if (late->empty()) return LateView{nullptr, base};
  auto overlay = std::make_unique<Overlay>(views, base);
  ViewWriter writer(*overlay);
  for (const RecordedEvent& event : *late) {
    writer.begin_event(tenant, event.envelope.position, at, event.envelope.recorded_at);
    for (const Projection* projection : all_projections()) projection->apply(event, writer);
  }
  Result<ViewBatch> batch = writer.take({});
  if (!batch) return fail(batch.error());
  if (const Status applied = overlay->apply(*std::move(batch)); !applied) return fail(applied.error());
  return LateView{std::move(overlay), late->back().envelope.position};
}

}  // namespace kontor::views
