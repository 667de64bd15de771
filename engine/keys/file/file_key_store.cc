// docs/storage-format.md, "The key store"
#include "engine/keys/file/file_key_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/keys/bytes.h"
#include "engine/keys/tenant_secrets.h"
#include "events/core/assert.h"

namespace kontor::keys {
namespace {

constexpr std::string_view kRootName = "ROOT";
constexpr std::string_view kKeySuffix = ".kek";
constexpr std::string_view kPeopleSuffix = ".people";

tl::unexpected<Error> damaged(const std::string& path, std::string_view why) {
  return fail(Reason::StoreDamaged, fmt::format("key store: {} {}", path, why));
}

struct GenerationFile {
  TenantId tenant;
  std::uint64_t number = 0;
};

/// "acme.3" of "acme.3.kek".
std::optional<GenerationFile> parse_stem(std::string_view stem) {
  const std::size_t dot = stem.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return std::nullopt;
  GenerationFile file{.tenant = TenantId(stem.substr(0, dot)), .number = 0};
  const char* end = stem.data() + stem.size();
  const auto [stop, error] = std::from_chars(stem.data() + dot + 1, end, file.number);
  if (error != std::errc() || stop != end || file.number == 0) return std::nullopt;
  return file;
}

}  // namespace

/// What lies in the directory.
struct FileKeyStore::FoundFiles {
  bool root = false;
  std::map<TenantId, std::set<std::uint64_t>> keys;
  std::map<TenantId, std::set<std::uint64_t>> people;
  std::vector<std::string> drafts;  // of files that were never finished

  [[nodiscard]] bool any() const { return root || !keys.empty() || !people.empty(); }
  [[nodiscard]] std::uint64_t current(const TenantId& tenant) const {
    const auto at = keys.find(tenant);
    return at == keys.end() ? 0 : *at->second.rbegin();
  }
  void take(const std::string& name) {
    const std::string_view text(name);
    const auto stem_of = [&](std::string_view suffix) { return text.substr(0, text.size() - suffix.size()); };
    if (name == kRootName) root = true;
    if (text.ends_with(".tmp")) drafts.push_back(name);
    if (const auto file = text.ends_with(kKeySuffix) ? parse_stem(stem_of(kKeySuffix)) : std::nullopt)
      keys[file->tenant].insert(file->number);
    if (const auto file = text.ends_with(kPeopleSuffix) ? parse_stem(stem_of(kPeopleSuffix)) : std::nullopt)
      people[file->tenant].insert(file->number);
  }
};

FileKeyStore::FileKeyStore(FileKeyStoreOptions options, Randomness& randomness)
    : options_(std::move(options)),
      randomness_(randomness),
      files_(options_.file_system != nullptr ? *options_.file_system : *rocksdb::FileSystem::Default()),
      people_files_(files_) {}

Result<std::unique_ptr<FileKeyStore>> FileKeyStore::open(FileKeyStoreOptions options,
                                                         Randomness& randomness) {
  std::unique_ptr<FileKeyStore> store(new FileKeyStore(std::move(options), randomness));
  if (const Status read = store->read(); !read) return fail(read.error());
  return store;
}

Status FileKeyStore::read() {
  if (!files_.exists(options_.directory)) return {};
  const auto names = files_.list(options_.directory);
  if (!names) return fail(names.error());
  FoundFiles found;
  for (const std::string& name : *names) found.take(name);
  if (!found.any()) return {};
  if (!found.root) return damaged(path(std::string(kRootName)), "is missing");
  auto file = files_.read(path(std::string(kRootName)));
  if (!file) return fail(file.error());
  const auto root = read_root_file(*file);
  wipe(*file);
  if (!root) return damaged(path(std::string(kRootName)), "is damaged");
  if (root->store != options_.store_id)
    return fail(Reason::StoreIdMismatch,
                fmt::format("the keys in {} belong to store {}, the log is store {}", options_.directory,
                            hex(root->store), hex(options_.store_id)));
  for (const auto& [tenant, generations] : found.keys) {
    auto keys = read_tenant(tenant, *generations.rbegin());
    if (!keys) return fail(keys.error());
    tenants_.emplace(tenant, std::move(*keys));
  }
  root_ = root->root;
  note_leftovers(found);
  return {};
}

Result<FileKeyStore::TenantKeys> FileKeyStore::read_tenant(const TenantId& tenant,
                                                           std::uint64_t number) const {
  TenantKeys keys;
  keys.generation = {.store = options_.store_id, .tenant = tenant, .number = number};
  auto key_file = files_.read(key_path(keys.generation));
  if (!key_file) return fail(key_file.error());
  const auto tenant_key = read_tenant_key_file(*key_file, keys.generation);
  wipe(*key_file);
  if (!tenant_key) return damaged(key_path(keys.generation), "is damaged");
  keys.tenant_key = *tenant_key;
  const std::string people_file = people_path(keys.generation);
  if (!files_.exists(people_file)) return damaged(people_file, "is missing");
  const auto file = files_.read(people_file);
  if (!file) return fail(file.error());
  auto people = read_people_file(*file, keys.generation);
  if (!people) return damaged(people_file, "is damaged");
  for (auto& [person, wrapped] : people->keys) {
    if (!unwrap(keys.tenant_key, keys.generation, person, wrapped))
      return damaged(people_file, fmt::format("does not fit {}", key_path(keys.generation)));
    keys.people.insert_or_assign(person, wrapped);
  }
  keys.file = {.used = people->intact_bytes, .size = file->size()};
  keys.tail = file->find_first_not_of('\0', people->intact_bytes) != std::string::npos;
  return keys;
}

/// What has to go: generations before the current one, files of one that was never begun (a tenant's key is
/// written last, so without it nothing was promised), and drafts. Not before `reconcile` has seen that no key
/// is missing: a tenant's key that was lost looks the same.
void FileKeyStore::note_leftovers(const FoundFiles& found) {
  for (const auto& [tenant, generations] : found.keys)
    for (const std::uint64_t number : generations)
      if (number != found.current(tenant))
        leftovers_.push_back(key_path({options_.store_id, tenant, number}));
  for (const auto& [tenant, generations] : found.people)
    for (const std::uint64_t number : generations) {
      if (number != found.current(tenant))
        leftovers_.push_back(people_path({options_.store_id, tenant, number}));
      if (number > found.current(tenant)) without_key_.insert(tenant);
    }
  for (const std::string& draft : found.drafts) leftovers_.push_back(path(draft));
}

Status FileKeyStore::remove_leftovers() {
  for (const std::string& file : leftovers_)
    if (const Status shredded = shred(file); !shredded) return shredded;
  if (leftovers_.empty()) return {};
  leftovers_.clear();
  return files_.sync_directory(options_.directory);
}

bool FileKeyStore::exists() const {
  const std::lock_guard lock(mutex_);
  return root_.has_value();
}

Status FileKeyStore::create() {
  KONTOR_ASSERT(!root_.has_value());
  Secret root;
  randomness_.fill(root.fill());
  Status made = files_.make_directory(options_.directory);
  if (made) made = files_.sync_directory(log::parent_of(options_.directory));
  std::string contents = root_file(options_.store_id, root);
  if (made) made = files_.create_whole(path(std::string(kRootName)), contents);
  wipe(contents);
  if (!made) return made;
  const std::lock_guard lock(mutex_);
  root_ = root;
  return {};
}

Result<Secret> FileKeyStore::tenant_secret(SecretUse use, const TenantId& tenant) const {
  const std::lock_guard lock(mutex_);
  if (!root_) return no_key_store();
  return derive_tenant_secret(*root_, use, tenant);
}

Result<Secret> FileKeyStore::find(const KeyOwner& owner) const {
  const std::lock_guard lock(mutex_);
  if (!root_) return no_key_store();
  const auto tenant = tenants_.find(owner.tenant);
  if (tenant == tenants_.end()) return no_key_of(owner);
  const TenantKeys& keys = tenant->second;
  const auto at = keys.people.find(owner.person);
  if (at == keys.people.end()) return no_key_of(owner);
  auto key = unwrap(keys.tenant_key, keys.generation, owner.person, at->second);
  KONTOR_ASSERT(key.has_value());  // was unwrapped when it was read, or wrapped here
  return std::move(*key);
}

Status FileKeyStore::add(std::span<const PersonKey> keys) {
  if (!exists()) return no_key_store();
  std::map<TenantId, std::vector<const PersonKey*>> by_tenant;
  for (const PersonKey& one : keys) by_tenant[one.tenant].push_back(&one);
  for (const auto& [tenant, added] : by_tenant) {
    const auto at = tenants_.find(tenant);
    if (at != tenants_.end() && at->second.tail)
      if (const Status clean = rotate(tenant, [](const PersonId&) { return true; }); !clean) return clean;
    const bool first = at == tenants_.end();
    TenantKeys fresh = first ? next_generation(tenant, nullptr) : TenantKeys{};
    const TenantKeys& current = first ? fresh : at->second;
    WrappedKeys wrapped;
    for (const PersonKey* one : added) {
      KONTOR_ASSERT(!current.people.contains(one->person));
      Nonce nonce{};
      randomness_.fill(nonce);
      wrapped.emplace_back(one->person,
                           wrap(current.tenant_key, current.generation, one->person, one->key, nonce));
    }
    if (first) {
      for (auto& [person, key] : wrapped) fresh.people.emplace(person, key);
      if (const Status written = write_generation(fresh); !written) return written;
      adopt(std::move(fresh));
      continue;
    }
    const std::string block = people_block(wrapped);
    FileExtent file = current.file;
    if (const Status written = people_files_.append(people_path(current.generation), file, block); !written)
      return written;
    const std::lock_guard lock(mutex_);
    at->second.file = file;
    for (auto& [person, key] : wrapped) at->second.people.emplace(std::move(person), key);
  }
  return {};
}

Status FileKeyStore::destroy(std::span<const KeyOwner> owners) {
  if (!exists()) return no_key_store();
  std::map<TenantId, std::set<PersonId>> by_tenant;
  for (const KeyOwner& owner : owners) {
    const auto tenant = tenants_.find(owner.tenant);
    if (tenant != tenants_.end() && tenant->second.people.contains(owner.person))
      by_tenant[owner.tenant].insert(owner.person);
  }
  for (const auto& [tenant, persons] : by_tenant) {
    const auto keep = [&gone = persons](const PersonId& person) { return !gone.contains(person); };
    if (const Status rotated = rotate(tenant, keep); !rotated) return rotated;
  }
  return {};
}

/// What damage has taken must not be taken for an older copy of the store, nor be tidied away.
Result<std::size_t> FileKeyStore::missing_of(const TenantId& tenant,
                                             const std::set<PersonId>& persons) const {
  const auto at = tenants_.find(tenant);
  const auto has_key = [&](const PersonId& person) {
    return at != tenants_.end() && at->second.people.contains(person);
  };
  const std::size_t missing =
      persons.size() - static_cast<std::size_t>(std::ranges::count_if(persons, has_key));
  if (missing == 0) return missing;
  if (at != tenants_.end() && at->second.tail)
    return damaged(people_path(at->second.generation),
                   fmt::format("is damaged at byte {}: {} persons of the log have no key",
                               at->second.file.used, missing));
  if (without_key_.contains(tenant))
    return damaged(path(fmt::format("{}.*{}", tenant.value, kKeySuffix)),
                   fmt::format("is missing: {} persons of the log have no key", missing));
  return missing;
}

Result<Reconciled> FileKeyStore::reconcile(std::span<const LivePersons> live) {
  if (!exists()) return no_key_store();
  std::map<TenantId, std::set<PersonId>> alive;
  for (const LivePersons& tenant : live)
    alive[tenant.tenant].insert(tenant.persons.begin(), tenant.persons.end());
  Reconciled result;
  for (const auto& [tenant, persons] : alive) {
    const auto missing = missing_of(tenant, persons);
    if (!missing) return fail(missing.error());
    result.missing += *missing;
  }
  if (const Status removed = remove_leftovers(); !removed) return fail(removed.error());
  std::vector<TenantId> to_rotate;
  for (const auto& [tenant, keys] : tenants_) {
    const auto known = [&persons = alive[tenant]](const auto& entry) {
      return persons.contains(entry.first);
    };
    const auto strangers =
        keys.people.size() - static_cast<std::size_t>(std::ranges::count_if(keys.people, known));
    result.destroyed += strangers;
    if (keys.tail || strangers != 0) to_rotate.push_back(tenant);
  }
  for (const TenantId& tenant : to_rotate) {
    const auto keep = [&persons = alive[tenant]](const PersonId& person) { return persons.contains(person); };
    if (const Status rotated = rotate(tenant, keep); !rotated) return fail(rotated.error());
  }
  return result;
}

template <class Keep>
Status FileKeyStore::rotate(const TenantId& tenant, Keep keep) {
  const TenantKeys& before = tenants_.at(tenant);
  TenantKeys next = next_generation(tenant, &before);
  for (const auto& [person, wrapped] : before.people) {
    if (!keep(person)) continue;
    const auto key = unwrap(before.tenant_key, before.generation, person, wrapped);
    KONTOR_ASSERT(key.has_value());
    Nonce nonce{};
    randomness_.fill(nonce);
    next.people.emplace(person, wrap(next.tenant_key, next.generation, person, *key, nonce));
  }
  const Generation old = before.generation;
  people_files_.close(people_path(old));
  if (const Status written = write_generation(next); !written) return written;
  adopt(std::move(next));
  return destroy_files(old);
}

FileKeyStore::TenantKeys FileKeyStore::next_generation(const TenantId& tenant,
                                                       const TenantKeys* before) const {
  TenantKeys next;
  next.generation = {.store = options_.store_id,
                     .tenant = tenant,
                     .number = before == nullptr ? 1 : before->generation.number + 1};
  randomness_.fill(next.tenant_key.fill());
  return next;
}

/// The tenant's key comes last: with it the generation begins.
Status FileKeyStore::write_generation(const TenantKeys& keys) const {
  WrappedKeys wrapped(keys.people.begin(), keys.people.end());
  std::ranges::sort(wrapped, {}, [](const auto& entry) { return entry.first; });
  std::string file = people_file_header(keys.generation);
  if (!wrapped.empty()) file += people_block(wrapped);
  if (const Status written = files_.create_whole(people_path(keys.generation), file); !written)
    return written;
  std::string key = tenant_key_file(keys.generation, keys.tenant_key);
  Status written = files_.create_whole(key_path(keys.generation), key);
  wipe(key);
  return written;
}

Status FileKeyStore::destroy_files(const Generation& generation) const {
  if (const Status shredded = shred(key_path(generation)); !shredded) return shredded;
  if (const Status shredded = shred(people_path(generation)); !shredded) return shredded;
  return files_.sync_directory(options_.directory);
}

void FileKeyStore::adopt(TenantKeys keys) {
  WrappedKeys wrapped(keys.people.begin(), keys.people.end());
  const std::size_t bytes =
      people_file_header(keys.generation).size() + (wrapped.empty() ? 0 : people_block(wrapped).size());
  keys.file = {.used = bytes, .size = bytes};
  const std::lock_guard lock(mutex_);
  tenants_.insert_or_assign(keys.generation.tenant, std::move(keys));
}

std::string FileKeyStore::key_path(const Generation& generation) const {
  return path(fmt::format("{}.{}{}", generation.tenant.value, generation.number, kKeySuffix));
}

std::string FileKeyStore::people_path(const Generation& generation) const {
  return path(fmt::format("{}.{}{}", generation.tenant.value, generation.number, kPeopleSuffix));
}

/// Overwritten before it is removed, so that its blocks hold nothing when the disk gives them away.
Status FileKeyStore::shred(const std::string& file) const {
  const auto contents = files_.read(file);
  if (!contents) return fail(contents.error());
  if (!contents->empty())
    if (const Status zeroed = files_.overwrite(file, 0, std::string(contents->size(), '\0')); !zeroed)
      return zeroed;
  return files_.remove(file);
}

}  // namespace kontor::keys
