// docs/storage-format.md
#include "engine/log/rocksdb/store_opening.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/log/bytes.h"
#include "engine/log/rocksdb/checked_scan.h"
#include "engine/log/rocksdb/presence.h"
#include "events/core/assert.h"

namespace kontor::log {
namespace {

constexpr std::string_view kStoreIdKey = "store id";
constexpr std::string_view kFormatKey = "format";

std::vector<std::string> head_directories(const RocksDbLogOptions& options) {
  std::vector<std::string> directories{options.path};
  if (!options.second_head_directory.empty()) directories.push_back(options.second_head_directory);
  return directories;
}

StoreId make_store_id(rocksdb::Env& env) {
  // Unique, not secret: the environment's own generator is enough, and a simulated one repeats itself.
  const std::string seed = env.GenerateUniqueId() + std::to_string(env.NowNanos());
  const Digest digest = sha256(bytes_of(seed));
  StoreId id{};
  std::copy_n(digest.begin(), id.size(), id.begin());
  return id;
}

std::string_view text_of(const StoreId& id) { return {reinterpret_cast<const char*>(id.data()), id.size()}; }

bool is_held_by_another(const rocksdb::IOStatus& status) {
  const std::string text = status.ToString();
  return text.find("lock hold by current process") != std::string::npos ||
         text.find("Resource temporarily unavailable") != std::string::npos;
}

}  // namespace

StoreOpening::StoreOpening(RocksDbLogOptions options)
    : options_(std::move(options)),
      env_(options_.env != nullptr ? options_.env : rocksdb::Env::Default()),
      real_(env_->GetFileSystem()),
      files_(*real_),
      database_directory_(options_.path + "/log"),
      heads_(*real_, head_directories(options_)),
      log_(new RocksDbLog()) {}

Result<std::unique_ptr<RocksDbLog>> StoreOpening::run() {
  if (Status status = lock_store(); !status) return fail(status.error());
  if (Status status = find_or_create(); !status) return fail(status.error());
  if (Status status = prove(); !status) return fail(refusal(status.error()));
  for (const std::string& sentence : inspection_.notes) note(sentence);
  if (options_.access == Access::ReadWrite)
    if (Status status = begin_writing(); !status) return fail(status.error());
  log_->options_ = std::move(options_);
  log_->head_record_ = head_;
  return std::move(log_);
}

Status StoreOpening::lock_store() {
  const std::string path = options_.path + "/LOCK";
  if (options_.access == Access::ReadOnly) {
    if (!files_.exists(options_.path + "/HEAD") && !files_.exists(database_directory_))
      return fail(Reason::DataDirectory, fmt::format("there is no store in {}", options_.path));
    // Without the file no server can be there, and making it would be a change.
    if (!files_.exists(path)) return {};
  } else {
    for (const std::string& directory : head_directories(options_))
      if (!files_.exists(directory)) {
        if (Status made = files_.make_directory(directory); !made) return made;
        if (Status synced = files_.sync_directory(parent_of(directory)); !synced) return synced;
      }
  }
  rocksdb::FileLock* lock = nullptr;
  if (const auto status = real_->LockFile(path, rocksdb::IOOptions(), &lock, nullptr); !status.ok()) {
    if (is_held_by_another(status))
      return fail(Reason::AlreadyRunning,
                  fmt::format("another process uses the store in {}: {}", options_.path, status.ToString()));
    return file_failure("lock", path, status);
  }
  log_->lock_ = std::shared_ptr<void>(lock, [real = real_](void* held) {
    // Closing the process would release it as well; a failure here harms nobody.
    real->UnlockFile(static_cast<rocksdb::FileLock*>(held), rocksdb::IOOptions(), nullptr)
        .PermitUncheckedError();
  });
  return {};
}

Status StoreOpening::find_or_create() {
  Result<HeadFiles::Found> found = heads_.find();
  if (!found) return fail(found.error());
  const bool has_database = files_.exists(database_directory_);
  if (found->newest) {
    head_ = *found->newest;
    incomplete_heads_ = std::move(found->incomplete);
    if (has_database) return {};
    if (head_.log.group != 0)
      return fail(Reason::StoreDamaged,
                  fmt::format("{} is missing; HEAD remembers {} events in {} groups. Nothing was changed",
                              database_directory_, head_.log.events, head_.log.group));
    return create_database();  // the power went while the store was being created
  }
  if (has_database || found->any_file || options_.access == Access::ReadOnly)
    return fail(Reason::HeadUnreadable,
                fmt::format("no copy of HEAD in {} is {}; without it nobody can say that the store is whole. "
                            "Nothing was changed",
                            options_.path, found->any_file ? "readable" : "there"));
  return begin_store();
}

Status StoreOpening::begin_store() {
  // HEAD first: from here on a database that is missing or short is noticed.
  head_.store_id = make_store_id(*env_);
  head_.serial = 1;
  head_.log = Continuity().head();
  head_.written_at = env_->NowMicros();
  if (Status created = heads_.create(head_); !created) return created;
  return create_database();
}

Status StoreOpening::create_database() {
  if (options_.access == Access::ReadOnly)
    return fail(Reason::DataDirectory, fmt::format("the store in {} was never finished", options_.path));
  // Made under another name, so that a power cut leaves a whole database or none.
  const std::string draft = options_.path + "/log.new";
  if (files_.exists(draft))
    if (Status removed = files_.remove_directory(draft); !removed) return removed;
  {
    Result<std::unique_ptr<Database>> database = open_database(OpenMode::CreateNew, draft, real_);
    if (!database) return fail(database.error());
    rocksdb::WriteOptions synced;
    synced.sync = true;
    std::string format;
    put_little_endian(format, kStoreFormat);
    rocksdb::WriteBatch batch;
    rocksdb::Status status = batch.Put((*database)->meta(), kStoreIdKey, text_of(head_.store_id));
    if (status.ok()) status = batch.Put((*database)->meta(), kFormatKey, format);
    if (status.ok()) status = (*database)->db().Write(synced, &batch);
    if (!status.ok())
      return fail(Reason::DataDirectory, fmt::format("cannot create the store: {}", status.ToString()));
  }
  if (Status synced = files_.sync_directory(draft); !synced) return synced;
  if (Status renamed = files_.rename(draft, database_directory_); !renamed) return renamed;
  return files_.sync_directory(options_.path);
}

// INV-17: nothing is served that was not proven here.
Status StoreOpening::prove() {
  Result<Inspection> inspected = inspect_store(files_, database_directory_, head_);
  if (!inspected) return fail(inspected.error());
  inspection_ = std::move(*inspected);
  if (inspection_.damage) return fail(*inspection_.damage);
  Result<std::unique_ptr<Database>> database = open_frozen();
  if (!database) return fail(database.error());
  if (Status status = check_identity(**database); !status) return status;
  if (Status status = prove_history(**database); !status) return status;
  log_->head_ = log_->continuity_.head();
  log_->continuity_.trees().publish();
  if (options_.access == Access::ReadOnly) log_->database_ = std::move(*database);
  return {};
}

Status StoreOpening::check_identity(const Database& database) const {
  std::string format;
  rocksdb::Status status = database.db().Get(checked_reads(), database.meta(), kFormatKey, &format);
  if (!status.ok() || format.size() != 4)
    return fail(Reason::StoreDamaged,
                fmt::format("the store does not name its format: {}", status.ToString()));
  if (const auto number = get_little_endian<std::uint32_t>(format, 0); number != kStoreFormat)
    return fail(Reason::FormatVersion,
                fmt::format("the store has format {}; this program knows format {}", number, kStoreFormat));
  std::string id;
  status = database.db().Get(checked_reads(), database.meta(), kStoreIdKey, &id);
  if (!status.ok() || id != text_of(head_.store_id))
    return fail(Reason::StoreIdMismatch, fmt::format("the database belongs to store {}, HEAD to store {}",
                                                     hex(bytes_of(id)), hex(head_.store_id)));
  return {};
}

Status StoreOpening::prove_history(const Database& database) {
  if (proven_behind_a_start(database)) return {};
  return prove_from_here(database);
}

bool StoreOpening::proven_behind_a_start(const Database& database) {
  if (options_.starts == nullptr) return false;
  const std::vector<StartPoint> points = options_.starts->points(head_.store_id);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Status proven = prove_behind(database, i, points[i]);
    if (proven) {
      log_->unread_ = points[i].head;
      return true;
    }
    options_.starts->passed_over(i, proven.error().message);
    log_->continuity_ = Continuity();
    log_->last_positions_.clear();
  }
  return false;
}

Status StoreOpening::prove_behind(const Database& database, std::size_t start, const StartPoint& point) {
  if (point.head.group > head_.log.group)
    return fail(Reason::HeadRegression, fmt::format("it was taken at group {}, HEAD remembers group {}",
                                                    point.head.group, head_.log.group));
  if (point.head.group == head_.log.group && point.head != head_.log)
    return fail(Reason::RootMismatch, "its root is not the one HEAD remembers");
  if (const Status same = check_group(database, point.head.group, point.fingerprint); !same) return same;
  if (const Status whole = check_groups_are_there(database); !whole) return whole;
  auto loaded = options_.starts->load(start);
  if (!loaded) return fail(loaded.error());
  if (const TreeHead tree = loaded->trees->appended();
      tree.size != point.head.events || tree.root != point.head.root)
    return fail(Reason::RootMismatch, "its trees do not have the root it names");
  log_->last_positions_ = std::move(loaded->last_positions);
  log_->continuity_ = Continuity(std::move(loaded->trees), point.head.group, log_->last_positions_);
  if (const Status proven = prove_from_here(database); !proven) return proven;
  return check_slices_are_there(database, log_->continuity_.trees().slices());
}

Status StoreOpening::prove_from_here(const Database& database) {
  bool same_tree = true;
  const auto visit = [&](const Group& group) {
    if (group.number == head_.log.group) same_tree = log_->continuity_.head() == head_.log;
    if (!same_tree) return false;
    for (const TenantSlice& slice : group.slices)
      log_->last_positions_[slice.tenant] = slice.first + slice.count - 1;
    if (options_.on_group) options_.on_group(group);
    return true;
  };
  if (Status scanned = prove_groups(database, log_->continuity_, visit); !scanned) return scanned;
  if (!same_tree)
    return fail(
        Reason::RootMismatch,
        fmt::format("the events up to group {} are not those whose root HEAD remembers: {} events, root {}",
                    head_.log.group, head_.log.events, hex(head_.log.root)));
  if (const std::uint64_t last = log_->continuity_.next_group() - 1; last < head_.log.group) {
    if (!inspection_.missing.empty())
      return fail(Reason::WalMissing, fmt::format("{} is missing", inspection_.missing.front()));
    return fail(Reason::HeadRegression,
                fmt::format("the store ends at group {}; HEAD remembers group {}", last, head_.log.group));
  }
  return check_no_stray_slices(database, log_->continuity_);
}

Error StoreOpening::refusal(const Error& error) {
  // Damage found in the files themselves: read as far as they are intact, to tell the operator how much that
  // is.
  if (inspection_.damage && log_->continuity_.next_group() == 1)
    if (const auto database = open_frozen()) {
      const auto ignore = [](const Group&) { return true; };
      static_cast<void>(prove_groups(**database, log_->continuity_, ignore).has_value());
    }
  const LogHead intact = log_->continuity_.head();
  return {
      error.code,
      fmt::format("{}. Proven intact: {} events in groups 1 to {}, root {}; HEAD remembers {} events in {} "
                  "groups. Nothing was changed",
                  error.message, intact.events, intact.group, hex(intact.root), head_.log.events,
                  head_.log.group)};
}

Status StoreOpening::begin_writing() {
  for (const auto& [path, size] : inspection_.cuts)
    if (Status cut = files_.cut(path, size); !cut) return cut;
  log_->file_system_ = std::make_shared<GuardedFileSystem>(real_);
  Result<std::unique_ptr<Database>> database =
      open_database(OpenMode::ReadWrite, database_directory_, log_->file_system_);
  if (!database) return fail(database.error());
  log_->database_ = std::move(*database);

  // What was proven is what was opened.
  const std::unique_ptr<rocksdb::Iterator> newest(
      log_->database_->db().NewIterator(checked_reads(), log_->database_->groups()));
  newest->SeekToLast();
  const std::uint64_t last = newest->Valid() ? parse_group_key(newest->key().ToStringView()).value_or(0) : 0;
  if (!newest->status().ok() || last != log_->head_.group)
    return fail(Reason::HeadRegression,
                fmt::format("the store ended at group {} when it was proven and at group "
                            "{} when it was opened",
                            log_->head_.group, last));
  ++head_.serial;
  head_.log = log_->head_;
  head_.wal = log_->file_system_->newest_wal();
  head_.manifest = log_->file_system_->newest_manifest();
  head_.written_at = env_->NowMicros();
  for (const std::string& path : incomplete_heads_)
    note(fmt::format("{} was torn or missing and is rewritten", path));
  if (Status written = incomplete_heads_.empty() ? heads_.write(head_) : heads_.create(head_); !written)
    return written;
  log_->head_keeper_ = std::make_unique<HeadKeeper>(std::move(heads_), options_.head_execution);
  return {};
}

Result<std::unique_ptr<Database>> StoreOpening::open_database(
    OpenMode mode, const std::string& directory, std::shared_ptr<rocksdb::FileSystem> file_system) {
  return Database::open(directory, mode, options_.database,
                        std::make_unique<LayeredEnv>(env_, std::move(file_system)));
}

Result<std::unique_ptr<Database>> StoreOpening::open_frozen() {
  return open_database(OpenMode::ReadOnly, database_directory_,
                       std::make_shared<FrozenView>(real_, inspection_.cuts));
}

void StoreOpening::note(const std::string& sentence) const {
  if (options_.database.note) options_.database.note(sentence);
}

}  // namespace kontor::log
