#include "engine/rules/billing/line.h"

#include <fmt/format.h>

#include <array>

namespace kontor::rules::billing {

using kontor::billing::Scope;

std::string_view kind_name(LineKind kind) {
  static constexpr std::array<std::string_view, static_cast<std::size_t>(kLastLineKind) + 1> kNames{
      "access-order", "access-top-up", "flat-contract", "community-pool", "course-seat", "credit-order"};
  return kNames[static_cast<std::size_t>(kind)];
}

bool covers(Scope scope, LineKind kind) {
  switch (scope) {
    case Scope::All: return true;
    case Scope::Access: return kind <= LineKind::AccessTopUp;
    case Scope::Seats: return kind >= LineKind::FlatContract && kind <= LineKind::CourseSeat;
    case Scope::Credits: return kind == LineKind::CreditOrder;
  }
  return false;
}

bool falls_before(LineKind kind, Instant at, Instant cutoff) {
  return kind == LineKind::CourseSeat ? at <= cutoff : at < cutoff;
}

std::string line_id(LineKind kind, std::string_view entity, Position position) {
  return fmt::format("{}:{}@{}", kind_name(kind), entity, position);
}

std::string line_id(const Line& line) { return line_id(line.kind, line.entity, line.position); }

std::string parts_text(const std::vector<Part>& parts) {
  std::string out;
  for (const Part& part : parts) {
    if (!out.empty()) out += '+';
    out += fmt::format("{}x{}", part.quantity, part.unit_price.value);
  }
  return out;
}

std::int64_t quantity_of(const std::vector<Part>& parts) {
  std::int64_t sum = 0;
  for (const Part& part : parts) sum += part.quantity;
  return sum;
}

LinesHash::LinesHash() { sha_.update(bytes_of("kontor billing lines 1\n")); }

void LinesHash::add(std::string_view id, const Line& line) {
  std::string text = fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t", id, line.effective_at.text(),
                                 line.person, line.corrects, parts_text(line.parts), quantity_of(line.parts),
                                 line.unpriced, line.amount.value, line.currency.text());
  for (const Position position : line.evidence) text += fmt::format("{} ", position);
  text.back() = '\n';
  sha_.update(bytes_of(text));
}

}  // namespace kontor::rules::billing
