#include "projections/statements/line_rows.h"

namespace kontor::views {

using rules::billing::Part;

Line read_line(wire::BillingLine::Reader row) {
  Line line;
  for (std::uint8_t kind = 0; kind <= static_cast<std::uint8_t>(rules::billing::kLastLineKind); ++kind)
    if (rules::billing::kind_name(static_cast<LineKind>(kind)) == view(row.getKind()))
      line.kind = static_cast<LineKind>(kind);
  line.entity = view(row.getEntity());
  line.effective_at = Instant{row.getEffectiveAt()};
  line.person = view(row.getPerson());
  line.corrects = view(row.getCorrects());
  for (const auto part : row.getParts())
    line.parts.push_back({part.getQuantity(), MinorUnits{part.getUnitPrice()}});
  line.unpriced = row.getUnpricedBlocks();
  line.amount = MinorUnits{row.getAmount()};
  const std::string_view code = view(row.getCurrency());
  line.currency = code.size() == 3 ? Currency{{code[0], code[1], code[2]}} : kNoCurrency;
  for (const Position position : row.getPositions()) line.evidence.push_back(position);
  const std::string_view id = view(row.getId());
  for (std::size_t i = id.rfind('@') + 1; i < id.size(); ++i)
    line.position = line.position * 10 + static_cast<Position>(id[i] - '0');
  return line;
}

void write_line(const Line& line, wire::BillingLine::Builder row) {
  row.setId(line_id(line));
  row.setKind(std::string(kind_name(line.kind)));
  row.setEntity(text(line.entity));
  row.setEffectiveAt(line.effective_at.ns);
  row.setPerson(text(line.person));
  row.setCorrects(text(line.corrects));
  auto parts = row.initParts(static_cast<unsigned>(line.parts.size()));
  for (unsigned i = 0; i < parts.size(); ++i) {
    parts[i].setQuantity(line.parts[i].quantity);
    parts[i].setUnitPrice(line.parts[i].unit_price.value);
  }
  row.setQuantity(quantity_of(line.parts));
  row.setUnpricedBlocks(line.unpriced);
  row.setAmount(line.amount.value);
  row.setCurrency(std::string(line.currency.text()));
  auto positions = row.initPositions(static_cast<unsigned>(line.evidence.size()));
  for (unsigned i = 0; i < positions.size(); ++i) positions.set(i, line.evidence[i]);
}

void charge(Line& line, Part part) {
  if (line.parts.empty() || line.parts.back().unit_price != part.unit_price) {
    line.parts.push_back(part);
  } else {
    line.parts.back().quantity += part.quantity;
  }
  line.amount.value += part.quantity * part.unit_price.value;
}

void take_one_away(Line& line, MinorUnits unit_price, Which which) {
  Part* found = nullptr;
  for (Part& part : line.parts) {
    if (part.unit_price != unit_price || part.quantity == 0) continue;
    found = &part;
    if (which == Which::First) break;
  }
  if (found == nullptr) return;
  --found->quantity;
  line.amount.value -= unit_price.value;
}

}  // namespace kontor::views
