#include "server/checkpointer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/thread_name.h"
#include "events/closing_events.h"

namespace kontor::server {

Checkpointer::Checkpointer(checkpoints::CheckpointKeeper& keeper, std::chrono::milliseconds every,
                           std::uint64_t first_group, std::function<void(std::string_view)> note)
    : keeper_(keeper), every_(every), first_group_(first_group), note_(std::move(note)) {}

void Checkpointer::start() {
  thread_ = std::thread([this] {
    name_this_thread("checkpointer");
    run();
  });
}

void Checkpointer::observe(const log::Group& group) {
  if (group.number <= first_group_) return;
  std::vector<std::string_view> events;
  for (const log::TenantSlice& slice : group.slices) {
    if (!log::split_events(slice.bytes, slice.count, events)) continue;
    if (!std::ranges::any_of(events, closes_books)) continue;
    const std::lock_guard lock(mutex_);
    closed_books_.insert(slice.tenant);
    changed_.notify_all();
  }
}

void Checkpointer::ask(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  if (closing_) return;
  work_.push_back(std::move(work));
  changed_.notify_all();
}

void Checkpointer::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Checkpointer::run() {
  auto next = std::chrono::steady_clock::now() + every_;
  std::unique_lock lock(mutex_);
  while (true) {
    const auto has_work = [this] { return closing_ || !work_.empty() || !closed_books_.empty(); };
    if (every_.count() == 0)
      changed_.wait(lock, has_work);
    else
      changed_.wait_until(lock, next, has_work);
    const auto work = std::exchange(work_, {});
    const auto tenants = std::exchange(closed_books_, {});
    const bool last = closing_;
    lock.unlock();
    for (const auto& piece : work) piece();
    for (const TenantId& tenant : tenants) sign(tenant);
    const auto now = std::chrono::steady_clock::now();
    if (last || (every_.count() != 0 && now >= next)) {
      sign(std::nullopt);
      next = now + every_;
    }
    if (last) return;
    lock.lock();
  }
}

void Checkpointer::sign(const log::TreeName& tree) {
  const auto signed_note = keeper_.checkpoint(tree, 0);
  if (signed_note) return;
  const Error& error = signed_note.error();
  // Nothing to sign yet, or nothing to sign with: the start has said so.
  if (error.code == Reason::InvalidArgument || error.code == Reason::SigningKey) return;
  std::string text = fmt::format("CRITICAL {} {}: no checkpoint is signed: {}", static_cast<int>(error.code),
                                 reason_info(error.code).name, error.message);
  if (text == said_last_) return;
  note_(text);
  said_last_ = std::move(text);
}

}  // namespace kontor::server
