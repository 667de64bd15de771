#include "client/roster_report.h"

#include <fmt/format.h>

#include <fstream>

#include "client/import_report.h"

namespace kontor::client {
namespace {

std::string why(const RefusedLine& line) {
  return line.other_line == 0 ? std::string() : fmt::format("  same as line {}", grouped(line.other_line));
}

}  // namespace

std::string roster_summary(const RosterResult& result, RosterRun run) {
  const std::string_view word = run == RosterRun::Dry ? "would enrol" : "enrolled";
  std::string out = fmt::format("{} {}, already members {}, refused {}\n", word, grouped(result.accepted),
                                grouped(result.already_members), grouped(result.refused));
  struct Kind {
    std::uint64_t count = 0;
    std::uint32_t line = 0;
    const RefusedLine* first = nullptr;
  };
  std::map<std::uint16_t, Kind> kinds;
  for (const auto& [line, refused] : result.lines) {
    Kind& kind = kinds[refused.code];
    if (kind.count++ == 0) {
      kind.line = line;
      kind.first = &refused;
    }
  }
  for (const auto& [code, kind] : kinds)
    out += fmt::format("  {:>6}× {} {:<28} first: line {}{}\n", grouped(kind.count), code, kind.first->name,
                       grouped(kind.line), why(*kind.first));
  return out;
}

Done write_roster_result(const std::string& from, const std::string& to, const RosterResult& result) {
  std::ofstream out(to, std::ios::binary | std::ios::trunc);
  out << "line,email,name,code,result,same_as_line\n";
  const auto read = read_roster(from, [&](const RosterEntry& row) {
    const auto refused = result.lines.find(row.line);
    const bool enrolled = refused == result.lines.end();
    out << row.line << ',' << csv_cell(row.email) << ',' << csv_cell(row.name) << ','
        << (enrolled ? 0 : refused->second.code) << ',' << (enrolled ? "ENROLLED" : refused->second.name)
        << ',';
    if (!enrolled && refused->second.other_line != 0) out << refused->second.other_line;
    out << '\n';
  });
  if (!read) return tl::unexpected(read.error());
  out.flush();
  if (!out) return tl::unexpected(Failure{Trouble::Usage, fmt::format("{} cannot be written", to), 0});
  return {};
}

}  // namespace kontor::client
