#pragma once
// Where the keys of persons lie: apart from the log, so that destroying a key erases what the log says about
// its person, in every copy of the log at once (TRUST 4.7, docs/personal-data.md). One contract, two
// implementations: in memory and in files.
//
// Reading: any thread. Changing: one thread at a time. After a function that changes has failed, nothing is
// known of what is durable: stop and open again.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/keys/secret.h"
#include "events/core/ids.h"
#include "events/core/result.h"

namespace kontor::keys {

/// What a tenant's secret is for. Secrets of different uses tell nothing about each other.
enum class SecretUse : std::uint8_t {
  LookUp,   // finds a person by e-mail
  Payload,  // tells a retried command with personal data from another one
};

struct PersonKey {
  TenantId tenant;
  PersonId person;
  Secret key;
};

struct KeyOwner {
  TenantId tenant;
  PersonId person;

  friend auto operator<=>(const KeyOwner&, const KeyOwner&) = default;
  friend bool operator==(const KeyOwner&, const KeyOwner&) = default;
};

/// The persons of a tenant whom the log knows and has not erased.
struct LivePersons {
  TenantId tenant;
  std::vector<PersonId> persons;
};

struct Reconciled {
  std::size_t destroyed = 0;  // keys of persons whom the log does not know, or has erased
  std::size_t missing = 0;    // persons who have no key: what was sealed of them cannot be read
};

class KeyStore {
 public:
  KeyStore() = default;
  KeyStore(const KeyStore&) = delete;
  KeyStore& operator=(const KeyStore&) = delete;
  virtual ~KeyStore() = default;

  /// False when there is none yet, or none any more. Then everything but `create` answers KeysMissing.
  [[nodiscard]] virtual bool exists() const = 0;
  /// Makes an empty store; durable when it returns. Requires that none exists.
  [[nodiscard]] virtual Status create() = 0;

  /// The same for the whole life of the store; there is one for every name, also of tenants yet to come.
  [[nodiscard]] virtual Result<Secret> tenant_secret(SecretUse use, const TenantId& tenant) const = 0;
  /// KeysMissing when the person has no key.
  [[nodiscard]] virtual Result<Secret> find(const KeyOwner& owner) const = 0;

  /// Durable when it returns, all of them. Requires that none of them has a key.
  [[nodiscard]] virtual Status add(std::span<const PersonKey> keys) = 0;
  /// Nobody can find these keys any more when it returns, in what lies on the disk either. Who has no key has
  /// none afterwards.
  [[nodiscard]] virtual Status destroy(std::span<const KeyOwner> owners) = 0;

  /// Makes the store fit its log, after an opening: destroys keys of nobody, which a crash or a destruction
  /// that was cut short left behind. StoreDamaged when a key is missing that damage has taken.
  [[nodiscard]] virtual Result<Reconciled> reconcile(std::span<const LivePersons> live) = 0;
};

}  // namespace kontor::keys
