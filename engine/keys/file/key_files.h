#pragma once
// The bytes of the key store's files (docs/storage-format.md, "The key store"). Pure; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/keys/cipher.h"
#include "engine/keys/secret.h"
#include "events/core/ids.h"

namespace kontor::keys {

using KeyStoreId = std::array<std::uint8_t, 16>;

constexpr std::uint32_t kKeyStoreFormat = 1;

/// What the files of one tenant have in common. A new generation begins when a key is destroyed.
struct Generation {
  KeyStoreId store{};
  TenantId tenant;
  std::uint64_t number = 0;
};

/// A person's key under the tenant's key.
struct WrappedKey {
  Nonce nonce{};
  std::array<std::uint8_t, Secret::kBytes + kTagBytes> encrypted{};
};

[[nodiscard]] WrappedKey wrap(const Secret& tenant_key, const Generation& generation, const PersonId& person,
                              const Secret& key, const Nonce& nonce);
/// nullopt unless everything is as it was wrapped.
[[nodiscard]] std::optional<Secret> unwrap(const Secret& tenant_key, const Generation& generation,
                                           const PersonId& person, const WrappedKey& wrapped);

/// The readers give nullopt unless every byte is as it was written, for this store, tenant and generation.
[[nodiscard]] std::string root_file(const KeyStoreId& store, const Secret& root);
struct RootFile {
  KeyStoreId store{};
  Secret root;
};
[[nodiscard]] std::optional<RootFile> read_root_file(std::string_view file);

[[nodiscard]] std::string tenant_key_file(const Generation& generation, const Secret& tenant_key);
[[nodiscard]] std::optional<Secret> read_tenant_key_file(std::string_view file, const Generation& generation);

/// The beginning of a file of wrapped keys; blocks follow.
[[nodiscard]] std::string people_file_header(const Generation& generation);
using WrappedKeys = std::vector<std::pair<PersonId, WrappedKey>>;
[[nodiscard]] std::string people_block(const WrappedKeys& keys);

struct PeopleFile {
  WrappedKeys keys;
  /// What follows is no block: zeros that were written ahead of need, a write that was cut short, or damage.
  std::size_t intact_bytes = 0;
};
/// nullopt when the header is not this generation's.
[[nodiscard]] std::optional<PeopleFile> read_people_file(std::string_view file, const Generation& generation);

}  // namespace kontor::keys
