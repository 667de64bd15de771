#pragma once
// Random commands over a small world, so that people, courses and limits meet often. Same seed, same
// commands.

#include <random>
#include <string>

#include "tests/support/campus_fixture.h"

namespace kontor::test {

class RandomSeats {
 public:
  explicit RandomSeats(std::uint64_t seed) : random_(seed) {}

  /// How far time goes on before the next command: often not at all, sometimes weeks.
  [[nodiscard]] std::int64_t pause_ns();
  /// Any command, most of them sensible, sent by a role that may send it. Corrections are of what happened up
  /// to `head`.
  [[nodiscard]] rules::Command next(Instant now, Position head);
  /// 0 to count - 1.
  [[nodiscard]] std::uint32_t below(std::uint32_t count) {
    return static_cast<std::uint32_t>(random_() % count);
  }

 private:
  [[nodiscard]] CampusId campus();
  [[nodiscard]] CourseId course();
  [[nodiscard]] PersonId person();
  [[nodiscard]] PeriodId period();
  [[nodiscard]] Instant midnight(std::uint32_t year, std::uint32_t month);
  [[nodiscard]] std::optional<std::uint32_t> limit();
  [[nodiscard]] cmd::Command set_up(Instant now);
  [[nodiscard]] cmd::Command manage(Instant now);
  [[nodiscard]] cmd::Command seat_people();
  [[nodiscard]] cmd::Command later(Position head);

  std::mt19937_64 random_;
};

}  // namespace kontor::test
