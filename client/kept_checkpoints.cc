#include "client/kept_checkpoints.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "client/durable_file.h"

namespace kontor::client {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNote = ".note";
constexpr std::string_view kConflict = ".conflict";

std::string name_of(std::uint64_t size) { return fmt::format("{:020}", size); }

Result<KeptCheckpoint> read_note(const fs::path& file) {
  const auto bytes = read_file(file, proof::kNoteBytesMax);
  if (!bytes) return fail(bytes.error());
  auto note = proof::Note::parse(*bytes);
  if (!note) return fail(note.error().code, fmt::format("{}: {}", file.string(), note.error().message));
  auto checkpoint = proof::Checkpoint::parse(note->text);
  if (!checkpoint)
    return fail(checkpoint.error().code, fmt::format("{}: {}", file.string(), checkpoint.error().message));
  return KeptCheckpoint{std::move(*checkpoint), std::move(*note), file};
}

}  // namespace

std::string Tree::text() const {
  return tenant ? fmt::format("tenant {} of {}", tenant->value, log) : fmt::format("the store of {}", log);
}

fs::path KeptCheckpoints::directory_of(const proof::Origin& origin) const {
  std::string name = origin.text();
  std::ranges::replace(name, '/', '_');
  return folder_ / name;
}

Result<KeptCheckpoints> KeptCheckpoints::open(fs::path folder) {
  KeptCheckpoints kept(std::move(folder));
  std::error_code code;
  if (!fs::exists(kept.folder_, code)) return kept;
  for (fs::directory_iterator it(kept.folder_, code), end; !code && it != end; it.increment(code)) {
    if (!it->is_directory(code)) continue;
    if (auto read = kept.read_directory(it->path()); !read) return fail(read.error());
  }
  if (code)
    return fail(Reason::DataDirectory,
                fmt::format("cannot read {}: {}", kept.folder_.string(), code.message()));
  const auto by_size = [](const KeptCheckpoint& a, const KeptCheckpoint& b) {
    return std::tie(a.checkpoint.size, a.file) < std::tie(b.checkpoint.size, b.file);
  };
  std::ranges::sort(kept.kept_, by_size);
  std::ranges::sort(kept.conflicts_, by_size);
  return kept;
}

KeptCheckpoints KeptCheckpoints::unread(fs::path folder) { return KeptCheckpoints(std::move(folder)); }

Status KeptCheckpoints::read_directory(const fs::path& directory) {
  std::error_code code;
  for (fs::directory_iterator it(directory, code), end; !code && it != end; it.increment(code)) {
    const fs::path file = it->path();
    const bool hidden = file.filename().string().starts_with('.');  // left by a crash
    if (hidden || (file.extension() != kNote && file.extension() != kConflict)) continue;
    if (auto done = read(file); !done) return done;
  }
  if (code)
    return fail(Reason::DataDirectory, fmt::format("cannot read {}: {}", directory.string(), code.message()));
  return {};
}

Status KeptCheckpoints::read(const fs::path& file) {
  auto kept = read_note(file);
  if (!kept) return fail(kept.error());
  if (directory_of(kept->checkpoint.origin).filename() != file.parent_path().filename() ||
      !file.filename().string().starts_with(name_of(kept->checkpoint.size)))
    return fail(Reason::BundleUnusable, fmt::format("{} holds the checkpoint of {} at size {}", file.string(),
                                                    kept->checkpoint.origin.text(), kept->checkpoint.size));
  (file.extension() == kNote ? kept_ : conflicts_).push_back(std::move(*kept));
  return {};
}

std::vector<KeptCheckpoint> KeptCheckpoints::of(const Tree& tree) const {
  std::vector<KeptCheckpoint> found;
  for (const KeptCheckpoint& one : kept_)
    if (Tree::of(one.checkpoint.origin) == tree) found.push_back(one);
  return found;
}

std::vector<Tree> KeptCheckpoints::trees() const {
  std::set<Tree> found;
  for (const KeptCheckpoint& one : kept_) found.insert(Tree::of(one.checkpoint.origin));
  return {found.begin(), found.end()};
}

Status KeptCheckpoints::keep(const proof::Checkpoint& checkpoint, const proof::Note& note) {
  const fs::path directory = directory_of(checkpoint.origin);
  if (auto made = make_directory(directory); !made) return made;
  const fs::path file = directory / (name_of(checkpoint.size) + std::string(kNote));
  const Status written = write_file(file, note.encoded(), IfThere::Refuse);
  if (written) {
    const KeptCheckpoint kept{checkpoint, note, file};
    const auto behind = std::ranges::upper_bound(
        kept_, checkpoint.size, {}, [](const KeptCheckpoint& one) { return one.checkpoint.size; });
    kept_.insert(behind, kept);
    return {};
  }
  if (written.error().code != Reason::AlreadyExists) return written;
  const auto there = read_note(file);
  if (!there) return fail(there.error());
  // Names of logs that differ in '/' and '_' alone would share a folder.
  if (there->checkpoint.origin != checkpoint.origin)
    return fail(Reason::DataDirectory,
                fmt::format("{} is of another log, {}", file.string(), there->checkpoint.origin.text()));
  if (there->checkpoint == checkpoint) return {};
  const auto conflict = keep_conflict(checkpoint, note);
  if (!conflict) return fail(conflict.error());
  return fail(Reason::TwoHistories,
              fmt::format("{} has signed two roots for size {}; both notes are kept: {} and {}",
                          checkpoint.origin.text(), checkpoint.size, file.string(), conflict->string()));
}

Result<fs::path> KeptCheckpoints::keep_conflict(const proof::Checkpoint& checkpoint,
                                                const proof::Note& note) {
  const fs::path directory = directory_of(checkpoint.origin);
  if (auto made = make_directory(directory); !made) return fail(made.error());
  constexpr int kConflictsMax = 1'000;  // of one size; whoever has so many needs no more
  for (int number = 1; number <= kConflictsMax; ++number) {
    const std::string tail = number == 1 ? std::string() : fmt::format("-{}", number);
    const fs::path file = directory / (name_of(checkpoint.size) + tail + std::string(kConflict));
    const Status written = write_file(file, note.encoded(), IfThere::Refuse);
    if (written) {
      conflicts_.push_back({checkpoint, note, file});
      return file;
    }
    if (written.error().code != Reason::AlreadyExists) return fail(written.error());
    const auto there = read_note(file);
    if (there && there->checkpoint == checkpoint) return file;
  }
  return fail(Reason::DataDirectory,
              fmt::format("{} has too many conflicts of one size", directory.string()));
}

}  // namespace kontor::client
