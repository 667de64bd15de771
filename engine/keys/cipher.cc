#include "engine/keys/cipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>

#include "events/core/assert.h"

namespace kontor::keys {
namespace {

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

const std::uint8_t* data_of(std::string_view text) { return bytes_of(text).data(); }
std::uint8_t* data_of(std::string& text) { return reinterpret_cast<std::uint8_t*>(text.data()); }
int size_of(std::string_view text) { return static_cast<int>(text.size()); }

/// Looked up once: asking the library for it by name costs more than sealing a name with it.
const EVP_CIPHER* aes_256_gcm() {
  static const EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  KONTOR_ASSERT(fetched != nullptr);
  return fetched;
}

constexpr std::size_t kShaBlockBytes = 64;
static_assert(Secret::kBytes <= kShaBlockBytes);  // a longer key would be hashed first

/// The block of HMAC that a key begins one of its two hashes with.
std::array<std::uint8_t, kShaBlockBytes> hmac_block(const Secret& key, std::uint8_t pad) {
  std::array<std::uint8_t, kShaBlockBytes> block{};
  std::ranges::copy(key.bytes(), block.begin());
  for (std::uint8_t& byte : block) byte ^= pad;
  return block;
}

}  // namespace

void wipe(std::span<std::uint8_t> memory) { OPENSSL_cleanse(memory.data(), memory.size()); }

Digest hmac_sha256(const Secret& key, std::string_view message) {
  // RFC 2104 by hand, on a hash that is ready: the library's own asks for hash and HMAC by name every time.
  thread_local Sha256 sha;  // holds nothing of the key between two calls
  auto inner = hmac_block(key, 0x36);
  auto outer = hmac_block(key, 0x5c);
  sha.update(inner);
  sha.update(bytes_of(message));
  const Digest hashed = sha.finish();
  sha.update(outer);
  sha.update(hashed);
  wipe(inner);
  wipe(outer);
  return sha.finish();
}

Secret derive(const Secret& root, std::string_view purpose) {
  Digest digest = hmac_sha256(root, purpose);
  Secret derived;
  std::ranges::copy(digest, derived.fill().begin());
  wipe(digest);
  return derived;
}

bool equal_in_constant_time(Bytes a, Bytes b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string encrypt(const Secret& key, const Nonce& nonce, std::string_view bound, std::string_view clear) {
  const Context context(EVP_CIPHER_CTX_new());
  KONTOR_ASSERT(context != nullptr);
  std::string out(clear.size() + kTagBytes, '\0');
  int written = 0;
  bool done =
      EVP_EncryptInit_ex2(context.get(), aes_256_gcm(), key.bytes().data(), nonce.data(), nullptr) == 1;
  done = done && EVP_EncryptUpdate(context.get(), nullptr, &written, data_of(bound), size_of(bound)) == 1;
  done =
      done && EVP_EncryptUpdate(context.get(), data_of(out), &written, data_of(clear), size_of(clear)) == 1;
  done = done && EVP_EncryptFinal_ex(context.get(), data_of(out) + written, &written) == 1;
  done = done && EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes,
                                     data_of(out) + clear.size()) == 1;
  KONTOR_ASSERT(done);
  return out;
}

std::optional<std::string> decrypt(const Secret& key, const Nonce& nonce, std::string_view bound,
                                   std::string_view encrypted) {
  if (encrypted.size() < kTagBytes) return std::nullopt;
  const Context context(EVP_CIPHER_CTX_new());
  KONTOR_ASSERT(context != nullptr);
  const std::string_view body = encrypted.substr(0, encrypted.size() - kTagBytes);
  std::string tag(encrypted.substr(body.size()));
  std::string out(body.size(), '\0');
  int written = 0;
  bool ready =
      EVP_DecryptInit_ex2(context.get(), aes_256_gcm(), key.bytes().data(), nonce.data(), nullptr) == 1;
  ready = ready && EVP_DecryptUpdate(context.get(), nullptr, &written, data_of(bound), size_of(bound)) == 1;
  ready =
      ready && EVP_DecryptUpdate(context.get(), data_of(out), &written, data_of(body), size_of(body)) == 1;
  ready = ready && EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1;
  KONTOR_ASSERT(ready);
  if (EVP_DecryptFinal_ex(context.get(), data_of(out) + written, &written) == 1) return out;
  wipe({data_of(out), out.size()});
  return std::nullopt;
}

}  // namespace kontor::keys
