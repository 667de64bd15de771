#pragma once
// Many commands on one connection, in order, many at a time under way. When the connection is lost it
// connects anew and sends everything unanswered again, in order and with the same command ids: nothing
// happens twice, nothing is lost, and nothing overtakes. One thread.

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "client/client.h"

namespace kontor::client {

struct PipelineLimits {
  std::size_t window = 256;  // commands under way; never more than the server allows
  Connection::Timeout answer_within{30'000};
  std::chrono::milliseconds retry_for{
      30'000};  // how long to look for a server before giving up; 0: not at all
};

class Pipeline {
 public:
  /// Gets each answer, in the order of the commands: their number (from 0) and a frame with a receipt, a
  /// refusal or an error.
  using OnAnswer = std::function<void(std::uint64_t number, wire::Frame::Reader answer)>;
  /// How time passes between attempts; `main` passes a real one.
  struct Waiting {
    std::function<std::chrono::milliseconds()> elapsed;
    std::function<void(std::chrono::milliseconds)> pause;
  };

  Pipeline(Address address, Greeting greeting, PipelineLimits limits, Waiting waiting, OnAnswer on_answer);

  /// Sends a command with an id; may wait for answers to earlier ones.
  [[nodiscard]] Done submit(wire::Command::Reader command);
  /// Waits until everything is answered.
  [[nodiscard]] Done finish();
  /// Number of the first command that has no answer.
  [[nodiscard]] std::uint64_t answered() const { return first_; }

 private:
  using Stored = std::unique_ptr<capnp::MallocMessageBuilder>;

  [[nodiscard]] Done connect();
  [[nodiscard]] Done attempt(const std::function<Done()>& step);
  [[nodiscard]] Done take_answer();
  [[nodiscard]] std::size_t window() const;

  Address address_;
  Greeting greeting_;
  PipelineLimits limits_;
  Waiting waiting_;
  OnAnswer on_answer_;
  std::unique_ptr<Connection> connection_;
  std::deque<Stored> under_way_;  // frames without an answer
  std::deque<Stored> answers_;    // answers that came before their turn; null while there is none
  std::uint64_t first_ = 0;       // number of under_way_.front()
  std::size_t unsent_ = 0;        // of under_way_, how many of the last wait in the connection's buffer
};

}  // namespace kontor::client
