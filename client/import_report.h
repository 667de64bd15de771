#pragma once
// How an import is shown to a person: the line that moves while it runs, and what is said at its end. Pure.

#include <chrono>
#include <string>

#include "client/history_import.h"

namespace kontor::client {

struct ImportProgress {
  std::uint64_t answered = 0;
  std::uint64_t total = 0;
  std::uint64_t refused = 0;
  std::chrono::milliseconds elapsed{0};
};

/// " ━━━━━╸────  68 211 / 100 000 lines   41 k/s   0:01 left   refused 17", without a line break.
[[nodiscard]] std::string progress_line(const ImportProgress& progress);

/// The counts, and for each code how often and where first; several lines, each ended.
[[nodiscard]] std::string summary(const ImportCounts& counts, std::chrono::milliseconds elapsed);

/// One line of the report: number, code, name and sentence, separated by tabs, ended.
[[nodiscard]] std::string report_line(const LineRefusal& refusal);

/// 1234567 as "1 234 567".
[[nodiscard]] std::string grouped(std::uint64_t number);

}  // namespace kontor::client
