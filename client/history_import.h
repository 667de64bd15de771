#pragma once
// Importing a history file (docs/history-import.md): lines become commands that carry their original time, in
// batches, one batch in flight at a time. Decides what to send and remembers what came of it; the caller owns
// the connection. When the connection is lost the same batch is sent again with the same ids, so nothing
// happens twice and nothing overtakes. Without I/O; one thread at a time.

#include <capnp/message.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/core/digest.h"
#include "events/core/ids.h"
#include "events/core/instant.h"
#include "server/protocol/wire.capnp.h"

namespace kontor::client {

struct ImportLimits {
  std::size_t batch_commands_max = 1'000;
  std::size_t batch_bytes_max = 256u << 10;  // of JSON; well below a frame
};

/// A line that was not imported, and why.
struct LineRefusal {
  std::uint64_t line = 0;
  std::uint16_t code = 0;
  std::string name;
  std::string what;
};

struct ImportCounts {
  std::uint64_t lines = 0;  // of the file, blank ones left out
  std::uint64_t imported = 0;
  std::uint64_t already = 0;  // imported by an earlier attempt
  std::uint64_t refused = 0;
  struct ByCode {
    std::string name;
    std::uint64_t count = 0;
    std::uint64_t first_line = 0;
    std::string first_what;
  };
  std::map<std::uint16_t, ByCode> refusals;

  [[nodiscard]] std::uint64_t answered() const { return imported + already + refused; }
};

class HistoryImport {
 public:
  enum class AtEnd : std::uint8_t { Finish, KeepOpen };
  enum class Next : std::uint8_t {
    Send,      // ask `batch` for what goes next
    Wait,      // the server is busy: ask again after a while
    Finished,  // every line has its answer
    Stop,      // nothing more can be done; see `failure`
  };

  HistoryImport(std::string content, AtEnd at_end);

  /// On every new connection, with what the server said of the tenant and its limits.
  void connected(Position tenant_head, ImportLimits limits);
  /// What to send now, in order; the same again until it is answered. Only after Send.
  void batch(wire::Frame::Builder frame);
  /// Moves on over what was decided; Stop when the answers do not fit the commands.
  Next answered(wire::BatchResult::Reader result);
  /// The server refused the batch as a whole; nothing of it was decided.
  Next failed(wire::Error::Reader error);
  [[nodiscard]] Next next();

  [[nodiscard]] const ImportCounts& counts() const { return counts_; }
  /// Refusals since the last call, in order of lines.
  [[nodiscard]] std::vector<LineRefusal> take_refusals();
  /// Why it stopped: a sentence with its code. Empty unless `next` is Stop.
  [[nodiscard]] const LineRefusal& failure() const { return failure_; }
  [[nodiscard]] const Digest& file_digest() const { return file_; }

 private:
  struct Row {
    std::uint64_t line = 0;
    std::unique_ptr<capnp::MallocMessageBuilder> command;
  };
  enum class Phase : std::uint8_t { Create, Lines, Finish, Over };

  void fill();
  void fill_with_lines();
  [[nodiscard]] bool read_line();
  void take_line(std::uint64_t line, std::string_view text);
  void take_special(std::uint64_t line, std::string_view type);
  [[nodiscard]] CommandId id_of(std::uint64_t line) const;
  [[nodiscard]] std::optional<Instant> first_time() const;
  void count(const Row& row, wire::CommandResult::Reader result);
  void count_special(wire::CommandResult::Reader result);
  void refuse(std::uint64_t line, std::uint16_t code, std::string name, std::string what);
  void advance();
  [[nodiscard]] std::size_t sending() const { return one_by_one_ ? 1 : batch_.size(); }

  std::string content_;
  AtEnd at_end_;
  Digest file_{};
  std::uint64_t source_ = 0;
  std::size_t offset_ = 0;        // of the first byte not read
  std::uint64_t lines_read_ = 0;  // blank ones too
  Phase phase_ = Phase::Lines;
  bool started_ = false;
  std::vector<Row> batch_;   // sent or to be sent, not answered
  bool one_by_one_ = false;  // the batch was refused as a whole: its lines go alone
  ImportLimits limits_;
  ImportCounts counts_;
  std::vector<LineRefusal> refusals_;
  LineRefusal failure_;
};

}  // namespace kontor::client
