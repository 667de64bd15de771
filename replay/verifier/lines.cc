#include "replay/verifier/lines.h"

#include <fmt/format.h>

#include <map>

namespace kontor::verifier {

using billing::Scope;

bool is_covered(Scope scope, LineKind kind) {
  switch (scope) {
    case Scope::All: return true;
    case Scope::Access: return kind == LineKind::AccessOrder || kind == LineKind::AccessTopUp;
    case Scope::Seats:
      return kind == LineKind::FlatContract || kind == LineKind::CommunityPool ||
             kind == LineKind::CourseSeat;
    case Scope::Credits: return kind == LineKind::CreditOrder;
  }
  return false;
}

bool is_before(LineKind kind, Instant at, Instant cutoff) {
  return at < cutoff || (kind == LineKind::CourseSeat && at == cutoff);
}

std::string_view name_of(Scope scope) {
  constexpr std::array<std::string_view, 4> kNames{"all", "access", "seats", "credits"};
  return kNames[static_cast<std::size_t>(scope)];
}

std::string Line::id() const {
  constexpr std::array<std::string_view, 6> kNames{"access-order",   "access-top-up", "flat-contract",
                                                   "community-pool", "course-seat",   "credit-order"};
  return fmt::format("{}:{}@{}", kNames[static_cast<std::size_t>(kind)], entity, position);
}

std::string Line::parts_text() const {
  std::string out;
  for (const Part& part : parts) {
    if (part.quantity == 0) continue;
    out += fmt::format("{}{}x{}", out.empty() ? "" : "+", part.quantity, part.unit_price.value);
  }
  return out;
}

std::int64_t Line::quantity() const {
  std::int64_t sum = 0;
  for (const Part& part : parts) sum += part.quantity;
  return sum;
}

std::string Line::canonical() const {
  std::string positions;
  for (const Position seen : evidence) positions += fmt::format("{}{}", positions.empty() ? "" : " ", seen);
  return fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", id(), effective_at.text(), person, corrects,
                     parts_text(), quantity(), unpriced, amount.value, currency.text(), positions);
}

bool Line::charge(Part part) {
  std::int64_t more = 0;
  if (__builtin_mul_overflow(part.quantity, part.unit_price.value, &more) ||
      __builtin_add_overflow(amount.value, more, &amount.value))
    return false;
  if (parts.empty() || parts.back().unit_price != part.unit_price) parts.push_back({0, part.unit_price});
  parts.back().quantity += part.quantity;
  return true;
}

bool Line::take_one_away(MinorUnits unit_price, Which which) {
  Part* found = nullptr;
  for (Part& part : parts) {
    if (part.unit_price != unit_price || part.quantity == 0) continue;
    found = &part;
    if (which == Which::First) break;
  }
  if (found == nullptr || __builtin_sub_overflow(amount.value, unit_price.value, &amount.value)) return false;
  --found->quantity;
  return true;
}

Statement Statement::of(const std::vector<const Line*>& lines) {
  Statement out;
  Sha256 sha;
  sha.update(bytes_of("kontor billing lines 1\n"));
  std::map<std::string_view, billing::CurrencyTotal> totals;
  for (const Line* line : lines) {
    sha.update(bytes_of(line->canonical()));
    ++out.lines;
    out.unpriced += line->unpriced;
    if (out.first_position == 0 || line->position < out.first_position) out.first_position = line->position;
    billing::CurrencyTotal& total = totals[line->currency.text()];
    total.currency = line->currency;
    ++total.lines;
    const auto sum = checked_add(total.amount, line->amount);
    if (sum) total.amount = *sum;
    out.fits = out.fits && sum.has_value();
  }
  for (const auto& [currency, total] : totals) out.totals.push_back(total);
  out.hash = sha.finish();
  return out;
}

}  // namespace kontor::verifier
