// A file of participants, decided as one command (DOMAIN 2.3 A9).
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/rules/access/decisions.h"
#include "engine/rules/access/leaving.h"
#include "engine/rules/access/limits.h"
#include "engine/rules/access/seating.h"
#include "engine/rules/roles.h"

namespace kontor::rules::access {
namespace {

namespace ev = kontor::access;

constexpr std::size_t kFileHashDigits = 64;

Refused check_file(const ImportRoster& command) {
  if (command.file_hash.size() != kFileHashDigits)
    return refusal(Reason::InvalidArgument, "a file is named by the 64 hexadecimal digits of its SHA-256",
                   {fact("digits", command.file_hash.size())});
  if (command.rows.empty()) return refusal(Reason::CsvMalformed, "the file has no data rows");
  if (command.rows.size() > kRosterRowsMax)
    return refusal(Reason::InvalidArgument, fmt::format("a roster has at most {} rows", kRosterRowsMax),
                   {fact("rows", command.rows.size()), fact("limit", kRosterRowsMax)});
  for (std::size_t i = 0; i < command.rows.size(); ++i) {
    const std::uint32_t before = i == 0 ? 0 : command.rows[i - 1].line;
    if (command.rows[i].line > before) continue;
    return refusal(Reason::CsvMalformed, "rows come in the order of their lines, which begin at 1",
                   {fact("line", command.rows[i].line), fact("previous", before)});
  }
  return std::nullopt;
}

/// What the rows of one file come to.
struct Verdict {
  std::vector<const RosterRow*> accepted;
  std::vector<ev::RefusedRow> refused;
  std::uint32_t already_members = 0;
  std::size_t seats_needed = 0;
  std::vector<std::uint32_t> invalid_lines;  // the first kLinesNamed
  std::size_t invalid = 0;
};

/// Judges each row by itself, as if there were seats enough, but for those who need none.
Verdict judge(const Seating& seating, const ImportRoster& command) {
  Verdict out;
  std::map<Digest, std::uint32_t> first_line;
  for (const RosterRow& row : command.rows) {
    const std::optional<Reason> code = seating.personal_code(row.contact);
    if (code == Reason::EmailInvalid) {
      ++out.invalid;
      if (out.invalid_lines.size() < kLinesNamed) out.invalid_lines.push_back(row.line);
      out.refused.push_back({row.line, *code, 0});
      continue;
    }
    const auto [first, added] = first_line.try_emplace(row.contact.lookup, row.line);
    if (!added) {
      out.refused.push_back({row.line, Reason::DuplicateInFile, first->second});
      continue;
    }
    if (code) {
      ++out.already_members;
      out.refused.push_back({row.line, *code, 0});
      continue;
    }
    if (!seating.returns(row.contact)) ++out.seats_needed;
    out.accepted.push_back(&row);
  }
  return out;
}

std::string joined(const std::vector<std::uint32_t>& lines) {
  std::string out;
  for (const std::uint32_t line : lines) {
    if (!out.empty()) out += ", ";
    out += std::to_string(line);
  }
  return out;
}

/// ALL_OR_NOTHING: a row that cannot be right, or too few seats, and nothing happens. Members and repeated
/// rows use no seat and stop nothing (A6).
Refused all_refused(const Verdict& verdict, const Seating& seating, const Group& group) {
  if (verdict.invalid > 0)
    return refusal(Reason::EmailInvalid,
                   fmt::format("{} rows have no valid e-mail address, the first in line {}", verdict.invalid,
                               verdict.invalid_lines.front()),
                   {fact("rows", verdict.invalid), fact("lines", joined(verdict.invalid_lines))});
  if (verdict.seats_needed <= seating.available()) return std::nullopt;
  std::vector<Fact> facts{fact("needs", verdict.seats_needed), fact("has", seating.available())};
  for (Fact& count : counts(group)) facts.push_back(std::move(count));
  return refusal(
      Reason::ImportExceedsCapacity,
      fmt::format("the file needs {} seats and {} are free", verdict.seats_needed, seating.available()),
      std::move(facts), {group.capacity_at});
}

void report(const ImportId& import, const GroupId& group, std::vector<ev::RefusedRow> rows, Events& out) {
  std::ranges::sort(rows, {}, &ev::RefusedRow::line);
  for (std::size_t from = 0; from < rows.size(); from += kRowsPerRefusedEvent) {
    const std::size_t to = std::min(rows.size(), from + kRowsPerRefusedEvent);
    const auto begin = rows.begin();
    out.emplace_back(ev::Event(ev::RosterRowsRefused{
        .import_id = import,
        .group = group,
        .rows = {begin + static_cast<std::ptrdiff_t>(from), begin + static_cast<std::ptrdiff_t>(to)}}));
  }
}

}  // namespace

Decision<Event> decide_one(const Known& known, const ImportRoster& command, const Context& ctx) {
  const State& state = known.access;
  const Roles roles{Role::GroupLeader, Role::Admin};
  if (!allowed(ctx, roles)) return forbidden(ctx, roles);
  const auto group = group_row(state, command.group);
  if (!group) return tl::unexpected(group.error());
  if (auto refused = not_in_charge(state, *group, ctx)) return tl::unexpected(*std::move(refused));
  if (auto refused = closed(state, *group)) return tl::unexpected(*std::move(refused));
  if (auto refused = never_connected(state)) return tl::unexpected(*std::move(refused));
  if (auto refused = check_file(command)) return tl::unexpected(*std::move(refused));

  Seating seating(known, *group, ctx);
  Verdict verdict = judge(seating, command);
  if (command.mode == ImportMode::AllOrNothing)
    if (auto refused = all_refused(verdict, seating, state.groups[*group]))
      return tl::unexpected(*std::move(refused));

  const ImportId import(fmt::format("i-{}", state.imports.get() + 1));
  const auto rows = static_cast<std::uint32_t>(command.rows.size());
  constexpr std::size_t kEventsPerRow = 5;
  Events events;
  events.reserve(verdict.accepted.size() * kEventsPerRow);
  events.emplace_back(ev::Event(ev::RosterImportStarted{.import_id = import,
                                                        .group = command.group,
                                                        .file_hash = command.file_hash,
                                                        .mode = command.mode,
                                                        .rows = rows}));
  std::uint32_t accepted = 0;
  for (const RosterRow* row : verdict.accepted) {
    if (const auto code = seating.refused_code(row->contact)) {
      verdict.refused.push_back({row->line, *code, 0});
      continue;
    }
    seating.enrol(row->contact, {.via = ev::EnrolledVia::Csv, .import_id = import, .line = row->line},
                  events);
    ++accepted;
  }
  const auto refused = static_cast<std::uint32_t>(verdict.refused.size()) - verdict.already_members;
  report(import, command.group, std::move(verdict.refused), events);
  events.emplace_back(ev::Event(ev::RosterImportFinished{.import_id = import,
                                                         .group = command.group,
                                                         .accepted = accepted,
                                                         .already_members = verdict.already_members,
                                                         .refused = refused}));
  return events;
}

}  // namespace kontor::rules::access
