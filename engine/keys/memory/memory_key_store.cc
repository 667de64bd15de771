#include "engine/keys/memory/memory_key_store.h"

#include <algorithm>
#include <set>

#include "engine/keys/tenant_secrets.h"
#include "events/core/assert.h"

namespace kontor::keys {

bool MemoryKeyStore::exists() const {
  const std::lock_guard lock(mutex_);
  return root_.has_value();
}

Status MemoryKeyStore::create() {
  const std::lock_guard lock(mutex_);
  KONTOR_ASSERT(!root_.has_value());
  randomness_.fill(root_.emplace().fill());
  return {};
}

Result<Secret> MemoryKeyStore::tenant_secret(SecretUse use, const TenantId& tenant) const {
  const std::lock_guard lock(mutex_);
  if (!root_) return no_key_store();
  return derive_tenant_secret(*root_, use, tenant);
}

Result<Secret> MemoryKeyStore::find(const KeyOwner& owner) const {
  const std::lock_guard lock(mutex_);
  if (!root_) return no_key_store();
  const auto at = keys_.find(owner);
  if (at == keys_.end()) return no_key_of(owner);
  return at->second;
}

Status MemoryKeyStore::add(std::span<const PersonKey> keys) {
  const std::lock_guard lock(mutex_);
  if (!root_) return no_key_store();
  for (const PersonKey& one : keys) {
    const bool added = keys_.try_emplace({one.tenant, one.person}, one.key).second;
    KONTOR_ASSERT(added);
  }
  return {};
}

Status MemoryKeyStore::destroy(std::span<const KeyOwner> owners) {
  const std::lock_guard lock(mutex_);
  if (!root_) return no_key_store();
  for (const KeyOwner& owner : owners) keys_.erase(owner);
  return {};
}

Result<Reconciled> MemoryKeyStore::reconcile(std::span<const LivePersons> live) {
  const std::lock_guard lock(mutex_);
  if (!root_) return no_key_store();
  std::set<KeyOwner> alive;
  for (const LivePersons& tenant : live)
    for (const PersonId& person : tenant.persons) alive.insert({tenant.tenant, person});
  Reconciled result;
  result.destroyed = std::erase_if(keys_, [&](const auto& entry) { return !alive.contains(entry.first); });
  result.missing = alive.size() - keys_.size();
  return result;
}

std::size_t MemoryKeyStore::size() const {
  const std::lock_guard lock(mutex_);
  return keys_.size();
}

}  // namespace kontor::keys
