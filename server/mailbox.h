#pragma once
// Answers on their way back to sessions: put in by the threads that complete them, taken out by whoever has
// the sessions' turn. Bounded by what the sessions have in flight.

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/ledger.h"
#include "engine/writer/submission.h"

namespace kontor::server {

using SessionId = std::uint64_t;

/// A frame that is already encoded.
struct EncodedFrame {
  std::string bytes;
};

/// A stretch of the log for a subscription: whole frames, and how far was looked.
struct PageLetter {
  std::uint64_t serial = 0;  // of the subscription; the request may be another one by now
  std::string frames;
  std::uint32_t items = 0;
  Position scanned = 0;
  std::optional<Error> failure;
};

/// What a consumer group says to a member: whole frames, or why it is none any longer.
struct GroupLetter {
  std::uint64_t member = 0;
  std::string frames;
  std::optional<Error> failure;
};

struct Letter {
  SessionId session = 0;
  std::uint64_t request = 0;
  std::variant<std::vector<Outcome>, EncodedFrame, TenantStatus, PageLetter, GroupLetter> content;
};

class Mailbox {
 public:
  /// `wake` sees to it that somebody will `take`; called from any thread, once for any number of letters.
  explicit Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  /// Any thread.
  void post(Letter letter) {
    bool was_empty = false;
    {
      const std::lock_guard lock(mutex_);
      was_empty = letters_.empty();
      letters_.push_back(std::move(letter));
    }
    if (was_empty) wake_();
  }

  /// Everything that has come since the last call, in order.
  [[nodiscard]] std::vector<Letter> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(letters_, {});
  }

 private:
  const std::function<void()> wake_;
  std::mutex mutex_;  // guards the letters
  std::vector<Letter> letters_;
};

}  // namespace kontor::server
