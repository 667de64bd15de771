#pragma once
// A log in memory and what signs for it, put together for tests.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/checkpoints/checkpoint_keeper.h"
#include "engine/log/memory/memory_log.h"
#include "tests/support/sample_groups.h"

namespace kontor::checkpoints::test {

class SetClock final : public Clock {
 public:
  Instant now() override { return now_; }
  void set(Instant now) { now_ = now; }

 private:
  Instant now_{1'785'312'000'000'000'000};
};

[[nodiscard]] inline SigningKey key_of(std::uint8_t seed) {
  std::array<std::uint8_t, SigningKey::kSeedBytes> bytes{};
  bytes.fill(seed);
  return SigningKey(bytes);
}

inline const std::string kName = "ledger.example.org/7f3a9c";

/// The checkpoint of a note that the key has signed.
[[nodiscard]] inline proof::Checkpoint opened(const Result<std::string>& note, const proof::NoteKey& key) {
  EXPECT_TRUE(note.has_value()) << (note ? "" : note.error().message);
  if (!note) return {};
  const auto parsed = proof::Note::parse(*note);
  EXPECT_TRUE(parsed.has_value());
  const auto checkpoint = proof::open_checkpoint(*parsed, key);
  EXPECT_TRUE(checkpoint.has_value()) << (checkpoint ? "" : checkpoint.error().message);
  return checkpoint.value_or(proof::Checkpoint{});
}

}  // namespace kontor::checkpoints::test
