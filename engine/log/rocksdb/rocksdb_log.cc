// docs/storage-format.md
#include "engine/log/rocksdb/rocksdb_log.h"

#include <fmt/format.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <mutex>

#include "engine/log/rocksdb/checked_scan.h"
#include "engine/log/rocksdb/keys.h"
#include "engine/log/rocksdb/store_opening.h"
#include "events/core/assert.h"

namespace kontor::log {

Result<std::unique_ptr<RocksDbLog>> RocksDbLog::open(RocksDbLogOptions options) {
  return StoreOpening(std::move(options)).run();
}

RocksDbLog::~RocksDbLog() {
  // A failure is nobody's business any more: the next opening proves what is there.
  if (head_keeper_) static_cast<void>(head_keeper_->settle().has_value());
}

AppendOutcome RocksDbLog::append(const Group& group) {
  if (broken_) return AppendOutcome::Unknown;
  if (!head_keeper_) return AppendOutcome::NotWritten;
  if (group.number != continuity_.next_group()) return AppendOutcome::Conflict;
  const Status accepted = continuity_.accept(group);
  KONTOR_ASSERT(accepted.has_value());  // INV-1, INV-2: no gaps
  broken_ = true;                       // until everything below has succeeded
  if (options_.head_execution == HeadExecution::Inline && !head_keeper_->settle())
    return AppendOutcome::Unknown;
  if (!write(group).ok()) return AppendOutcome::Unknown;
  if (!remember_in_head()) return AppendOutcome::Unknown;
  publish(group, head_record_.log);
  broken_ = false;
  return AppendOutcome::Appended;
}

rocksdb::Status RocksDbLog::write(const Group& group) {
  std::size_t bytes = 1024;
  for (const TenantSlice& slice : group.slices) bytes += slice.bytes.size() + 2 * kIdBytesMax + 64;
  rocksdb::WriteBatch batch(bytes, /*max_bytes=*/0, /*protection_bytes_per_key=*/8, /*default_cf_ts_sz=*/0);
  for (const TenantSlice& slice : group.slices) {
    const rocksdb::Status put =
        batch.Put(database_->events(), event_key(slice.tenant, slice.first), rocksdb::Slice(slice.bytes));
    if (!put.ok()) return put;
  }
  const rocksdb::Status put =
      batch.Put(database_->groups(), group_key(group.number), rocksdb::Slice(encode_ranges(group.slices)));
  if (!put.ok()) return put;
  rocksdb::WriteOptions synced;
  synced.sync = true;
  return database_->db().Write(synced, &batch);
}

Status RocksDbLog::remember_in_head() {
  // The HEAD of the previous group was being written while this group was. It must not fall further behind:
  // whatever is lost from disk, HEAD then misses at most the newest group.
  if (Status settled = head_keeper_->settle(); !settled) return settled;
  ++head_record_.serial;
  head_record_.log = continuity_.head();
  head_record_.wal = file_system_->newest_wal();
  head_record_.manifest = file_system_->newest_manifest();
  rocksdb::Env* env = options_.env != nullptr ? options_.env : rocksdb::Env::Default();
  head_record_.written_at = env->NowMicros();
  head_keeper_->submit(head_record_);
  return options_.head_mode == HeadMode::Strict ? head_keeper_->settle() : Status{};
}

void RocksDbLog::publish(const Group& group, const LogHead& head) {
  const std::unique_lock lock(mutex_);
  for (const TenantSlice& slice : group.slices) last_positions_[slice.tenant] = slice.first + slice.count - 1;
  head_ = head;
  continuity_.trees().publish();  // last: whoever sees a size can read the events
}

Status RocksDbLog::scan(std::uint64_t first, const GroupVisitor& visit) {
  first = std::max<std::uint64_t>(first, 1);
  const std::uint64_t last = head().group;
  if (first > last) return {};
  Continuity continuity(first);
  return scan_groups(*database_, first, last, continuity, visit);
}

Result<std::vector<std::string>> RocksDbLog::read(const TenantId& tenant, Position first,
                                                  std::size_t count_max) {
  first = std::max<Position>(first, 1);
  Position last = 0;
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = last_positions_.find(tenant); found != last_positions_.end()) last = found->second;
  }
  std::vector<std::string> events;
  if (first > last || count_max == 0) return events;
  const std::unique_ptr<rocksdb::Iterator> iterator(
      database_->db().NewIterator(checked_reads(), database_->events()));
  std::vector<std::string_view> parts;
  Position expected = 0;  // where the next slice must begin; the first one may begin before what is asked for
  for (iterator->SeekForPrev(event_key(tenant, first)); iterator->Valid(); iterator->Next()) {
    const auto key = parse_event_key(iterator->key().ToStringView());
    if (!key || key->tenant != tenant || (expected != 0 && key->first != expected)) break;
    const std::string_view bytes = iterator->value().ToStringView();
    if (!split_events(bytes, parts)) break;
    expected = key->first + parts.size();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (key->first + i < first) continue;
      events.emplace_back(parts[i]);
      if (events.size() == count_max || key->first + i == last) return events;
    }
  }
  if (!iterator->status().ok()) return fail(name_damage(iterator->status()));
  return fail(Reason::PositionGap, fmt::format("positions of tenant {} end at {}; it has {} events",
                                               tenant.value, first + events.size() - 1, last));
}

Result<std::vector<SliceRange>> RocksDbLog::slices(std::uint64_t first, std::uint64_t events_min) {
  std::vector<SliceRange> found;
  std::uint64_t events = 0;
  std::uint64_t next = std::max<std::uint64_t>(first, 1);
  const std::uint64_t last = head().group;
  const std::unique_ptr<rocksdb::Iterator> entries(
      database_->db().NewIterator(checked_reads(), database_->groups()));
  for (entries->Seek(group_key(next)); entries->Valid() && next <= last && events < events_min;
       entries->Next(), ++next) {
    const auto number = parse_group_key(entries->key().ToStringView());
    const auto ranges = parse_ranges(entries->value().ToStringView());
    if (!number || *number != next || !ranges)
      return fail(Reason::StoreDamaged,
                  fmt::format("the entry after group {} is not that of group {}", next - 1, next));
    for (const SliceRange& range : *ranges) events += range.count;
    found.insert(found.end(), ranges->begin(), ranges->end());
  }
  if (!entries->status().ok()) return fail(name_damage(entries->status()));
  if (events < events_min && next <= last)
    return fail(Reason::PositionGap, fmt::format("the groups end at {} of {}", next - 1, last));
  return found;
}

LogHead RocksDbLog::head() const {
  const std::shared_lock lock(mutex_);
  return head_;
}

void RocksDbLog::follow_up() {
  if (head_keeper_) head_keeper_->begin();
}

void RocksDbLog::idle() {
  if (head_keeper_ && !head_keeper_->settle()) broken_ = true;
}

void RocksDbLog::put_away() {
  if (broken_ || !head_keeper_) return;
  // What cannot be moved stays where it is: in the write-ahead logs.
  static_cast<void>(flush(FlushWait::UntilDone).has_value());
}

Status RocksDbLog::flush(FlushWait wait) {
  rocksdb::FlushOptions options;
  options.wait = wait == FlushWait::UntilDone;
  options.allow_write_stall = true;
  const rocksdb::Status status = database_->db().Flush(options, {database_->events(), database_->groups()});
  if (!status.ok()) return fail(Reason::OutcomeUnknown, status.ToString());
  return {};
}

}  // namespace kontor::log
