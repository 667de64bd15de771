#include "bench/peers/peer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string_view>

namespace kontor::peers {
namespace {

std::uint64_t mix(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15u;
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
  value = (value ^ value >> 27) * 0x94D049BB133111EBu;
  return value ^ value >> 31;
}

void write_hex(char* out, std::uint64_t value) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (int i = 15; i >= 0; --i, value >>= 4) out[i] = digits[value & 15];
}

constexpr std::uint64_t kOneIn = 16;

}  // namespace

Commands::Commands(const Shape& shape, std::uint32_t client, Sharing sharing)
    : seed_(shape.seed), client_(client), entities_(shape.entities) {
  if (sharing == Sharing::All) return;
  entities_ = std::max(1u, shape.entities / shape.clients);
  first_ = 1 + client % std::max(1u, shape.entities / entities_) * entities_;
}

Command Commands::next() {
  Command command;
  const std::uint64_t number = client_ << 40 | ++count_;
  const std::uint64_t high = mix(seed_ ^ number);
  write_hex(command.id.data(), high);
  write_hex(command.id.data() + 16, mix(high));
  const bool refused = count_ % kOneIn == 0;
  command.entity = refused ? 0 : first_ + static_cast<std::uint32_t>((mix(high + 1) >> 32) * entities_ >> 32);
  command.subject[0] = 'c';
  command.subject[1] = '-';
  write_hex(command.subject.data() + 2, number);
  return command;
}

Meter::Meter(const Shape& shape) {
  begin_ = now() + static_cast<std::uint64_t>(shape.warm_up_seconds * 1e9);
  end_ = begin_ + static_cast<std::uint64_t>(shape.seconds * 1e9);
}

std::uint64_t Meter::now() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

void Meter::note(std::uint64_t started, std::uint64_t at, std::uint64_t commands, std::uint64_t refused,
                 std::uint64_t failed) {
  if (at < begin_ || at >= end_) return;
  measured_.commands += commands;
  measured_.refused += refused;
  measured_.failed += failed;
  measured_.latency.add(at - started, commands);
}

Measured Meter::result() const {
  Measured result = measured_;
  result.seconds = static_cast<double>(end_ - begin_) / 1e9;
  return result;
}

void stop(const std::string& why) {
  fmt::print(stderr, "kontor_peers: {}\n", why);
  std::exit(1);
}

}  // namespace kontor::peers
