#include "client/import_report.h"

#include <fmt/format.h>

#include <algorithm>

namespace kontor::client {

namespace {

constexpr std::uint64_t kBarWidth = 32;

std::uint64_t per_second(std::uint64_t count, std::chrono::milliseconds elapsed) {
  const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(elapsed.count(), 1));
  return count * 1'000 / ms;
}

std::string rate(std::uint64_t a_second) {
  return a_second < 10'000 ? fmt::format("{}/s", a_second) : fmt::format("{} k/s", a_second / 1'000);
}

std::string bar(std::uint64_t done, std::uint64_t total) {
  const std::uint64_t halves = total == 0 ? 2 * kBarWidth : done * 2 * kBarWidth / total;
  std::string out;
  for (std::uint64_t at = 0; at < kBarWidth; ++at)
    out += halves >= 2 * at + 2 ? "━" : halves == 2 * at + 1 ? "╸" : "─";
  return out;
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, " ");
  }
  return digits;
}

std::string progress_line(const ImportProgress& progress) {
  const std::uint64_t speed = per_second(progress.answered, progress.elapsed);
  std::string left = "–:–– left";
  if (speed > 0) {
    const std::uint64_t seconds = (progress.total - std::min(progress.answered, progress.total)) / speed;
    left = fmt::format("{}:{:02} left", seconds / 60, seconds % 60);
  }
  return fmt::format(" {}  {} / {} lines   {}   {}   refused {}", bar(progress.answered, progress.total),
                     grouped(progress.answered), grouped(progress.total), rate(speed), left,
                     grouped(progress.refused));
}

std::string summary(const ImportCounts& counts, std::chrono::milliseconds elapsed) {
  std::string out = fmt::format("imported {}, already imported {}, refused {}   {} lines in {}.{} s, {}\n",
                                grouped(counts.imported), grouped(counts.already), grouped(counts.refused),
                                grouped(counts.lines), elapsed.count() / 1'000, elapsed.count() % 1'000 / 100,
                                rate(per_second(counts.answered(), elapsed)));
  for (const auto& [code, by_code] : counts.refusals) {
    out += fmt::format("  {:>6}× {} {}   first: line {}  {}\n", grouped(by_code.count), code, by_code.name,
                       grouped(by_code.first_line), by_code.first_what);
  }
  return out;
}

std::string report_line(const LineRefusal& refusal) {
  return fmt::format("{}\t{}\t{}\t{}\n", refusal.line, refusal.code, refusal.name, refusal.what);
}

}  // namespace kontor::client
