#pragma once
// A secret of 256 bits that leaves no copy behind: it is wiped when it goes, and nothing can print or compare
// it. Pure value; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "events/core/digest.h"

namespace kontor::keys {

/// Overwrites memory in a way that no compiler leaves out.
void wipe(std::span<std::uint8_t> memory);

class Secret {
 public:
  static constexpr std::size_t kBytes = 32;

  Secret() = default;  // all zero: to be filled
  ~Secret() { wipe(bytes_); }
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;

  [[nodiscard]] std::span<std::uint8_t, kBytes> fill() { return bytes_; }
  [[nodiscard]] Bytes bytes() const { return bytes_; }

 private:
  std::array<std::uint8_t, kBytes> bytes_{};
};

}  // namespace kontor::keys
