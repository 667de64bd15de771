#include "replay/verifier/notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include "events/proof/rotation.h"

namespace kontor::verifier {

namespace fs = std::filesystem;

fs::path folder_of(const fs::path& kept, const proof::Origin& origin) {
  std::string name = origin.text();
  std::ranges::replace(name, '/', '_');
  return kept / name;
}

std::optional<std::string> read_file(const fs::path& file, std::uint64_t bytes_max) {
  std::error_code code;
  const std::uint64_t size = fs::file_size(file, code);
  if (code || size > bytes_max) return std::nullopt;
  std::string bytes(size, '\0');
  std::ifstream in(file, std::ios::binary);
  in.read(bytes.data(), static_cast<std::streamsize>(size));
  if (!in || static_cast<std::uint64_t>(in.gcount()) != size) return std::nullopt;
  return bytes;
}

Trouble Notes::add_rotation(std::string_view encoded, std::uint64_t offset) {
  auto note = proof::Note::parse(encoded);
  if (!note) return Unusable{offset, note.error().message};
  statements_.push_back(std::move(*note));
  return std::nullopt;
}

Trouble Notes::follow_rotations() {
  // Backwards first: the newest statement that leads to the pinned key, then those that lead to that one.
  std::vector<proof::NoteKey> reached = keys_;
  for (auto statement = statements_.rbegin(); statement != statements_.rend(); ++statement) {
    const auto rotation = proof::open_rotation(*statement);
    if (!rotation || rotation->to != reached.back()) continue;
    reached.push_back(rotation->from);
    retired_.push_back(rotation->from);
  }
  auto keys = proof::follow_rotations(keys_.front(), statements_);
  if (!keys)
    return Finding{keys.error().code == Reason::TwoHistories ? "two-histories" : "not-signed",
                   {},
                   0,
                   keys.error().message};
  keys_ = std::move(*keys);
  return std::nullopt;
}

Notes::Signed Notes::signed_by(const proof::Note& note) const {
  const auto has_signed = [&](const proof::NoteKey& key) { return proof::is_signed_by(note, key); };
  if (std::ranges::any_of(keys_, has_signed)) return Signed::ByTrusted;
  return std::ranges::any_of(retired_, has_signed) ? Signed::ByRetired : Signed::ByNobody;
}

bool Notes::in_scope(const proof::Origin& origin) const {
  return origin.log == scope_.log && (!scope_.tenant || origin.tenant == scope_.tenant);
}

Trouble Notes::add_folder(const fs::path& folder) {
  std::error_code code;
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
    const fs::path& file = it->path();
    const bool is_note = file.extension() == ".note" || file.extension() == ".conflict";
    if (is_note && !file.filename().string().starts_with('.')) files.push_back(file);
  }
  if (code && fs::exists(folder))
    return Unusable{0, fmt::format("cannot read {}: {}", folder.string(), code.message())};
  std::ranges::sort(files);
  Trouble first;  // contradictions; a file that is none of ours to read comes before them
  for (const fs::path& file : files) {
    const auto unusable = [&](std::string_view why) {
      return Unusable{0, file.string() + ": " + std::string(why)};
    };
    const auto encoded = read_file(file, proof::kNoteBytesMax);
    if (!encoded) return unusable("cannot be read");
    const auto note = proof::Note::parse(*encoded);
    if (!note) return unusable(note.error().message);
    const auto checkpoint = proof::Checkpoint::parse(note->text);
    if (!checkpoint) return unusable(checkpoint.error().message);
    if (!in_scope(checkpoint->origin)) {
      ++others_;
      continue;
    }
    const Signed by = signed_by(*note);
    if (by == Signed::ByRetired) {
      ++others_;
      continue;
    }
    Trouble trouble;
    if (by == Signed::ByNobody)
      trouble = Finding{"not-signed", tree_of(checkpoint->origin), checkpoint->size,
                        file.string() + " is not signed by the key you pinned"};
    else
      trouble = keep(*checkpoint, *encoded);
    if (!first) first = std::move(trouble);
  }
  return first;
}

Trouble Notes::add(std::string_view encoded, std::uint64_t offset) {
  const auto note = proof::Note::parse(encoded);
  if (!note) return Unusable{offset, note.error().message};
  const auto checkpoint = proof::Checkpoint::parse(note->text);
  if (!checkpoint) return Unusable{offset, checkpoint.error().message};
  const Signed by = signed_by(*note);
  if (checkpoint->origin.log == keys_.front().name && by == Signed::ByNobody)
    return Finding{"not-signed", tree_of(checkpoint->origin), checkpoint->size,
                   fmt::format("the bundle's checkpoint of {} at size {} is not signed by the key you pinned",
                               checkpoint->origin.text(), checkpoint->size)};
  if (!in_scope(checkpoint->origin))
    return Finding{
        "foreign-note", tree_of(checkpoint->origin), checkpoint->size,
        fmt::format("the bundle of {} holds a checkpoint of {}", scope_.text(), checkpoint->origin.text())};
  if (by == Signed::ByTrusted) return keep(*checkpoint, encoded);
  ++others_;
  return std::nullopt;
}

Trouble Notes::keep(const proof::Checkpoint& checkpoint, std::string_view encoded) {
  const std::string tree = tree_of(checkpoint.origin);
  const auto [found, added] =
      roots_[tree].try_emplace(checkpoint.size, SignedRoot{checkpoint.root, std::string(encoded)});
  if (checkpoint.origin.epoch == scope_.epoch) found->second.of_this_epoch = true;
  if (added) return std::nullopt;
  ++found->second.count;
  if (found->second.root == checkpoint.root) return std::nullopt;
  return Finding{"two-histories", tree, checkpoint.size,
                 fmt::format("TWO HISTORIES for size {}. One signed note:\n{}The other:\n{}", checkpoint.size,
                             found->second.note, encoded)};
}

}  // namespace kontor::verifier
