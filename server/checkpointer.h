#pragma once
// The thread that signs: the store's checkpoint every so often and at the end, a tenant's when its books are
// closed, and whatever sessions ask for. It waits for the disk, so that nobody else has to.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>

#include "engine/checkpoints/checkpoint_keeper.h"
#include "engine/log/event_log.h"

namespace kontor::server {

class Checkpointer {
 public:
  /// `every` 0: the store's checkpoint on demand only. Groups up to `first_group` count as seen. `note` takes
  /// what an operator has to know, from this object's thread.
  Checkpointer(checkpoints::CheckpointKeeper& keeper, std::chrono::milliseconds every,
               std::uint64_t first_group, std::function<void(std::string_view)> note);
  ~Checkpointer() { close(); }
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  /// Begins; what was asked for before is done then. Not before the log is certain to stay.
  void start();
  /// A durable group: tenants whose books it closes get a checkpoint. Returns at once. The committing
  /// thread.
  void observe(const log::Group& group);
  /// Runs a piece of work on the signing thread; after `close` not at all. Any thread.
  void ask(std::function<void()> work);
  /// If it has begun: does what was asked for, signs for the store once more, and ends. Idempotent.
  void close();

 private:
  void run();
  void sign(const log::TreeName& tree);

  checkpoints::CheckpointKeeper& keeper_;
  const std::chrono::milliseconds every_;
  const std::uint64_t first_group_;
  const std::function<void(std::string_view)> note_;
  std::string said_last_;  // the thread's own: the same trouble is not told every ten seconds

  std::mutex mutex_;  // guards everything below
  std::condition_variable changed_;
  std::deque<std::function<void()>> work_;
  std::set<TenantId> closed_books_;
  bool closing_ = false;

  std::thread thread_;
};

}  // namespace kontor::server
