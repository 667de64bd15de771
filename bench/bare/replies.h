#pragma once
// The frames of the bare pipeline: what it makes of a client's frame, and answers of the size kontor's have,
// encoded once and then copied. One thread.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "events/core/result.h"
#include "server/protocol/frame_gate.h"

namespace kontor::bare {

enum class Kind : std::uint8_t { Hello, Command, Batch, Other };

struct Request {
  Kind kind = Kind::Other;
  std::uint64_t id = 0;
  std::uint32_t commands = 0;  // of a batch
};

/// FrameMalformed ends the connection.
[[nodiscard]] Result<Request> look_at(protocol::FrameWords frame);

class Replies {
 public:
  Replies();

  static void welcome(std::uint64_t request, std::string& out);
  static void unknown(std::uint64_t request, std::string& out);
  void receipt(std::uint64_t request, std::string& out) const;
  void batch_result(std::uint64_t request, std::uint32_t commands, std::string& out);

 private:
  static void append(const std::string& frame, std::uint64_t request, std::string& out);

  std::string receipt_;
  std::map<std::uint32_t, std::string> batch_results_;  // by number of commands
};

}  // namespace kontor::bare
