#include <string>
#include <vector>

#include "projections/access/keys.h"
#include "projections/stored_row.h"
#include "replay/export/cells.h"
#include "replay/export/deriving.h"

namespace kontor::exports {
namespace {

using views::KeyParts;
using views::Kind;
using views::StoredRow;
using views::ViewKey;

constexpr std::uint32_t kPageRows = 5'000;

Status write_order_line(const Deriving& from, wire::AccessOrderLine::Reader line) {
  if (!from.selection.takes(line.getPosition(), Instant{line.getAt()})) return {};
  return from.add(
      TableId::AccessOrders,
      {number_cell(line.getPosition()), moment_cell(line.getAt()), name_cell(line.getKind()),
       text_cell(line.getOrder()), text_cell(line.getProduct()), text_cell(line.getBuyer()),
       name_cell(line.getMode()), number_cell(line.getQuantity()), number_cell(line.getUnitPrice()),
       number_cell(line.getTotal()), text_cell(line.getCurrency()), number_cell(line.getPriceListRev()),
       text_cell(line.getPaymentRef())});
}

Status write_member(const Deriving& from, std::string_view group, wire::Participant::Reader member) {
  if (!from.selection.takes_span(member.getSince(), member.getRemovedAt())) return {};
  return from.add(
      TableId::GroupRosters,
      {text_cell(group), text_cell(member.getPerson()), name_cell(member.getState()),
       number_cell(member.getSeat()), moment_cell(member.getSince()), name_cell(member.getVia()),
       moment_cell(member.getRemovedAt()), name_cell(member.getMail()), name_cell(member.getTag()),
       text_cell(member.getImport()), position_cell(member.getLine()), position_cell(member.getEnrolled()),
       position_cell(member.getRemoved()), text_cell(member.getLabel())});
}

Status write_roster(const Deriving& from, const std::string& group) {
  std::string after;
  do {
    const auto answer = from.ask([&](wire::Query::Question::Builder question) {
      auto roster = question.initGroupRoster();
      roster.setGroup(group);
      roster.setMembers(wire::RosterFilter::ALL);
      roster.setAfter(after);
      roster.setLimit(kPageRows);
    });
    if (!answer) return fail(answer.error());
    const auto page = (*answer)->getRoot<wire::Answer>().getBody().getGroupRoster().asReader();
    for (const auto member : page.getParticipants())
      if (Status written = write_member(from, group, member); !written) return written;
    after = page.getNext().cStr();
  } while (!after.empty());
  return {};
}

}  // namespace

Status write_access_tables(const Deriving& from) {
  const views::AccessKeys keys{from.tenant};
  const Status lines = from.scan(keys.order_lines(), [&](std::string_view, const views::RowVersion& row) {
    const StoredRow<wire::AccessOrderLine> stored(row.value);
    return write_order_line(from, stored.read());
  });
  if (!lines) return lines;
  const ViewKey groups(from.tenant, Kind::Group);
  return from.scan(groups, [&](std::string_view key, const views::RowVersion&) {
    return write_roster(from, std::string(KeyParts(key, groups).text()));
  });
}

}  // namespace kontor::exports
