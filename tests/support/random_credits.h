#pragma once
// Random commands of credits over a small world, so that users, contents and orders meet often. Same seed,
// same commands.

#include <random>
#include <string>

#include "tests/support/credits_fixture.h"

namespace kontor::test {

class RandomCredits {
 public:
  explicit RandomCredits(std::uint64_t seed) : random_(seed) {}

  /// How far time goes on before the next command: often not at all, sometimes days.
  [[nodiscard]] std::int64_t pause_ns();
  /// Any command, most of them sensible.
  [[nodiscard]] rules::Command next(Instant now);
  /// 0 to count - 1.
  [[nodiscard]] std::uint32_t below(std::uint32_t count) {
    return static_cast<std::uint32_t>(random_() % count);
  }

 private:
  [[nodiscard]] std::string name(std::string_view prefix, std::uint32_t count) {
    return std::string(prefix) + std::to_string(below(count));
  }
  [[nodiscard]] PersonId user() { return PersonId(name("u-", 5)); }
  [[nodiscard]] PackageId package() { return PackageId(name("pack-", 3)); }
  [[nodiscard]] OrderId order_id() { return OrderId(name("o-", 60)); }
  [[nodiscard]] ContentId content() { return ContentId(name("a-", 80)); }
  [[nodiscard]] credits::ContentType type() { return static_cast<credits::ContentType>(below(3)); }
  [[nodiscard]] cr::Force force() { return below(4) == 0 ? cr::Force::Yes : cr::Force::No; }
  [[nodiscard]] cr::Command configure();
  [[nodiscard]] cr::Command keep_accounts();
  [[nodiscard]] cr::Command trade();
  [[nodiscard]] cr::Command publish_something(Instant now);

  std::mt19937_64 random_;
};

}  // namespace kontor::test
