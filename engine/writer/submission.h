#pragma once
// What goes into the writer and what comes out of it. Plain values.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/rules/catalog.h"
#include "engine/rules/decision.h"
#include "events/envelope.h"

namespace kontor {

/// The original time of a command that is imported as history, and where it came from.
struct HistoryTime {
  Instant at;
  HistoryStamp stamp;
};

/// One command with everything that is said about it. Its texts have been checked (ids, lengths, UTF-8).
struct CommandRequest {
  CommandId id;
  PayloadDigest payload{};  // over the canonical form of all below, `dry_run` left out
  Actor actor;
  std::optional<Version> expected_version;  // of rules::stream_of(body)
  std::optional<Instant> effective_at;      // only corrections may name an earlier one
  std::optional<HistoryTime> history;
  std::optional<Instant> deadline;  // not decided by then: DeadlineExceeded, and never executed
  std::string correlation;
  rules::Entropy entropy{};  // for commands that make up names; no part of what a retry is compared with
  rules::Command body;
};

/// The server's signature under a receipt (events/proof/binding.h).
struct ReceiptBinding {
  std::string note;
  std::uint64_t index = 0;
  std::vector<Digest> path;
  Digest events_root{};
};

/// Proof that a command's events are durable, and where. For a dry run: where they would be.
struct Receipt {
  Position first = 0;
  Position last = 0;
  Instant recorded_at;
  std::string stream;   // the stream of its first event ...
  Version version = 0;  // ... and that stream's version after the command
  bool duplicate = false;
  bool dry_run = false;
  std::vector<std::string> events;             // stored bytes; of a dry run only
  std::optional<ReceiptBinding> binding = {};  // if it was asked for; never of a duplicate or a dry run
};

/// Another command of its all-or-nothing batch was refused; this one was not decided, or taken back.
struct NotDecided {};

using Outcome = std::variant<Receipt, rules::Refusal, NotDecided, Error>;

enum class Mode : std::uint8_t {
  Each,          // every command stands alone
  AllOrNothing,  // all commands, in one atomic append, or none
  DryRun,        // every command stands alone; nothing is written and no id is used up
};

/// Whether receipts carry the server's signature.
enum class Receipts : std::uint8_t { Plain, Bound };

/// Commands of one tenant that are decided in order and answered together.
struct Submission {
  TenantId tenant;
  Mode mode = Mode::Each;
  std::vector<CommandRequest> commands;
  /// Called once, from the thread that completes groups, with one outcome per command. Never called when the
  /// storage failed before the commands were durable: the connection is dropped, the outcome unknown.
  std::function<void(std::vector<Outcome>)> done;
  Receipts receipts = Receipts::Plain;  // Bound only of a ledger that can sign
};

/// Fires what is due in one tenant without a command, so that a question about `at` can be answered from
/// facts.
struct Tick {
  TenantId tenant;
  Instant at;
  /// Gets the tenant's last position once everything due at `at` is durable, or a refusal: `at` lies in the
  /// future of the tenant's timeline, or `recorded_by` in that of the server (EffectiveTimeInFuture), or the
  /// tenant does not exist.
  std::function<void(std::variant<Position, rules::Refusal>)> done;
  /// When set, the question leaves out what is recorded later: everything up to then must be in the log.
  Instant recorded_by = {};
};

}  // namespace kontor
