#pragma once
// A roster file (docs/roster-import.md): CSV with a header, one participant a row. Read as a stream, in
// pieces of any size; nothing is kept of a row once it has been handed on. Without I/O; one thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events/core/digest.h"
#include "events/reasons.h"

namespace kontor::client {

struct RosterLimits {
  std::size_t file_bytes_max = 50u << 20;
  std::size_t rows_max = 200'000;
  std::size_t row_bytes_max = 16u << 10;
  std::size_t email_bytes_max = 1'024;
  std::size_t name_bytes_max = 256;
};

struct RosterEntry {
  std::uint32_t line = 0;  // where the row begins, from 1
  std::string email;
  std::string name;
};

/// Why the file is not a roster.
struct RosterProblem {
  std::uint32_t line = 0;
  Reason code = Reason::CsvMalformed;  // or InvalidArgument: a limit
  std::string what;                    // "line 3: byte 0xE4 is not UTF-8; save as UTF-8"
};

class RosterReader {
 public:
  using OnRow = std::function<void(RosterEntry)>;

  RosterReader(RosterLimits limits, OnRow on_row);
  ~RosterReader();
  RosterReader(const RosterReader&) = delete;
  RosterReader& operator=(const RosterReader&) = delete;

  void feed(std::string_view bytes);
  /// The file is over.
  void finish();

  /// The first kProblemsNamed problems; rows before and between them have been handed on all the same.
  [[nodiscard]] const std::vector<RosterProblem>& problems() const;
  [[nodiscard]] std::uint64_t problem_count() const;
  [[nodiscard]] std::uint64_t rows() const;
  /// SHA-256 of the bytes so far; once, after `finish`.
  [[nodiscard]] Digest digest();

  static constexpr std::size_t kProblemsNamed = 50;

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

/// A cell of a CSV file that no spreadsheet takes for a formula: what begins like one gets a leading '.
[[nodiscard]] std::string csv_cell(std::string_view text);

}  // namespace kontor::client
