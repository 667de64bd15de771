// docs/storage-format.md, "Sealed parts"
#include "engine/keys/sealer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "engine/keys/bytes.h"
#include "engine/keys/cipher.h"
#include "events/core/assert.h"

namespace kontor::keys {
namespace {

constexpr char kFormat = 1;
constexpr std::size_t kCommitmentAt = 1;
constexpr std::size_t kNonceAt = kCommitmentAt + sizeof(Digest);
constexpr std::size_t kBodyAt = kNonceAt + kNonceBytes;
constexpr std::size_t kStep = 64;  // a name is not given away by its length

std::string bound_to(const SealedPlace& place) {
  std::string bound("kontor personal data");
  bound.push_back(kFormat);
  put_text(bound, place.tenant.value);
  put_number<std::uint64_t>(bound, place.position);
  put_text(bound, place.person.value);
  return bound;
}

/// AES-GCM alone can be opened with two keys to two texts; this ties a sealed part to one.
Digest commitment(const Secret& key, const Nonce& nonce) {
  std::string message("commit");
  message.append(nonce.begin(), nonce.end());
  return hmac_sha256(key, message);
}

std::string padded(std::string_view clear) {
  std::string out;
  put_number<std::uint32_t>(out, static_cast<std::uint32_t>(clear.size()));
  out.append(clear);
  out.resize((out.size() + kStep - 1) / kStep * kStep, '\0');
  return out;
}

std::optional<std::string> unpadded(std::string_view padded) {
  ByteReader in(padded);
  const auto size = in.number<std::uint32_t>();
  const std::string_view clear = in.bytes(size);
  if (!in.good()) return std::nullopt;
  return std::string(clear);
}

tl::unexpected<Error> not_as_sealed(const SealedPlace& place) {
  return fail(
      Reason::StoreDamaged,
      fmt::format("the personal data of person {} at position {} of tenant {} is not as it was sealed",
                  place.person.value, place.position, place.tenant.value));
}

}  // namespace

std::string seal(const Secret& key, const SealedPlace& place, std::string_view clear,
                 Randomness& randomness) {
  Nonce nonce{};
  randomness.fill(nonce);
  const Digest commits = commitment(key, nonce);
  std::string sealed(1, kFormat);
  sealed.append(commits.begin(), commits.end());
  sealed.append(nonce.begin(), nonce.end());
  std::string text = padded(clear);
  sealed += encrypt(key, nonce, bound_to(place), text);
  wipe(text);
  return sealed;
}

Result<std::string> unseal(const Secret& key, const SealedPlace& place, std::string_view sealed) {
  if (sealed.size() < kBodyAt || sealed.front() != kFormat) return not_as_sealed(place);
  Nonce nonce{};
  std::ranges::copy(sealed.substr(kNonceAt, kNonceBytes), nonce.begin());
  if (!equal_in_constant_time(bytes_of(sealed.substr(kCommitmentAt, sizeof(Digest))), commitment(key, nonce)))
    return not_as_sealed(place);
  auto text = decrypt(key, nonce, bound_to(place), sealed.substr(kBodyAt));
  if (!text) return not_as_sealed(place);
  auto clear = unpadded(*text);
  wipe(*text);
  if (!clear) return not_as_sealed(place);
  return std::move(*clear);
}

}  // namespace kontor::keys
