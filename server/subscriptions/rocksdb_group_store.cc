// docs/storage-format.md, "The groups"
#include <capnp/message.h>
#include <capnp/serialize.h>
#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <optional>

#include "server/protocol/message.h"
#include "server/subscriptions/group_store.capnp.h"
#include "server/subscriptions/group_store.h"

namespace kontor::server {
namespace {

// Tenants have names, so no group's key begins with a length of 0.
constexpr std::string_view kStoreIdKey("\0store id", 9);
constexpr std::size_t kWriteBufferBytes = 4u << 20;

enum class Kind : char { Settings = 0, Floor = 1, Entry = 2 };

// The write-ahead log tells what matters; an information log of its own would only be one more file.
class SilentLogger final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

void append_sized(std::string& out, std::string_view text) {
  out.push_back(static_cast<char>(text.size()));
  out += text;
}

std::string big_endian(Position position) {
  std::string out(8, '\0');
  for (std::size_t i = 8; i-- > 0; position >>= 8) out[i] = static_cast<char>(position & 0xFF);
  return out;
}

std::optional<Position> parse_big_endian(std::string_view bytes) {
  if (bytes.size() != 8) return std::nullopt;
  Position out = 0;
  for (const char c : bytes) out = out << 8 | static_cast<unsigned char>(c);
  return out;
}

std::string prefix_of(const GroupKey& key) {
  std::string out;
  append_sized(out, key.tenant.value);
  append_sized(out, key.name);
  return out;
}

std::string key_of(const GroupKey& key, Kind kind, std::string_view rest = {}) {
  std::string out = prefix_of(key);
  out.push_back(static_cast<char>(kind));
  out += rest;
  return out;
}

std::optional<std::string> take_sized(std::string_view& from) {
  if (from.empty()) return std::nullopt;
  const auto size = static_cast<unsigned char>(from.front());
  if (size == 0 || from.size() < 1U + size) return std::nullopt;
  std::string out(from.substr(1, size));
  from.remove_prefix(1U + size);
  return out;
}

std::string flat(capnp::MallocMessageBuilder& message) {
  const kj::Array<capnp::word> words = capnp::messageToFlatArray(message);
  return {words.asChars().begin(), words.asChars().size()};
}

template <class List>
void fill(List to, const std::vector<std::string>& from) {
  for (unsigned i = 0; i < to.size(); ++i) to.set(i, from[i]);
}

std::vector<std::string> texts(capnp::List<capnp::Text>::Reader from) {
  std::vector<std::string> out;
  for (const auto text : from) out.emplace_back(text.cStr(), text.size());
  return out;
}

std::string encode(const GroupSettings& settings) {
  capnp::MallocMessageBuilder message;
  auto to = message.initRoot<schema::StoredGroup>();
  fill(to.initTypes(static_cast<unsigned>(settings.filter.types.size())), settings.filter.types);
  fill(to.initStreams(static_cast<unsigned>(settings.filter.streams.size())), settings.filter.streams);
  to.setAckSeconds(settings.ack_seconds);
  to.setDeliveriesMax(settings.deliveries_max);
  to.setAfterParked(static_cast<schema::StoredAfterParked>(settings.after_parked));
  return flat(message);
}

std::string encode(const StoredEntry& entry) {
  capnp::MallocMessageBuilder message;
  auto to = message.initRoot<schema::StoredGroupEntry>();
  to.setStage(static_cast<schema::StoredGroupStage>(entry.stage));
  to.setStream(entry.stream);
  to.setDeliveries(entry.deliveries);
  to.setReason(entry.reason);
  to.setAt(entry.at.ns);
  return flat(message);
}

bool decode(std::string_view value, GroupSettings& out) {
  return protocol::read_message<schema::StoredGroup>(
             value,
             [&out](schema::StoredGroup::Reader from) {
               out.filter = {texts(from.getTypes()), texts(from.getStreams())};
               out.ack_seconds = from.getAckSeconds();
               out.deliveries_max = from.getDeliveriesMax();
               out.after_parked = static_cast<protocol::AfterParked>(from.getAfterParked());
             })
             .has_value() &&
         out.after_parked <= protocol::AfterParked::GoOn;
}

bool decode(std::string_view value, StoredEntry& out) {
  return protocol::read_message<schema::StoredGroupEntry>(
             value,
             [&out](schema::StoredGroupEntry::Reader from) {
               out.stage = static_cast<StoredStage>(from.getStage());
               out.stream = std::string(from.getStream().cStr(), from.getStream().size());
               out.deliveries = from.getDeliveries();
               out.reason = std::string(from.getReason().cStr(), from.getReason().size());
               out.at = {from.getAt()};
             })
             .has_value() &&
         out.stage <= StoredStage::Returned;
}

tl::unexpected<Error> damaged(std::string_view why) {
  return fail(
      Reason::StoreDamaged,
      fmt::format("what is remembered of consumer groups cannot be used ({}). Bring groups/ back from "
                  "a backup, or move it away: then every group begins anew, and its members see "
                  "events again that they had dealt with",
                  why));
}

class RocksGroupStore final : public GroupStore {
 public:
  explicit RocksGroupStore(std::unique_ptr<rocksdb::DB> db) : db_(std::move(db)) {}

  [[nodiscard]] Status belong_to(const std::string& store_id) {
    std::string stored;
    const rocksdb::Status read = db_->Get(reads(), slice(kStoreIdKey), &stored);
    if (read.IsNotFound()) {
      rocksdb::WriteBatch batch;
      return put(batch, std::string(kStoreIdKey), store_id, Then::Commit);
    }
    if (!read.ok()) return damaged(read.ToString());
    if (stored != store_id)
      return fail(
          Reason::StoreIdMismatch,
          fmt::format("the consumer groups belong to store {}, the log is store {}", stored, store_id));
    return {};
  }

  Result<std::vector<StoredGroup>> load() override {
    std::map<GroupKey, StoredGroup> groups;
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(reads()));
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
      const std::string_view key = at->key().ToStringView();
      if (key == kStoreIdKey) continue;
      if (!take(key, at->value().ToStringView(), groups)) return damaged("a record in it is not one");
    }
    if (!at->status().ok()) return damaged(at->status().ToString());
    std::vector<StoredGroup> out;
    for (auto& [key, group] : groups) out.push_back(std::move(group));
    return out;
  }

  Status make(const GroupKey& key, const GroupSettings& settings, Position floor) override {
    rocksdb::WriteBatch batch;
    if (Status added = put(batch, key_of(key, Kind::Settings), encode(settings)); !added) return added;
    return put(batch, key_of(key, Kind::Floor), big_endian(floor), Then::Commit);
  }

  Status change(const GroupKey& key, const GroupChanges& changes) override {
    rocksdb::WriteBatch batch;
    for (const auto& [position, entry] : changes.entries) {
      const std::string name = key_of(key, Kind::Entry, big_endian(position));
      const Status added = entry ? put(batch, name, encode(*entry)) : to_status(batch.Delete(name));
      if (!added) return added;
    }
    if (changes.floor) {
      if (Status added = put(batch, key_of(key, Kind::Floor), big_endian(*changes.floor)); !added)
        return added;
    }
    return commit(batch);
  }

  Status remove(const GroupKey& key) override {
    rocksdb::WriteBatch batch;
    const std::string prefix = prefix_of(key);
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(reads()));
    for (at->Seek(prefix); at->Valid() && at->key().starts_with(prefix); at->Next()) {
      if (Status added = to_status(batch.Delete(at->key())); !added) return added;
    }
    if (!at->status().ok()) return to_status(at->status());
    return commit(batch);
  }

 private:
  enum class Then : std::uint8_t { MoreToCome, Commit };

  static rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
  static rocksdb::ReadOptions reads() {
    rocksdb::ReadOptions chosen;
    chosen.verify_checksums = true;
    chosen.ignore_range_deletions = true;
    return chosen;
  }
  static Status to_status(const rocksdb::Status& status) {
    if (status.ok()) return {};
    return fail(Reason::OutcomeUnknown,
                fmt::format("consumer groups could not be remembered: {}", status.ToString()));
  }

  Status put(rocksdb::WriteBatch& batch, const std::string& key, const std::string& value,
             Then then = Then::MoreToCome) {
    if (Status added = to_status(batch.Put(key, value)); !added) return added;
    return then == Then::Commit ? commit(batch) : Status{};
  }
  Status commit(rocksdb::WriteBatch& batch) {
    rocksdb::WriteOptions synced;
    synced.sync = true;
    return to_status(db_->Write(synced, &batch));
  }

  static bool take(std::string_view key, std::string_view value, std::map<GroupKey, StoredGroup>& groups) {
    const auto tenant = take_sized(key);
    if (!tenant) return false;
    const auto name = take_sized(key);
    if (!name || key.empty()) return false;
    const auto kind = static_cast<Kind>(key.front());
    key.remove_prefix(1);
    const GroupKey group_key{TenantId(*tenant), *name};
    StoredGroup& group = groups[group_key];
    group.key = group_key;
    switch (kind) {
      case Kind::Settings: return decode(value, group.settings);
      case Kind::Floor: {
        const auto floor = parse_big_endian(value);
        group.floor = floor.value_or(0);
        return floor.has_value();
      }
      case Kind::Entry: {
        const auto position = parse_big_endian(key);
        return position && decode(value, group.entries[*position]);
      }
    }
    return false;
  }

  std::unique_ptr<rocksdb::DB> db_;
};

}  // namespace

Result<std::unique_ptr<GroupStore>> open_group_store(const std::filesystem::path& directory,
                                                     const std::string& store_id) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.info_log = std::make_shared<SilentLogger>();
  options.write_buffer_size = kWriteBufferBytes;
  options.paranoid_checks = true;
  options.max_bgerror_resume_count = 0;
  // What was synced is there or the store does not open; a torn end was never acknowledged.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened = rocksdb::DB::Open(options, directory.string(), &db);
  if (!opened.ok()) return damaged(opened.ToString());
  auto store = std::make_unique<RocksGroupStore>(std::unique_ptr<rocksdb::DB>(db));
  if (const Status belongs = store->belong_to(store_id); !belongs) return tl::unexpected(belongs.error());
  return store;
}

}  // namespace kontor::server
