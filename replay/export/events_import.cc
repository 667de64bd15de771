#include "replay/export/events_import.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "events/core/merkle.h"
#include "replay/export/json_lines.h"
#include "replay/fold.h"

namespace kontor::exports {
namespace {

constexpr std::uint32_t kGroupEvents = 4'096;
constexpr std::size_t kSliceBytes = std::size_t{1} << 20;
constexpr std::uint64_t kTellEvery = 4'096;

class Import {
 public:
  Import(const Readable& readable, log::EventLog& into) : readable_(readable), into_(into) {}

  Status take(std::string_view line) {
    const Result<std::string> stored = stored_of(line, readable_);
    if (!stored) return fail(stored.error());
    const Result<RecordedEvent> event = decode(*stored);
    if (!event) return fail(event.error());
    if (!fold_) fold_.emplace(event->envelope.tenant);
    if (Status placed = check_place(*stored, fold_->tenant(), tree_.size() + 1); !placed) return placed;
    if (Status follows = fold_->follows(*event); !follows) return follows;
    // What a command did stays together, as it was; timers may be parted.
    const CommandId& command = event->envelope.command_id;
    if (waiting_ >= kGroupEvents && (command.is_zero() || command != command_))
      if (Status appended = append(); !appended) return appended;
    command_ = command;
    fold_->take(*event);
    tree_.append(bytes_of(*stored));
    if (slices_.empty() || slices_.back().bytes.size() >= kSliceBytes)
      slices_.push_back({fold_->tenant(), tree_.size(), 0, {}});
    slices_.back().bytes.append(*stored);
    ++slices_.back().count;
    ++waiting_;
    return {};
  }

  Result<ImportedEvents> finish() {
    if (!fold_) return fail(Reason::BundleUnusable, "the file has no event");
    if (Status appended = append(); !appended) return fail(appended.error());
    into_.idle();
    return ImportedEvents{fold_->tenant(), tree_.size(), tree_.root(), rules::state_digest(fold_->state()),
                          fold_->effective_at()};
  }
  [[nodiscard]] std::uint64_t events() const { return tree_.size(); }

 private:
  Status append() {
    const log::Group group{into_.head().group + 1, std::exchange(slices_, {})};
    waiting_ = 0;
    if (into_.append(group) == log::AppendOutcome::Appended) return {};
    return fail(Reason::OutcomeUnknown, "the new log does not take the events");
  }

  const Readable& readable_;
  log::EventLog& into_;
  std::optional<replay::TenantFold> fold_;
  MerkleFrontier tree_;
  std::vector<log::TenantSlice> slices_;  // of the group to come
  std::uint32_t waiting_ = 0;             // events in them
  CommandId command_;
};

}  // namespace

Result<ImportedEvents> import_events(std::istream& lines, const Readable& readable, log::EventLog& into,
                                     const Progress& progress) {
  if (into.head().events != 0) return fail(Reason::DataDirectory, "the log to be filled is not empty");
  Import import(readable, into);
  std::string line;
  for (std::uint64_t number = 1; std::getline(lines, line); ++number) {
    // A file that was cut inside of a line has a last line without an end.
    const bool whole = !lines.eof();
    const Status taken =
        whole ? import.take(line) : Status(fail(Reason::BundleUnusable, "the line has no end"));
    if (!taken) return fail(taken.error().code, fmt::format("line {}: {}", number, taken.error().message));
    if (progress && number % kTellEvery == 0 && progress(number) == Go::Stop)
      return fail(Reason::SessionEnded, "the work was interrupted");
  }
  return import.finish();
}

}  // namespace kontor::exports
