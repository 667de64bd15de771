#pragma once
// What the contract suite needs to know about one kind of key store.

#include <functional>
#include <memory>
#include <string>

#include "engine/keys/key_store.h"

namespace kontor::test {

class KeyStoreUnderTest {
 public:
  KeyStoreUnderTest() = default;
  KeyStoreUnderTest(const KeyStoreUnderTest&) = delete;
  KeyStoreUnderTest& operator=(const KeyStoreUnderTest&) = delete;
  virtual ~KeyStoreUnderTest() = default;

  [[nodiscard]] virtual keys::KeyStore& store() = 0;
  /// Opens what the store left. One without a home keeps what it has.
  virtual void reopen() = 0;
};

struct KeyStoreKind {
  std::string name;
  std::function<std::unique_ptr<KeyStoreUnderTest>()> make;
};

[[nodiscard]] KeyStoreKind memory_key_store_kind();
[[nodiscard]] KeyStoreKind file_key_store_kind();

}  // namespace kontor::test
