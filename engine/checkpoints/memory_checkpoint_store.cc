#include <fmt/format.h>

#include <map>

#include "engine/checkpoints/checkpoint_store.h"

namespace kontor::checkpoints {
namespace {

class MemoryCheckpointStore final : public CheckpointStore {
 public:
  Status keep(const KeptCheckpoint& kept) override {
    auto& of_origin = notes_[kept.checkpoint.origin.text()];
    const auto [at, added] = of_origin.try_emplace(kept.checkpoint.size, kept);
    if (!added && at->second.checkpoint.root != kept.checkpoint.root)
      return fail(Reason::TwoHistories, fmt::format("{} events of {} were signed with another root",
                                                    kept.checkpoint.size, kept.checkpoint.origin.text()));
    at->second = kept;
    return {};
  }

  Result<std::vector<KeptCheckpoint>> list(const proof::Origin& origin, std::uint64_t after,
                                           std::size_t limit) override {
    std::vector<KeptCheckpoint> found;
    const auto& of_origin = notes_[origin.text()];
    for (auto at = of_origin.upper_bound(after); at != of_origin.end() && found.size() < limit; ++at)
      found.push_back(at->second);
    return found;
  }

  Result<std::optional<KeptCheckpoint>> newest(const proof::Origin& origin) override {
    const auto found = notes_.find(origin.text());
    if (found == notes_.end() || found->second.empty()) return std::optional<KeptCheckpoint>{};
    return std::optional(found->second.rbegin()->second);
  }

  Result<std::vector<KeptCheckpoint>> newest_of_all() override {
    std::vector<KeptCheckpoint> found;
    for (const auto& [origin, notes] : notes_)
      if (!notes.empty()) found.push_back(notes.rbegin()->second);
    return found;
  }

  Result<std::string> key() override { return key_; }
  Status keep_key(const std::string& key) override {
    key_ = key;
    return {};
  }
  Result<std::vector<std::string>> rotations() override { return rotations_; }
  Status keep_rotation(const std::string& note, const std::string& key) override {
    rotations_.push_back(note);
    key_ = key;
    return {};
  }

 private:
  std::map<std::string, std::map<std::uint64_t, KeptCheckpoint>> notes_;
  std::string key_;
  std::vector<std::string> rotations_;
};

}  // namespace

std::unique_ptr<CheckpointStore> memory_checkpoint_store() {
  return std::make_unique<MemoryCheckpointStore>();
}

}  // namespace kontor::checkpoints
