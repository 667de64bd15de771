#pragma once
// A line of a billing run: what is charged, for what, and the events it rests on (DOMAIN 7). Pure values; any
// thread. Shared by the rules, which hash the lines, and the views, which show them.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "events/billing.h"
#include "events/core/digest.h"
#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/money.h"

namespace kontor::rules::billing {

/// In the order in which a statement lists them.
enum class LineKind : std::uint8_t {
  AccessOrder,
  AccessTopUp,
  FlatContract,
  CommunityPool,
  CourseSeat,
  CreditOrder,
};
constexpr LineKind kLastLineKind = LineKind::CreditOrder;

/// "course-seat"
[[nodiscard]] std::string_view kind_name(LineKind kind);
[[nodiscard]] bool covers(kontor::billing::Scope scope, LineKind kind);

/// Whether a fact of this kind, true since `at`, lies before a cut-off. A course run is a span of time that
/// does not contain its own end: one that ends at the cut-off lies before it. All else is a moment.
[[nodiscard]] bool falls_before(LineKind kind, Instant at, Instant cutoff);

/// So many at this price.
struct Part {
  std::int64_t quantity = 0;
  MinorUnits unit_price;
  friend bool operator==(const Part&, const Part&) = default;
};

struct Line {
  LineKind kind = LineKind::AccessOrder;
  std::string entity;        // what is charged: "o-1"; of a course seat "k-1/1/3": course, run, seat
  Position position = 0;     // of the event that made it billable; lines of a kind are ordered by it
  std::uint32_t number = 0;  // of the seat in its course, second in that order; 0: no seat
  Instant effective_at;
  std::string person;          // whose seat; empty: of nobody in particular
  std::string corrects;        // id of the line it corrects; empty: none
  std::vector<Part> parts;     // in the order of time; a correction's quantities are negative
  std::uint64_t unpriced = 0;  // blocks among them without a price
  MinorUnits amount;
  Currency currency;
  std::vector<Position> evidence;  // positions it rests on, rising
  friend bool operator==(const Line&, const Line&) = default;
};

/// "course-seat:k-1/1/3@1042": kind, entity, position. Unique in the tenant for ever.
[[nodiscard]] std::string line_id(LineKind kind, std::string_view entity, Position position);
[[nodiscard]] std::string line_id(const Line& line);
/// "4x1200+2x900"
[[nodiscard]] std::string parts_text(const std::vector<Part>& parts);
[[nodiscard]] std::int64_t quantity_of(const std::vector<Part>& parts);

/// SHA-256 over the canonical text of lines in their order, as engine/rules/billing/README.md describes it,
/// so that an auditor can compute it without this program. One thread.
class LinesHash {
 public:
  LinesHash();
  void add(const Line& line) { add(line_id(line), line); }
  void add(std::string_view id, const Line& line);
  [[nodiscard]] Digest finish() { return sha_.finish(); }

 private:
  Sha256 sha_;
};

}  // namespace kontor::rules::billing
