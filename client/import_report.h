#pragma once
// How an import is shown to a person: the line that moves while it runs, and what is said at its end. Pure.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "client/history_import.h"

namespace kontor::client {

struct ImportProgress {
  std::uint64_t answered = 0;
  std::uint64_t total = 0;
  std::uint64_t refused = 0;
  std::chrono::milliseconds elapsed{0};
  std::string_view unit = "lines";
  std::size_t columns = 0;  // of the terminal; 0: the line may have any length
};

/// " ━━━━━╸────  68 211 / 100 000 lines   41 k/s   0:01 left   refused 17", without a line break and shorter
/// than the terminal is wide: the bar gives way first, then the time.
[[nodiscard]] std::string progress_line(const ImportProgress& progress);

/// The beginning of a line that is shorter than a terminal of so many columns; 0: all of it.
[[nodiscard]] std::string cut_to(std::string_view line, std::size_t columns);

/// The counts, and for each code how often and where first; several lines, each ended.
[[nodiscard]] std::string summary(const ImportCounts& counts, std::chrono::milliseconds elapsed);

/// One line of the report: number, code, name and sentence, separated by tabs, ended.
[[nodiscard]] std::string report_line(const LineRefusal& refusal);

/// 1234567 as "1 234 567".
[[nodiscard]] std::string grouped(std::uint64_t number);

}  // namespace kontor::client
