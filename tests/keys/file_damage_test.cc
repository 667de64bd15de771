// The key store's files under damage and power cuts: an opening gives what was promised, or refuses by name.

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "engine/keys/cipher.h"
#include "engine/keys/file/file_key_store.h"
#include "tests/support/seeded_randomness.h"
#include "tests/support/simulated_file_system.h"

namespace kontor::test {
namespace {

using keys::FileKeyStore;
using keys::KeyOwner;
using keys::PersonKey;

const TenantId kAcme("acme");

class KeyFiles : public testing::Test {
 protected:
  keys::FileKeyStoreOptions options() { return {.directory = "/keys", .file_system = disk_.get()}; }
  Result<std::unique_ptr<FileKeyStore>> open() { return FileKeyStore::open(options(), randomness_); }

  PersonKey key(const std::string& person) {
    PersonKey made{kAcme, PersonId(person), {}};
    randomness_.fill(made.key.fill());
    return made;
  }
  /// A store with two blocks of keys.
  std::unique_ptr<FileKeyStore> filled() {
    auto store = open().value();
    EXPECT_TRUE(store->create());
    EXPECT_TRUE(store->add(std::vector{key("ada"), key("bob")}));
    EXPECT_TRUE(store->add(std::vector{key("eve")}));
    return store;
  }
  static std::vector<keys::LivePersons> live(std::vector<std::string> persons) {
    keys::LivePersons tenant{kAcme, {}};
    for (const std::string& person : persons) tenant.persons.emplace_back(person);
    return {tenant};
  }

  std::shared_ptr<SimulatedFileSystem> disk_ = std::make_shared<SimulatedFileSystem>();
  SeededRandomness randomness_{5};
};

TEST_F(KeyFiles, EveryDamagedByteIsNoticedOrHarmless) {
  filled();
  std::size_t refused = 0;
  for (const std::string& name : disk_->names_in("/keys")) {
    const std::string intact = *disk_->contents("/keys/" + name);
    for (std::size_t i = 0; i < intact.size(); ++i) {
      std::string damaged = intact;
      damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
      disk_->replace_contents("/keys/" + name, damaged);
      auto store = open();
      Status fits;
      if (store) {
        const auto reconciled = (*store)->reconcile(live({"ada", "bob", "eve"}));
        if (!reconciled) fits = fail(reconciled.error());
      } else {
        fits = fail(store.error());
      }
      ASSERT_FALSE(fits.has_value()) << name << " byte " << i;
      EXPECT_EQ(fits.error().code, Reason::StoreDamaged) << fits.error().message;
      ++refused;
      EXPECT_EQ(*disk_->contents("/keys/" + name), damaged) << "a refusal changes nothing";
    }
    disk_->replace_contents("/keys/" + name, intact);
  }
  EXPECT_GT(refused, 500U);
  EXPECT_EQ(open().value()->reconcile(live({"ada", "bob", "eve"}))->missing, 0U);
}

TEST_F(KeyFiles, AFileThatIsGoneIsNoticed) {
  filled();
  for (const std::string& name : disk_->names_in("/keys")) {
    const std::string intact = *disk_->contents("/keys/" + name);
    ASSERT_TRUE(disk_->DeleteFile("/keys/" + name, {}, nullptr).ok());
    auto store = open();
    if (store) {
      const auto reconciled = (*store)->reconcile(live({"ada", "bob", "eve"}));
      ASSERT_FALSE(reconciled.has_value()) << name;
      EXPECT_EQ(reconciled.error().code, Reason::StoreDamaged);
    } else {
      EXPECT_EQ(store.error().code, Reason::StoreDamaged) << name;
    }
    disk_->replace_contents("/keys/" + name, intact);
  }
  EXPECT_TRUE(open().value()->reconcile(live({"ada", "bob", "eve"})).has_value());
}

TEST_F(KeyFiles, KeysOfAnotherLogAreRefused) {
  filled();
  auto other = options();
  other.store_id[0] = 1;
  const auto opened = FileKeyStore::open(other, randomness_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, Reason::StoreIdMismatch);
}

TEST_F(KeyFiles, AnOlderCopyOpensAndSaysHowManyAreMissing) {
  filled();
  const std::string older = *disk_->contents("/keys/acme.1.people");
  ASSERT_TRUE(open().value()->add(std::vector{key("kim"), key("lou")}));
  disk_->replace_contents("/keys/acme.1.people", older);
  const auto reconciled = open().value()->reconcile(live({"ada", "bob", "eve", "kim", "lou"}));
  ASSERT_TRUE(reconciled.has_value()) << reconciled.error().message;
  EXPECT_EQ(reconciled->missing, 2U);
}

TEST_F(KeyFiles, AnOldCopyOfTheWrappedKeysIsOfNoUseAfterADestruction) {
  auto store = filled();
  const std::string old_people = *disk_->contents("/keys/acme.1.people");
  const std::string old_key = *disk_->contents("/keys/acme.1.kek");
  const KeyOwner ada{kAcme, PersonId("ada")};
  ASSERT_TRUE(store->destroy({&ada, 1}));
  const auto names = disk_->names_in("/keys");
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()),
            (std::set<std::string>{"ROOT", "acme.2.kek", "acme.2.people"}));
  EXPECT_EQ(disk_->contents("/keys/acme.2.people")->find("ada"), std::string::npos);
  // Who puts the old .people file back beside the new key has nothing that opens it.
  disk_->replace_contents("/keys/acme.1.people", old_people);
  auto again = open().value();
  EXPECT_FALSE(again->find(ada).has_value());
  ASSERT_TRUE(again->reconcile(live({"bob", "eve"})).has_value());
  EXPECT_FALSE(disk_->contents("/keys/acme.1.people").has_value());
}

/// One store's life through many power cuts: what `add` promised is there, what `destroy` promised is not.
class Life {
 public:
  explicit Life(std::uint64_t seed) : random_(seed), randomness_(seed) {
    loss_ = random_.one_in(2) ? DirectoryLoss::Tail : DirectoryLoss::AnySubset;
  }

  void live(int lives) {
    for (int i = 0; i < lives && !testing::Test::HasFailure(); ++i) {
      disk_->arm_power_cut(random_.below(60));
      one_life();
      disk_->restore_power(random_, loss_);
    }
    disk_->disarm_power_cut();
    one_life();
  }
  [[nodiscard]] std::uint64_t checked() const { return checked_; }

 private:
  void one_life() {
    auto opened = FileKeyStore::open({.directory = "/keys", .file_system = disk_.get()}, randomness_);
    if (!opened) {
      EXPECT_FALSE(disk_->power_is_on()) << opened.error().message;
      return;
    }
    FileKeyStore& store = **opened;
    if (!store.exists()) {
      EXPECT_TRUE(keys_.empty());
      if (!store.create()) return;
    }
    if (!reconcile(store)) return;
    for (int step = 0; step < 8; ++step)
      if (!(random_.one_in(3) ? destroy(store) : add(store))) return;
  }

  /// The log's part: it knows the persons whose key was promised, and those whose outcome is unknown or not.
  bool reconcile(FileKeyStore& store) {
    for (const std::string& person : unknown_)
      if (random_.one_in(2)) keys_.erase(person);
    std::erase_if(keys_, [&](const auto& entry) {
      return unknown_.contains(entry.first) && !store.find({kAcme, PersonId(entry.first)});
    });
    unknown_.clear();
    keys::LivePersons live{kAcme, {}};
    for (const auto& [person, key] : keys_) live.persons.emplace_back(person);
    const auto reconciled = store.reconcile({&live, 1});
    if (!reconciled) {
      EXPECT_FALSE(disk_->power_is_on()) << reconciled.error().message;
      return false;
    }
    EXPECT_EQ(reconciled->missing, 0U);
    for (const auto& [person, key] : keys_) {
      const auto found = store.find({kAcme, PersonId(person)});
      EXPECT_TRUE(found && keys::equal_in_constant_time(found->bytes(), key.bytes())) << person;
      ++checked_;
    }
    for (const std::string& person : destroyed_)
      EXPECT_FALSE(store.find({kAcme, PersonId(person)})) << person;
    return true;
  }

  bool add(FileKeyStore& store) {
    std::vector<PersonKey> fresh;
    for (std::uint64_t i = random_.between(1, 9); i > 0; --i) {
      fresh.push_back({kAcme, PersonId("p" + std::to_string(++people_)), {}});
      randomness_.fill(fresh.back().key.fill());
    }
    const bool durable = store.add(fresh).has_value();
    for (const PersonKey& one : fresh) {
      keys_.emplace(one.person.value, one.key);
      if (!durable) unknown_.insert(one.person.value);
    }
    return durable;
  }

  bool destroy(FileKeyStore& store) {
    if (keys_.empty()) return true;
    const std::string person =
        std::next(keys_.begin(), static_cast<std::ptrdiff_t>(random_.below(keys_.size())))->first;
    const KeyOwner gone{kAcme, PersonId(person)};
    if (!store.destroy({&gone, 1})) {
      unknown_.insert(person);
      return false;
    }
    keys_.erase(person);
    destroyed_.insert(person);
    return true;
  }

  SimulatedRandom random_;
  SeededRandomness randomness_;
  std::shared_ptr<SimulatedFileSystem> disk_ = std::make_shared<SimulatedFileSystem>();
  DirectoryLoss loss_;
  std::map<std::string, keys::Secret> keys_;
  std::set<std::string> unknown_;    // added or destroyed when the power went
  std::set<std::string> destroyed_;  // for ever
  std::uint64_t people_ = 0;
  std::uint64_t checked_ = 0;
};

TEST(KeyStorePowerCuts, WhatWasPromisedHolds) {
  std::uint64_t checked = 0;
  for (std::uint64_t seed = 1; seed <= 40 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Life life(seed);
    life.live(25);
    checked += life.checked();
  }
  EXPECT_GT(checked, 5'000U);
}

}  // namespace
}  // namespace kontor::test
