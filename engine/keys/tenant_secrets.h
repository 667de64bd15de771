#pragma once
// A tenant's secrets are derived from the store's root secret, so that there is one for every tenant and
// making it changes nothing on the disk. Pure.

#include "engine/keys/key_store.h"

namespace kontor::keys {

[[nodiscard]] Secret derive_tenant_secret(const Secret& root, SecretUse use, const TenantId& tenant);
/// What a store that does not exist answers.
[[nodiscard]] tl::unexpected<Error> no_key_store();
/// What a store answers about a person who has no key.
[[nodiscard]] tl::unexpected<Error> no_key_of(const KeyOwner& owner);

}  // namespace kontor::keys
