#include "server/stores.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "engine/keys/file/file_key_store.h"
#include "engine/log/rocksdb/rocksdb_log.h"
#include "projections/data_directory.h"
#include "projections/view_directories.h"
#include "server/logging.h"

namespace kontor::server {
namespace {

/// The process that holds a lock on the file, as the kernel knows it; 0 when nobody does.
pid_t holder_of(const std::filesystem::path& lock_file) {
  const int descriptor = ::open(lock_file.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return 0;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  const bool held = ::fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  ::close(descriptor);
  return held ? lock.l_pid : 0;
}

/// The library says only that the lock is taken; people want to know by whom.
Error in_use(const DataDirectory& directory) {
  const pid_t holder = holder_of(directory.log() / "LOCK");
  if (holder == 0)
    return {Reason::AlreadyRunning, fmt::format("data directory {} is in use", directory.root.string())};
  return {Reason::AlreadyRunning,
          fmt::format("data directory {} is in use by process {}", directory.root.string(), holder)};
}

/// Nobody but the server's user may look into the directory of the keys.
Result<std::unique_ptr<keys::FileKeyStore>> open_keys(const DataDirectory& directory, const log::StoreId& id,
                                                      keys::Randomness& randomness) {
  std::error_code failure;
  std::filesystem::create_directories(directory.keys(), failure);
  if (!failure) std::filesystem::permissions(directory.keys(), std::filesystem::perms::owner_all, failure);
  if (failure)
    return fail(Reason::DataDirectory, fmt::format("cannot make {} for the server alone: {}",
                                                   directory.keys().string(), failure.message()));
  return keys::FileKeyStore::open({.directory = directory.keys().string(), .store_id = id}, randomness);
}

/// Fills in what signs.
Status open_checkpoints(const Config& config, const DataDirectory& directory, const Note& note,
                        Stores& stores) {
  auto kept = checkpoints::open_checkpoint_store(directory.checkpoints(), stores.store_id);
  if (!kept) return fail(kept.error());
  if (!kept->said.empty()) note(kept->said);
  stores.checkpoints = std::move(kept->store);
  const checkpoints::KeyPlace place = key_place(config, stores.store_id);
  stores.log_name = place.name;
  auto signer = checkpoints::open_signer(place, *stores.checkpoints, *stores.randomness);
  if (signer) {
    if (!signer->said.empty()) note(signer->said);
    stores.signer = std::move(signer->signer);
    return {};
  }
  if (signer.error().code != Reason::SigningKey || config.checkpoint.required == KeyNeed::Required)
    return fail(signer.error());
  note("no new checkpoints are signed: " + signer.error().message);
  return {};
}

}  // namespace

checkpoints::KeyPlace key_place(const Config& config, const std::string& store_id) {
  using Chosen = checkpoints::KeyPlace::Chosen;
  const std::string& file = config.checkpoint.key_file;
  return {.file = file.empty() ? DataDirectory{config.data_dir}.signing_key().string() : file,
          .chosen = file.empty() ? Chosen::ByDefault : Chosen::ByOperator,
          .name = config.checkpoint.name + "/" + store_id};
}

Result<Stores> open_stores(const Config& config, const Note& note) {
  const DataDirectory directory{config.data_dir};
  std::error_code failure;
  std::filesystem::create_directories(directory.root, failure);
  if (failure)
    return fail(Reason::DataDirectory,
                fmt::format("cannot create data directory {}: {}", safe(config.data_dir), failure.message()));

  log::RocksDbLogOptions options{.path = directory.log().string()};
  options.head_mode = config.head == HeadWriting::Strict ? log::HeadMode::Strict : log::HeadMode::Lagging;
  options.database.note = note;
  auto shelf = std::make_unique<snapshots::SnapshotShelf>(nullptr, directory.snapshots().string(), note);
  if (config.snapshot.start == SnapshotStart::Newest) options.starts = shelf.get();
  auto opened = log::RocksDbLog::open(std::move(options));
  if (!opened && opened.error().code == Reason::AlreadyRunning) return fail(in_use(directory));
  if (!opened) return tl::unexpected(std::move(opened).error());

  auto views = views::open_view_shelf(directory.views());
  if (!views) return tl::unexpected(std::move(views).error());
  if (!views->dropped_because.empty()) note("the views are derived again: " + views->dropped_because);

  const log::StoreId store = (*opened)->store_id();
  const std::string id = hex(store);
  auto groups = open_group_store(directory.groups(), id);
  if (!groups) return tl::unexpected(std::move(groups).error());
  auto randomness = keys::system_randomness();
  auto keys = open_keys(directory, store, *randomness);
  if (!keys) return tl::unexpected(std::move(keys).error());
  const std::uint64_t epoch = (*opened)->epoch();
  const auto unread = (*opened)->unread();
  auto start = unread ? shelf->take() : std::nullopt;
  Stores stores{.log = std::move(*opened),
                .views = std::move(views->shelf),
                .store_id = id,
                .groups = std::move(*groups),
                .randomness = std::move(randomness),
                .keys = std::move(*keys),
                .epoch = epoch,
                .snapshots = std::move(shelf),
                .store_number = store,
                .start = std::move(start),
                .unread = unread};
  if (const Status signing = open_checkpoints(config, directory, note, stores); !signing)
    return fail(signing.error());
  return stores;
}

}  // namespace kontor::server
