// docs/storage-format.md, "The views"
#include "projections/view_directories.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

#include "projections/given_up.h"
#include "projections/rocksdb_view_store.h"

namespace kontor::views {
namespace {

namespace fs = std::filesystem;
using Generation = std::uint64_t;

constexpr std::string_view kLiveFile = "LIVE";
constexpr std::string_view kDraftFile = "LIVE.new";
// What a database has at its top, and a directory of generations has not: views from before there were any.
constexpr std::string_view kDatabaseFile = "CURRENT";
constexpr std::string_view kMoving = ".moving";

tl::unexpected<Error> cannot(std::string_view what, const fs::path& path, std::string_view why) {
  return fail(Reason::DataDirectory, fmt::format("{} cannot be {}: {}", path.string(), what, why));
}

std::optional<Generation> generation_of(std::string_view name) {
  Generation number = 0;
  const char* const end = name.data() + name.size();
  const auto [stop, failure] = std::from_chars(name.data(), end, number);
  if (failure != std::errc{} || stop != end || number == 0 || name.front() == '0') return std::nullopt;
  return number;
}

/// The generation that is live: the first where no file says anything else. Rebuilding when what the file
/// says makes no sense, or is not there.
Result<Generation> read_live_file(const fs::path& directory) {
  const fs::path path = directory / kLiveFile;
  std::error_code failure;
  if (!fs::exists(path, failure)) return Generation{1};
  std::ifstream file(path);
  std::string line;
  const bool whole = std::getline(file, line) && !file.eof();
  const std::optional<Generation> live = whole ? generation_of(line) : std::nullopt;
  if (!live) return fail(Reason::Rebuilding, fmt::format("{} names no views", path.string()));
  if (!fs::exists(directory / line, failure))
    return fail(Reason::Rebuilding,
                fmt::format("{} names views {}, which are not there", path.string(), line));
  return *live;
}

Status sync_path(const fs::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return cannot("opened", path, std::strerror(errno));
  const bool synced = ::fsync(descriptor) == 0;
  const int failure = errno;
  ::close(descriptor);
  if (!synced) return cannot("synced", path, std::strerror(failure));
  return {};
}

/// The file is replaced whole and durably, or it is as it was.
Status write_live_file(const fs::path& directory, Generation generation) {
  const fs::path draft = directory / kDraftFile;
  {
    std::ofstream file(draft, std::ios::trunc);
    file << generation << '\n';
    file.flush();
    if (!file) return cannot("written", draft, "the disk may be full");
  }
  if (Status synced = sync_path(draft, O_RDONLY); !synced) return synced;
  std::error_code failure;
  fs::rename(draft, directory / kLiveFile, failure);
  if (failure) return cannot("renamed", draft, failure.message());
  return sync_path(directory, O_RDONLY | O_DIRECTORY);
}

Generation newest_in(const fs::path& directory) {
  Generation newest = 0;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(directory, failure))
    newest = std::max(newest, generation_of(entry.path().filename().string()).value_or(0));
  return newest;
}

void remove_generations(const fs::path& directory) {
  std::error_code failure;
  for (Generation generation = newest_in(directory); generation > 0; generation = newest_in(directory)) {
    fs::remove_all(directory / std::to_string(generation), failure);
    if (failure) return;
  }
  fs::remove(directory / kLiveFile, failure);
}

/// Views from before there were generations become the first one: two renames, either of which may be the
/// last before a crash.
Status adopt_old_layout(const fs::path& directory) {
  fs::path moving = directory;
  moving += kMoving;
  std::error_code failure;
  if (fs::exists(directory / kDatabaseFile, failure)) {
    fs::remove_all(moving, failure);
    remove_generations(directory);  // a program from before has opened a store that had some
    fs::rename(directory, moving, failure);
    if (failure) return cannot("renamed", directory, failure.message());
  }
  if (!fs::exists(moving, failure)) return {};
  fs::remove_all(directory / "1", failure);
  fs::create_directories(directory, failure);
  if (!failure) fs::rename(moving, directory / "1", failure);
  if (failure) return cannot("renamed", moving, failure.message());
  return {};
}

/// Whatever cannot be removed stays until the next start.
void remove_all_but(const fs::path& directory, const fs::path& live) {
  std::error_code failure;
  std::vector<fs::path> others;
  for (const auto& entry : fs::directory_iterator(directory, failure))
    if (entry.path() != live && entry.path().filename() != kLiveFile) others.push_back(entry.path());
  for (const fs::path& other : others) fs::remove_all(other, failure);
}

class DirectoryShelf final : public ViewShelf {
 public:
  DirectoryShelf(fs::path directory, Generation live, std::unique_ptr<ViewStore> store)
      : directory_(std::move(directory)),
        live_generation_(live),
        newest_(live),
        live_(given_up_->shared(std::move(store), live)) {}
  ~DirectoryShelf() override {
    live_.reset();
    clear_away();
  }

  std::shared_ptr<ViewStore> live() const override {
    const std::lock_guard lock(mutex_);
    return live_;
  }

  Result<std::shared_ptr<ViewStore>> make() override {
    // A number is never used twice while the program runs: somebody may still hold the one before.
    const Generation generation = ++newest_;
    std::error_code failure;
    fs::remove_all(path_of(generation), failure);
    auto opened = open_rocksdb_view_store(path_of(generation), Access::ReadWrite);
    if (!opened) return fail(opened.error());
    std::shared_ptr<ViewStore> store = given_up_->shared(std::move(opened->store), generation);
    made_ = {store, generation};
    return store;
  }

  Status make_live(const std::shared_ptr<ViewStore>& views) override {
    if (made_.store.lock() != views) return fail(Reason::OutOfOrder, "these views are not of this shelf");
    if (Status written = write_live_file(directory_, made_.generation); !written) {
      // The new name may stand there and not be durable. Those before stay, so their name is written again;
      // should that fail as well, a start that finds no views derives them.
      static_cast<void>(write_live_file(directory_, live_generation_));
      return written;
    }
    live_generation_ = made_.generation;
    std::shared_ptr<ViewStore> before = views;
    const std::lock_guard lock(mutex_);
    live_.swap(before);
    return {};
  }

  void clear_away() override {
    for (auto& [views, generation] : given_up_->take()) {
      views.reset();
      std::error_code failure;
      if (generation != live_generation_) fs::remove_all(path_of(generation), failure);
    }
  }
  void when_given_up(std::function<void()> given_up) override { given_up_->tell(std::move(given_up)); }

 private:
  struct Made {
    std::weak_ptr<ViewStore> store;
    Generation generation = 0;
  };

  [[nodiscard]] fs::path path_of(Generation generation) const {
    return directory_ / std::to_string(generation);
  }

  const fs::path directory_;
  const std::shared_ptr<GivenUp<Generation>> given_up_ = std::make_shared<GivenUp<Generation>>();
  Generation live_generation_;
  Generation newest_;
  Made made_;
  mutable std::mutex mutex_;  // guards live_
  std::shared_ptr<ViewStore> live_;
};

}  // namespace

Result<fs::path> live_views_in(const fs::path& directory) {
  std::error_code failure;
  if (fs::exists(directory / kDatabaseFile, failure)) return directory;
  const Result<Generation> live = read_live_file(directory);
  if (!live) return fail(live.error());
  const fs::path path = directory / std::to_string(*live);
  if (!fs::exists(path, failure))
    return fail(Reason::NotFound, "there are no views in " + directory.string());
  return path;
}

Result<OpenedShelf> open_view_shelf(const fs::path& directory) {
  if (Status moved = adopt_old_layout(directory); !moved) return fail(moved.error());
  std::error_code failure;
  fs::create_directories(directory, failure);
  if (failure) return cannot("made", directory, failure.message());
  const Result<Generation> named = read_live_file(directory);
  // Any of them will do, or none: views say themselves how far they have read which log.
  const Generation live = named ? *named : std::max<Generation>(newest_in(directory), 1);
  const fs::path path = directory / std::to_string(live);
  auto opened = open_rocksdb_view_store(path, Access::ReadWrite);
  if (!opened) return fail(opened.error());
  remove_all_but(directory, path);
  if (!named)
    if (Status written = write_live_file(directory, live); !written) return fail(written.error());
  return OpenedShelf{std::make_unique<DirectoryShelf>(directory, live, std::move(opened->store)),
                     named ? std::move(opened->dropped_because) : named.error().message};
}

}  // namespace kontor::views
