// docs/storage-format.md, "Opening"
#include "engine/log/rocksdb/presence.h"

#include <fmt/format.h>
#include <rocksdb/table_properties.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "engine/log/rocksdb/checked_scan.h"

namespace kontor::log {
namespace {

Result<std::uint64_t> keys_in_memory(const Database& database, rocksdb::ColumnFamilyHandle* family) {
  std::uint64_t active = 0;
  std::uint64_t waiting = 0;
  if (!database.db().GetIntProperty(family, rocksdb::DB::Properties::kNumEntriesActiveMemTable, &active) ||
      !database.db().GetIntProperty(family, rocksdb::DB::Properties::kNumEntriesImmMemTables, &waiting))
    return fail(Reason::StoreDamaged, "the database cannot say what it has in memory");
  return active + waiting;
}

/// Keys of each table, by the file's name without directory. StoreDamaged when one holds anything but keys.
Result<std::map<std::string, std::uint64_t>> keys_in_tables(const Database& database,
                                                            rocksdb::ColumnFamilyHandle* family) {
  rocksdb::TablePropertiesCollection tables;
  if (const rocksdb::Status status = database.db().GetPropertiesOfAllTables(family, &tables); !status.ok())
    return fail(name_damage(status));
  std::map<std::string, std::uint64_t> keys;
  for (const auto& [path, properties] : tables) {
    if (properties->num_deletions != 0 || properties->num_range_deletions != 0)
      return fail(Reason::StoreDamaged, fmt::format("{} says that something was deleted", path));
    keys[path.substr(path.find_last_of('/') + 1)] = properties->num_entries;
  }
  return keys;
}

struct Span {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// The numbers in each table of groups, none of which has a hole.
Result<std::vector<Span>> spans_of_groups(const Database& database) {
  const auto keys = keys_in_tables(database, database.groups());
  if (!keys) return fail(keys.error());
  rocksdb::ColumnFamilyMetaData family;
  database.db().GetColumnFamilyMetaData(database.groups(), &family);
  std::vector<Span> spans;
  for (const auto& level : family.levels)
    for (const auto& table : level.files) {
      const std::string name = table.name.substr(table.name.find_last_of('/') + 1);
      const auto first = parse_group_key(table.smallestkey);
      const auto last = parse_group_key(table.largestkey);
      const auto held = keys->find(name);
      if (!first || !last || held == keys->end() || held->second != *last - *first + 1)
        return fail(Reason::StoreDamaged, fmt::format("{} does not hold every group it spans", name));
      spans.push_back({*first, *last});
    }
  if (spans.size() != keys->size())
    return fail(Reason::StoreDamaged, "the tables of groups are not those the database lists");
  std::ranges::sort(spans, {}, &Span::first);
  return spans;
}

}  // namespace

Status check_group(const Database& database, std::uint64_t number, const Digest& print) {
  Continuity continuity(number);
  Digest found{};
  const Status scanned = scan_groups(database, number, number, continuity, [&found](const Group& group) {
    found = fingerprint(group);
    return false;
  });
  if (!scanned) return scanned;
  if (found != print)
    return fail(Reason::StoreDamaged, fmt::format("group {} of the log is another one", number));
  return {};
}

Status check_groups_are_there(const Database& database) {
  const auto spans = spans_of_groups(database);
  if (!spans) return fail(spans.error());
  std::uint64_t last_in_tables = 0;
  for (const Span& span : *spans) {
    if (span.first != last_in_tables + 1)
      return fail(Reason::PositionGap, fmt::format("a table that begins with group {} follows group {}",
                                                   span.first, last_in_tables));
    last_in_tables = span.last;
  }
  const auto in_memory = keys_in_memory(database, database.groups());
  if (!in_memory) return fail(in_memory.error());
  const std::unique_ptr<rocksdb::Iterator> newest(
      database.db().NewIterator(checked_reads(), database.groups()));
  newest->SeekToLast();
  const std::uint64_t last = newest->Valid() ? parse_group_key(newest->key().ToStringView()).value_or(0) : 0;
  if (!newest->status().ok()) return fail(name_damage(newest->status()));
  if (last_in_tables + *in_memory != last)
    return fail(Reason::PositionGap, fmt::format("{} groups are there, and the last is group {}",
                                                 last_in_tables + *in_memory, last));
  return {};
}

Status check_slices_are_there(const Database& database, std::uint64_t slices) {
  const auto keys = keys_in_tables(database, database.events());
  if (!keys) return fail(keys.error());
  const auto in_memory = keys_in_memory(database, database.events());
  if (!in_memory) return fail(in_memory.error());
  std::uint64_t found = *in_memory;
  for (const auto& [name, held] : *keys) found += held;
  if (found != slices)
    return fail(Reason::PositionGap,
                fmt::format("there are {} slices of events instead of {}", found, slices));
  return {};
}

}  // namespace kontor::log
