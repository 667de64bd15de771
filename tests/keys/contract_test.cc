// What every KeyStore promises (engine/keys/key_store.h), for each kind of store.

#include <gtest/gtest.h>

#include "engine/keys/cipher.h"
#include "tests/keys/key_store_under_test.h"
#include "tests/support/seeded_randomness.h"

namespace kontor::test {
namespace {

using keys::KeyOwner;
using keys::PersonKey;
using keys::Secret;
using keys::SecretUse;

class KeyStoreContract : public testing::TestWithParam<KeyStoreKind> {
 protected:
  keys::KeyStore& store() { return under_test_->store(); }
  void create() { ASSERT_TRUE(store().create()); }

  PersonKey key(const std::string& tenant, const std::string& person) {
    PersonKey made{TenantId(tenant), PersonId(person), {}};
    randomness_.fill(made.key.fill());
    return made;
  }
  static KeyOwner owner(const PersonKey& key) { return {key.tenant, key.person}; }
  bool has(const PersonKey& key) {
    const auto found = store().find(owner(key));
    return found && keys::equal_in_constant_time(found->bytes(), key.key.bytes());
  }

  std::unique_ptr<KeyStoreUnderTest> under_test_ = GetParam().make();
  SeededRandomness randomness_{3};
};

TEST_P(KeyStoreContract, WhatWasNeverMadeAnswersThatKeysAreMissing) {
  const PersonKey ada = key("acme", "ada");
  EXPECT_FALSE(store().exists());
  EXPECT_EQ(store().find(owner(ada)).error().code, Reason::KeysMissing);
  EXPECT_EQ(store().tenant_secret(SecretUse::LookUp, ada.tenant).error().code, Reason::KeysMissing);
  EXPECT_EQ(store().add({&ada, 1}).error().code, Reason::KeysMissing);
  EXPECT_EQ(store().destroy({}).error().code, Reason::KeysMissing);
  EXPECT_EQ(store().reconcile({}).error().code, Reason::KeysMissing);
}

TEST_P(KeyStoreContract, KeysAreFoundAgain) {
  create();
  const std::vector<PersonKey> keys{key("acme", "ada"), key("acme", "bob"), key("umbrella.corp", "ada")};
  ASSERT_TRUE(store().add(keys));
  for (const PersonKey& one : keys) EXPECT_TRUE(has(one));
  const PersonKey more = key("acme", "eve");
  EXPECT_FALSE(has(more));
  under_test_->reopen();
  ASSERT_TRUE(store().exists());
  for (const PersonKey& one : keys) EXPECT_TRUE(has(one));
  ASSERT_TRUE(store().add({&more, 1}));
  under_test_->reopen();
  EXPECT_TRUE(has(more));
  EXPECT_TRUE(has(keys[0]));
}

TEST_P(KeyStoreContract, TenantSecretsAreTheSameForEverAndDifferByTenantAndUse) {
  create();
  const auto secret = [&](SecretUse use, const char* tenant) {
    return hex(store().tenant_secret(use, TenantId(tenant)).value().bytes());
  };
  const std::string before = secret(SecretUse::LookUp, "acme");
  EXPECT_NE(before, secret(SecretUse::Payload, "acme"));
  EXPECT_NE(before, secret(SecretUse::LookUp, "acmf"));
  const PersonKey ada = key("acme", "ada");
  ASSERT_TRUE(store().add({&ada, 1}));
  const KeyOwner gone = owner(ada);
  ASSERT_TRUE(store().destroy({&gone, 1}));
  under_test_->reopen();
  EXPECT_EQ(before, secret(SecretUse::LookUp, "acme"));
}

TEST_P(KeyStoreContract, ADestroyedKeyIsGoneAndTheOthersStay) {
  create();
  const std::vector<PersonKey> keys{key("acme", "ada"), key("acme", "bob"), key("umbrella", "ada")};
  ASSERT_TRUE(store().add(keys));
  const std::vector<KeyOwner> gone{owner(keys[0]), {TenantId("acme"), PersonId("nobody")}};
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(store().destroy(gone));
    EXPECT_FALSE(has(keys[0]));
    EXPECT_TRUE(has(keys[1]));
    EXPECT_TRUE(has(keys[2]));
    under_test_->reopen();
  }
  EXPECT_EQ(store().find(gone[0]).error().code, Reason::KeysMissing);
  const PersonKey again = key("acme", "ada");
  ASSERT_TRUE(store().add({&again, 1}));
  EXPECT_TRUE(has(again));
}

TEST_P(KeyStoreContract, ReconcilingDestroysTheKeysOfNobodyAndCountsTheMissing) {
  create();
  const std::vector<PersonKey> keys{key("acme", "ada"), key("acme", "bob"), key("umbrella", "ada")};
  ASSERT_TRUE(store().add(keys));
  under_test_->reopen();
  const std::vector<keys::LivePersons> live{{TenantId("acme"), {PersonId("bob"), PersonId("eve")}}};
  const auto reconciled = store().reconcile(live);
  ASSERT_TRUE(reconciled.has_value()) << reconciled.error().message;
  EXPECT_EQ(reconciled->destroyed, 2U);
  EXPECT_EQ(reconciled->missing, 1U);
  under_test_->reopen();
  EXPECT_FALSE(has(keys[0]));
  EXPECT_TRUE(has(keys[1]));
  EXPECT_FALSE(has(keys[2]));
  const auto again = store().reconcile(live);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->destroyed, 0U);
}

TEST_P(KeyStoreContract, ManyPersonsInManySteps) {
  create();
  std::vector<PersonKey> all;
  for (int step = 0; step < 20; ++step) {
    std::vector<PersonKey> some;
    for (int i = 0; i < 7; ++i)
      some.push_back(key(i % 2 == 0 ? "a" : "b", "p-" + std::to_string(step) + "-" + std::to_string(i)));
    ASSERT_TRUE(store().add(some));
    all.insert(all.end(), some.begin(), some.end());
    if (step % 5 == 4) {
      const KeyOwner gone = owner(all.front());
      all.erase(all.begin());
      ASSERT_TRUE(store().destroy({&gone, 1}));
    }
    if (step % 3 == 0) under_test_->reopen();
  }
  under_test_->reopen();
  for (const PersonKey& one : all) EXPECT_TRUE(has(one)) << one.person.value;
}

INSTANTIATE_TEST_SUITE_P(Kinds, KeyStoreContract,
                         testing::Values(memory_key_store_kind(), file_key_store_kind()),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace kontor::test
