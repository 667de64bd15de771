#pragma once
// A disk that forgets what was not synced. Every file has what was written and what is on stable storage;
// every directory has its entries and a journal of changes that are not synced yet. A power cut leaves one of
// the many states that a real disk may be left in. No library behind it; one thread at a time.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/simulated_random.h"

namespace kontor::test {

constexpr std::size_t kSectorBytes = 512;

/// What a power cut does to changes of a directory that were not synced.
enum class DirectoryLoss : std::uint8_t {
  Tail,       // they reach the disk in order: some first part of them survives
  AnySubset,  // each survives or not, whatever the others do: the worst that POSIX allows
};

class SimulatedFile {
 public:
  [[nodiscard]] const std::string& contents() const { return written_; }
  /// Extends with zeros where the offset lies behind the end.
  void write(std::uint64_t offset, std::string_view bytes);
  void resize(std::uint64_t size);
  void sync();
  /// What Linux does after a failed sync: the pages count as clean, a later sync does not write them.
  void forget_unsynced();
  /// Keeps what was synced; each sector written since is old, new or torn, and the length lies in between.
  void lose_power(SimulatedRandom& random);

 private:
  std::string written_;
  std::string durable_;
  std::set<std::size_t> dirty_sectors_;
  std::uint64_t smallest_size_ = 0;  // since the last sync, to know of truncations
};

class SimulatedDirectory;

/// A file or a directory.
struct SimulatedNode {
  std::shared_ptr<SimulatedFile> file;
  std::shared_ptr<SimulatedDirectory> directory;

  friend bool operator==(const SimulatedNode&, const SimulatedNode&) = default;
};

class SimulatedDirectory {
 public:
  [[nodiscard]] const std::map<std::string, SimulatedNode>& entries() const { return entries_; }
  [[nodiscard]] const SimulatedNode* find(const std::string& name) const;
  void set(const std::string& name, SimulatedNode node);
  void remove(const std::string& name);
  void rename(const std::string& from, const std::string& to);
  void sync();
  void lose_power(SimulatedRandom& random, DirectoryLoss loss);

 private:
  struct Change {
    std::string removed;  // empty: none
    std::string added;    // empty: none
    SimulatedNode node;   // of `added`
  };
  static void apply(const Change& change, std::map<std::string, SimulatedNode>& entries);
  void journal(Change change);

  std::map<std::string, SimulatedNode> entries_;
  std::map<std::string, SimulatedNode> durable_;
  std::vector<Change> unsynced_;
};

/// Paths on the disk. `a/b` and `/a/b` are the same; the root always exists.
class SimulatedDisk {
 public:
  SimulatedDisk() : root_(std::make_shared<SimulatedDirectory>()) {}

  [[nodiscard]] std::shared_ptr<SimulatedDirectory> directory(std::string_view path) const;
  [[nodiscard]] std::shared_ptr<SimulatedFile> file(std::string_view path) const;
  /// The directory that holds the path's last name; null when there is none.
  [[nodiscard]] std::shared_ptr<SimulatedDirectory> parent(std::string_view path) const;
  [[nodiscard]] static std::string last_name(std::string_view path);

  void lose_power(SimulatedRandom& random, DirectoryLoss loss);

 private:
  std::shared_ptr<SimulatedDirectory> root_;
};

}  // namespace kontor::test
