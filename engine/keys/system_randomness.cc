#include <openssl/rand.h>

#include "engine/keys/randomness.h"
#include "events/core/assert.h"

namespace kontor::keys {
namespace {

class SystemRandomness final : public Randomness {
 public:
  void fill(std::span<std::uint8_t> out) override {
    KONTOR_ASSERT(RAND_bytes(out.data(), static_cast<int>(out.size())) == 1);
  }
};

}  // namespace

std::unique_ptr<Randomness> system_randomness() { return std::make_unique<SystemRandomness>(); }

}  // namespace kontor::keys
