#include "events/core/digest.h"

#include <openssl/evp.h>

#include "events/core/assert.h"

namespace kontor {

struct Sha256::Context {
  EVP_MD_CTX* state = nullptr;
};

namespace {

/// Looked up once: asking the library for it by name costs as much as hashing a few hundred bytes.
const EVP_MD* algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  KONTOR_ASSERT(fetched != nullptr);
  return fetched;
}

}  // namespace

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  context_->state = EVP_MD_CTX_new();
  KONTOR_ASSERT(context_->state != nullptr);
  KONTOR_ASSERT(EVP_DigestInit_ex2(context_->state, algorithm(), nullptr) == 1);
}

Sha256::~Sha256() { EVP_MD_CTX_free(context_->state); }

void Sha256::update(Bytes bytes) {
  KONTOR_ASSERT(EVP_DigestUpdate(context_->state, bytes.data(), bytes.size()) == 1);
}

Digest Sha256::finish() {
  Digest digest{};
  unsigned size = 0;
  KONTOR_ASSERT(EVP_DigestFinal_ex(context_->state, digest.data(), &size) == 1);
  KONTOR_ASSERT(size == digest.size());
  KONTOR_ASSERT(EVP_DigestInit_ex2(context_->state, algorithm(), nullptr) == 1);
  return digest;
}

std::string hex(Bytes bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15]);
  }
  return out;
}

}  // namespace kontor
