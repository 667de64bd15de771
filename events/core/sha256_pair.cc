// FIPS 180-4, section 6.2, with the instructions SHA256RNDS2, SHA256MSG1 and SHA256MSG2.
#include "events/core/sha256_pair.h"

#include "events/core/assert.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#include <array>
#include <cstring>

namespace kontor {
namespace {

constexpr std::size_t kBlockBytes = 64;

// FIPS 180-4, 4.2.2: the constants of the 64 rounds.
alignas(16) constexpr std::array<std::uint32_t, 64> kRoundConstants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/// A prefix, a message and what SHA-256 puts behind it, in blocks. The middle is read where it lies.
class PaddedMessage {
 public:
  void begin(std::uint8_t prefix, Bytes message) {
    message_ = message;
    whole_ = (1 + message.size()) / kBlockBytes;
    next_ = 0;
    tail_ = {};
    std::uint8_t* end = tail_.data();
    if (whole_ == 0) {
      *end++ = prefix;
    } else {
      head_[0] = prefix;
      std::memcpy(head_.data() + 1, message.data(), kBlockBytes - 1);
      message = message.subspan(whole_ * kBlockBytes - 1);
    }
    if (!message.empty()) std::memcpy(end, message.data(), message.size());
    end += message.size();
    *end++ = 0x80;
    const std::size_t tail_blocks = end + sizeof(std::uint64_t) <= tail_.data() + kBlockBytes ? 1 : 2;
    blocks_ = whole_ + tail_blocks;
    const std::uint64_t bits = __builtin_bswap64(8 * (1 + message_.size()));
    std::memcpy(tail_.data() + tail_blocks * kBlockBytes - sizeof bits, &bits, sizeof bits);
  }

  /// Each block once.
  const std::uint8_t* next() {
    const std::size_t block = next_++;
    if (block >= whole_) return tail_.data() + (block - whole_) * kBlockBytes;
    return block == 0 ? head_.data() : message_.data() + block * kBlockBytes - 1;
  }
  [[nodiscard]] bool ended() const { return next_ == blocks_; }

 private:
  Bytes message_;
  std::size_t whole_ = 0;   // blocks before the tail
  std::size_t blocks_ = 0;  // with it
  std::size_t next_ = 0;
  std::array<std::uint8_t, kBlockBytes> head_;
  std::array<std::uint8_t, 2 * kBlockBytes> tail_;
};

/// The sixteen words of a message's block that the next rounds need.
struct Words {
  __m128i four[4];  // NOLINT(modernize-avoid-c-arrays): a template would ignore what aligns it

  __m128i& operator[](unsigned i) { return four[i]; }
};

/// The state of one message, in the order the instructions want.
struct Lane {
  __m128i abef;
  __m128i cdgh;
};

// FIPS 180-4, 5.3.3: where every message begins.
constexpr std::array<std::uint32_t, 4> kAbef = {0x9b05688c, 0x510e527f, 0xbb67ae85, 0x6a09e667};
constexpr std::array<std::uint32_t, 4> kCdgh = {0x5be0cd19, 0x1f83d9ab, 0xa54ff53a, 0x3c6ef372};

__m128i load(const void* bytes) { return _mm_loadu_si128(static_cast<const __m128i*>(bytes)); }

/// Each word turned round.
__m128i big_endian() { return _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203); }

Lane beginning() { return {load(kAbef.data()), load(kCdgh.data())}; }

#define KONTOR_SHA_INSTRUCTIONS gnu::target("sha,sse4.1,ssse3")

/// Rounds 4 I to 4 I + 3 of both lanes, whose next sixteen words are in `words`; and all that follow.
template <unsigned I>
[[KONTOR_SHA_INSTRUCTIONS, gnu::always_inline]] inline void rounds(std::array<Lane, 2>& lanes,
                                                                   std::array<Words, 2>& words) {
  const __m128i constants = load(kRoundConstants.data() + 4 * I);
  for (unsigned l = 0; l < 2; ++l) {
    auto& [abef, cdgh] = lanes[l];
    const __m128i sum = _mm_add_epi32(words[l][I % 4], constants);
    cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
    abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
  }
  if constexpr (I < 12)
    for (auto& w : words) {
      const __m128i sixteen_and_fifteen_before = _mm_sha256msg1_epu32(w[I % 4], w[(I + 1) % 4]);
      const __m128i seven_before = _mm_alignr_epi8(w[(I + 3) % 4], w[(I + 2) % 4], 4);
      w[I % 4] =
          _mm_sha256msg2_epu32(_mm_add_epi32(sixteen_and_fifteen_before, seven_before), w[(I + 3) % 4]);
    }
  if constexpr (I < 15) rounds<I + 1>(lanes, words);
}

[[KONTOR_SHA_INSTRUCTIONS]] void compress(std::array<Lane, 2>& lanes, const std::uint8_t* first,
                                          const std::uint8_t* second) {
  std::array<Words, 2> words;
  for (unsigned i = 0; i < 4; ++i) {
    words[0][i] = _mm_shuffle_epi8(load(first + 16 * i), big_endian());
    words[1][i] = _mm_shuffle_epi8(load(second + 16 * i), big_endian());
  }
  std::array<Lane, 2> next = lanes;
  rounds<0>(next, words);
  for (unsigned l = 0; l < 2; ++l)
    lanes[l] = {_mm_add_epi32(lanes[l].abef, next[l].abef), _mm_add_epi32(lanes[l].cdgh, next[l].cdgh)};
}

[[KONTOR_SHA_INSTRUCTIONS]] void write_digest(const Lane& lane, Digest& digest) {
  const __m128i feba = _mm_shuffle_epi32(lane.abef, 0x1B);
  const __m128i dchg = _mm_shuffle_epi32(lane.cdgh, 0xB1);
  const __m128i abcd = _mm_shuffle_epi8(_mm_blend_epi16(feba, dchg, 0xF0), big_endian());
  const __m128i efgh = _mm_shuffle_epi8(_mm_alignr_epi8(dchg, feba, 8), big_endian());
  _mm_storeu_si128(reinterpret_cast<__m128i*>(digest.data()), abcd);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(digest.data() + sizeof abcd), efgh);
}

}  // namespace

bool can_hash_in_pairs() {
  static const bool can = [] {
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    const bool sha = __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (ebx & bit_SHA) != 0;
    return sha && __builtin_cpu_supports("ssse3") && __builtin_cpu_supports("sse4.1");
  }();
  return can;
}

void sha256_in_pairs(std::uint8_t prefix, std::span<const Bytes> messages, std::span<Digest> digests) {
  KONTOR_ASSERT(can_hash_in_pairs() && messages.size() == digests.size());
  std::array<Lane, 2> lanes;
  std::array<PaddedMessage, 2> blocks;
  std::array<std::size_t, 2> number{};  // of the message in the lane; past the end when there was none left
  std::size_t next = 0;
  const auto begin = [&](std::size_t lane) {
    number[lane] = next++;
    lanes[lane] = beginning();
    blocks[lane].begin(prefix, number[lane] < messages.size() ? messages[number[lane]] : Bytes());
  };
  begin(0);
  begin(1);
  while (number[0] < messages.size() || number[1] < messages.size()) {
    compress(lanes, blocks[0].next(), blocks[1].next());
    for (std::size_t lane = 0; lane < 2; ++lane) {
      if (!blocks[lane].ended()) continue;
      if (number[lane] < messages.size()) write_digest(lanes[lane], digests[number[lane]]);
      begin(lane);
    }
  }
}

}  // namespace kontor

#else

namespace kontor {

bool can_hash_in_pairs() { return false; }

void sha256_in_pairs(std::uint8_t, std::span<const Bytes>, std::span<Digest>) { KONTOR_ASSERT(false); }

}  // namespace kontor

#endif
