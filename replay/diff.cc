#include "replay/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "projections/catalog.h"
#include "projections/memory_view_store.h"
#include "projections/row_fields.h"
#include "projections/runner.h"
#include "projections/view_layout.h"
#include "replay/fold.h"

namespace kontor::replay {
namespace {

tl::unexpected<Error> not_whole(const log::TenantSlice& slice) {
  return fail(Reason::StoreDamaged, fmt::format("tenant {} position {}: the events are not whole messages",
                                                slice.tenant.value, slice.first));
}

Status scan_all(log::EventLog& log, const Progress& progress,
                const std::function<Status(const log::Group&)>& take) {
  Status taken;
  std::uint64_t events = 0;
  const Status scanned = log.scan(1, [&](const log::Group& group) {
    taken = take(group);
    events += log::events_in(group);
    if (taken && progress) progress(events);
    return taken.has_value();
  });
  return taken ? scanned : taken;
}

TenantResult result_of(const TenantFold& fold) {
  return {fold.tenant(), fold.position(), fold.effective_at(), rules::state_digest(fold.state())};
}

/// One tenant's state on its way to `to`, remembered at `from`.
class Passage {
 public:
  Passage(const TenantId& tenant, Position from, Position to)
      : fold_(tenant), from_position_(from), to_position_(to) {
    if (from == 0) from_ = result_of(fold_);
  }

  Status take(const log::TenantSlice& slice) {
    if (!log::split_events(slice.bytes, slice.count, events_)) return not_whole(slice);
    for (const std::string_view stored : events_) {
      if (fold_.position() >= to_position_) return {};
      const Result<RecordedEvent> event = decode(stored);
      if (!event) return fail(event.error());
      if (Status follows = fold_.follows(*event); !follows) return follows;
      fold_.take(*event);
      if (fold_.position() == from_position_) from_ = result_of(fold_);
    }
    return {};
  }
  PositionsDifference finish() const {
    PositionsDifference difference;
    difference.to = result_of(fold_);
    difference.from = from_.value_or(difference.to);
    return difference;
  }

 private:
  TenantFold fold_;
  const Position from_position_;
  const Position to_position_;
  std::optional<TenantResult> from_;
  std::vector<std::string_view> events_;  // reused by every slice
};

/// What a row said at two positions.
struct RowPair {
  views::RowFields before;
  views::RowFields after;
};

std::vector<FieldChange> changes_between(const RowPair& row) {
  std::vector<FieldChange> changes;
  const auto find = [](const views::RowFields& in, const std::string& name) {
    const auto found = std::ranges::find(in, name, &views::RowFields::value_type::first);
    return found == in.end() ? std::string() : found->second;
  };
  for (const auto& [name, before] : row.before)
    if (const std::string after = find(row.after, name); after != before)
      changes.push_back({name, before, after});
  for (const auto& [name, after] : row.after) {
    const bool known =
        std::ranges::find(row.before, name, &views::RowFields::value_type::first) != row.before.end();
    if (!known) changes.push_back({name, {}, after});
  }
  return changes;
}

/// The rows of a tenant that were written between its two positions.
class ChangedRows {
 public:
  ChangedRows(const views::ViewStore& views, PositionsDifference& difference, std::uint64_t rows_max)
      : views_(views), difference_(difference), rows_max_(rows_max) {}

  Status kind(views::Kind kind) {
    const views::ViewKey all(difference_.to.tenant, kind);
    std::map<std::string, Written, std::less<>> rows;
    Status read = views_.scan(all, {}, difference_.to.position,
                              [&](std::string_view key, const views::RowVersion& version) {
                                if (version.position > difference_.from.position)
                                  rows.try_emplace(std::string(key), Written{std::nullopt, version});
                                return views::Scan::Continue;
                              });
    if (!read || rows.empty()) return read;
    read = views_.scan(all, {}, difference_.from.position,
                       [&](std::string_view key, const views::RowVersion& version) {
                         const auto row = rows.find(key);
                         if (row != rows.end()) row->second.before = version.value;
                         return views::Scan::Continue;
                       });
    if (!read) return read;
    for (const auto& [key, row] : rows) add(kind, std::string_view(key).substr(all.bytes().size()), row);
    return {};
  }

 private:
  struct Written {
    std::optional<std::string> before;
    views::RowVersion after;
  };

  void add(views::Kind kind, std::string_view parts, const Written& row) {
    if (row.before == row.after.value) return;
    if (difference_.rows.size() >= rows_max_) {
      ++difference_.left_out;
      return;
    }
    const RowPair pair{row.before ? views::row_fields(kind, *row.before) : views::RowFields(),
                       views::row_fields(kind, row.after.value)};
    difference_.rows.push_back({row.before ? RowFate::Changed : RowFate::Added, kind,
                                views::readable_parts(parts), row.after.position, changes_between(pair)});
  }

  const views::ViewStore& views_;
  PositionsDifference& difference_;
  const std::uint64_t rows_max_;
};

Status add_rows(const views::ViewStore& views, const PositionsRequest& request,
                PositionsDifference& difference) {
  ChangedRows rows(views, difference, request.rows_max);
  for (unsigned number = 0; number <= 0xFF; ++number) {
    const auto kind = static_cast<views::Kind>(number);
    if (!views::kind_named(views::kind_name(kind)) || (request.kind && *request.kind != kind)) continue;
    if (Status added = rows.kind(kind); !added) return added;
  }
  return {};
}

using Counts = std::map<TenantId, Position>;

Result<Counts> counts_of(log::EventLog& log) {
  Counts counts;
  const Status scanned = scan_all(log, {}, [&](const log::Group& group) {
    for (const log::TenantSlice& slice : group.slices) counts[slice.tenant] = slice.first + slice.count - 1;
    return Status();
  });
  if (!scanned) return fail(scanned.error());
  return counts;
}

/// Compares a stretch of one log with the same positions of the other.
Status compare_slice(const log::TenantSlice& slice, log::EventLog& other, LogsDifference& difference) {
  if (difference.equal_to + 1 != slice.first) return {};  // it differed before
  std::vector<std::string_view> events;
  if (!log::split_events(slice.bytes, slice.count, events)) return not_whole(slice);
  std::size_t at = 0;
  while (at < events.size()) {
    const auto page = other.read(slice.tenant, slice.first + at, events.size() - at);
    if (!page) return fail(page.error());
    if (page->empty()) {
      difference.one = std::string(events[at]);
      return {};
    }
    for (const std::string& found : *page) {
      if (found != events[at]) {
        difference.one = std::string(events[at]);
        difference.other = found;
        return {};
      }
      ++difference.equal_to;
      ++at;
    }
  }
  return {};
}

}  // namespace

Result<std::vector<PositionsDifference>> diff_positions(log::EventLog& log, const PositionsRequest& request,
                                                        const Progress& progress) {
  if (request.from > request.to)
    return fail(Reason::InvalidArgument,
                fmt::format("position {} comes after position {}", request.from, request.to));
  const auto derived = views::memory_view_store();
  views::Runner runner(*derived, views::all_projections());
  std::map<TenantId, Passage> passages;
  const Status scanned = scan_all(log, progress, [&](const log::Group& group) {
    for (const log::TenantSlice& slice : group.slices) {
      if (request.tenant && slice.tenant != *request.tenant) continue;
      auto& passage =
          passages.try_emplace(slice.tenant, slice.tenant, request.from, request.to).first->second;
      if (Status taken = passage.take(slice); !taken) return taken;
    }
    return runner.apply(group);
  });
  if (!scanned) return fail(scanned.error());
  if (request.tenant && passages.empty())
    return fail(Reason::NotFound, fmt::format("the log has no event of tenant {}", request.tenant->value));
  std::vector<PositionsDifference> all;
  for (const auto& [tenant, passage] : passages) {
    PositionsDifference& difference = all.emplace_back(passage.finish());
    if (Status added = add_rows(*derived, request, difference); !added) return fail(added.error());
  }
  return all;
}

Result<std::vector<LogsDifference>> diff_logs(log::EventLog& one, log::EventLog& other,
                                              const Progress& progress) {
  const Result<Counts> counts = counts_of(other);
  if (!counts) return fail(counts.error());
  std::map<TenantId, LogsDifference> all;
  for (const auto& [tenant, count] : *counts) {
    all[tenant].tenant = tenant;
    all[tenant].other_has = count;
  }
  const Status scanned = scan_all(one, progress, [&](const log::Group& group) {
    for (const log::TenantSlice& slice : group.slices) {
      LogsDifference& difference = all[slice.tenant];
      difference.tenant = slice.tenant;
      difference.one_has = slice.first + slice.count - 1;
      if (Status compared = compare_slice(slice, other, difference); !compared) return compared;
    }
    return Status();
  });
  if (!scanned) return fail(scanned.error());
  std::vector<LogsDifference> in_order;
  for (auto& [tenant, difference] : all) {
    if (difference.equal_to == difference.one_has && difference.equal_to < difference.other_has) {
      const auto next = other.read(tenant, difference.equal_to + 1, 1);
      if (!next) return fail(next.error());
      if (!next->empty()) difference.other = next->front();
    }
    in_order.push_back(std::move(difference));
  }
  return in_order;
}

Result<VersionsDifference> diff_versions(log::EventLog& log, const views::ViewStore& stored,
                                         const Progress& progress) {
  const auto derived = views::memory_view_store();
  views::Runner runner(*derived, views::all_projections());
  std::set<TenantId> tenants;
  const Status scanned = scan_all(log, progress, [&](const log::Group& group) {
    for (const log::TenantSlice& slice : group.slices) tenants.insert(slice.tenant);
    return runner.apply(group);
  });
  if (!scanned) return fail(scanned.error());
  VersionsDifference difference;
  if (const auto checkpoint = stored.checkpoint(); !checkpoint)
    difference.shape_note = checkpoint.error().message;
  for (const TenantId& tenant : tenants) {
    const auto ours = derived->tenant(tenant);
    const auto theirs = stored.tenant(tenant);
    if (!ours) return fail(ours.error());
    if (!theirs) return fail(theirs.error());
    difference.compared_to[tenant] = std::min(ours->position, theirs->position);
  }
  auto views = views::view_difference(*derived, stored, &difference.compared_to);
  if (!views) return fail(views.error());
  difference.views = *std::move(views);
  return difference;
}

}  // namespace kontor::replay
