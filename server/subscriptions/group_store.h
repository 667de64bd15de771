#pragma once
// Where consumer groups are remembered. Apart from the log and the views, because nothing derives it: it says
// what others have done with events. One thread at a time.

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "events/core/result.h"
#include "server/subscriptions/group_record.h"

namespace kontor::server {

struct StoredGroup {
  GroupKey key;
  GroupSettings settings;
  Position floor = 0;
  std::map<Position, StoredEntry> entries;

  friend bool operator==(const StoredGroup&, const StoredGroup&) = default;
};

/// Whatever returns success is durable. After a failure nothing is known of what was being written, and the
/// store takes nothing more.
class GroupStore {
 public:
  GroupStore() = default;
  GroupStore(const GroupStore&) = delete;
  GroupStore& operator=(const GroupStore&) = delete;
  virtual ~GroupStore() = default;

  [[nodiscard]] virtual Result<std::vector<StoredGroup>> load() = 0;
  [[nodiscard]] virtual Status make(const GroupKey& key, const GroupSettings& settings, Position floor) = 0;
  [[nodiscard]] virtual Status change(const GroupKey& key, const GroupChanges& changes) = 0;
  [[nodiscard]] virtual Status remove(const GroupKey& key) = 0;
};

/// For tests and simulations.
[[nodiscard]] std::unique_ptr<GroupStore> memory_group_store();

/// Opens or creates the store of a data directory. StoreDamaged when it cannot be read, StoreIdMismatch when
/// it belongs to another log.
[[nodiscard]] Result<std::unique_ptr<GroupStore>> open_group_store(const std::filesystem::path& directory,
                                                                   const std::string& store_id);

}  // namespace kontor::server
