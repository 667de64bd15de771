#include "projections/memory_view_store.h"

#include <map>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "projections/sort_entries.h"
#include "projections/sorted_view_store.h"

namespace kontor::views {
namespace {

using Map = std::map<std::string, std::string, std::less<>>;

class MemoryCursor final : public BytesCursor {
 public:
  MemoryCursor(const Map& map, std::shared_mutex& mutex) : map_(map), mutex_(mutex), at_(map.end()) {}

  void seek(std::string_view key) override {
    const std::shared_lock lock(mutex_);
    at_ = map_.lower_bound(key);
    keep();
  }
  void next() override {
    const std::shared_lock lock(mutex_);
    ++at_;
    keep();
  }
  bool valid() const override { return valid_; }
  std::string_view key() const override { return at_->first; }
  std::string_view value() const override { return value_; }
  Status status() const override { return {}; }

 private:
  // The value is copied: an entry may be overwritten while the cursor stands on it.
  void keep() {
    valid_ = at_ != map_.end();
    if (valid_) value_ = at_->second;
  }

  const Map& map_;
  std::shared_mutex& mutex_;
  Map::const_iterator at_;
  bool valid_ = false;
  std::string value_;
};

class MemoryBytes final : public SortedBytes {
 public:
  MemoryBytes() = default;
  explicit MemoryBytes(Map map) : map_(std::move(map)) {}

  Status put(std::span<BytesView> entries) override {
    // In order of keys: each is looked for next to the one before.
    sort_entries(entries);
    const std::unique_lock lock(mutex_);
    auto at = map_.begin();
    for (const BytesView& entry : entries) {
      at = near(at, entry.key);
      if (at != map_.end() && at->first == entry.key)
        at->second.assign(entry.value);
      else
        at = map_.emplace_hint(at, entry.key, entry.value);
    }
    return {};
  }
  Status clear() override {
    const std::unique_lock lock(mutex_);
    map_.clear();
    return {};
  }
  std::unique_ptr<BytesCursor> cursor() const override {
    return std::make_unique<MemoryCursor>(map_, mutex_);
  }
  std::unique_ptr<SortedBytes> frozen() const override {
    const std::shared_lock lock(mutex_);
    return std::make_unique<MemoryBytes>(map_);
  }
  Status sync() override { return {}; }

 private:
  // The first entry not before `key`, which is not before `at`.
  Map::iterator near(Map::iterator at, std::string_view key) {
    constexpr int kSteps = 4;
    for (int step = 0; step < kSteps && at != map_.end(); ++step, ++at)
      if (at->first >= key) return at;
    return map_.lower_bound(key);
  }

  mutable std::shared_mutex mutex_;  // guards map_
  Map map_;
};

}  // namespace

std::unique_ptr<SortedBytes> memory_bytes() { return std::make_unique<MemoryBytes>(); }

std::unique_ptr<ViewStore> memory_view_store() { return sorted_view_store(memory_bytes(), kShape); }

}  // namespace kontor::views
