#include "projections/rebuild.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "events/core/assert.h"

namespace kontor::views {
namespace {

constexpr std::uint64_t kNoEnd = std::numeric_limits<std::uint64_t>::max();

tl::unexpected<Error> busy(std::string what) { return fail(Reason::ViewsBusy, std::move(what)); }

/// Of several tenants' first diverging events the one that came first: positions of different tenants cannot
/// be compared, their place in the log can.
Result<const Divergence*> first_in(log::EventLog& log, const std::map<TenantId, Divergence>& by_tenant) {
  const Divergence* first = nullptr;
  const Status scanned = log.scan(1, [&](const log::Group& group) {
    for (const log::TenantSlice& slice : group.slices) {
      const auto found = by_tenant.find(slice.tenant);
      if (found == by_tenant.end()) continue;
      const Position position = found->second.position;
      if (position < slice.first || position >= slice.first + slice.count) continue;
      first = &found->second;
      return false;
    }
    return true;
  });
  if (!scanned) return fail(scanned.error());
  return first;
}

}  // namespace

std::string_view state_name(RebuildState state) {
  switch (state) {
    case RebuildState::None: return "none";
    case RebuildState::Running: return "running";
    case RebuildState::Level: return "level";
    case RebuildState::Failed: return "failed";
    case RebuildState::Adopted: return "adopted";
  }
  return "unknown";
}

Rebuild::Rebuild(Parts parts, RebuildLimits limits) : parts_(std::move(parts)), limits_(limits) {}

Status Rebuild::begin(Instant now) {
  if (report_.state == RebuildState::Running) return busy("the views are being built anew already");
  if (report_.state == RebuildState::Level)
    return busy("views that were built anew wait to be adopted or discarded");
  Result<std::shared_ptr<ViewStore>> made = parts_.shelf.make();
  if (!made) return fail(made.error());
  fresh_ = *std::move(made);
  runner_ = Runner::holding(fresh_, parts_.projections);
  compared_ = false;
  report_ = {};
  report_.state = RebuildState::Running;
  report_.started_at = now;
  refresh();
  return {};
}

Rebuild::Left Rebuild::step(Instant now) {
  if (runner_ == nullptr) return Left::Nothing;
  const Result<Left> left = work();
  if (!left) {
    fail_with(left.error(), now);
    return Left::Nothing;
  }
  refresh();
  if (report_.state == RebuildState::Running && compared_ && *left == Left::Groups) {
    report_.state = RebuildState::Level;
    report_.ended_at = now;
  }
  return *left;
}

Result<Rebuild::Left> Rebuild::work() {
  if (compared_) return follow_log();
  return original_ ? compare() : approach();
}

/// Reads until the new views have what the live ones have, then freezes those: what is compared must stand
/// still, and nobody is to wait for it.
Result<Rebuild::Left> Rebuild::approach() {
  std::shared_ptr<const ViewStore> live = parts_.live.current();
  Result<Checkpoint> reached = live->checkpoint();
  if (reached && runner_->checkpoint().group < reached->group) {
    if (Status read = read_to(reached->group, limits_.step_events); !read) return fail(read.error());
    return Left::Work;
  }
  std::unique_ptr<ViewStore> frozen;
  if (reached) {
    frozen = live->frozen();
    reached = frozen->checkpoint();
  }
  if (!reached) {
    live_unreadable(reached.error());
    return Left::Work;
  }
  original_.emplace(Original{std::move(live), std::move(frozen), reached->group});
  return Left::Work;
}

Result<Rebuild::Left> Rebuild::compare() {
  // The live ones may have gone on between two looks at them.
  if (runner_->checkpoint().group < original_->group) {
    if (Status read = read_to(original_->group, limits_.step_events); !read) return fail(read.error());
    return Left::Work;
  }
  const auto watched = [this](std::uint64_t compared) {
    report_.entries_compared = compared;
    return parts_.watch ? parts_.watch(report_) : Scan::Continue;
  };
  const Result<std::optional<ViewDifference>> difference =
      watched_view_difference(*fresh_, *original_->frozen, watched);
  if (!difference && difference.error().code != Reason::Rebuilding) return fail(difference.error());
  if (!difference) {
    // Of the new ones it would be as bad; reading on will tell.
    live_unreadable(difference.error());
    return Left::Work;
  }
  if (!*difference) return Left::Work;  // stopped
  report_.compared_group = original_->group;
  if (Status taken = take_in(**difference); !taken) return fail(taken.error());
  original_.reset();
  compared_ = true;
  return Left::Work;
}

Result<Rebuild::Left> Rebuild::follow_log() {
  // Level is who has what there was when this step began: commands may be written all the time.
  const std::uint64_t newest = parts_.log.head().group;
  if (Status read = read_to(newest, limits_.step_events); !read) return fail(read.error());
  return runner_->checkpoint().group < newest ? Left::Work : Left::Groups;
}

Status Rebuild::read_to(std::uint64_t group, std::uint64_t events_max) {
  return runner_->follow(parts_.log, group, events_max);
}

Status Rebuild::take_in(const ViewDifference& difference) {
  report_.entries_compared = difference.compared;
  report_.entries_differing = difference.differing;
  return difference.differing == 0 ? Status() : name_first(difference);
}

Status Rebuild::name_first(const ViewDifference& difference) {
  const Divergence* first = difference.first ? &*difference.first : nullptr;
  if (difference.by_tenant.size() > 1) {
    const auto found = first_in(parts_.log, difference.by_tenant);
    if (!found) return fail(found.error());
    if (*found != nullptr) first = *found;
  }
  KONTOR_ASSERT(first != nullptr);
  report_.first_difference = first->what;
  report_.tenant = first->tenant;
  report_.position = first->position;
  return {};
}

/// Views that cannot be read differ from those that can, as far as anybody can say.
void Rebuild::live_unreadable(const Error& error) {
  report_.entries_differing = 1;
  report_.first_difference = "the live views cannot be read: " + error.message;
  original_.reset();
  compared_ = true;
}

Status Rebuild::discard() {
  if (runner_ == nullptr) return busy("there are no views that were built anew");
  forget();
  report_ = {};
  return {};
}

Status Rebuild::prepare_adoption() {
  if (report_.state != RebuildState::Level)
    return busy(report_.state == RebuildState::Running ? "the new views are not level with the log yet"
                                                       : "there are no views that were built anew");
  if (Status synced = fresh_->sync(); !synced) return synced;
  // What came while it was written to disk, so that little is left for the switch.
  return read_to(parts_.log.head().group, kNoEnd);
}

Result<std::shared_ptr<Runner>> Rebuild::adopt(Instant now) {
  if (report_.state != RebuildState::Level) return busy("there are no views that were built anew");
  Status done = read_to(parts_.log.head().group, kNoEnd);
  if (done) done = parts_.shelf.make_live(fresh_);
  if (!done) {
    fail_with(done.error(), now);
    return fail(done.error());
  }
  parts_.live.adopt(fresh_);
  refresh();
  report_.state = RebuildState::Adopted;
  report_.ended_at = now;
  std::shared_ptr<Runner> runner = runner_;
  forget();
  return runner;
}

void Rebuild::refresh() {
  const log::LogHead head = parts_.log.head();
  report_.group = runner_->checkpoint().group;
  report_.events = runner_->events();
  report_.of_group = head.group;
  report_.of_events = head.events;
}

void Rebuild::fail_with(const Error& error, Instant now) {
  forget();
  report_.state = RebuildState::Failed;
  report_.failure = error.message;
  report_.ended_at = now;
}

void Rebuild::forget() {
  original_.reset();
  runner_.reset();
  fresh_.reset();
}

}  // namespace kontor::views
