#pragma once
// What can be billed, what runs hold it, and how far the past is sealed. Items are rows in the order in which
// they began; they are never erased. Owned by the writer's thread.

#include <compare>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "engine/rules/billing/line.h"
#include "engine/rules/journal.h"
#include "events/billing.h"
#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/money.h"

namespace kontor::rules::billing {

enum class ItemPhase : std::uint8_t {
  Growing,  // a course seat whose course run has not ended, or an order that is not complete
  Open,     // can be billed, and is in no run
  InRun,    // held by a run that is open
  Billed,   // by a closed run, or settled by hand
  Nothing,  // came to nothing: never billed
};

/// What becomes a line.
struct Item {
  LineKind kind = LineKind::AccessOrder;
  ItemPhase phase = ItemPhase::Growing;
  Row name = kNone;              // State::names: a course or an order
  std::uint32_t course_run = 0;  // of a course seat
  std::uint32_t number = 0;      // of a course seat
  Row person = kNone;            // State::names
  Position position = 0;         // see Line::position
  Instant effective_at{};
  Row corrects = kNone;    // the item it takes back
  Row first_part = kNone;  // State::parts, linked
  Row last_part = kNone;
  Row last_evidence = kNone;  // State::evidence, linked backwards
  std::uint32_t unpriced = 0;
  MinorUnits amount{};
  Currency currency{};
  Row run = kNone;      // that holds or has billed it
  Row sibling = kNone;  // the next seat of the same course run
  Row next = kNone;     // in the list of open items, or of its run
};

struct PartRow {
  Part part;
  Row next = kNone;
};
struct EvidenceRow {
  Position position = 0;
  Row previous = kNone;
};

/// A course run: what the seats in it will cost, and once it has ended, that it waits to be settled.
struct Settlement {
  Row course = kNone;  // State::names
  std::uint32_t course_run = 0;
  ItemPhase phase = ItemPhase::Growing;
  Instant effective_at{};  // when the run ended
  Position position = 0;   // of CourseSettlementOpened
  Row first_seat = kNone;  // items
  Row last_seat = kNone;
  Row run = kNone;
  Row next = kNone;  // in the list of open settlements, or of its run
};

/// A list that runs through the rows' `next`.
struct Chain {
  Row first = kNone;
  Row last = kNone;
  friend bool operator==(const Chain&, const Chain&) = default;
};

enum class RunPhase : std::uint8_t { Open, Closed, Abandoned };

struct Run {
  RunPhase phase = RunPhase::Open;
  kontor::billing::BillingRunOpened opened;
  Position opened_at = 0;
  Position ended_at = 0;  // closed or abandoned
  Chain items{};
  Chain settlements{};
};

/// A contract period that is sealed some time after its end.
struct SealTimer {
  Instant until;
  Row period = kNone;  // State::contract_periods

  friend auto operator<=>(const SealTimer&, const SealTimer&) = default;
};
struct ContractPeriod {
  Row campus = kNone;  // State::names
  Row period = kNone;  // State::names
  Instant to;
};

struct Seal {
  Instant until{};  // 0: nothing is sealed
  Position at = 0;
};

struct State {
  explicit State(Journal& journal)
      : names(journal),
        run_ids(journal),
        items(journal),
        parts(journal),
        evidence(journal),
        settlements(journal),
        runs(journal),
        contract_periods(journal),
        seat_items(journal),
        settlement_of(journal),
        order_items(journal),
        open_items(journal),
        open_settlements(journal),
        seal_timers(journal),
        seal(journal) {}

  Interner names;
  Interner run_ids;  // the number of an id is also the number of its row
  Table<Item> items;
  Table<PartRow> parts;
  Table<EvidenceRow> evidence;
  Table<Settlement> settlements;
  Table<Run> runs;
  Table<ContractPeriod> contract_periods;
  Index<std::uint64_t, Row> seat_items;   // (course, seat number) → its item
  Index<Row, Row> settlement_of;          // course → its newest run's settlement
  Index<std::uint64_t, Row> order_items;  // (kind, order) → its item
  Cell<Chain> open_items;
  Cell<Chain> open_settlements;
  OrderedSet<SealTimer> seal_timers;
  Cell<Seal> seal;

  /// All of it, in the order in which a snapshot holds it.
  static auto containers(auto& self) {
    return std::tie(self.names, self.run_ids, self.items, self.parts, self.evidence, self.settlements,
                    self.runs, self.contract_periods, self.seat_items, self.settlement_of, self.order_items,
                    self.open_items, self.open_settlements, self.seal_timers, self.seal);
  }
};

}  // namespace kontor::rules::billing
