#include "engine/log/rocksdb/head_keeper.h"

#include <utility>

#include "engine/thread_name.h"
#include "events/core/assert.h"

namespace kontor::log {

HeadKeeper::HeadKeeper(HeadFiles files, HeadExecution execution)
    : files_(std::move(files)), execution_(execution) {
  if (execution_ == HeadExecution::Inline) return;
  thread_ = std::thread([this] {
    name_this_thread("head");
    run();
  });
}

HeadKeeper::~HeadKeeper() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void HeadKeeper::submit(const HeadRecord& record) {
  const std::lock_guard lock(mutex_);
  KONTOR_ASSERT(!pending_.has_value());
  pending_ = record;
  begun_ = false;
}

void HeadKeeper::begin() {
  {
    const std::lock_guard lock(mutex_);
    if (!pending_ || std::exchange(begun_, true)) return;
  }
  changed_.notify_all();
}

Status HeadKeeper::settle() {
  begin();
  std::unique_lock lock(mutex_);
  if (execution_ == HeadExecution::OwnThread) {
    changed_.wait(lock, [this] { return !pending_.has_value(); });
  } else if (pending_ && failure_) {
    failure_ = files_.write(*pending_);
    pending_.reset();
  }
  return failure_;
}

void HeadKeeper::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || (pending_ && begun_); });
    if (!pending_) return;
    const HeadRecord record = *pending_;
    lock.unlock();
    Status written = files_.write(record);
    lock.lock();
    if (failure_) failure_ = std::move(written);
    pending_.reset();
    changed_.notify_all();
  }
}

}  // namespace kontor::log
