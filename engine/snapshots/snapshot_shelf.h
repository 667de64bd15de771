#pragma once
// The directory of snapshots: what a start may go on from instead of reading the whole log
// (docs/storage-format.md, "Snapshots"). Derived, like the views: it may be deleted at any time, and whatever
// in it does not fit is passed over with a sentence and never believed. One thread at a time.

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/log/log_start.h"
#include "engine/rules/archive.h"
#include "engine/snapshots/snapshot_file.h"
#include "engine/writer/writer_state.h"

namespace rocksdb {
class Env;
}

namespace kontor::snapshots {

class SnapshotShelf final : public log::LogStarts {
 public:
  using Note = std::function<void(std::string_view)>;

  /// `env`: files; null: the machine's. The directory need not exist. `note` is told what is passed over, and
  /// why; it may be empty.
  SnapshotShelf(rocksdb::Env* env, std::string directory, Note note);

  /// Newest first.
  [[nodiscard]] std::vector<log::StartPoint> points(const log::StoreId& store) override;
  [[nodiscard]] Result<Loaded> load(std::size_t point) override;
  void passed_over(std::size_t point, const std::string& why) override;

  /// The writer's part of what was loaded last, unless it was passed over since.
  [[nodiscard]] std::optional<WriterState> take();

  struct Written {
    std::string path;
    std::uint64_t bytes = 0;
  };
  /// Writes one and makes it durable under its name; then removes all but the newest two, and those that were
  /// passed over. `content` writes the trees, then the writer's part.
  [[nodiscard]] Result<Written> write(const log::StoreId& store, const log::StartPoint& point,
                                      const std::function<void(rules::ArchiveWriter&)>& content);

  [[nodiscard]] const std::string& directory() const { return directory_; }

 private:
  struct Found {
    std::string name;
    log::StartPoint point;
  };
  [[nodiscard]] std::string path_of(const std::string& name) const { return directory_ + "/" + name; }
  void say(const std::string& name, const std::string& why);
  [[nodiscard]] Status prune();

  rocksdb::FileSystem& fs_;
  const std::string directory_;
  Note note_;
  std::vector<Found> found_;
  std::set<std::string> useless_;  // names of those that were passed over
  std::optional<WriterState> loaded_;
};

}  // namespace kontor::snapshots
