#pragma once
// The thread that works for the next start, at a low priority: after a start from a snapshot it reads
// the part of the log that the start did not read, and then writes the state down every so many events.
// Neither ever waits for the writer, nor the writer for it.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>

#include "engine/ledger.h"
#include "engine/snapshots/snapshot_shelf.h"
#include "server/config.h"

namespace kontor::server {

class Snapshotter {
 public:
  struct Parts {
    log::EventLog& log;  // outlives this object
    snapshots::SnapshotShelf& shelf;
    log::StoreId store;
    SnapshotConfig config;
    std::optional<log::LogHead> unread;  // of the log, by this start
    std::uint64_t newest = 0;            // events in the newest snapshot that fits; 0: there is none
    std::function<void(std::string_view)> note;
    std::function<void(Error)> damaged;  // the log is: nothing may be served any more
  };
  explicit Snapshotter(Parts parts);
  ~Snapshotter() { close(); }
  Snapshotter(const Snapshotter&) = delete;
  Snapshotter& operator=(const Snapshotter&) = delete;

  void start();
  /// A group became durable. Returns at once. The committing thread.
  void observe();
  /// Leaves off what is under way, and ends. Idempotent.
  void close();
  /// Writes down the state of a ledger that was closed and whose storage has not failed, if enough is new.
  /// After `close`.
  void at_stop(const Ledger& ledger);

 private:
  void run();
  void read_the_unread();
  void make_when_due();
  [[nodiscard]] bool due() const;

  const Parts parts_;
  std::atomic<std::uint64_t> newest_;  // events in the newest snapshot
  std::atomic<bool> closing_{false};
  bool given_up_ = false;  // the thread's own: a snapshot failed; not again until the next start

  std::mutex mutex_;  // guards nothing but the sleep
  std::condition_variable changed_;
  std::thread thread_;
};

}  // namespace kontor::server
