#include "events/core/digest.h"

// The plain functions: through EVP a hash of a tree's inner node costs half as much again
// (docs/performance.md).
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "events/core/assert.h"

namespace kontor {

struct Sha256::Context {
  SHA256_CTX state;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  KONTOR_ASSERT(SHA256_Init(&context_->state) == 1);
}

Sha256::~Sha256() = default;

void Sha256::update(Bytes bytes) {
  KONTOR_ASSERT(SHA256_Update(&context_->state, bytes.data(), bytes.size()) == 1);
}

Digest Sha256::finish() {
  Digest digest{};
  KONTOR_ASSERT(SHA256_Final(digest.data(), &context_->state) == 1);
  KONTOR_ASSERT(SHA256_Init(&context_->state) == 1);
  return digest;
}

Digest sha256(Bytes bytes) {
  Sha256 sha;
  sha.update(bytes);
  return sha.finish();
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
