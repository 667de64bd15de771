#include "events/core/base64.h"

#include <openssl/evp.h>

#include <limits>

#include "events/core/assert.h"

namespace kontor {

std::string base64(Bytes bytes) {
  KONTOR_ASSERT(bytes.size() < std::numeric_limits<int>::max() / 2);
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');  // the library ends what it writes with a zero
  const int written = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes.data(),
                                      static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(written));
  return out;
}

std::optional<std::string> parse_base64(std::string_view text) {
  if (text.size() % 4 != 0 || text.size() >= std::numeric_limits<int>::max() / 2) return std::nullopt;
  std::string out(text.size() / 4 * 3, '\0');
  const int decoded =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (decoded != static_cast<int>(out.size())) return std::nullopt;
  if (text.ends_with("==")) out.pop_back();
  if (text.ends_with('=')) out.pop_back();
  // The library forgives spaces and spare bits; one text for the same bytes is what a signature needs.
  if (base64(bytes_of(out)) != text) return std::nullopt;
  return out;
}

}  // namespace kontor
