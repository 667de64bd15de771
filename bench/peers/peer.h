#pragma once
// What a team would write instead of using kontor, and how it is measured: a number of clients that each wait
// for their answer before they ask again, for some seconds. Shared by the peers beside this file.

#include <array>
#include <cstdint>
#include <string>

#include "client/bench/latency_histogram.h"

namespace kontor::peers {

/// Debit: a point from an account that has one, with the id of the command and an event. Seat: a seat of a
/// course that has one left, once per person, likewise.
enum class Work : std::uint8_t { Debit, Seat };

struct Shape {
  std::string target;  // where the peer is: a socket, or a file
  Work work = Work::Debit;
  std::uint32_t clients = 1;
  std::uint32_t depth = 1;  // in flight on each; Redis alone
  std::uint32_t batch = 1;  // in one transaction or one script
  std::uint32_t entities = 1'000;
  double seconds = 5;
  double warm_up_seconds = 1;
  std::uint64_t seed = 1;
};

struct Measured {
  double seconds = 0;
  std::uint64_t commands = 0;
  std::uint64_t refused = 0;
  std::uint64_t failed = 0;  // neither done nor refused by the rules: never meant
  bench::LatencyHistogram latency;
};

/// One in sixteen commands is about entity 0, which has nothing left. Others are about the entities from 1
/// on. Where clients must not wait for each other's locks, each has entities of its own.
enum class Sharing : std::uint8_t { All, OwnEach };

struct Command {
  std::array<char, 32> id{};  // hexadecimal
  std::uint32_t entity = 0;
  std::array<char, 18> subject{};  // the content that is published, or the person; new each time
};

class Commands {
 public:
  Commands(const Shape& shape, std::uint32_t client, Sharing sharing);
  [[nodiscard]] Command next();

 private:
  std::uint64_t seed_;
  std::uint64_t client_;
  std::uint64_t count_ = 0;
  std::uint32_t first_ = 1;
  std::uint32_t entities_ = 1;
};

/// When to warm up, count and stop.
class Meter {
 public:
  explicit Meter(const Shape& shape);
  [[nodiscard]] static std::uint64_t now();
  [[nodiscard]] bool over(std::uint64_t at) const { return at >= end_; }
  /// An answer that holds for so many commands.
  void note(std::uint64_t started, std::uint64_t at, std::uint64_t commands, std::uint64_t refused,
            std::uint64_t failed);
  [[nodiscard]] Measured result() const;

 private:
  std::uint64_t begin_;
  std::uint64_t end_;
  Measured measured_;
};

[[noreturn]] void stop(const std::string& why);

[[nodiscard]] Measured run_postgresql(const Shape& shape);
[[nodiscard]] Measured run_redis(const Shape& shape);
[[nodiscard]] Measured run_sqlite(const Shape& shape);

}  // namespace kontor::peers
