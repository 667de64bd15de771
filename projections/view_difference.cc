#include "projections/view_difference.h"

#include <fmt/format.h>

#include <limits>
#include <memory>
#include <utility>

#include "projections/view_layout.h"

namespace kontor::views {
namespace {

constexpr std::uint64_t kWatchEvery = 4'096;
constexpr Position kNoEnd = std::numeric_limits<Position>::max();

/// A cursor that passes over what is not to be compared: what lies behind `up_to`, and what a store that is
/// on its way through a large group has written of it and shows to nobody.
class ComparedEntries {
 public:
  ComparedEntries(const ViewStore& store, const ComparedTo* up_to)
      : store_(store), up_to_(up_to), cursor_(store.walk()) {}

  [[nodiscard]] Status start() {
    if (up_to_ == nullptr) {
      const auto checkpoint = store_.checkpoint();
      if (!checkpoint) return fail(checkpoint.error());
      in_pieces_ = checkpoint->ahead != Digest{};
    }
    cursor_->seek({});
    return pass_over();
  }
  [[nodiscard]] Status next() {
    cursor_->next();
    return pass_over();
  }
  [[nodiscard]] const BytesCursor& operator*() const { return *cursor_; }
  [[nodiscard]] bool in_pieces() const { return in_pieces_; }

 private:
  Status pass_over() {
    if (up_to_ == nullptr && !in_pieces_) return {};
    while (cursor_->valid()) {
      const auto wanted = is_compared(read_entry_key(cursor_->key()));
      if (!wanted) return fail(wanted.error());
      if (*wanted) return {};
      cursor_->next();
    }
    return {};
  }

  Result<bool> is_compared(const EntryKey& entry) {
    if (entry.section != Section::Rows) return up_to_ == nullptr;
    if (entry.tenant != tenant_) {
      const Result<Position> end = end_of(entry.tenant);
      if (!end) return fail(end.error());
      tenant_ = entry.tenant;
      end_ = *end;
    }
    return entry.position <= end_;
  }

  Result<Position> end_of(std::string_view tenant) const {
    const TenantId id{std::string(tenant)};
    if (up_to_ != nullptr) {
      const auto end = up_to_->find(id);
      return end == up_to_->end() ? 0 : end->second;
    }
    const auto mark = store_.tenant(id);
    if (!mark) return fail(mark.error());
    return mark->position;
  }

  const ViewStore& store_;
  const ComparedTo* const up_to_;
  const std::unique_ptr<BytesCursor> cursor_;
  bool in_pieces_ = false;
  std::string tenant_;  // of the entry before, and where its rows end
  Position end_ = kNoEnd;
};

Status ended_well(const BytesCursor& cursor) { return cursor.valid() ? Status() : cursor.status(); }

// Counted and named by kind: rows by theirs, the rest by what it is for.
std::string kind_of(const EntryKey& entry) {
  switch (entry.section) {
    case Section::Rows: return std::string(kind_name(entry.kind));
    case Section::Checkpoint: return "checkpoint";
    case Section::Mark: return "mark";
    case Section::Times: return "time index";
    case Section::Positions: return "position index";
    case Section::Recorded: return "index of recorded times";
    case Section::Unknown: break;
  }
  return "unknown entry";
}

// A tenant's rows say more than its indexes, and among rows the earliest counts.
bool is_earlier(const Divergence& one, const Divergence& other) {
  if ((one.position == 0) != (other.position == 0)) return one.position != 0;
  return one.position < other.position;
}

class Summary {
 public:
  void take(const DifferingEntry& entry) {
    const EntryKey key = read_entry_key(entry.key);
    ++sum_.differing;
    ++sum_.by_kind[kind_of(key)];
    Divergence one{TenantId{std::string(key.tenant)}, key.position, {}};
    const auto known = sum_.by_tenant.find(one.tenant);
    if (known != sum_.by_tenant.end() && !is_earlier(one, known->second)) return;
    one.what = fmt::format("{}: {}", entry_name(entry.key), differs_text(entry.how));
    sum_.by_tenant.insert_or_assign(one.tenant, std::move(one));
  }

  ViewDifference finish(std::uint64_t compared) {
    sum_.compared = compared;
    // The entry of the store as a whole has no tenant, and is named only when nothing else differs.
    for (const auto& [tenant, divergence] : sum_.by_tenant)
      if (!sum_.first || sum_.first->tenant.value.empty()) sum_.first = divergence;
    return std::move(sum_);
  }

 private:
  ViewDifference sum_;
};

/// As visit_differences; `watch` may be nothing.
Result<std::uint64_t> visit_watched(const ViewStore& expected, const ViewStore& found,
                                    const ComparedTo* up_to, const DifferenceVisitor& visit,
                                    const DifferenceWatch& watch) {
  ComparedEntries left(expected, up_to);
  ComparedEntries right(found, up_to);
  if (Status started = left.start(); !started) return fail(started.error());
  if (Status started = right.start(); !started) return fail(started.error());
  const BytesCursor& one = *left;
  const BytesCursor& other = *right;
  std::uint64_t both = 0;
  Scan go = Scan::Continue;
  while (go == Scan::Continue && (one.valid() || other.valid())) {
    const bool missing = one.valid() && (!other.valid() || one.key() < other.key());
    const bool too_much = other.valid() && (!one.valid() || other.key() < one.key());
    if (missing) {
      if (Status ended = ended_well(other); !ended) return fail(ended.error());
      go = visit({Differs::Missing, one.key(), one.value(), {}});
    } else if (too_much) {
      if (Status ended = ended_well(one); !ended) return fail(ended.error());
      go = visit({Differs::TooMuch, other.key(), {}, other.value()});
    } else {
      ++both;
      if (both % kWatchEvery == 0 && watch) go = watch(both);
      // What is ahead is all that makes such a checkpoint another one.
      const bool ahead = (left.in_pieces() || right.in_pieces()) && one.key() == kCheckpointKey;
      if (go == Scan::Continue && !ahead && one.value() != other.value())
        go = visit({Differs::Otherwise, one.key(), one.value(), other.value()});
    }
    if (!too_much)
      if (Status moved = left.next(); !moved) return fail(moved.error());
    if (!missing)
      if (Status moved = right.next(); !moved) return fail(moved.error());
  }
  if (Status ended = ended_well(one); !ended) return fail(ended.error());
  if (Status ended = ended_well(other); !ended) return fail(ended.error());
  return both;
}

}  // namespace

std::string_view differs_text(Differs how) {
  switch (how) {
    case Differs::Missing: return "is missing";
    case Differs::TooMuch: return "does not follow from the log";
    case Differs::Otherwise: return "says something else than the log";
  }
  return "differs";
}

Result<std::uint64_t> visit_differences(const ViewStore& expected, const ViewStore& found,
                                        const ComparedTo* up_to, const DifferenceVisitor& visit) {
  return visit_watched(expected, found, up_to, visit, {});
}

Result<ViewDifference> view_difference(const ViewStore& expected, const ViewStore& found,
                                       const ComparedTo* up_to) {
  Summary summary;
  const Result<std::uint64_t> compared =
      visit_differences(expected, found, up_to, [&](const DifferingEntry& entry) {
        summary.take(entry);
        return Scan::Continue;
      });
  if (!compared) return fail(compared.error());
  return summary.finish(*compared);
}

Result<std::optional<ViewDifference>> watched_view_difference(const ViewStore& expected,
                                                              const ViewStore& found,
                                                              const DifferenceWatch& watch) {
  Summary summary;
  Scan go = Scan::Continue;
  const Result<std::uint64_t> compared = visit_watched(
      expected, found, nullptr,
      [&](const DifferingEntry& entry) {
        summary.take(entry);
        return Scan::Continue;
      },
      [&](std::uint64_t both) { return go = watch(both); });
  if (!compared) return fail(compared.error());
  if (go == Scan::Stop) return std::optional<ViewDifference>();
  return std::optional<ViewDifference>(summary.finish(*compared));
}

}  // namespace kontor::views
