#pragma once
// Importing a roster (docs/roster-import.md): uploads the rows of a file in pieces, then sends the one
// command that names them, then fetches what became of each. The file is read twice from disk and never held
// in memory. Nothing happens before the command: a connection that breaks earlier leaves nothing. One thread.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "client/client.h"
#include "client/roster_file.h"
#include "events/core/ids.h"

namespace kontor::client {

enum class RosterMode : std::uint8_t { AllOrNothing, Fill };
enum class RosterRun : std::uint8_t { ForReal, Dry };

struct RosterJob {
  std::string path;
  std::string group;
  std::string role;  // of the actor: "groupLeader"
  std::string actor;
  RosterMode mode = RosterMode::AllOrNothing;
  RosterRun run = RosterRun::ForReal;
};

/// What the file is, found by reading it once.
struct RosterSurvey {
  Digest digest{};
  std::uint64_t rows = 0;
  std::uint64_t problem_count = 0;
  std::vector<RosterProblem> problems;  // the first ones
};

/// Calls `on_row` for each row. Fails when the file cannot be read.
[[nodiscard]] Outcome<RosterSurvey> read_roster(const std::string& path, RosterReader::OnRow on_row);

/// The command id of this file in this group in this mode: sent again, it changes nothing.
[[nodiscard]] CommandId roster_command_id(const Digest& file, std::string_view group, RosterMode mode);

struct RefusedLine {
  std::uint16_t code = 0;
  std::string name;
  std::uint32_t other_line = 0;
};

struct RosterResult {
  std::uint64_t rows = 0;
  std::uint64_t accepted = 0;
  std::uint64_t already_members = 0;
  std::uint64_t refused = 0;
  bool duplicate = false;  // imported before; nothing was written now
  std::map<std::uint32_t, RefusedLine> lines;
};

class RosterImport {
 public:
  /// Told after each piece: so many rows have been uploaded, so many of them cannot be enrolled as far as the
  /// client can see (no valid e-mail, or one that an earlier row has).
  using OnProgress = std::function<void(std::uint64_t uploaded, std::uint64_t refused)>;
  /// Gets a frame that is no receipt: a refusal or an error of the server.
  using OnNo = std::function<void(wire::Frame::Reader)>;

  RosterImport(Connection& connection, RosterJob job, RosterSurvey survey, Connection::Timeout timeout);

  /// Sends the rows. A frame other than the expected answer goes to `on_no`, and nothing was done.
  [[nodiscard]] Outcome<bool> upload(const OnProgress& on_progress, const OnNo& on_no);
  /// The command. False when `on_no` was told why.
  [[nodiscard]] Outcome<bool> decide(const OnNo& on_no);
  /// Fetches what became of each row; of a dry run it came with the receipt.
  [[nodiscard]] Outcome<bool> fetch(const OnNo& on_no);

  [[nodiscard]] const RosterResult& result() const { return result_; }

 private:
  using Read = std::function<bool(wire::Frame::Reader)>;
  [[nodiscard]] Outcome<bool> ask(capnp::MessageBuilder& frame, const Read& read, const OnNo& on_no);
  void take_dry_events(wire::Receipt::Reader receipt);
  [[nodiscard]] Outcome<bool> fetch_page(std::string& after, const OnNo& on_no);

  Connection& connection_;
  RosterJob job_;
  RosterSurvey survey_;
  Connection::Timeout timeout_;
  RosterResult result_;
  Position last_ = 0;
};

}  // namespace kontor::client
