#pragma once
// One connection of the load generator: a socket that never blocks once it has greeted, what has not been
// sent yet, and when each request that is under way was meant to start. One thread for all channels.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "client/bench/frame_template.h"
#include "client/bench/reply.h"
#include "client/client.h"

namespace kontor::bench {

/// Nanoseconds of the steady clock.
[[nodiscard]] std::uint64_t now_ns();

/// Where bytes go while they are read: shared by all channels, since only one reads at a time.
class ReadBuffer {
 public:
  ReadBuffer() : words_(kWords) {}
  /// Room for at least `bytes`.
  [[nodiscard]] std::span<std::byte> room(std::size_t bytes);

 private:
  static constexpr std::size_t kWords = 32u << 10;
  std::vector<std::uint64_t> words_;  // frames lie at whole words
};

class Channel {
 public:
  /// A reply and when its request was meant to start.
  using OnReply = std::function<void(const Reply&, std::uint64_t started_ns)>;

  /// Connects, greets and waits for the welcome. `depth` is how many requests may be under way at most.
  [[nodiscard]] static client::Outcome<Channel> open(const client::Address& address,
                                                     const std::string& tenant, std::size_t depth,
                                                     client::Connection::Timeout timeout);
  Channel(Channel&& other) noexcept;
  Channel& operator=(Channel&&) = delete;
  ~Channel();

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] const client::Welcome& welcome() const { return welcome_; }
  [[nodiscard]] std::size_t in_flight() const { return in_flight_; }
  /// Whether one more request may be written: not while it would take the place of one that is under way.
  [[nodiscard]] bool has_room() const { return started_[next_request_ & mask_] == 0; }
  [[nodiscard]] bool has_unsent() const { return !unsent_.empty(); }

  Speaker speaker;
  std::size_t step = 0;              // of the recipe
  std::uint64_t rests_until_ns = 0;  // between two commands, where that is asked for

  /// Writes a frame to `out`, where there is room for it, as the next request.
  void write(const FrameTemplate& frame, char* out, std::uint64_t started_ns);
  /// Sends all of it, or keeps the rest for `send_rest`.
  [[nodiscard]] client::Done send(std::span<const char> bytes);
  [[nodiscard]] client::Done send_rest();
  /// Sends a small question that is answered once the views have this position.
  [[nodiscard]] client::Done ask_views(std::uint64_t position, std::uint64_t started_ns);
  /// Takes in what has arrived.
  [[nodiscard]] client::Done receive(ReadBuffer& buffer, const OnReply& on_reply, const OnCode& on_code);
  /// Waits until nothing is under way any more, or the time is up.
  [[nodiscard]] client::Done finish(ReadBuffer& buffer, const OnReply& on_reply, const OnCode& on_code,
                                    client::Connection::Timeout timeout);

 private:
  Channel(int descriptor, std::size_t depth);
  [[nodiscard]] client::Done greet(const std::string& tenant, client::Connection::Timeout timeout);
  [[nodiscard]] client::Done take(const Reply& reply, const OnReply& on_reply);

  int descriptor_ = -1;
  client::Welcome welcome_;
  std::vector<std::uint64_t> started_;  // by request modulo its size; 0: free
  std::uint64_t mask_ = 0;
  std::uint64_t next_request_ = 1;
  std::size_t in_flight_ = 0;
  std::string unsent_;
  std::string begun_;  // the beginning of a frame whose rest has not arrived
};

}  // namespace kontor::bench
