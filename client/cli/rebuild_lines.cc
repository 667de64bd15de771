#include "client/cli/rebuild_lines.h"

#include <fmt/format.h>

#include "client/cli/audit.h"
#include "events/core/instant.h"

namespace kontor::cli {
namespace {

using Report = wire::RebuildReport::Reader;

std::string_view view(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

}  // namespace

std::uint64_t events_per_second(std::uint64_t before, std::uint64_t now, std::uint64_t milliseconds) {
  return now > before && milliseconds > 0 ? (now - before) * 1'000 / milliseconds : 0;
}

std::string rebuild_progress(Report report, std::uint64_t per_second) {
  if (report.getEntriesCompared() != 0 && report.getComparedGroup() == 0)
    return fmt::format("group {} of {}   comparing with the live ones: {} entries",
                       grouped(report.getGroup()), grouped(report.getOfGroup()),
                       grouped(report.getEntriesCompared()));
  std::string line =
      fmt::format("group {} of {}   {} of {} events", grouped(report.getGroup()),
                  grouped(report.getOfGroup()), grouped(report.getEvents()), grouped(report.getOfEvents()));
  if (per_second == 0 || report.getOfEvents() < report.getEvents()) return line;
  return line + fmt::format("   {} k events/s   {} s left", grouped(per_second / 1'000),
                            grouped((report.getOfEvents() - report.getEvents()) / per_second));
}

std::string rebuild_finding(Report report) {
  const std::string compared =
      fmt::format("{} entries compared with the live ones at group {}", grouped(report.getEntriesCompared()),
                  grouped(report.getComparedGroup()));
  if (report.getEntriesDiffering() == 0) return compared + ", all equal";
  if (report.getComparedGroup() == 0) return std::string(view(report.getFirstDifference()));
  std::string line = fmt::format("{}, {} differ", compared, grouped(report.getEntriesDiffering()));
  if (report.getPosition() != 0)
    line += fmt::format("; the first diverging event is at position {} of tenant {}", report.getPosition(),
                        view(report.getTenant()));
  return line + fmt::format("; {}", view(report.getFirstDifference()));
}

std::string rebuild_line(Report report, std::uint64_t per_second) {
  switch (report.getState()) {
    case wire::RebuildState::NONE: return "none";
    case wire::RebuildState::RUNNING: return "running   " + rebuild_progress(report, per_second);
    case wire::RebuildState::LEVEL: return "level     " + rebuild_finding(report);
    case wire::RebuildState::FAILED: return fmt::format("failed    {}", view(report.getFailure()));
    case wire::RebuildState::ADOPTED:
      return fmt::format("adopted   live since {}   {}", Instant{report.getEndedAt()}.text(),
                         rebuild_finding(report));
  }
  return "unknown";
}

}  // namespace kontor::cli
