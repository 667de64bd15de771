// docs/witness.md
#include "client/witness/witness.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "client/durable_file.h"

namespace kontor::witness {
namespace {

constexpr std::size_t kStateBytesMax = 4'096;

/// The last line of a note that has this signature alone.
std::string line_of(const proof::NoteSignature& signature) {
  return proof::Note{"", {signature}}.encoded().substr(1);
}

}  // namespace

Witness::Witness(std::filesystem::path state, std::vector<proof::NoteKey> trusted, CosignerKey key)
    : state_(std::move(state)), trusted_(std::move(trusted)), key_(std::move(key)) {}

std::filesystem::path Witness::file_of(const client::Tree& tree) const {
  std::string name = tree.log + (tree.tenant ? "/tenant/" + tree.tenant->value : "/store");
  std::ranges::replace(name, '/', '_');
  return state_ / "newest" / name;
}

Result<std::optional<proof::Checkpoint>> Witness::newest(const client::Tree& tree) const {
  const auto file = file_of(tree);
  const auto text = client::read_file(file, kStateBytesMax);
  if (!text && text.error().code == Reason::NotFound) return std::nullopt;
  if (!text) return fail(text.error());
  const auto checkpoint = proof::Checkpoint::parse(*text);
  if (!checkpoint || client::Tree::of(checkpoint->origin) != tree)
    return fail(Reason::BundleUnusable,
                fmt::format("{} does not say what was seen last of {}", file.string(), tree.text()));
  return *checkpoint;
}

Result<Answered> Witness::add(const AddCheckpoint& request, std::uint64_t unix_seconds) {
  // From reading what was seen until it is replaced nobody else may: two requests could both go on from it.
  const auto lock = client::DirectoryLock::take(state_);
  if (!lock) return fail(lock.error());
  std::optional<proof::Checkpoint> before;
  if (const auto checkpoint = proof::Checkpoint::parse(request.note.text)) {
    auto seen = newest(client::Tree::of(checkpoint->origin));
    if (!seen) return fail(seen.error());
    before = std::move(*seen);
  }
  Answered answered{
      .judged = judge(request, trusted_, before), .size = before ? before->size : 0, .cosignature = {}};
  if (answered.judged.two_roots)
    if (auto kept = keep_conflict(*answered.judged.checkpoint, request.note); !kept)
      return fail(kept.error());
  if (answered.judged.verdict != Verdict::Cosign) return answered;

  const proof::Checkpoint& now = *answered.judged.checkpoint;
  const auto file = file_of(client::Tree::of(now.origin));
  if (auto made = client::make_directory(file.parent_path()); !made) return fail(made.error());
  if (auto written = client::write_file(file, now.text(), client::IfThere::Replace); !written)
    return fail(written.error());
  const auto cosignature = proof::cosign_text(request.note.text, key_.name, key_.key, unix_seconds);
  proof::Note cosigned = request.note;
  cosigned.signatures.push_back(cosignature);
  auto notes = client::KeptCheckpoints::unread(state_ / "notes");
  if (auto kept = notes.keep(now, cosigned); !kept) return fail(kept.error());
  answered.size = now.size;
  answered.cosignature = line_of(cosignature);
  return answered;
}

Status Witness::keep_conflict(const proof::Checkpoint& checkpoint, const proof::Note& note) {
  const auto kept = client::KeptCheckpoints::unread(state_ / "notes").keep_conflict(checkpoint, note);
  return kept ? Status() : Status(fail(kept.error()));
}

}  // namespace kontor::witness
