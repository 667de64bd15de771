#include "engine/snapshots/snapshot_maker.h"

#include <fmt/format.h>

#include <utility>

#include "engine/log/continuity.h"
#include "engine/log/log_prover.h"
#include "engine/writer/writer.h"

namespace kontor::snapshots {
namespace {

/// State and trees of a log's beginning.
struct Shadow {
  std::unique_ptr<Writer> writer;
  std::unique_ptr<log::Continuity> continuity;
};

Shadow from_nothing() {
  return {std::make_unique<Writer>(LedgerLimits{}), std::make_unique<log::Continuity>()};
}

Status fits(log::EventLog& log, const log::StartPoint& point) {
  const auto print = fingerprint_of(log, point.head.group);
  if (!print) return fail(print.error());
  if (*print != point.fingerprint) return fail(Reason::StoreDamaged, "its group is another one in the log");
  const auto root = log::LogProver(log).root(std::nullopt, point.head.events);
  if (!root) return fail(root.error());
  if (*root != point.head.root) return fail(Reason::RootMismatch, "its root is not the log's");
  return {};
}

/// From the newest snapshot that fits, or from nothing.
Shadow begin(log::EventLog& log, const log::StoreId& store, SnapshotShelf& shelf, std::uint64_t last) {
  const auto points = shelf.points(store);
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i].head.group > last) {
      shelf.passed_over(
          i, fmt::format("it is of group {}, the log ends at group {}", points[i].head.group, last));
      continue;
    }
    Status fitting = fits(log, points[i]);
    if (fitting) {
      auto loaded = shelf.load(i);
      if (loaded) {
        Shadow shadow{std::make_unique<Writer>(LedgerLimits{}),
                      std::make_unique<log::Continuity>(std::move(loaded->trees), points[i].head.group,
                                                        loaded->last_positions)};
        shadow.writer->restore(*shelf.take());
        return shadow;
      }
      fitting = fail(loaded.error());
    }
    shelf.passed_over(i, fitting.error().message);
  }
  return from_nothing();
}

}  // namespace

Result<std::optional<Made>> make_snapshot(log::EventLog& log, const log::StoreId& store, SnapshotShelf& shelf,
                                          std::uint64_t last, Base base, const std::function<bool()>& stop) {
  KONTOR_ASSERT(last >= 1 && last <= log.head().group);
  const Shadow shadow = base == Base::Newest ? begin(log, store, shelf, last) : from_nothing();
  const std::uint64_t first = shadow.continuity->next_group();
  Status folded;
  bool stopped = false;
  const auto fold = [&](const log::Group& group) {
    stopped = stop();
    if (stopped) return false;
    folded = shadow.continuity->accept(group);
    if (folded) folded = shadow.writer->adopt(group);
    return folded.has_value() && group.number < last;
  };
  if (first <= last)
    if (const Status scanned = log.scan(first, fold); !scanned) return fail(scanned.error());
  if (!folded) return fail(folded.error());
  if (stopped) return std::nullopt;

  shadow.continuity->trees().publish();
  log::StartPoint point{.head = shadow.continuity->head(), .fingerprint = {}};
  const auto print = fingerprint_of(log, last);
  if (!print) return fail(print.error());
  point.fingerprint = *print;
  const auto root = log::LogProver(log).root(std::nullopt, point.head.events);
  if (!root) return fail(root.error());
  if (*root != point.head.root)
    return fail(Reason::RootMismatch,
                fmt::format("the events up to group {} are not those this server has seen", last));
  const auto written = shelf.write(store, point, [&shadow](rules::ArchiveWriter& out) {
    shadow.continuity->trees().save(out);
    shadow.writer->save(out);
  });
  if (!written) return fail(written.error());
  return Made{
      .head = point.head, .groups_read = last + 1 - first, .bytes = written->bytes, .path = written->path};
}

Status prove_beginning(log::EventLog& log, const log::LogHead& until, const std::function<bool()>& stop) {
  log::Continuity continuity;
  Status accepted;
  bool stopped = false;
  const Status scanned = log.scan(1, [&](const log::Group& group) {
    stopped = stop();
    if (stopped) return false;
    accepted = continuity.accept(group);
    return accepted.has_value() && group.number < until.group;
  });
  if (!scanned) return scanned;
  if (!accepted || stopped) return accepted;
  if (continuity.head() != until)
    return fail(
        Reason::RootMismatch,
        fmt::format("the events up to group {} are not those this server started from: {} events, root "
                    "{} instead of {} events, root {}",
                    until.group, continuity.head().events, hex(continuity.head().root), until.events,
                    hex(until.root)));
  return {};
}

}  // namespace kontor::snapshots
