#include "server/subscriptions/group_store.h"

namespace kontor::server {
namespace {

class MemoryGroupStore final : public GroupStore {
 public:
  Result<std::vector<StoredGroup>> load() override {
    std::vector<StoredGroup> out;
    for (const auto& [key, group] : groups_) out.push_back(group);
    return out;
  }
  Status make(const GroupKey& key, const GroupSettings& settings, Position floor) override {
    groups_[key] = {key, settings, floor, {}};
    return {};
  }
  Status change(const GroupKey& key, const GroupChanges& changes) override {
    const auto found = groups_.find(key);
    if (found == groups_.end()) return fail(Reason::NotFound, "there is no group " + key.name);
    if (changes.floor) found->second.floor = *changes.floor;
    for (const auto& [position, entry] : changes.entries) {
      if (entry)
        found->second.entries[position] = *entry;
      else
        found->second.entries.erase(position);
    }
    return {};
  }
  Status remove(const GroupKey& key) override {
    groups_.erase(key);
    return {};
  }

 private:
  std::map<GroupKey, StoredGroup> groups_;
};

}  // namespace

std::unique_ptr<GroupStore> memory_group_store() { return std::make_unique<MemoryGroupStore>(); }

}  // namespace kontor::server
