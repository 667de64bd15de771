#pragma once
// How far the views are behind, asked ten times a second on a connection of its own: once how far they are,
// and once when they will have reached the newest receipt. One thread, that of the load generator.

#include <cstdint>

#include "client/bench/channel.h"
#include "client/bench/latency_histogram.h"

namespace kontor::bench {

class ViewsProbe {
 public:
  explicit ViewsProbe(Channel channel) : channel_(std::move(channel)) {}

  [[nodiscard]] int descriptor() const { return channel_.descriptor(); }
  /// Looks at the clock, and asks when it is time. `newest` is the position of the tenant's newest receipt.
  [[nodiscard]] client::Done tick(std::uint64_t now, std::uint64_t newest);
  [[nodiscard]] client::Done receive(ReadBuffer& buffer);

  /// Forgets what was found so far: the warm-up.
  void begin();
  /// What is still under way counts as long as it has waited.
  void end(std::uint64_t now);
  [[nodiscard]] const LatencyHistogram& behind() const { return behind_; }
  [[nodiscard]] std::uint64_t events_max() const { return events_max_; }

 private:
  void take(const Reply& reply, std::uint64_t started);
  /// Asks what is answered once the views have this position; the request's number.
  [[nodiscard]] client::Outcome<std::uint64_t> ask(std::uint64_t wait_position, std::uint64_t now);

  Channel channel_;
  LatencyHistogram behind_;
  std::uint64_t events_max_ = 0;
  std::uint64_t newest_ = 0;
  std::uint64_t next_at_ = 0;
  std::uint64_t asked_ = 0;    // requests so far, which is the number of the last
  std::uint64_t plain_ = 0;    // the one that asks how far they are; 0: none
  std::uint64_t waiting_ = 0;  // the one that waits; 0: none
  std::uint64_t waiting_since_ = 0;
  enum class Source : std::uint8_t { Answers, Silent } source_ = Source::Answers;
};

}  // namespace kontor::bench
