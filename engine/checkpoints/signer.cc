#include "engine/checkpoints/signer.h"

#include <fmt/format.h>

#include "events/proof/rotation.h"

namespace kontor::checkpoints {
namespace {

std::string next_file(const KeyPlace& place) { return place.file + ".next"; }
std::string retiring_file(const KeyPlace& place) { return place.file + ".retiring"; }

tl::unexpected<Error> refuse(std::string why) { return fail(Reason::SigningKey, std::move(why)); }

bool is_key(const std::string& file, const std::string& text) {
  if (look_for_key(file) == KeyFile::Absent) return false;
  const auto key = read_key_file(file);
  return key && key->note_key().text() == text;
}

StoredKey make_key(const std::string& name, keys::Randomness& randomness) {
  StoredKey key{name, {}};
  randomness.fill(key.seed.fill());
  return key;
}

/// A change of keys is three steps: file.next, the statement, the renames. The statement decides; what is
/// missing of the renames is done here.
Status finish_change(const KeyPlace& place, const std::string& in_force) {
  if (is_key(place.file, in_force) || !is_key(next_file(place), in_force)) return {};
  if (look_for_key(place.file) == KeyFile::Present)
    if (const Status renamed = rename_key_file(place.file, retiring_file(place)); !renamed) return renamed;
  return rename_key_file(next_file(place), place.file);
}

Result<std::optional<proof::Rotation>> newest_rotation(CheckpointStore& store) {
  const auto kept = store.rotations();
  if (!kept) return fail(kept.error());
  if (kept->empty()) return std::optional<proof::Rotation>{};
  const auto note = proof::Note::parse(kept->back());
  if (!note) return fail(note.error());
  const auto rotation = proof::open_rotation(*note);
  if (!rotation) return fail(rotation.error());
  return std::optional(*rotation);
}

/// The key's file, if it is the one of this store.
Result<StoredKey> find_key(const KeyPlace& place, CheckpointStore& store, keys::Randomness& randomness,
                           std::string& said) {
  const auto in_force = store.key();
  if (!in_force) return fail(in_force.error());
  if (!in_force->empty())
    if (const Status finished = finish_change(place, *in_force); !finished) return fail(finished.error());
  if (look_for_key(place.file) == KeyFile::Absent) {
    if (!in_force->empty())
      return refuse(
          fmt::format("the signing key {} is missing; this store signs with {}", place.file, *in_force));
    if (place.chosen == KeyPlace::Chosen::ByOperator)
      return refuse(fmt::format("the signing key {} is missing", place.file));
    const StoredKey made = make_key(place.name, randomness);
    if (const Status written = write_key_file(place.file, made); !written) return fail(written.error());
    said = fmt::format("made the signing key {}; auditors pin {}", place.file, made.note_key().text());
  }
  auto key = read_key_file(place.file);
  if (!key) return key;
  if (!in_force->empty() && key->note_key().text() != *in_force)
    return refuse(fmt::format("{} holds the key {}; this store signs with {}", place.file,
                              key->note_key().text(), *in_force));
  if (key->name != place.name)
    return refuse(fmt::format("{} holds a key of the name {}; this server is {} (checkpoint.name)",
                              place.file, key->name, place.name));
  if (in_force->empty())
    if (const Status kept = store.keep_key(key->note_key().text()); !kept) return fail(kept.error());
  return key;
}

}  // namespace

std::vector<proof::NoteKey> Signer::keys(Instant now) const {
  std::vector<proof::NoteKey> keys{key()};
  if (before_ && now < before_->until)
    keys.push_back({name_, proof::KeyType::Ed25519, before_->key.public_key()});
  return keys;
}

proof::Note Signer::sign(std::string text, Instant now) const {
  proof::Note note{std::move(text), {}};
  note.signatures.push_back(proof::sign_text(note.text, name_, key_));
  if (before_ && now < before_->until)
    note.signatures.push_back(proof::sign_text(note.text, name_, before_->key));
  return note;
}

Result<OpenedSigner> open_signer(const KeyPlace& place, CheckpointStore& store,
                                 keys::Randomness& randomness) {
  OpenedSigner opened;
  const auto key = find_key(place, store, randomness, opened.said);
  if (!key) return fail(key.error());
  const auto rotation = newest_rotation(store);
  if (!rotation) return fail(rotation.error());
  std::optional<Signer::Retiring> before;
  if (*rotation && is_key(retiring_file(place), (*rotation)->from.text())) {
    const auto old = read_key_file(retiring_file(place));
    if (!old) return fail(old.error());
    before = {old->signing_key(), Instant{(*rotation)->at.ns + proof::kBothKeysSignNs}};
  }
  opened.signer = std::make_unique<Signer>(place.name, key->signing_key(), std::move(before));
  return opened;
}

Result<KeyChange> rotate_key(const KeyPlace& place, CheckpointStore& store, keys::Randomness& randomness,
                             Instant now) {
  std::string said;
  KeyPlace existing = place;
  existing.chosen = KeyPlace::Chosen::ByOperator;  // none is made here
  const auto from = find_key(existing, store, randomness, said);
  if (!from) return fail(from.error());
  const StoredKey to = make_key(place.name, randomness);
  if (const Status written = write_key_file(next_file(place), to); !written) return fail(written.error());
  const proof::Rotation rotation{from->note_key(), to.note_key(), now};
  const proof::Note statement = proof::sign_rotation(rotation, from->signing_key(), to.signing_key());
  if (const Status kept = store.keep_rotation(statement.encoded(), rotation.to.text()); !kept)
    return fail(kept.error());
  if (const Status finished = finish_change(place, rotation.to.text()); !finished)
    return fail(finished.error());
  return KeyChange{rotation.from, rotation.to};
}

}  // namespace kontor::checkpoints
