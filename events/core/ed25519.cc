#include "events/core/ed25519.h"

#include <openssl/evp.h>

#include "events/core/assert.h"

namespace kontor {
namespace {

EVP_PKEY* as_key(void* key) { return static_cast<EVP_PKEY*>(key); }

using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using ContextPtr = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

}  // namespace

bool is_signed(const PublicKey& key, Bytes message, const Signature& signature) {
  const KeyPtr public_key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()),
                          &EVP_PKEY_free);
  if (!public_key) return false;
  const ContextPtr context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  KONTOR_ASSERT(context != nullptr);
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

SigningKey::SigningKey(std::span<const std::uint8_t, kSeedBytes> seed)
    : key_(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size())) {
  KONTOR_ASSERT(key_ != nullptr);
  std::size_t size = public_.size();
  KONTOR_ASSERT(EVP_PKEY_get_raw_public_key(as_key(key_.get()), public_.data(), &size) == 1);
  KONTOR_ASSERT(size == public_.size());
}

SigningKey::~SigningKey() = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;

Signature SigningKey::sign(Bytes message) const {
  const ContextPtr context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  KONTOR_ASSERT(context != nullptr);
  Signature signature{};
  std::size_t size = signature.size();
  KONTOR_ASSERT(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, as_key(key_.get())) == 1);
  KONTOR_ASSERT(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1);
  KONTOR_ASSERT(size == signature.size());
  return signature;
}

void SigningKey::Free::operator()(void* key) const { EVP_PKEY_free(as_key(key)); }

}  // namespace kontor
