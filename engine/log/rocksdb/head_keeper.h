#pragma once
// Writes HEAD after each group, without making the group's receipt wait for it unless asked to.

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>

#include "engine/log/rocksdb/head_file.h"

namespace kontor::log {

enum class HeadMode : std::uint8_t {
  Lagging,  // HEAD of a group is durable before the next group is; at once when nothing follows
  Strict,   // before the group's own receipt
};
enum class HeadExecution : std::uint8_t {
  OwnThread,  // written beside the next group, from `begin` on
  Inline,     // by the caller, at the next `submit` or `settle`: for runs that must be repeatable
};

/// One thread calls; a second may do the writing.
class HeadKeeper {
 public:
  HeadKeeper(HeadFiles files, HeadExecution execution);
  ~HeadKeeper();
  HeadKeeper(const HeadKeeper&) = delete;
  HeadKeeper& operator=(const HeadKeeper&) = delete;

  /// Hands over what HEAD shall say next. Before: `settle` was called since the last `submit`.
  void submit(const HeadRecord& record);
  /// Begins to write it, if a thread of its own does; else `settle` will.
  void begin();
  /// Returns when everything submitted is durable. After a failure every call fails: nobody knows what HEAD
  /// holds.
  [[nodiscard]] Status settle();

 private:
  void run();

  HeadFiles files_;
  HeadExecution execution_;
  std::mutex mutex_;  // guards the members below
  std::condition_variable changed_;
  std::optional<HeadRecord> pending_;
  bool begun_ = false;  // with what is pending
  bool ending_ = false;
  Status failure_;
  std::thread thread_;
};

}  // namespace kontor::log
