#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "engine/keys/randomness.h"
#include "events/core/assert.h"

namespace kontor::keys {
namespace {

void ask_library(std::span<std::uint8_t> out) {
  KONTOR_ASSERT(RAND_bytes(out.data(), static_cast<int>(out.size())) == 1);
}

/// Bytes ahead of their use: every command wants sixteen, and asking for those costs as much as asking for
/// thousands. What has been handed out is wiped.
class Reserve {
 public:
  void fill(std::span<std::uint8_t> out) {
    if (bytes_.size() - used_ < out.size()) {
      ask_library(bytes_);
      used_ = 0;
    }
    const auto taken = std::span(bytes_).subspan(used_, out.size());
    std::ranges::copy(taken, out.begin());
    OPENSSL_cleanse(taken.data(), taken.size());
    used_ += out.size();
  }

 private:
  std::array<std::uint8_t, 4'096> bytes_{};
  std::size_t used_ = sizeof bytes_;
};

class SystemRandomness final : public Randomness {
 public:
  void fill(std::span<std::uint8_t> out) override {
    constexpr std::size_t kSmall = 64;
    thread_local Reserve reserve;
    if (out.size() <= kSmall)
      reserve.fill(out);
    else
      ask_library(out);
  }
};

}  // namespace

std::unique_ptr<Randomness> system_randomness() { return std::make_unique<SystemRandomness>(); }

}  // namespace kontor::keys
