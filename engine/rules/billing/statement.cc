#include "engine/rules/billing/statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

namespace kontor::rules::billing {
namespace {

std::string entity_of(const State& state, const Item& item) {
  const std::string_view name = state.names.text(item.name);
  if (item.kind == LineKind::CourseSeat) return fmt::format("{}/{}/{}", name, item.course_run, item.number);
  return item.number == 0 ? std::string(name) : fmt::format("{}/{}", name, item.number);
}

std::vector<Row> items_of(const State& state, kontor::billing::Scope scope, Instant cutoff) {
  std::vector<Row> rows;
  for (Row row = state.open_items.get().first; row != kNone; row = state.items[row].next)
    if (state.items[row].phase == ItemPhase::Open && takes(scope, cutoff, state.items[row]))
      rows.push_back(row);
  const auto key = [&](Row row) {
    const Item& item = state.items[row];
    return std::tuple(item.kind, item.position, item.number);
  };
  std::ranges::sort(rows, {}, key);
  return rows;
}

}  // namespace

Line line_of(const State& state, Row row) {
  const Item& item = state.items[row];
  Line line;
  line.kind = item.kind;
  line.entity = entity_of(state, item);
  line.position = item.position;
  line.number = item.number;
  line.effective_at = item.effective_at;
  if (item.person != kNone) line.person = state.names.text(item.person);
  if (item.corrects != kNone) {
    const Item& original = state.items[item.corrects];
    line.corrects = line_id(original.kind, entity_of(state, original), original.position);
  }
  for (Row part = item.first_part; part != kNone; part = state.parts[part].next)
    if (state.parts[part].part.quantity != 0) line.parts.push_back(state.parts[part].part);
  line.unpriced = item.unpriced;
  line.amount = item.amount;
  line.currency = item.currency;
  for (Row seen = item.last_evidence; seen != kNone; seen = state.evidence[seen].previous)
    line.evidence.push_back(state.evidence[seen].position);
  std::ranges::reverse(line.evidence);
  return line;
}

std::optional<kontor::billing::BillingRunOpened> statement_of(const State& state, const BillingRunId& run,
                                                              kontor::billing::Scope scope, Instant cutoff,
                                                              Position head) {
  kontor::billing::BillingRunOpened out;
  out.run = run;
  out.cutoff_effective = cutoff;
  out.cutoff_position = head;
  out.scope = scope;
  LinesHash hash;
  std::map<std::string_view, kontor::billing::CurrencyTotal> totals;
  for (const Row row : items_of(state, scope, cutoff)) {
    const Line line = line_of(state, row);
    hash.add(line);
    ++out.lines;
    out.unpriced_blocks += line.unpriced;
    if (out.first_position == 0 || line.position < out.first_position) out.first_position = line.position;
    auto& total = totals[state.items[row].currency.text()];
    total.currency = line.currency;
    ++total.lines;
    const auto sum = checked_add(total.amount, line.amount);
    if (!sum) return std::nullopt;
    total.amount = *sum;
  }
  for (const auto& [code, total] : totals) out.totals.push_back(total);
  for (Row row = state.open_settlements.get().first; row != kNone; row = state.settlements[row].next)
    if (state.settlements[row].phase == ItemPhase::Open && takes(scope, cutoff, state.settlements[row]))
      ++out.course_runs;
  out.lines_hash = hash.finish();
  return out;
}

}  // namespace kontor::rules::billing
