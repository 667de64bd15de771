#pragma once
// A server of a signed history over real sockets, on a port that is free, and honest until a test makes it
// lie: each answer is a virtual function, and a lie overrides it.

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "client/client.h"
#include "tests/client/signed_history.h"

namespace kontor::client::test {

/// Thrown by an answer that is the machine's no.
struct Refuses {
  Error error;
};

/// What a server says.
class Answers {
 public:
  struct Inclusion {
    std::string event;
    std::uint64_t size = 0;
    proof::Path path;
  };
  struct Binding {
    proof::Note note;
    std::uint64_t index = 0;
    proof::Path path;
    Digest events_root{};
  };
  struct Receipt {
    Position first = 0;
    Position last = 0;
    std::optional<Binding> binding;
  };
  using Page = std::vector<std::string>;

  explicit Answers(SignedHistory told) : history(std::move(told)) {}
  virtual ~Answers() = default;

  virtual Position head_at_greeting() { return history.size(); }
  virtual Position head_of_page() { return history.size(); }
  virtual Page events(Position from, std::uint32_t limit);
  virtual std::string checkpoint(std::uint64_t size_min);
  virtual proof::Path consistency(std::uint64_t old_size, std::uint64_t new_size) {
    return history.consistency(old_size, new_size);
  }
  virtual Inclusion inclusion(Position position, std::uint64_t size) {
    return {history.event(position), size, history.inclusion(position, size)};
  }
  /// What is on the only credit account there is.
  virtual std::int64_t balance() { return 0; }
  /// Records the command and binds itself.
  virtual Receipt receipt(const CommandId& command);

  /// A receipt as an honest server signs it, alone in its group.
  static Binding bind(const proof::Promise& promise);

  SignedHistory history;
};

class LyingServer {
 public:
  /// Whose answers a connection gets, by its number from 0.
  using Chosen = std::function<Answers&(int connection)>;

  explicit LyingServer(Answers& answers);
  explicit LyingServer(Chosen chosen);
  ~LyingServer();
  LyingServer(const LyingServer&) = delete;
  LyingServer& operator=(const LyingServer&) = delete;

  [[nodiscard]] Address address() const;
  /// Does something to the answers while nobody is answered.
  void meanwhile(const std::function<void()>& change);

 private:
  struct Sockets;
  void accept();
  void talk(int number);

  Chosen chosen_;
  std::mutex answering_;  // guards what `chosen_` refers to
  std::unique_ptr<Sockets> sockets_;
};

}  // namespace kontor::client::test
