#include "replay/export/bundle_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <span>
#include <utility>

#include "events/core/merkle.h"
#include "events/proof/bundle.h"
#include "events/proof/note.h"

namespace kontor::exports {
namespace {

/// Notes by the size they speak of, those of this tree and no others.
using Notes = std::map<std::uint64_t, std::pair<Digest, std::string>>;

Result<Notes> notes_of(const BundleParts& parts, const std::optional<TenantId>& tenant, std::uint64_t to) {
  Notes notes;
  for (const std::string& encoded : parts.notes) {
    const Result<proof::Note> note = proof::Note::parse(encoded);
    if (!note) return fail(note.error());
    const Result<proof::Checkpoint> checkpoint = proof::Checkpoint::parse(note->text);
    if (!checkpoint) return fail(checkpoint.error());
    // Of another epoch, or of another tree: says nothing about these events.
    if (checkpoint->origin != proof::Origin{parts.log, parts.epoch, tenant} || checkpoint->size > to)
      continue;
    const auto [known, fresh] = notes.try_emplace(checkpoint->size, checkpoint->root, encoded);
    if (!fresh && known->second.first != checkpoint->root)
      return fail(Reason::TwoHistories,
                  fmt::format("two signed notes name two roots for size {}", checkpoint->size));
  }
  return notes;
}

/// Follows a tree and compares what notes said of it on the way.
class Follower {
 public:
  explicit Follower(const Notes& notes) : notes_(notes), next_(notes.begin()) {}

  Status take(std::string_view stored) {
    if (Status checked = check(); !checked) return checked;
    tree_.append(bytes_of(stored));
    return check();
  }
  [[nodiscard]] const MerkleFrontier& tree() const { return tree_; }

 private:
  Status check() {
    for (; next_ != notes_.end() && next_->first == tree_.size(); ++next_)
      if (next_->second.first != tree_.root())
        return fail(Reason::TwoHistories,
                    fmt::format("the events to {} hash to {}, a note that was signed says {}", tree_.size(),
                                hex(tree_.root()), hex(next_->second.first)));
    return {};
  }

  const Notes& notes_;
  Notes::const_iterator next_;
  MerkleFrontier tree_;
};

/// What comes before the events.
Status write_front(proof::BundleWriter& writer, const proof::BundleHeader& header, const BundleParts& parts,
                   const Notes& notes, const Digest& root, const Signer* signer) {
  if (Status written = writer.header(header); !written) return written;
  for (const std::string& key : parts.keys)
    if (Status written = writer.key(key); !written) return written;
  for (const std::string& rotation : parts.rotations)
    if (Status written = writer.rotation(rotation); !written) return written;
  for (const auto& [size, note] : notes)
    if (Status written = writer.note(note.second); !written) return written;
  if (signer == nullptr || parts.last == LastCheckpoint::AsKept || notes.contains(header.to)) return {};
  proof::Note fresh{.text = proof::Checkpoint{header.origin, header.to, root}.text(), .signatures = {}};
  fresh.signatures.push_back(signer->sign(fresh.text));
  return writer.note(fresh.encoded());
}

Manifest manifest_of(const Request& request, const std::optional<TenantId>& tenant, std::uint64_t from,
                     std::uint64_t to, const Digest& root) {
  return {.key_name = {},
          .format = Format::Bundle,
          .tenant = tenant,
          .from = from,
          .to = to,
          .period = {},
          .moment = request.moment,
          .size = to,
          .root = root,
          .files = {}};
}

struct Opened {
  std::unique_ptr<OutputDirectory> out;
  OutputFile* file = nullptr;
};
Result<Opened> open_output(const std::filesystem::path& path) {
  auto out = OutputDirectory::create(path);
  if (!out) return fail(out.error());
  const Result<OutputFile*> file = (*out)->file(std::string(kBundleName));
  if (!file) return fail(file.error());
  return Opened{*std::move(out), *file};
}

/// Both readings count, so that what is shown does not go back to its beginning.
Progress behind(const Progress& progress, std::uint64_t read_before) {
  if (!progress) return {};
  return [&progress, read_before](std::uint64_t events) { return progress(read_before + events); };
}

Status write_groups(proof::BundleWriter& writer, log::EventLog& log, const Progress& progress) {
  Status written;
  std::uint64_t events = 0;
  std::vector<std::string_view> stored;
  const Status scanned = log.scan(1, [&](const log::Group& group) {
    written = writer.group(group.number);
    for (const log::TenantSlice& slice : group.slices) {
      if (!written) return false;
      if (!log::split_events(slice.bytes, slice.count, stored)) {
        written = fail(Reason::StoreDamaged, fmt::format("group {} is not whole events", group.number));
        return false;
      }
      for (std::size_t i = 0; i < stored.size() && written; ++i)
        written = writer.event(slice.tenant, slice.first + i, stored[i]);
      events += stored.size();
    }
    if (written && progress && progress(events) == Go::Stop)
      written = fail(Reason::SessionEnded, "the work was interrupted");
    return written.has_value();
  });
  return written ? scanned : written;
}

}  // namespace

Result<Manifest> export_bundle(const Request& request, const BundleParts& parts, const EventPages& pages,
                               const Signer* signer, const std::filesystem::path& path,
                               const Progress& progress) {
  const Result<Notes> notes = notes_of(parts, request.tenant, request.to);
  if (!notes) return fail(notes.error());
  const Result<Opened> opened = open_output(path);
  if (!opened) return fail(opened.error());
  Follower follower(*notes);
  Status done = visit_events(pages, request.tenant, request.to, progress,
                             [&](Position, std::string_view stored) { return follower.take(stored); });
  if (!done) return fail(done.error());
  const Digest root = follower.tree().root();
  OutputFile& file = *opened->file;
  proof::BundleWriter writer([&file](std::string_view bytes) { return file.write(bytes); });
  const proof::BundleHeader header{
      {parts.log, parts.epoch, request.tenant}, request.selection.from, request.to};
  done = write_front(writer, header, parts, *notes, root, signer);
  if (!done) return fail(done.error());
  MerkleFrontier again;
  done = visit_events(
      pages, request.tenant, request.to, behind(progress, request.to),
      [&](Position position, std::string_view stored) {
        again.append(bytes_of(stored));
        return position < request.selection.from ? Status() : writer.event(request.tenant, position, stored);
      });
  if (done) done = writer.finish();
  if (!done) return fail(done.error());
  if (again.root() != root)
    return fail(Reason::RootMismatch, "the source gave other events when it was read again");
  return finish_export(
      *opened->out, manifest_of(request, request.tenant, request.selection.from, request.to, root), signer);
}

Result<Manifest> export_store_bundle(const Request& request, const BundleParts& parts, log::EventLog& log,
                                     const Signer* signer, const std::filesystem::path& path,
                                     const Progress& progress) {
  const log::LogHead head = log.head();
  const Result<Notes> notes = notes_of(parts, std::nullopt, head.events);
  if (!notes) return fail(notes.error());
  if (const auto same = notes->find(head.events); same != notes->end() && same->second.first != head.root)
    return fail(Reason::TwoHistories,
                fmt::format("a signed note names another root for size {}", head.events));
  const Result<Opened> opened = open_output(path);
  if (!opened) return fail(opened.error());
  OutputFile& file = *opened->file;
  proof::BundleWriter writer([&file](std::string_view bytes) { return file.write(bytes); });
  const proof::BundleHeader header{{parts.log, parts.epoch, std::nullopt}, 1, head.events};
  Status done = write_front(writer, header, parts, *notes, head.root, signer);
  if (done) done = write_groups(writer, log, progress);
  if (done) done = writer.finish();
  if (!done) return fail(done.error());
  return finish_export(*opened->out, manifest_of(request, std::nullopt, 1, head.events, head.root), signer);
}

Result<Digest> root_of_bundle(const std::filesystem::path& file, const Manifest& manifest) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(Reason::DataDirectory, fmt::format("{} cannot be read", file.string()));
  proof::BundleReader reader([&in](std::span<char> room) -> Result<std::size_t> {
    in.read(room.data(), static_cast<std::streamsize>(room.size()));
    if (in.bad()) return fail(Reason::DataDirectory, "the bundle cannot be read");
    return static_cast<std::size_t>(in.gcount());
  });
  if (const auto header = reader.open(); !header) return fail(header.error());
  MerkleFrontier tree;
  while (true) {
    const Result<proof::BundleItem> item = reader.next();
    if (!item) return fail(item.error());
    if (item->kind == proof::BundleItem::Kind::End) break;
    if (item->kind != proof::BundleItem::Kind::Event || tree.size() == manifest.size) continue;
    if (manifest.tenant && item->tenant != manifest.tenant->value) continue;
    if (manifest.tenant)
      if (Status placed = check_place(item->bytes, *manifest.tenant, tree.size() + 1); !placed)
        return fail(placed.error());
    tree.append(bytes_of(item->bytes));
  }
  if (tree.size() != manifest.size)
    return fail(Reason::BundleUnusable,
                fmt::format("the bundle has {} of the {} events", tree.size(), manifest.size));
  return tree.root();
}

}  // namespace kontor::exports
