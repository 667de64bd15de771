// docs/storage-format.md, "The key store"
#include "engine/keys/file/key_files.h"

#include <algorithm>

#include "engine/keys/bytes.h"
#include "events/core/assert.h"

namespace kontor::keys {
namespace {

constexpr std::string_view kRootMagic = "KONTORKR";
constexpr std::string_view kTenantKeyMagic = "KONTORKT";
constexpr std::string_view kPeopleMagic = "KONTORKP";

void add_digest(std::string& out) {
  const Digest digest = sha256(bytes_of(out));
  put_bytes(out, digest);
}

/// The bytes before the digest; nullopt when it is not theirs.
std::optional<std::string_view> without_digest(std::string_view bytes) {
  if (bytes.size() < sizeof(Digest)) return std::nullopt;
  const std::string_view content = bytes.substr(0, bytes.size() - sizeof(Digest));
  const Digest digest = sha256(bytes_of(content));
  if (!std::ranges::equal(bytes_of(bytes.substr(content.size())), digest)) return std::nullopt;
  return content;
}

std::string beginning(std::string_view magic, const KeyStoreId& store) {
  std::string out(magic);
  put_number<std::uint32_t>(out, kKeyStoreFormat);
  put_bytes(out, store);
  return out;
}

std::string beginning(std::string_view magic, const Generation& generation) {
  std::string out = beginning(magic, generation.store);
  put_text(out, generation.tenant.value);
  put_number<std::uint64_t>(out, generation.number);
  return out;
}

Secret secret_of(std::string_view bytes) {
  Secret secret;
  KONTOR_ASSERT(bytes.size() == Secret::kBytes);
  std::ranges::copy(bytes_of(bytes), secret.fill().begin());
  return secret;
}

/// A wrapped key fits its place only.
std::string bound_to(const Generation& generation, const PersonId& person) {
  std::string bound = beginning("kontor wrapped key", generation);
  put_text(bound, person.value);
  return bound;
}

/// The keys of the block at the front of `in`; nullopt when there is no whole block.
std::optional<WrappedKeys> read_block(std::string_view bytes, std::size_t& size) {
  ByteReader head(bytes);
  const auto payload = head.number<std::uint32_t>();
  const auto count = head.number<std::uint32_t>();
  if (!head.good() || head.left() < payload || head.left() - payload < sizeof(Digest)) return std::nullopt;
  size = bytes.size() - head.left() + payload + sizeof(Digest);
  if (!without_digest(bytes.substr(0, size))) return std::nullopt;
  ByteReader in(head.bytes(payload));
  WrappedKeys keys;
  for (std::uint32_t i = 0; i < count; ++i) {
    auto& [person, wrapped] = keys.emplace_back();
    person = PersonId(in.text());
    std::ranges::copy(in.bytes(kNonceBytes), wrapped.nonce.begin());
    std::ranges::copy(in.bytes(wrapped.encrypted.size()), wrapped.encrypted.begin());
    if (!in.good()) return std::nullopt;
  }
  if (in.left() != 0) return std::nullopt;
  return keys;
}

}  // namespace

WrappedKey wrap(const Secret& tenant_key, const Generation& generation, const PersonId& person,
                const Secret& key, const Nonce& nonce) {
  const std::string_view clear(reinterpret_cast<const char*>(key.bytes().data()), key.bytes().size());
  const std::string encrypted = encrypt(tenant_key, nonce, bound_to(generation, person), clear);
  WrappedKey wrapped{.nonce = nonce, .encrypted = {}};
  KONTOR_ASSERT(encrypted.size() == wrapped.encrypted.size());
  std::ranges::copy(bytes_of(encrypted), wrapped.encrypted.begin());
  return wrapped;
}

std::optional<Secret> unwrap(const Secret& tenant_key, const Generation& generation, const PersonId& person,
                             const WrappedKey& wrapped) {
  const std::string encrypted(wrapped.encrypted.begin(), wrapped.encrypted.end());
  auto clear = decrypt(tenant_key, wrapped.nonce, bound_to(generation, person), encrypted);
  if (!clear) return std::nullopt;
  Secret key = secret_of(*clear);
  wipe(*clear);
  return key;
}

std::string root_file(const KeyStoreId& store, const Secret& root) {
  std::string out = beginning(kRootMagic, store);
  put_bytes(out, root.bytes());
  add_digest(out);
  return out;
}

std::optional<RootFile> read_root_file(std::string_view file) {
  const auto content = without_digest(file);
  const std::size_t head = kRootMagic.size() + sizeof(kKeyStoreFormat);
  RootFile root;
  if (!content || content->size() != head + root.store.size() + Secret::kBytes) return std::nullopt;
  std::ranges::copy(content->substr(head, root.store.size()), root.store.begin());
  if (!content->starts_with(beginning(kRootMagic, root.store))) return std::nullopt;
  root.root = secret_of(content->substr(content->size() - Secret::kBytes));
  return root;
}

std::string tenant_key_file(const Generation& generation, const Secret& tenant_key) {
  std::string out = beginning(kTenantKeyMagic, generation);
  put_bytes(out, tenant_key.bytes());
  add_digest(out);
  return out;
}

std::optional<Secret> read_tenant_key_file(std::string_view file, const Generation& generation) {
  const auto content = without_digest(file);
  const std::string head = beginning(kTenantKeyMagic, generation);
  if (!content || !content->starts_with(head) || content->size() != head.size() + Secret::kBytes)
    return std::nullopt;
  return secret_of(content->substr(head.size()));
}

std::string people_file_header(const Generation& generation) {
  std::string out = beginning(kPeopleMagic, generation);
  add_digest(out);
  return out;
}

std::string people_block(const WrappedKeys& keys) {
  std::string payload;
  for (const auto& [person, wrapped] : keys) {
    put_text(payload, person.value);
    put_bytes(payload, wrapped.nonce);
    put_bytes(payload, wrapped.encrypted);
  }
  std::string out;
  put_number<std::uint32_t>(out, static_cast<std::uint32_t>(payload.size()));
  put_number<std::uint32_t>(out, static_cast<std::uint32_t>(keys.size()));
  out += payload;
  add_digest(out);
  return out;
}

std::optional<PeopleFile> read_people_file(std::string_view file, const Generation& generation) {
  const std::string header = people_file_header(generation);
  if (!file.starts_with(header)) return std::nullopt;
  PeopleFile people{.keys = {}, .intact_bytes = header.size()};
  std::size_t size = 0;
  while (auto block = read_block(file.substr(people.intact_bytes), size)) {
    people.keys.insert(people.keys.end(), std::make_move_iterator(block->begin()),
                       std::make_move_iterator(block->end()));
    people.intact_bytes += size;
  }
  return people;
}

}  // namespace kontor::keys
