#include "events/proof/note.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "events/core/base64.h"

namespace kontor::proof {
namespace {

constexpr std::string_view kDash = "\xe2\x80\x94 ";  // an em dash and a space

void put_big_endian(std::uint64_t value, std::size_t bytes, std::string& out) {
  for (std::size_t i = bytes; i-- > 0;) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

std::uint64_t read_big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
  return value;
}

bool valid_name(std::string_view name) {
  return !name.empty() && std::ranges::none_of(name, [](char c) {
    return c == '+' || static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x7f;
  });
}

/// C2SP asks for UTF-8 without control characters; ours are ASCII throughout.
bool valid_text(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return c == '\n' || (c >= ' ' && static_cast<unsigned char>(c) < 0x7f); });
}

std::string cosigned_text(std::string_view text, std::uint64_t unix_seconds) {
  return fmt::format("cosignature/v1\ntime {}\n{}", unix_seconds, text);
}

std::string_view as_text(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

tl::unexpected<Error> unusable(std::string what) { return fail(Reason::BundleUnusable, std::move(what)); }

bool is_good(const NoteKey& key, std::string_view text, std::string_view bytes) {
  Signature signature{};
  if (bytes.size() != signature.size()) return false;
  std::ranges::copy(bytes_of(bytes), signature.begin());
  return is_signed(key.key, bytes_of(text), signature);
}

bool is_of(const NoteSignature& signature, const NoteKey& key) {
  return signature.name == key.name && signature.key_id == key.id();
}

}  // namespace

std::uint32_t NoteKey::id() const {
  Sha256 sha;
  sha.update(bytes_of(name));
  const std::array<std::uint8_t, 2> separator{'\n', static_cast<std::uint8_t>(type)};
  sha.update(separator);
  sha.update(key);
  const Digest digest = sha.finish();
  return static_cast<std::uint32_t>(read_big_endian(as_text(digest).substr(0, 4)));
}

std::string NoteKey::text() const {
  std::string material(1, static_cast<char>(type));
  material += as_text(key);
  return fmt::format("{}+{:08x}+{}", name, id(), base64(bytes_of(material)));
}

Result<NoteKey> NoteKey::parse(std::string_view text) {
  const auto wrong = [](std::string_view what) {
    return fail(Reason::InvalidArgument, fmt::format("the key is not of the form name+id+base64: {}", what));
  };
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return wrong("it has less than three parts");
  NoteKey key;
  key.name = text.substr(0, first);
  if (!valid_name(key.name)) return wrong("the name is empty or has characters a name may not have");
  const auto material = parse_base64(text.substr(second + 1));
  if (!material || material->size() != 1 + key.key.size()) return wrong("the last part is not 33 bytes");
  const auto type = static_cast<std::uint8_t>(material->front());
  if (type != static_cast<std::uint8_t>(KeyType::Ed25519) &&
      type != static_cast<std::uint8_t>(KeyType::Cosignature))
    return wrong(fmt::format("keys of type {} are not known", type));
  key.type = static_cast<KeyType>(type);
  std::ranges::copy(bytes_of(*material).subspan(1), key.key.begin());
  if (key.text() != text) return wrong("the id is not that of the name and the key");
  return key;
}

std::string Note::encoded() const {
  std::string out = text + "\n";
  for (const NoteSignature& signature : signatures) {
    std::string bytes;
    put_big_endian(signature.key_id, 4, bytes);
    bytes += signature.bytes;
    out += fmt::format("{}{} {}\n", kDash, signature.name, base64(bytes_of(bytes)));
  }
  return out;
}

Result<Note> Note::parse(std::string_view encoded) {
  if (encoded.size() > kNoteBytesMax)
    return unusable(fmt::format("a note has at most {} bytes", kNoteBytesMax));
  const std::size_t end = encoded.rfind("\n\n");
  if (end == std::string_view::npos) return unusable("a note needs an empty line before its signatures");
  Note note{.text = std::string(encoded.substr(0, end + 1)), .signatures = {}};
  if (!valid_text(note.text)) return unusable("the note's text has characters it may not have");
  std::string_view rest = encoded.substr(end + 2);
  if (rest.empty()) return unusable("the note has no signature");
  while (!rest.empty()) {
    const std::size_t line_end = rest.find('\n');
    if (line_end == std::string_view::npos) return unusable("the note's last line has no end");
    std::string_view line = rest.substr(0, line_end);
    rest.remove_prefix(line_end + 1);
    if (note.signatures.size() == kNoteSignaturesMax)
      return unusable(fmt::format("a note has at most {} signatures", kNoteSignaturesMax));
    if (!line.starts_with(kDash)) return unusable("a line of a signature begins with a dash and a space");
    line.remove_prefix(kDash.size());
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || !valid_name(line.substr(0, space)))
      return unusable("a line of a signature names its key");
    const auto bytes = parse_base64(line.substr(space + 1));
    if (!bytes || bytes->size() < 5) return unusable("a signature is not base64 of at least five bytes");
    note.signatures.push_back({std::string(line.substr(0, space)),
                               static_cast<std::uint32_t>(read_big_endian(bytes->substr(0, 4))),
                               bytes->substr(4)});
  }
  return note;
}

NoteSignature sign_text(std::string_view text, const std::string& name, const SigningKey& key) {
  const NoteKey verifier{name, KeyType::Ed25519, key.public_key()};
  return {name, verifier.id(), std::string(as_text(key.sign(bytes_of(text))))};
}

NoteSignature cosign_text(std::string_view text, const std::string& name, const SigningKey& key,
                          std::uint64_t unix_seconds) {
  const NoteKey verifier{name, KeyType::Cosignature, key.public_key()};
  std::string bytes;
  put_big_endian(unix_seconds, 8, bytes);
  bytes += as_text(key.sign(bytes_of(cosigned_text(text, unix_seconds))));
  return {name, verifier.id(), std::move(bytes)};
}

bool is_signed_by(const Note& note, const NoteKey& key) {
  bool found = false;
  for (const NoteSignature& signature : note.signatures) {
    if (!is_of(signature, key)) continue;
    const bool timed = key.type == KeyType::Cosignature;
    const std::string_view bytes = signature.bytes;
    if (timed && bytes.size() < 8) return false;
    const bool good =
        timed ? is_good(key, cosigned_text(note.text, read_big_endian(bytes.substr(0, 8))), bytes.substr(8))
              : is_good(key, note.text, bytes);
    if (!good) return false;
    found = true;
  }
  return found;
}

std::optional<std::uint64_t> cosigned_at(const Note& note, const NoteKey& key) {
  if (key.type != KeyType::Cosignature || !is_signed_by(note, key)) return std::nullopt;
  for (const NoteSignature& signature : note.signatures)
    if (is_of(signature, key)) return read_big_endian(std::string_view(signature.bytes).substr(0, 8));
  return std::nullopt;
}

}  // namespace kontor::proof
