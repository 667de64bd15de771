#include "engine/rules/billing/growing.h"

#include "engine/rules/billing/chains.h"
#include "events/core/assert.h"

namespace kontor::rules::billing {

void rest_on(State& s, Row item, Position position) {
  const Row row = s.evidence.append({.position = position, .previous = s.items[item].last_evidence});
  s.items.edit(item).last_evidence = row;
}

void charge(State& s, Row row, Part part) {
  Item& item = s.items.edit(row);
  MinorUnits sum;
  KONTOR_ASSERT(!__builtin_mul_overflow(part.quantity, part.unit_price.value, &sum.value));
  const auto total = checked_add(item.amount, sum);
  KONTOR_ASSERT(total.has_value());
  item.amount = *total;
  if (item.last_part != kNone && s.parts[item.last_part].part.unit_price == part.unit_price) {
    s.parts.edit(item.last_part).part.quantity += part.quantity;
    return;
  }
  const Row added = s.parts.append({.part = part});
  (item.last_part == kNone ? item.first_part : s.parts.edit(item.last_part).next) = added;
  item.last_part = added;
}

void take_one_away(State& s, Row row, MinorUnits unit_price, Which which) {
  Row found = kNone;
  for (Row part = s.items[row].first_part; part != kNone; part = s.parts[part].next) {
    if (s.parts[part].part.unit_price != unit_price || s.parts[part].part.quantity == 0) continue;
    found = part;
    if (which == Which::First) break;
  }
  KONTOR_ASSERT(found != kNone);
  --s.parts.edit(found).part.quantity;
  s.items.edit(row).amount.value -= unit_price.value;
}

void become_open(State& s, Row row, Position position, Instant effective_at) {
  Item& item = s.items.edit(row);
  item.phase = ItemPhase::Open;
  item.position = position;
  item.effective_at = effective_at;
  append(s.items, s.open_items, row);
}

void correct(State& s, Row original, Part part, const Currency& currency, const Envelope& envelope) {
  const Item& from = s.items[original];
  const Row row = s.items.append({.kind = from.kind,
                                  .name = from.name,
                                  .course_run = from.course_run,
                                  .number = from.number,
                                  .person = from.person,
                                  .corrects = original,
                                  .currency = currency,
                                  .sibling = from.sibling});
  s.items.edit(original).sibling = row;
  charge(s, row, part);
  rest_on(s, row, envelope.position);
  become_open(s, row, envelope.position, envelope.effective_at);
}

void take_back(State& s, Row original, const Envelope& envelope) {
  const Item& from = s.items[original];
  KONTOR_ASSERT(from.first_part == from.last_part);
  const Part part = s.parts[from.first_part].part;
  correct(s, original, {-part.quantity, part.unit_price}, from.currency, envelope);
}

}  // namespace kontor::rules::billing
