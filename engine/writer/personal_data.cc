#include "engine/writer/personal_data.h"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/keys/bytes.h"
#include "engine/keys/cipher.h"
#include "engine/keys/sealer.h"
#include "events/core/assert.h"
#include "events/core/email.h"

namespace kontor {
namespace {

Digest lookup_of(const people::Contact& contact, const keys::Secret& secret) {
  const auto normal = normal_email(contact.email);
  return normal ? keys::hmac_sha256(secret, *normal) : Digest{};
}

void look_up_one(people::Contact& contact, const keys::Secret& secret) {
  contact.email = std::string(trimmed(contact.email));
  contact.lookup = lookup_of(contact, secret);
}

Error no_keys() {
  return {Reason::KeysMissing, "this ledger has no key store: personal data can be neither read nor written"};
}

/// A digest that only this store can make: whoever reads the log cannot try out e-mails against it.
PayloadDigest keyed(const PayloadDigest& payload, const keys::Secret& secret) {
  const Digest digest = keys::hmac_sha256(secret, std::string(payload.begin(), payload.end()));
  PayloadDigest out{};
  std::copy_n(digest.begin(), out.size(), out.begin());
  return out;
}

Status prepare_contacts(CommandRequest& command, const TenantId& tenant, const keys::KeyStore* store) {
  std::size_t contacts = 0;
  rules::each_contact(command.body, [&](people::Contact&) { ++contacts; });
  if (contacts == 0) return {};
  if (store == nullptr) return fail(no_keys());
  const auto lookup = store->tenant_secret(keys::SecretUse::LookUp, tenant);
  if (!lookup) return fail(lookup.error());
  const auto payload = store->tenant_secret(keys::SecretUse::Payload, tenant);
  if (!payload) return fail(payload.error());
  rules::each_contact(command.body, [&](people::Contact& contact) {
    if (contact.lookup == Digest{}) look_up_one(contact, *lookup);
  });
  command.payload = keyed(command.payload, *payload);
  return {};
}

std::string text_of(const people::ClearData& clear) {
  std::string text;
  keys::put_text(text, clear.email);
  keys::put_text(text, clear.name);
  return text;
}

}  // namespace

Status prepare(Submission& submission, const LedgerKeys& keys) {
  for (CommandRequest& command : submission.commands) {
    if (keys.randomness != nullptr) keys.randomness->fill(command.entropy);
    if (const Status prepared = prepare_contacts(command, submission.tenant, keys.store); !prepared)
      return prepared;
  }
  return {};
}

Status look_up(const TenantId& tenant, std::span<rules::access::RosterRow> rows, const LedgerKeys& keys) {
  if (keys.store == nullptr) return fail(no_keys());
  const auto lookup = keys.store->tenant_secret(keys::SecretUse::LookUp, tenant);
  if (!lookup) return fail(lookup.error());
  for (rules::access::RosterRow& row : rows) look_up_one(row.contact, *lookup);
  return {};
}

Status Sealing::seal(const TenantId& tenant, Position first, std::vector<Event>& events) {
  const Mark before = mark();
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (const Status sealed = seal_one(tenant, first + i, events[i]); !sealed) {
      truncate(before);
      return sealed;
    }
  }
  return {};
}

Status Sealing::seal_one(const TenantId& tenant, Position position, Event& event) {
  auto* people = std::get_if<people::Event>(&event);
  if (people == nullptr) return {};
  if (const auto* erased = std::get_if<people::PersonErased>(people)) {
    changes_.destroyed.push_back({tenant, erased->person});
    return {};
  }
  people::PersonalData* data = people::personal_data(*people);
  const auto* clear = data == nullptr ? nullptr : std::get_if<people::ClearData>(data);
  if (clear == nullptr) return {};
  const auto* registered = std::get_if<people::PersonRegistered>(people);
  const PersonId person =
      registered != nullptr ? registered->person : std::get<people::PersonEmailChanged>(*people).person;
  if (keys_.store == nullptr || !keys_.store->exists()) return fail(no_keys());
  if (registered != nullptr) {
    keys_.randomness->fill(changes_.added.emplace_back(keys::PersonKey{tenant, person, {}}).key.fill());
  }
  const auto key = key_of({tenant, person});
  if (!key) return fail(key.error());
  std::string text = text_of(*clear);
  *data = people::SealedData{keys::seal(*key, {tenant, position, person}, text, *keys_.randomness)};
  keys::wipe(text);
  return {};
}

Result<keys::Secret> Sealing::key_of(const keys::KeyOwner& owner) const {
  // Newest first: mostly it was made just now.
  const auto added = std::find_if(
      changes_.added.rbegin(), changes_.added.rend(),
      [&](const keys::PersonKey& one) { return one.person == owner.person && one.tenant == owner.tenant; });
  if (added != changes_.added.rend()) return added->key;
  for (auto group = on_their_way_.rbegin(); group != on_their_way_.rend(); ++group) {
    const auto tenant = group->find(owner.tenant);
    if (tenant == group->end()) continue;
    if (const auto at = tenant->second.find(owner.person); at != tenant->second.end()) return at->second;
  }
  return keys_.store->find(owner);
}

/// A store takes in all keys that a group has for one tenant at once, so one of them speaks for all: a roster
/// brings a hundred thousand.
bool Sealing::has_arrived(const KeysOfGroup& group) const {
  return std::ranges::all_of(group, [this](const auto& of_tenant) {
    const auto& [tenant, people] = of_tenant;
    return people.empty() || keys_.store->find({tenant, people.begin()->first}).has_value();
  });
}

void Sealing::truncate(Mark mark) {
  KONTOR_ASSERT(mark.added <= changes_.added.size());
  changes_.added.erase(changes_.added.begin() + static_cast<std::ptrdiff_t>(mark.added),
                       changes_.added.end());
  changes_.destroyed.resize(mark.destroyed);
}

KeyChanges Sealing::take() {
  while (!on_their_way_.empty() && has_arrived(on_their_way_.front())) on_their_way_.pop_front();
  if (!changes_.added.empty()) {
    KeysOfGroup& group = on_their_way_.emplace_back();
    for (const keys::PersonKey& one : changes_.added) group[one.tenant].insert_or_assign(one.person, one.key);
  }
  for (const keys::KeyOwner& owner : changes_.destroyed)
    for (KeysOfGroup& group : on_their_way_)
      if (const auto tenant = group.find(owner.tenant); tenant != group.end())
        tenant->second.erase(owner.person);
  return std::exchange(changes_, {});
}

}  // namespace kontor
