#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "engine/rules/billing/line.h"
#include "projections/statements/line_rows.h"
#include "replay/export/cells.h"
#include "replay/export/deriving.h"

namespace kontor::exports {
namespace {

constexpr std::uint32_t kPageRows = 5'000;

std::string text_of(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

Status write_run(const Deriving& from, wire::BillingRun::Reader run) {
  const Status written = from.add(
      TableId::BillingRuns,
      {text_cell(run.getRun()), name_cell(run.getState()), name_cell(run.getScope()),
       moment_cell(run.getCutoff()), position_cell(run.getCutoffPosition()), moment_cell(run.getOpenedAt()),
       position_cell(run.getOpenedPosition()), moment_cell(run.getEndedAt()),
       position_cell(run.getEndedPosition()), text_cell(run.getInvoiceRef()), text_cell(run.getReason()),
       number_cell(run.getLines()), number_cell(run.getCourseRuns()), number_cell(run.getUnpricedBlocks()),
       text_cell(run.getLinesHash())});
  if (!written) return written;
  for (const auto total : run.getTotals())
    if (Status added =
            from.add(TableId::BillingTotals, {text_cell(run.getRun()), text_cell(total.getCurrency()),
                                              number_cell(total.getLines()), number_cell(total.getAmount())});
        !added)
      return added;
  return {};
}

Status write_line(const Deriving& from, const std::string& run, wire::BillingLine::Reader line) {
  std::vector<rules::billing::Part> parts;
  for (const auto part : line.getParts())
    parts.push_back({part.getQuantity(), MinorUnits{part.getUnitPrice()}});
  std::vector<Position> positions;
  for (const Position position : line.getPositions()) positions.push_back(position);
  const Status written = from.add(
      TableId::BillingLines,
      {text_cell(run), text_cell(line.getId()), text_cell(line.getKind()), text_cell(line.getEntity()),
       moment_cell(line.getEffectiveAt()), text_cell(line.getPerson()), text_cell(line.getCorrects()),
       text_cell(rules::billing::parts_text(parts)), number_cell(line.getQuantity()),
       number_cell(line.getUnpricedBlocks()), number_cell(line.getAmount()), text_cell(line.getCurrency()),
       text_cell(fmt::format("{}", fmt::join(positions, " ")))});
  if (!written) return written;
  for (const Position position : positions)
    if (Status added = from.add(TableId::BillingLineEvents,
                                {text_cell(run), text_cell(line.getId()), number_cell(position)});
        !added)
      return added;
  return {};
}

/// The lines must hash to what the run was opened with: then nothing is missing, and nothing is too much.
Status write_lines(const Deriving& from, const std::string& run, const std::string& lines_hash) {
  rules::billing::LinesHash hash;
  std::string after;
  do {
    const auto answer = from.ask([&](wire::Query::Question::Builder question) {
      auto lines = question.initBillingLines();
      lines.setRun(run);
      lines.setAfter(after);
      lines.setLimit(kPageRows);
    });
    if (!answer) return fail(answer.error());
    const auto page = (*answer)->getRoot<wire::Answer>().getBody().getBillingLines().asReader();
    for (const auto line : page.getLines()) {
      hash.add(text_of(line.getId()), views::read_line(line));
      if (Status written = write_line(from, run, line); !written) return written;
    }
    after = text_of(page.getNext());
  } while (!after.empty());
  if (hex(hash.finish()) == lines_hash) return {};
  return fail(Reason::ViewsDiffer, fmt::format("the lines of run {} are not those it was opened with", run));
}

}  // namespace

Status write_billing_tables(const Deriving& from) {
  std::string after;
  do {
    const auto answer = from.ask([&](wire::Query::Question::Builder question) {
      auto runs = question.initBillingRuns();
      runs.setAfter(after);
      runs.setLimit(kPageRows);
    });
    if (!answer) return fail(answer.error());
    const auto page = (*answer)->getRoot<wire::Answer>().getBody().getBillingRuns().asReader();
    for (const auto run : page.getRuns()) {
      if (run.getOpenedPosition() < from.selection.from ||
          !from.selection.takes_cutoff(Instant{run.getCutoff()}))
        continue;
      if (Status written = write_run(from, run); !written) return written;
      if (Status written = write_lines(from, text_of(run.getRun()), text_of(run.getLinesHash())); !written)
        return written;
    }
    after = text_of(page.getNext());
  } while (!after.empty());
  return {};
}

}  // namespace kontor::exports
