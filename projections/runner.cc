#include "projections/runner.h"

#include <fmt/format.h>

#include <algorithm>

#include <utility>

#include "events/core/assert.h"
#include "projections/rows.h"

namespace kontor::views {

std::string_view start_name(Start start) {
  switch (start) {
    case Start::Continued: return "continued";
    case Start::Empty: return "empty";
    case Start::Damaged: return "damaged";
    case Start::Ahead: return "ahead";
    case Start::OtherHistory: return "other-history";
  }
  return "unknown";
}

namespace {

// Of fewer rows the write costs less than letting another thread do it.
constexpr std::size_t kRowsAside = 2'048;

/// Whether the log has the group of which the views hold rows already, if they do.
Result<bool> has_what_is_ahead(log::EventLog& log, const Checkpoint& stored) {
  if (stored.ahead == Digest{}) return true;
  if (stored.group >= log.head().group) return false;
  const Result<Digest> found = log::fingerprint_of(log, stored.group + 1);
  if (!found) return fail(found.error());
  return *found == stored.ahead;
}

}  // namespace

Runner::Runner(ViewStore& store, std::span<const Projection* const> projections, RunnerLimits limits)
    : store_(store), projections_(projections), writer_(store), limits_(limits) {
  writer_.settle_by([this] {
    if (!writing_.valid()) return ViewWriter::Settled::Already;
    writing_.wait();
    return ViewWriter::Settled::Now;
  });
}

std::shared_ptr<Runner> Runner::holding(std::shared_ptr<ViewStore> store,
                                        std::span<const Projection* const> projections, RunnerLimits limits) {
  struct Both {
    Both(std::shared_ptr<ViewStore> held, std::span<const Projection* const> projections, RunnerLimits limits)
        : store(std::move(held)), runner(*store, projections, limits) {}
    std::shared_ptr<ViewStore> store;  // goes after the runner, which may have a reader of it
    Runner runner;
  };
  const auto both = std::make_shared<Both>(std::move(store), projections, limits);
  return {both, &both->runner};
}

Result<CatchUp> Runner::catch_up(log::EventLog& log, const CatchUpProgress& progress) {
  Result<Finding> finding = compare(log);
  if (!finding) return fail(finding.error());
  CatchUp result{finding->start, std::move(finding->reason), 0, 0};
  if (result.start != Start::Continued) {
    if (const Status dropped = drop(); !dropped) return fail(dropped.error());
  }
  std::uint64_t before = checkpoint_.group;
  events_ = 0;
  Status applied = apply_from(log, progress);
  if (!applied && applied.error().code == Reason::Rebuilding && result.start == Start::Continued) {
    // The damage shows only where rows are read: the newest group was good, an older row is not.
    result.start = Start::Damaged;
    result.reason = applied.error().message;
    if (const Status dropped = drop(); !dropped) return fail(dropped.error());
    before = 0;
    events_ = 0;
    applied = apply_from(log, progress);
  }
  if (!applied) return fail(applied.error());
  result.groups = checkpoint_.group - before;
  result.events = events_;
  return result;
}

Result<Runner::Finding> Runner::compare(log::EventLog& log) {
  const auto other_history = [](std::uint64_t group) {
    return Finding{Start::OtherHistory,
                   fmt::format("group {} of the log is not the one the views have read", group)};
  };
  const Result<Checkpoint> stored = store_.checkpoint();
  if (!stored) return Finding{Start::Damaged, stored.error().message};
  if (stored->group == 0)
    return Finding{stored->ahead == Digest{} ? Start::Empty : Start::Damaged,
                   stored->ahead == Digest{} ? "" : "they were stopped within the first group"};
  const log::LogHead head = log.head();
  if (stored->group > head.group)
    return Finding{Start::Ahead, fmt::format("the views have read group {}, the log ends with group {}",
                                             stored->group, head.group)};
  const Result<Digest> found = log::fingerprint_of(log, stored->group);
  if (!found) return fail(found.error());
  if (*found != stored->fingerprint) return other_history(stored->group);
  const auto same_ahead = has_what_is_ahead(log, *stored);
  if (!same_ahead) return fail(same_ahead.error());
  if (!*same_ahead) return other_history(stored->group + 1);
  checkpoint_ = taken_ = handed_ = {stored->group, stored->fingerprint, {}};
  return Finding{};
}

Status Runner::drop() {
  forget_unwritten();
  checkpoint_ = taken_ = handed_ = {};
  return store_.reset();
}

Status Runner::apply_from(log::EventLog& log, const CatchUpProgress& progress) {
  if (checkpoint_.group == log.head().group) return {};
  Status applied;
  const Status scanned = log.scan(checkpoint_.group + 1, [&](const log::Group& group) {
    applied = add(group);
    if (applied && full()) applied = hand_over();
    if (applied && progress) progress(group.number);
    return applied.has_value();
  });
  if (!applied) return applied;
  return scanned ? flush() : scanned;
}

Status Runner::follow(log::EventLog& log, std::uint64_t last, std::uint64_t events_max) {
  if (checkpoint_.group >= last) return {};
  std::uint64_t read = 0;
  Status applied;
  const Status scanned = log.scan(checkpoint_.group + 1, [&](const log::Group& group) {
    if (group.number > last) return false;
    applied = add(group);
    if (applied && full()) applied = hand_over();
    read += log::events_in(group);
    return applied.has_value() && group.number < last && read < events_max;
  });
  if (!applied) return applied;
  return scanned ? flush() : scanned;
}

Status Runner::add(const log::Group& group) {
  const Result<Added> added = take_in(group);
  if (!added) return fail(added.error());
  if (*added != Added::WithoutFingerprint) return {};
  newest_copy_ = group;
  newest_ = {std::shared_ptr<const log::Group>(), &newest_copy_};
  return {};
}

Status Runner::add(const std::shared_ptr<const log::Group>& group) {
  const Result<Added> added = take_in(*group);
  if (!added) return fail(added.error());
  if (*added == Added::WithoutFingerprint) newest_ = group;
  return {};
}

Result<Runner::Added> Runner::take_in(const log::Group& group) {
  if (group.number <= taken_.group) return Added::PassedOver;
  KONTOR_ASSERT(group.number == taken_.group + 1);  // INV-15: a view is the fold of the log, without a gap
  const std::uint64_t events = log::events_in(group);
  if (events > limits_.piece_events) {
    // Pieces belong to this group alone.
    if (const Status written = flush(); !written) return fail(written.error());
    in_pieces_ = fingerprint(group);
  }
  if (unwritten_events_ == 0 && writer_.remembers_much()) writer_.forget_rows();
  const Status applied = apply_group(group);
  const Digest print = std::exchange(in_pieces_, {});
  if (!applied) {
    forget_unwritten();
    return fail(applied.error());
  }
  unwritten_events_ += events;
  taken_ = {group.number, print, {}};
  newest_.reset();
  return print == Digest{} ? Added::WithoutFingerprint : Added::WithFingerprint;
}

Status Runner::apply_group(const log::Group& group) {
  piece_events_ = 0;
  for (const log::TenantSlice& slice : group.slices)
    if (Status applied = apply_slice(slice); !applied) return applied;
  return {};
}

/// Rows of the group on the way, with no mark: nobody sees them (view_store.h).
Status Runner::write_piece() {
  piece_events_ = 0;
  if (Status settled = settle(); !settled) return settled;
  Result<ViewBatch> piece = writer_.take_rows({checkpoint_.group, checkpoint_.fingerprint, in_pieces_});
  Status stored = piece ? store_.apply(*std::move(piece)) : Status(fail(piece.error()));
  if (stored && writer_.remembers_much()) writer_.forget_rows();
  return stored;
}

Status Runner::hand_over() {
  if (taken_.group == handed_.group) return {};
  if (newest_) taken_.fingerprint = fingerprint(*std::exchange(newest_, nullptr));
  Result<ViewBatch> batch = writer_.take(taken_);
  if (Status settled = batch ? settle() : Status(fail(batch.error())); !settled) {
    forget_unwritten();
    return settled;
  }
  handed_ = taken_;
  writing_events_ = std::exchange(unwritten_events_, 0);
  if (batch->rows.size() < kRowsAside) {
    if (Status stored = store_.apply(*std::move(batch)); !stored) {
      forget_unwritten();
      return stored;
    }
    adopt_written();
    return {};
  }
  writing_ = std::async(std::launch::async,
                        [this, rows = *std::move(batch)]() mutable { return store_.apply(std::move(rows)); });
  return {};
}

/// What is on its way arrives.
Status Runner::settle() {
  if (!writing_.valid()) return {};
  Status stored = writing_.get();
  if (stored)
    adopt_written();
  else
    forget_unwritten();
  return stored;
}

void Runner::adopt_written() {
  checkpoint_ = handed_;
  events_ += writing_events_;
}

Status Runner::flush() {
  if (Status handed = hand_over(); !handed) return handed;
  return settle();
}

Status Runner::apply(const log::Group& group) {
  if (Status added = add(group); !added) return added;
  return flush();
}

Status Runner::apply_slice(const log::TenantSlice& slice) {
  std::vector<std::string_view> stored;
  if (!log::split_events(slice.bytes, slice.count, stored))
    return fail(Reason::StoreDamaged, fmt::format("events {}… of tenant {} are not whole messages",
                                                  slice.first, slice.tenant.value));
  const Result<Instant*> timeline = timeline_of(slice.tenant);
  if (!timeline) return fail(timeline.error());
  Position position = slice.first;
  for (const std::string_view bytes : stored) {
    const Result<RecordedEvent> event = decode(bytes);
    if (!event) return fail(event.error());
    if (event->envelope.position != position || event->envelope.tenant != slice.tenant)
      return fail(Reason::StoreDamaged,
                  fmt::format("the event stored at position {} of tenant {} is another one", position,
                              slice.tenant.value));
    if (in_pieces_ != Digest{} && piece_events_ == limits_.piece_events)
      if (Status written = write_piece(); !written) return written;
    apply_event(*event, bytes, **timeline);
    ++piece_events_;
    ++position;
  }
  return {};
}

Result<Instant*> Runner::timeline_of(const TenantId& tenant) {
  auto timeline = timelines_.find(tenant);
  if (timeline == timelines_.end()) {
    const Result<TenantMark> mark = store_.tenant(tenant);
    if (!mark) return fail(mark.error());
    timeline = timelines_.emplace(tenant, mark->effective_at).first;
  }
  return &timeline->second;
}

void Runner::apply_event(const RecordedEvent& event, std::string_view bytes, Instant& timeline) {
  const Envelope& envelope = event.envelope;
  const bool late = envelope.effective_at < timeline;
  timeline = std::max(timeline, envelope.effective_at);
  writer_.begin_event(envelope.tenant, envelope.position, timeline, envelope.recorded_at);
  // A question about a past moment takes it in when its answer is given (projections/two_clocks.h).
  if (late) writer_.keep(Keys{envelope.tenant}.late_event(envelope.position), bytes);
  for (const Projection* projection : projections_) projection->apply(event, writer_);
}

void Runner::forget_unwritten() {
  if (writing_.valid() && writing_.get()) adopt_written();
  writer_.forget();
  taken_ = handed_ = checkpoint_;
  unwritten_events_ = 0;
  newest_.reset();
  timelines_.clear();
}

}  // namespace kontor::views
