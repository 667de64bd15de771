#pragma once
// Keys in memory: for tests and the simulation, where it outlives a simulated process as a disk would.

#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "engine/keys/key_store.h"
#include "engine/keys/randomness.h"

namespace kontor::keys {

class MemoryKeyStore final : public KeyStore {
 public:
  explicit MemoryKeyStore(Randomness& randomness) : randomness_(randomness) {}

  [[nodiscard]] bool exists() const override;
  [[nodiscard]] Status create() override;
  [[nodiscard]] Result<Secret> tenant_secret(SecretUse use, const TenantId& tenant) const override;
  [[nodiscard]] Result<Secret> find(const KeyOwner& owner) const override;
  [[nodiscard]] Status add(std::span<const PersonKey> keys) override;
  [[nodiscard]] Status destroy(std::span<const KeyOwner> owners) override;
  [[nodiscard]] Result<Reconciled> reconcile(std::span<const LivePersons> live) override;

  [[nodiscard]] std::size_t size() const;

 private:
  Randomness& randomness_;
  mutable std::mutex mutex_;  // guards everything below
  std::optional<Secret> root_;
  std::map<KeyOwner, Secret> keys_;
};

}  // namespace kontor::keys
