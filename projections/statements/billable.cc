#include "projections/statements/billable.h"

namespace kontor::views {

void create_line(ViewWriter& rows, const Line& line) {
  rows.create<wire::BillingLine>(BillingKeys{rows.tenant()}.item(line.kind, line.position, line.number),
                                 [&](wire::BillingLine::Builder row) { write_line(line, row); });
}

void correct_line(ViewWriter& rows, LineAt original, rules::billing::Part part, const Currency& currency,
                  const Envelope& envelope) {
  const auto stored = rows.find<wire::BillingLine>(
      BillingKeys{rows.tenant()}.item(original.kind, original.position, original.number));
  if (!stored) return;
  const Line from = read_line(stored->read());
  Line line;
  line.kind = from.kind;
  line.entity = from.entity;
  line.position = envelope.position;
  line.number = original.number;
  line.effective_at = envelope.effective_at;
  line.person = from.person;
  line.corrects = line_id(from);
  line.currency = currency;
  line.evidence = {envelope.position};
  charge(line, part);
  create_line(rows, line);
}

void take_back_line(ViewWriter& rows, LineAt original, const Envelope& envelope) {
  const auto stored = rows.find<wire::BillingLine>(
      BillingKeys{rows.tenant()}.item(original.kind, original.position, original.number));
  if (!stored) return;
  const Line from = read_line(stored->read());
  for (const rules::billing::Part& part : from.parts)
    correct_line(rows, original, {-part.quantity, part.unit_price}, from.currency, envelope);
}

}  // namespace kontor::views
