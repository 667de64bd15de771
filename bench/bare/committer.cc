#include "bench/bare/committer.h"

#include <fmt/format.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/write_batch.h>

#include <cstdlib>
#include <utility>

#include "engine/log/rocksdb/keys.h"

namespace kontor::bare {

Result<std::unique_ptr<Committer>> Committer::open(const std::string& directory, OnDurable on_durable) {
  auto env = std::make_unique<log::LayeredEnv>(rocksdb::Env::Default(), rocksdb::FileSystem::Default());
  auto database = log::Database::open(directory, log::OpenMode::CreateNew, {}, std::move(env));
  if (!database) return tl::unexpected(std::move(database).error());
  return std::unique_ptr<Committer>(new Committer(std::move(*database), std::move(on_durable)));
}

Committer::Committer(std::unique_ptr<log::Database> database, OnDurable on_durable)
    : database_(std::move(database)), on_durable_(std::move(on_durable)), thread_([this] { run(); }) {}

Committer::~Committer() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Committer::recycle(std::unique_ptr<Group> group) {
  group->clear();
  const std::lock_guard lock(mutex_);
  spare_.push_back(std::move(group));
}

void Committer::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    idle_ = true;
    changed_.wait(lock, [this] { return closing_ || !gathering_->waiting.empty(); });
    idle_ = false;
    if (gathering_->waiting.empty()) return;
    std::unique_ptr<Group> next = spare_.empty() ? std::make_unique<Group>() : std::move(spare_.back());
    if (!spare_.empty()) spare_.pop_back();
    std::unique_ptr<Group> group = std::exchange(gathering_, std::move(next));
    lock.unlock();
    write(*group);
    on_durable_(std::move(group));
    lock.lock();
  }
}

void Committer::write(const Group& group) {
  constexpr std::size_t kProtectionBytes = 8;  // as the log
  rocksdb::WriteBatch batch(group.bytes.size() + 64, 0, kProtectionBytes, 0);
  rocksdb::Status status = batch.Put(database_->events(), log::group_key(++number_), group.bytes);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  if (status.ok()) status = database_->db().Write(synced, &batch);
  if (status.ok()) return;
  fmt::print(stderr, "kontor_bare: {}\n", status.ToString());
  std::_Exit(1);  // nothing more may be answered
}

}  // namespace kontor::bare
