#include "events/proof/rotation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "events/core/assert.h"

namespace kontor::proof {
namespace {

constexpr std::string_view kRotation = "/rotation";

tl::unexpected<Error> unusable() {
  return fail(Reason::BundleUnusable, "this is no statement about a change of keys");
}

}  // namespace

std::string Rotation::text() const {
  return fmt::format("{}{}\n{}\n{}\n{}\n", from.name, kRotation, from.text(), to.text(), at.ns);
}

Result<Rotation> Rotation::parse(std::string_view text) {
  std::array<std::string_view, 4> lines;
  std::string_view rest = text;
  for (std::string_view& line : lines) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const auto from = NoteKey::parse(lines[1]);
  const auto to = NoteKey::parse(lines[2]);
  if (!from || !to) return unusable();
  Rotation rotation{*from, *to, {}};
  const char* const end = lines[3].data() + lines[3].size();
  const auto [stop, error] = std::from_chars(lines[3].data(), end, rotation.at.ns);
  if (error != std::errc() || stop != end) return unusable();
  const auto signs_texts = [](const NoteKey& key) { return key.type == KeyType::Ed25519; };
  if (from->name != to->name || *from == *to || !signs_texts(*from) || !signs_texts(*to)) return unusable();
  if (rotation.text() != text) return unusable();
  return rotation;
}

Note sign_rotation(const Rotation& rotation, const SigningKey& from, const SigningKey& to) {
  KONTOR_ASSERT(rotation.from.key == from.public_key());
  KONTOR_ASSERT(rotation.to.key == to.public_key());
  const std::string text = rotation.text();
  return {text, {sign_text(text, rotation.from.name, from), sign_text(text, rotation.to.name, to)}};
}

Result<Rotation> open_rotation(const Note& note) {
  Result<Rotation> rotation = Rotation::parse(note.text);
  if (!rotation) return rotation;
  for (const NoteKey& key : {rotation->from, rotation->to})
    if (!is_signed_by(note, key))
      return fail(Reason::NotSigned, fmt::format("the change of keys is not signed by {}", key.text()));
  return rotation;
}

Result<std::vector<NoteKey>> follow_rotations(const NoteKey& pinned, std::span<const Note> statements) {
  std::vector<NoteKey> keys{pinned};
  for (const Note& statement : statements) {
    const Result<Rotation> said = Rotation::parse(statement.text);
    if (!said || std::ranges::find(keys, said->from) == keys.end()) continue;
    const Result<Rotation> rotation = open_rotation(statement);
    if (!rotation) return fail(rotation.error());
    const bool twice = rotation->from != keys.back() || std::ranges::find(keys, rotation->to) != keys.end();
    if (twice)
      return fail(Reason::TwoHistories,
                  fmt::format("the key {} has handed over more than once", rotation->from.text()));
    keys.push_back(rotation->to);
  }
  return keys;
}

}  // namespace kontor::proof
