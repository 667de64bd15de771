#pragma once
// Lines of billing runs, told a second time from engine/rules/billing/README.md. Pure values; any thread.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "events/billing.h"
#include "events/core/digest.h"
#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/money.h"
#include "events/seats.h"

namespace kontor::verifier {

/// In the order in which a statement lists them.
enum class LineKind : std::uint8_t {
  AccessOrder,
  AccessTopUp,
  FlatContract,
  CommunityPool,
  CourseSeat,
  CreditOrder,
};

[[nodiscard]] bool is_covered(billing::Scope scope, LineKind kind);
/// A course run, and what corrects its seats, lies before a cut-off also at that very instant.
[[nodiscard]] bool is_before(LineKind kind, Instant at, Instant cutoff);
[[nodiscard]] std::string_view name_of(billing::Scope scope);

struct Part {
  std::int64_t quantity = 0;
  MinorUnits unit_price;
};

struct Line {
  LineKind kind = LineKind::AccessOrder;
  std::string entity;
  Position position = 0;
  std::uint32_t number = 0;
  Instant effective_at;
  std::string person;
  std::string corrects;  // id of a line
  std::vector<Part> parts;
  std::uint64_t unpriced = 0;
  MinorUnits amount;
  Currency currency = kNoCurrency;
  std::vector<Position> evidence;

  [[nodiscard]] std::string id() const;
  [[nodiscard]] std::string parts_text() const;
  [[nodiscard]] std::int64_t quantity() const;
  /// What the hash of a run is taken over; ends with a line feed.
  [[nodiscard]] std::string canonical() const;

  /// False when the amount does not fit 64 bits.
  [[nodiscard]] bool charge(Part part);
  /// One of the parts with this price has one less; false when there is none.
  enum class Which : std::uint8_t { First, Last };
  [[nodiscard]] bool take_one_away(MinorUnits unit_price, Which which);
};

/// What lines come to, as the opening of a run says it.
struct Statement {
  std::uint64_t lines = 0;
  std::uint64_t unpriced = 0;
  Position first_position = 0;
  std::vector<billing::CurrencyTotal> totals;  // by currency
  Digest hash{};
  bool fits = true;  // every sum in 64 bits

  [[nodiscard]] static Statement of(const std::vector<const Line*>& lines);
};

}  // namespace kontor::verifier
