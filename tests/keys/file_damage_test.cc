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

  using Contents = std::map<std::string, std::string>;
  [[nodiscard]] Contents every_file() const {
    Contents all;
    for (const std::string& name : disk_->names_in("/keys")) all[name] = *disk_->contents("/keys/" + name);
    return all;
  }
  void put_back(const Contents& all) {
    for (const std::string& name : disk_->names_in("/keys"))
      if (!all.contains(name)) {
        EXPECT_TRUE(disk_->DeleteFile("/keys/" + name, {}, nullptr).ok());
      }
    for (const auto& [name, contents] : all) disk_->replace_contents("/keys/" + name, contents);
  }

  std::shared_ptr<SimulatedFileSystem> disk_ = std::make_shared<SimulatedFileSystem>();
  SeededRandomness randomness_{5};
};

TEST_F(KeyFiles, EveryDamagedByteIsNoticedOrHarmless) {
  filled();
  std::size_t refused = 0;
  for (const std::string& name : disk_->names_in("/keys")) {
    const std::string intact = *disk_->contents("/keys/" + name);
    for (std::size_t i = 0; i <= intact.find_last_not_of('\0'); ++i) {
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

TEST_F(KeyFiles, AFileIsLongerThanWhatIsInItAndGoesOnWhereThatEnds) {
  filled();
  const std::string path = "/keys/acme.1.people";
  const std::string before = *disk_->contents(path);
  ASSERT_EQ(before.size(), 4096U);
  EXPECT_LT(before.find_last_not_of('\0'), 1000U);

  auto store = open().value();
  EXPECT_EQ(store->reconcile(live({"ada", "bob", "eve"}))->destroyed, 0U);
  ASSERT_TRUE(store->add(std::vector{key("kim")}));
  const std::string after = *disk_->contents(path);
  EXPECT_EQ(after.size(), before.size()) << "there was room";
  EXPECT_TRUE(after.starts_with(before.substr(0, before.find_last_not_of('\0') + 1)));
  EXPECT_EQ(open().value()->reconcile(live({"ada", "bob", "eve", "kim"}))->missing, 0U);
  EXPECT_EQ(disk_->contents(path), after) << "zeros are no reason for a new generation";
}

TEST_F(KeyFiles, WhatLiesBehindTheLastBlockAndIsNotZeroIsPutAside) {
  filled();
  const std::string path = "/keys/acme.1.people";
  std::string scratched = *disk_->contents(path);
  scratched[3000] = 1;
  disk_->replace_contents(path, scratched);
  auto store = open().value();
  EXPECT_EQ(store->reconcile(live({"ada", "bob", "eve"}))->missing, 0U);
  EXPECT_FALSE(disk_->contents(path).has_value());
  EXPECT_EQ(open().value()->reconcile(live({"ada", "bob", "eve"}))->missing, 0U);
}

TEST_F(KeyFiles, ABlockThatWasCutShortBeforeTheZerosCountsAsNotWritten) {
  auto store = filled();
  const std::string path = "/keys/acme.1.people";
  const std::size_t used = disk_->contents(path)->find_last_not_of('\0') + 1;
  ASSERT_TRUE(store->add(std::vector{key("kim")}));
  const std::string whole = *disk_->contents(path);
  const auto all = every_file();
  const std::size_t end = whole.find_last_not_of('\0') + 1;
  for (std::size_t kept = used; kept < end; kept += 1 + (kept - used) / 8) {
    std::string torn = whole;
    std::fill(torn.begin() + static_cast<std::ptrdiff_t>(kept), torn.end(), '\0');
    disk_->replace_contents(path, torn);
    auto opened = open().value();
    EXPECT_FALSE(opened->find({kAcme, PersonId("kim")}).has_value());
    if (kept > used) {
      const auto with_kim = opened->reconcile(live({"ada", "bob", "eve", "kim"}));
      ASSERT_FALSE(with_kim.has_value()) << kept;
      EXPECT_EQ(with_kim.error().code, Reason::StoreDamaged);
    }
    // The log had nothing of hers: the next key takes the place, and all others are there.
    ASSERT_TRUE(opened->add(std::vector{key("lou")})) << kept;
    ASSERT_EQ(open().value()->reconcile(live({"ada", "bob", "eve", "lou"}))->missing, 0U) << kept;
    put_back(all);
  }
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

TEST_F(KeyFiles, AFailedSyncLeavesTheOutcomeOpenAndNothingElse) {
  for (const bool restart : {true, false}) {
    disk_ = std::make_shared<SimulatedFileSystem>();
    auto store = filled();
    disk_->plant_failing_sync(".people");
    ASSERT_FALSE(store->add(std::vector{key("kim")}).has_value());
    EXPECT_FALSE(store->find({kAcme, PersonId("kim")}).has_value());
    SimulatedRandom random(7);
    restart ? disk_->restart_process() : disk_->restore_power(random, DirectoryLoss::Tail);
    auto again = open().value();
    ASSERT_EQ(again->reconcile(live({"ada", "bob", "eve"}))->missing, 0U);
    EXPECT_FALSE(again->find({kAcme, PersonId("kim")}).has_value()) << "the log has nobody of that name";
    ASSERT_TRUE(again->add(std::vector{key("kim"), key("lou")}));
    EXPECT_EQ(open().value()->reconcile(live({"ada", "bob", "eve", "kim", "lou"}))->missing, 0U);
  }
}

/// Counts how often files are opened to be written over.
class CountingOpens final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "CountingOpens"; }
  rocksdb::IOStatus NewRandomRWFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                                    rocksdb::IODebugContext* debug) override {
    ++opens;
    return target()->NewRandomRWFile(path, options, result, debug);
  }
  std::size_t opens = 0;
};

class OpenKeyFiles : public KeyFiles {
 protected:
  OpenKeyFiles() { options_.file_system = &counting_; }

  Status add(FileKeyStore& store, std::size_t tenant) {
    PersonKey made{TenantId("t" + std::to_string(tenant)), PersonId("p" + std::to_string(++people_)), {}};
    randomness_.fill(made.key.fill());
    added_.push_back(made);
    return store.add({&made, 1});
  }
  void expect_all_there() {
    auto store = FileKeyStore::open(options_, randomness_).value();
    for (const PersonKey& one : added_) {
      const auto found = store->find({one.tenant, one.person});
      ASSERT_TRUE(found.has_value()) << one.person.value;
      EXPECT_TRUE(keys::equal_in_constant_time(found->bytes(), one.key.bytes()));
    }
  }

  CountingOpens counting_{disk_};
  keys::FileKeyStoreOptions options_{.directory = "/keys", .store_id = {}, .file_system = nullptr};
  std::vector<PersonKey> added_;
  std::size_t people_ = 0;
};

TEST_F(OpenKeyFiles, OfAFewTenantsTheyStayOpen) {
  auto store = FileKeyStore::open(options_, randomness_).value();
  ASSERT_TRUE(store->create());
  for (int turn = 0; turn < 50; ++turn)
    for (std::size_t tenant = 0; tenant < keys::GrowingFiles::kOpenMax; ++tenant)
      ASSERT_TRUE(add(*store, tenant));
  EXPECT_EQ(counting_.opens, keys::GrowingFiles::kOpenMax);
  expect_all_there();
}

TEST_F(OpenKeyFiles, OfManyTenantsTheNewestDo) {
  auto store = FileKeyStore::open(options_, randomness_).value();
  ASSERT_TRUE(store->create());
  for (int turn = 0; turn < 4; ++turn)
    for (std::size_t tenant = 0; tenant <= keys::GrowingFiles::kOpenMax; ++tenant)
      ASSERT_TRUE(add(*store, tenant));
  EXPECT_EQ(counting_.opens, 3 * (keys::GrowingFiles::kOpenMax + 1));
  expect_all_there();
}

TEST_F(OpenKeyFiles, AfterADestructionTheNewGenerationIsWritten) {
  auto store = FileKeyStore::open(options_, randomness_).value();
  ASSERT_TRUE(store->create());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(add(*store, 1));
  const KeyOwner gone{added_.front().tenant, added_.front().person};
  ASSERT_TRUE(store->destroy({&gone, 1}));
  added_.erase(added_.begin());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(add(*store, 1));
  EXPECT_FALSE(disk_->contents("/keys/t1.1.people").has_value());
  expect_all_there();
}

TEST_F(OpenKeyFiles, TheyGrowInStepsThatFitTheirSize) {
  auto store = FileKeyStore::open(options_, randomness_).value();
  ASSERT_TRUE(store->create());
  std::set<std::size_t> sizes;
  for (int i = 0; i < 700; ++i) {
    ASSERT_TRUE(add(*store, 1));
    sizes.insert(disk_->contents("/keys/t1.1.people")->size());
  }
  EXPECT_LE(sizes.size(), 7U);
  const std::string file = *disk_->contents("/keys/t1.1.people");
  EXPECT_LE(file.size(), 2 * file.find_last_not_of('\0') + 4096);
  expect_all_there();
  EXPECT_EQ(keys::size_ahead(1), 4096U);
  EXPECT_EQ(keys::size_ahead(3000), 8192U);
  EXPECT_EQ(keys::size_ahead(10 << 20), (10 << 20) + keys::kGrowthBytesMax);
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
