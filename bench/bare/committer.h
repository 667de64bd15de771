#pragma once
// Makes groups durable, one after the other, each as one value in one synced write to the database, opened
// with the log's own settings. A group is everything that came while the one before was being synced: there
// is no timer. One thread of its own.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "bench/bare/group.h"
#include "engine/log/rocksdb/database.h"

namespace kontor::bare {

class Committer {
 public:
  /// Gets every group once it is durable, on the committer's thread; give it back with `recycle`.
  using OnDurable = std::function<void(std::unique_ptr<Group>)>;

  [[nodiscard]] static Result<std::unique_ptr<Committer>> open(const std::string& directory,
                                                               OnDurable on_durable);
  ~Committer();

  /// Any thread: what `fill` adds belongs to the next group.
  template <class Fill>
  void add(Fill&& fill) {
    bool wake = false;
    {
      const std::lock_guard lock(mutex_);
      fill(*gathering_);
      wake = idle_;
    }
    if (wake) changed_.notify_one();
  }
  void recycle(std::unique_ptr<Group> group);

 private:
  Committer(std::unique_ptr<log::Database> database, OnDurable on_durable);
  void run();
  void write(const Group& group);

  std::unique_ptr<log::Database> database_;
  OnDurable on_durable_;
  std::uint64_t number_ = 0;

  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::unique_ptr<Group> gathering_ = std::make_unique<Group>();
  std::vector<std::unique_ptr<Group>> spare_;  // memory that has been touched already
  bool idle_ = false;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace kontor::bare
