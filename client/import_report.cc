#include "client/import_report.h"

#include <fmt/format.h>

#include <algorithm>

namespace kontor::client {

namespace {

constexpr std::uint64_t kBarWidth = 32;
constexpr std::uint64_t kBarWidthMin = 8;  // a shorter one says nothing, nor does how long it takes

/// Whether a byte begins a character; all that we print is one column wide.
bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

std::uint64_t width_of(std::string_view text) {
  return static_cast<std::uint64_t>(std::ranges::count_if(text, begins_character));
}

/// What is left for the bar beside `rest`, its leading space, and a last column that stays empty.
std::uint64_t bar_width(std::string_view rest, std::size_t columns) {
  if (columns == 0) return kBarWidth;
  const std::uint64_t taken = width_of(rest) + 2;
  const std::uint64_t left = columns > taken ? columns - taken : 0;
  return left < kBarWidthMin ? 0 : std::min(left, kBarWidth);
}

std::uint64_t per_second(std::uint64_t count, std::chrono::milliseconds elapsed) {
  const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(elapsed.count(), 1));
  return count * 1'000 / ms;
}

std::string rate(std::uint64_t a_second) {
  return a_second < 10'000 ? fmt::format("{}/s", a_second) : fmt::format("{} k/s", a_second / 1'000);
}

std::string bar(std::uint64_t done, std::uint64_t total, std::uint64_t width) {
  const std::uint64_t halves = total == 0 ? 2 * width : std::min(done, total) * 2 * width / total;
  std::string out;
  for (std::uint64_t at = 0; at < width; ++at)
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
  // As wide at the beginning as at the end, or the bar would change its length.
  const std::string total = grouped(progress.total);
  const std::string counts =
      fmt::format(" {:>{}} / {} {}", grouped(progress.answered), total.size(), total, progress.unit);
  const std::string refused = "   refused " + grouped(progress.refused);
  const std::string rest = fmt::format(" {}   {}   {}{}", counts, rate(speed), left, refused);
  const std::uint64_t width = bar_width(rest, progress.columns);
  if (width == 0) return cut_to(counts + refused, progress.columns);
  return " " + bar(progress.answered, progress.total, width) + rest;
}

std::string cut_to(std::string_view line, std::size_t columns) {
  if (columns == 0 || width_of(line) < columns) return std::string(line);
  std::size_t width = 0;
  for (std::size_t at = 0; at < line.size(); ++at)
    if (begins_character(line[at]) && ++width == columns) return std::string(line.substr(0, at));
  return std::string(line);
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
