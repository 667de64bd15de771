#pragma once
// The key store in files, in a directory of its own (docs/storage-format.md, "The key store"):
//
//   ROOT                    the secret all tenants' secrets are derived from
//   <tenant>.<n>.kek        the tenant's key, generation n
//   <tenant>.<n>.people     the keys of its persons, wrapped by it; one block more with every `add`
//
// Destroying a person's key begins generation n + 1 with a new tenant's key and all other persons' keys
// wrapped by it, and then overwrites and removes generation n: what an old copy of the .people file holds can
// be opened by nobody any more.

#include <rocksdb/file_system.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "engine/keys/file/growing_files.h"
#include "engine/keys/file/key_files.h"
#include "engine/keys/key_store.h"
#include "engine/keys/randomness.h"
#include "engine/log/rocksdb/files.h"

namespace kontor::keys {

struct FileKeyStoreOptions {
  std::string directory;
  KeyStoreId store_id{};                       // of the log the keys belong to
  rocksdb::FileSystem* file_system = nullptr;  // nullptr: the machine's
};

class FileKeyStore final : public KeyStore {
 public:
  /// Reads what is there and changes nothing; `reconcile` finishes what a crash has left half done. A
  /// directory that does not exist, or is empty, is a store that does not exist. StoreIdMismatch: these are
  /// the keys of another log. StoreDamaged: names the file. DataDirectory: the machine cannot read.
  [[nodiscard]] static Result<std::unique_ptr<FileKeyStore>> open(FileKeyStoreOptions options,
                                                                  Randomness& randomness);

  [[nodiscard]] bool exists() const override;
  [[nodiscard]] Status create() override;
  [[nodiscard]] Result<Secret> tenant_secret(SecretUse use, const TenantId& tenant) const override;
  [[nodiscard]] Result<Secret> find(const KeyOwner& owner) const override;
  [[nodiscard]] Status add(std::span<const PersonKey> keys) override;
  [[nodiscard]] Status destroy(std::span<const KeyOwner> owners) override;
  [[nodiscard]] Result<Reconciled> reconcile(std::span<const LivePersons> live) override;

 private:
  struct TenantKeys {
    Generation generation;
    Secret tenant_key;
    boost::unordered_flat_map<PersonId, WrappedKey, std::hash<PersonId>> people;
    FileExtent file;    // of the .people file, as far as it is intact
    bool tail = false;  // something follows in it that is neither a block nor zeros
  };
  struct FoundFiles;

  FileKeyStore(FileKeyStoreOptions options, Randomness& randomness);

  [[nodiscard]] Status read();
  [[nodiscard]] Result<TenantKeys> read_tenant(const TenantId& tenant, std::uint64_t generation) const;
  void note_leftovers(const FoundFiles& found);
  [[nodiscard]] Status remove_leftovers();
  [[nodiscard]] Result<std::size_t> missing_of(const TenantId& tenant,
                                               const std::set<PersonId>& persons) const;

  [[nodiscard]] TenantKeys next_generation(const TenantId& tenant, const TenantKeys* before) const;
  [[nodiscard]] Status write_generation(const TenantKeys& keys) const;
  [[nodiscard]] Status destroy_files(const Generation& generation) const;
  /// The keys of a tenant that `keep` names, in a new generation; the one before is destroyed.
  template <class Keep>
  [[nodiscard]] Status rotate(const TenantId& tenant, Keep keep);
  void adopt(TenantKeys keys);

  [[nodiscard]] std::string path(const std::string& name) const { return options_.directory + '/' + name; }
  [[nodiscard]] std::string key_path(const Generation& generation) const;
  [[nodiscard]] std::string people_path(const Generation& generation) const;
  [[nodiscard]] Status shred(const std::string& path) const;

  FileKeyStoreOptions options_;
  Randomness& randomness_;
  log::Files files_;
  GrowingFiles people_files_;  // of the generations in force

  std::vector<std::string> leftovers_;  // files to remove once it is sure that nobody needs them
  std::set<TenantId> without_key_;      // have a .people file that no tenant's key fits

  mutable std::mutex mutex_;  // guards everything below against readers; only one thread changes it
  std::optional<Secret> root_;
  std::map<TenantId, TenantKeys> tenants_;
};

}  // namespace kontor::keys
