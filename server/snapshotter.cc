#include "server/snapshotter.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <utility>

#include "engine/rules/archive.h"
#include "engine/snapshots/snapshot_maker.h"
#include "engine/thread_name.h"

namespace kontor::server {
namespace {

constexpr int kPriority =
    10;  // a tenth of what a thread of the writer gets: it comes to an end under load, too

/// Of the calling thread; a system that knows priorities of processes only must not be asked.
void low_priority() {
#ifdef __linux__
  static_cast<void>(
      ::setpriority(PRIO_PROCESS, 0, kPriority));  // where it fails nothing but the pace differs
#endif
}

}  // namespace

Snapshotter::Snapshotter(Parts parts) : parts_(std::move(parts)), newest_(parts_.newest) {}

void Snapshotter::start() {
  if (!parts_.unread && parts_.config.every_events == 0) return;
  thread_ = std::thread([this] {
    name_this_thread("snapshotter");
    run();
  });
}

void Snapshotter::observe() {
  if (due()) changed_.notify_one();
}

bool Snapshotter::due() const {
  const std::uint64_t every = parts_.config.every_events;
  return every != 0 && parts_.log.head().events >= newest_ + every;
}

void Snapshotter::run() {
  low_priority();
  if (parts_.unread) read_the_unread();
  while (!closing_) {
    if (due() && !given_up_) {
      make_when_due();
      continue;
    }
    std::unique_lock lock(mutex_);
    // A wake-up between the look and the sleep is made good by the next group, or by this second look.
    changed_.wait_for(lock, std::chrono::seconds(1), [this] { return closing_ || (due() && !given_up_); });
  }
}

void Snapshotter::read_the_unread() {
  const log::LogHead& until = *parts_.unread;
  parts_.note(fmt::format("started from a snapshot of group {}: the {} events up to it are read now",
                          until.group, until.events));
  const auto began = std::chrono::steady_clock::now();
  const Status proven = snapshots::prove_beginning(parts_.log, until, [this] { return closing_.load(); });
  if (closing_) return;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  if (!proven) return parts_.damaged(proven.error());
  parts_.note(fmt::format("the {} events up to group {} were read and are whole, in {:.1f} s", until.events,
                          until.group, took.count()));
}

void Snapshotter::make_when_due() {
  // HEAD may lag one group behind what is durable, and a start trusts no snapshot that is newer than HEAD.
  const std::uint64_t last = parts_.log.head().group - 1;
  if (last == 0) return;
  const auto began = std::chrono::steady_clock::now();
  const auto made = snapshots::make_snapshot(parts_.log, parts_.store, parts_.shelf, last,
                                             snapshots::Base::Newest, [this] { return closing_.load(); });
  if (!made) {
    given_up_ = true;
    if (made.error().code == Reason::DataDirectory)
      return parts_.note("no snapshot could be written: " + made.error().message);
    return parts_.damaged(made.error());
  }
  if (!*made) return;
  newest_ = (*made)->head.events;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  parts_.note(fmt::format("snapshot of group {}: {} events, {} MiB, in {:.1f} s", (*made)->head.group,
                          (*made)->head.events, (*made)->bytes >> 20, took.count()));
}

void Snapshotter::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Snapshotter::at_stop(const Ledger& ledger) {
  const log::LogHead head = ledger.head();
  const std::uint64_t enough = parts_.config.at_stop_events;
  if (enough == 0 || head.group == 0 || head.events < newest_ + enough) return;
  const auto print = log::fingerprint_of(parts_.log, head.group);
  if (!print) return parts_.note("no snapshot could be written: " + print.error().message);
  const auto written = parts_.shelf.write(parts_.store, {.head = head, .fingerprint = *print},
                                          [&ledger](rules::ArchiveWriter& out) { ledger.save(out); });
  if (!written) parts_.note("no snapshot could be written: " + written.error().message);
}

}  // namespace kontor::server
