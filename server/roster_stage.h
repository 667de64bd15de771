#pragma once
// Rows of a roster that a client has uploaded in pieces, since they do not fit a frame
// (docs/roster-import.md). They wait for the ImportRoster that names their file and go with their connection.
// One session's; one thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/rules/catalog.h"
#include "server/protocol/decode.h"

namespace kontor::server {

struct RosterLimits {
  std::size_t bytes_max = 50u << 20;
  std::size_t rows_max = 200'000;
};

class RosterStage {
 public:
  explicit RosterStage(RosterLimits limits) : limits_(limits) {}

  /// Adds rows behind those that wait; rows of another file, or from row 0, begin again. InvalidArgument, and
  /// nothing waits any more: a piece is missing, or a limit was passed.
  [[nodiscard]] Status add(protocol::RosterRowsRequest upload);
  /// Gives an ImportRoster that says so the rows that wait, and keeps them for a command after it: a dry run
  /// comes before the import itself. InvalidArgument when others wait than the command says.
  [[nodiscard]] Status fill(rules::Command& command) const;

  [[nodiscard]] std::uint32_t rows() const { return static_cast<std::uint32_t>(rows_.size()); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  void forget();

  RosterLimits limits_;
  std::string file_hash_;
  std::vector<rules::access::RosterRow> rows_;
  std::size_t bytes_ = 0;
};

}  // namespace kontor::server
