#pragma once
// One connection of the load generator: keeps a number of invitations in flight and measures how long each
// takes. Driven by poll; one thread.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "server/protocol/frame_gate.h"

namespace kontor::bench {

using Clock = std::chrono::steady_clock;

struct Target {
  std::string host;  // an IPv4 address
  std::uint16_t port = 0;
  std::string tenant;
  std::string campus;  // to ask about, instead of inviting anybody
};

struct Tally {
  std::vector<std::uint32_t> latencies_us;  // of receipts and answers
  std::uint64_t refused = 0;
};

class Connection {
 public:
  /// Connects and greets; ends the program with a sentence when that fails.
  Connection(const Target& target, std::uint64_t seed, std::size_t number, std::size_t depth);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] bool wants_to_write() const { return sent_ < out_.size(); }
  [[nodiscard]] std::size_t in_flight() const { return in_flight_; }

  /// Sends a frame and waits for its receipt: for opening the tenant.
  void ask(const std::string& frame);

  /// Puts invitations or questions in flight up to the depth.
  void fill();
  void write_some();
  /// Takes in what has arrived; answered invitations are counted in `tally`.
  void read_some(Tally& tally);

 private:
  [[noreturn]] void stop(const std::string& why) const;
  void read_into_gate();
  void take(protocol::FrameWords frame, Tally& tally);
  [[nodiscard]] bool one_frame(Tally& tally);

  int descriptor_ = -1;
  std::uint64_t seed_;
  std::size_t number_;
  std::string campus_;
  std::vector<Clock::time_point> started_;  // by request id modulo depth
  std::uint64_t next_ = 0;                  // person and request
  std::size_t in_flight_ = 0;
  std::string out_;
  std::size_t sent_ = 0;
  protocol::FrameGate gate_{{}};
};

}  // namespace kontor::bench
