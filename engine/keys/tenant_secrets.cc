#include "engine/keys/tenant_secrets.h"

#include <fmt/format.h>

#include <string>

#include "engine/keys/cipher.h"

namespace kontor::keys {

Secret derive_tenant_secret(const Secret& root, SecretUse use, const TenantId& tenant) {
  const std::string purpose = use == SecretUse::LookUp ? "kontor look-up/" : "kontor payload/";
  return derive(root, purpose + tenant.value);
}

tl::unexpected<Error> no_key_store() {
  return fail(Reason::KeysMissing, "the key store is missing: personal data can be neither read nor written");
}

tl::unexpected<Error> no_key_of(const KeyOwner& owner) {
  return fail(Reason::KeysMissing,
              fmt::format("tenant {} has no key for person {}", owner.tenant.value, owner.person.value));
}

}  // namespace kontor::keys
