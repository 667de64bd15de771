#include "engine/log/rocksdb/checked_scan.h"

#include <fmt/format.h>

#include <algorithm>

namespace kontor::log {
namespace {

constexpr std::size_t kReadAheadBytes = std::size_t{2} << 20;
// Each cursor holds a read-ahead buffer. A tenant without one is read by look-ups.
constexpr std::size_t kCursorsMax = 16;
// A cursor may be taken from a tenant that has not been seen for so many fetches.
constexpr std::uint64_t kFetchesUntilStale = 1024;

rocksdb::ReadOptions sequential_reads() {
  rocksdb::ReadOptions options = checked_reads();
  options.readahead_size = kReadAheadBytes;
  return options;
}

std::string slice_name(const SliceRange& range) {
  return fmt::format("positions {} to {} of tenant {}", range.first, range.first + range.count - 1,
                     range.tenant.value);
}

Status missing(const SliceRange& range) {
  return fail(Reason::PositionGap, fmt::format("{} are missing", slice_name(range)));
}

Status unreadable(const SliceRange& range, const rocksdb::Status& status) {
  Error error = name_damage(status);
  error.message = fmt::format("{} cannot be read: {}", slice_name(range), error.message);
  return fail(std::move(error));
}

}  // namespace

Status SliceReader::fetch(const SliceRange& range, std::string& bytes) {
  ++fetches_;
  const std::string key = event_key(range.tenant, range.first);
  Cursor* cursor = cursor_of(range.tenant);
  if (cursor == nullptr) {
    const rocksdb::Status status = database_.db().Get(checked_reads(), database_.events(), key, &bytes);
    if (status.IsNotFound()) return missing(range);
    return status.ok() ? Status{} : unreadable(range, status);
  }
  cursor->used_at = fetches_;
  rocksdb::Iterator& iterator = *cursor->iterator;
  if (iterator.Valid()) iterator.Next();
  if (!iterator.Valid() || iterator.key() != key) iterator.Seek(key);
  if (!iterator.status().ok()) return unreadable(range, iterator.status());
  if (!iterator.Valid() || iterator.key() != key) return missing(range);
  bytes.assign(iterator.value().data(), iterator.value().size());
  return {};
}

SliceReader::Cursor* SliceReader::cursor_of(const TenantId& tenant) {
  if (const auto found = cursors_.find(tenant); found != cursors_.end()) return &found->second;
  if (cursors_.size() >= kCursorsMax) {
    const auto oldest =
        std::ranges::min_element(cursors_, {}, [](const auto& entry) { return entry.second.used_at; });
    if (fetches_ - oldest->second.used_at < kFetchesUntilStale) return nullptr;
    cursors_.erase(oldest);
  }
  Cursor& cursor = cursors_[tenant];
  cursor.iterator.reset(database_.db().NewIterator(sequential_reads(), database_.events()));
  return &cursor;
}

GroupReader::GroupReader(const Database& database, std::uint64_t first)
    : slices_(database),
      entries_(database.db().NewIterator(sequential_reads(), database.groups())),
      last_(first - 1) {
  entries_->Seek(group_key(first));
}

Result<bool> GroupReader::next(Group& group) {
  if (begun_ && entries_->Valid()) entries_->Next();
  begun_ = true;
  if (!entries_->Valid()) {
    if (!entries_->status().ok()) return fail(name_damage(entries_->status()));
    return false;
  }
  const auto number = parse_group_key(entries_->key().ToStringView());
  const auto ranges = parse_ranges(entries_->value().ToStringView());
  if (!number || !ranges)
    return fail(Reason::StoreDamaged, fmt::format("the entry after group {} is not one of a group", last_));
  group.number = last_ = *number;
  group.slices.resize(ranges->size());
  for (std::size_t i = 0; i < ranges->size(); ++i) {
    const SliceRange& range = (*ranges)[i];
    group.slices[i].tenant = range.tenant;
    group.slices[i].first = range.first;
    group.slices[i].count = range.count;
    if (Status fetched = slices_.fetch(range, group.slices[i].bytes); !fetched) return fail(fetched.error());
  }
  return true;
}

Status scan_groups(const Database& database, std::uint64_t first, std::uint64_t last, Continuity& continuity,
                   const GroupVisitor& visit) {
  GroupReader groups(database, first);
  Group group;
  while (continuity.next_group() <= last) {
    const Result<bool> more = groups.next(group);
    if (!more) return fail(more.error());
    if (!*more)
      return fail(Reason::PositionGap,
                  fmt::format("the store ends at group {} of {}", continuity.next_group() - 1, last));
    if (Status accepted = continuity.accept(group); !accepted) return accepted;
    if (!visit(group)) return {};
  }
  return {};
}

Status prove_groups(const Database& database, Continuity& continuity, const GroupVisitor& visit) {
  GroupReader groups(database, continuity.next_group());
  GroupProof proof(continuity, visit);
  Group group;
  for (;;) {
    const Result<bool> more = groups.next(group);
    if (more && *more && proof.take(group)) continue;
    if (Status proven = proof.finish(); !proven) return proven;
    if (!more) return fail(more.error());
    return {};
  }
}

Status check_no_stray_slices(const Database& database, const Continuity& continuity) {
  const std::unique_ptr<rocksdb::Iterator> iterator(
      database.db().NewIterator(checked_reads(), database.events()));
  iterator->SeekToFirst();
  while (iterator->Valid()) {
    const auto key = parse_event_key(iterator->key().ToStringView());
    if (!key) return fail(Reason::StoreDamaged, "a key among the events is not one of a slice");
    const Position next = continuity.next_position(key->tenant);
    if (key->first >= next)
      return fail(Reason::StoreDamaged, fmt::format("events from position {} of tenant {} belong to no group",
                                                    key->first, key->tenant.value));
    iterator->Seek(event_key(key->tenant, next));  // on to the next tenant
  }
  if (!iterator->status().ok()) return fail(name_damage(iterator->status()));
  return {};
}

}  // namespace kontor::log
