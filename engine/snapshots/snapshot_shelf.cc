// docs/storage-format.md, "Snapshots"
#include "engine/snapshots/snapshot_shelf.h"

#include <fmt/format.h>
#include <rocksdb/env.h>

#include <algorithm>
#include <utility>

#include "engine/log/rocksdb/files.h"

namespace kontor::snapshots {
namespace {

constexpr std::string_view kSuffix = ".snapshot";
constexpr std::string_view kDraftSuffix = ".draft";
constexpr std::size_t kKept = 2;

std::string name_of(std::uint64_t group) { return fmt::format("{:020}{}", group, kSuffix); }

}  // namespace

SnapshotShelf::SnapshotShelf(rocksdb::Env* env, std::string directory, Note note)
    : fs_(*(env != nullptr ? env : rocksdb::Env::Default())->GetFileSystem()),
      directory_(std::move(directory)),
      note_(std::move(note)) {}

std::vector<log::StartPoint> SnapshotShelf::points(const log::StoreId& store) {
  found_.clear();
  const log::Files files(fs_);
  if (!files.exists(directory_)) return {};
  const auto names = files.list(directory_);
  if (!names) {
    if (note_) note_("the snapshots cannot be listed: " + names.error().message);
    return {};
  }
  const Digest shape = shape_of_this_program();
  for (const std::string& name : *names) {
    if (!name.ends_with(kSuffix)) continue;
    const auto header = SnapshotReader(fs_, path_of(name)).begin();
    if (!header) {
      say(name, header.error().message);
    } else if (header->store != store) {
      say(name, fmt::format("it is of store {}", hex(header->store)));
    } else if (header->shape != shape) {
      say(name, "it was written by a program whose state has another shape");
    } else {
      found_.push_back({name, header->point});
    }
  }
  std::ranges::sort(found_, std::ranges::greater(), [](const Found& one) { return one.point.head.group; });
  std::vector<log::StartPoint> points;
  for (const Found& one : found_) points.push_back(one.point);
  return points;
}

Result<log::LogStarts::Loaded> SnapshotShelf::load(std::size_t point) {
  loaded_.reset();
  // In this order: what is loaded goes after those who may still be filling it.
  Loaded loaded{.trees = std::make_unique<log::Trees>(), .last_positions = {}};
  WriterState state;
  SnapshotReader file(fs_, path_of(found_.at(point).name), Crew::free_hands());
  const auto header = file.begin();
  if (!header) return fail(header.error());
  rules::ArchiveReader in([&file] { return file.next(); },
                          [&file](std::function<void()> work) { file.later(std::move(work)); });
  loaded.trees->load(in);
  state.last_group = header->point.head.group;
  state.load(in);
  const bool whole = in.at_end();
  file.finish_later();
  if (!file.status()) return fail(file.status().error());
  if (!whole || !in.parts_fit()) return fail(Reason::StoreDamaged, "its content is not what it should be");
  for (const auto& [id, tenant] : state.tenants) {
    if (loaded.trees->size(id) != tenant->last())
      return fail(Reason::StoreDamaged,
                  fmt::format("its tree of tenant {} does not fit its state", id.value));
    loaded.last_positions.emplace(id, tenant->last());
  }
  loaded_ = std::move(state);
  return loaded;
}

void SnapshotShelf::passed_over(std::size_t point, const std::string& why) {
  loaded_.reset();
  say(found_.at(point).name, why);
}

std::optional<WriterState> SnapshotShelf::take() { return std::exchange(loaded_, std::nullopt); }

Result<SnapshotShelf::Written> SnapshotShelf::write(
    const log::StoreId& store, const log::StartPoint& point,
    const std::function<void(rules::ArchiveWriter&)>& content) {
  const log::Files files(fs_);
  if (!files.exists(directory_)) {
    if (const Status made = files.make_directory(directory_); !made) return fail(made.error());
    if (const Status synced = files.sync_directory(log::parent_of(directory_)); !synced)
      return fail(synced.error());
  }
  const std::string path = path_of(name_of(point.head.group));
  const std::string draft = path + std::string(kDraftSuffix);
  SnapshotWriter file(fs_, draft);
  if (const Status begun = file.begin({.store = store, .point = point, .shape = shape_of_this_program()});
      !begun)
    return fail(begun.error());
  rules::ArchiveWriter out([&file](std::string_view piece) { file.add(piece); });
  content(out);
  out.flush();
  if (const Status finished = file.finish(); !finished) return fail(finished.error());
  if (const Status renamed = files.rename(draft, path); !renamed) return fail(renamed.error());
  if (const Status synced = files.sync_directory(directory_); !synced) return fail(synced.error());
  useless_.erase(name_of(point.head.group));
  if (const Status pruned = prune(); !pruned) return fail(pruned.error());
  return Written{path, file.bytes()};
}

/// A removal that a power cut undoes does no harm.
Status SnapshotShelf::prune() {
  const log::Files files(fs_);
  const auto names = files.list(directory_);
  if (!names) return fail(names.error());
  std::size_t kept = 0;
  for (auto name = names->rbegin(); name != names->rend(); ++name) {
    const bool stays = name->ends_with(kSuffix) && !useless_.contains(*name) && kept < kKept;
    if (stays) {
      ++kept;
      continue;
    }
    if (!name->ends_with(kSuffix) && !name->ends_with(kDraftSuffix)) continue;
    if (const Status removed = files.remove(path_of(*name)); !removed) return removed;
  }
  return {};
}

void SnapshotShelf::say(const std::string& name, const std::string& why) {
  useless_.insert(name);
  if (note_) note_(fmt::format("snapshot {} is passed over: {}", name, why));
}

}  // namespace kontor::snapshots
