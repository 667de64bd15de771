#include <gtest/gtest.h>

#include "engine/keys/file/file_key_store.h"
#include "engine/keys/memory/memory_key_store.h"
#include "tests/keys/key_store_under_test.h"
#include "tests/support/seeded_randomness.h"
#include "tests/support/temporary_directory.h"

namespace kontor::test {
namespace {

class MemoryUnderTest final : public KeyStoreUnderTest {
 public:
  keys::KeyStore& store() override { return store_; }
  void reopen() override {}

 private:
  SeededRandomness randomness_{1};
  keys::MemoryKeyStore store_{randomness_};
};

class FilesUnderTest final : public KeyStoreUnderTest {
 public:
  FilesUnderTest() { reopen(); }
  keys::KeyStore& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    auto opened = keys::FileKeyStore::open({.directory = directory_ / "keys"}, randomness_);
    if (!opened) throw std::runtime_error(opened.error().message);
    store_ = std::move(*opened);
  }

 private:
  TemporaryDirectory directory_;
  SeededRandomness randomness_{2};
  std::unique_ptr<keys::FileKeyStore> store_;
};

}  // namespace

KeyStoreKind memory_key_store_kind() {
  return {"Memory", [] { return std::make_unique<MemoryUnderTest>(); }};
}

KeyStoreKind file_key_store_kind() {
  return {"Files", [] { return std::make_unique<FilesUnderTest>(); }};
}

}  // namespace kontor::test
