#include "engine/rules/billing/chains.h"
#include "engine/rules/billing/rules.h"
#include "engine/rules/billing/statement.h"
#include "engine/rules/canonical.h"
#include "events/core/assert.h"

namespace kontor::rules::billing {
namespace {

namespace ev = kontor::billing;

struct Evolve {
  State& s;
  const Envelope& envelope;

  [[nodiscard]] Row run_of(const BillingRunId& id) const {
    const Row row = s.run_ids.find(id.value);
    KONTOR_ASSERT(row != kNone);
    return row;
  }

  template <class T>
  void take(Table<T>& table, Cell<Chain>& open, Chain& taken, Row run, std::uint64_t expected) {
    const ev::BillingRunOpened& opened = s.runs[run].opened;
    Chain left;
    std::uint64_t count = 0;
    deal_out(table, open.get(), [&](Row row) -> Chain* {
      if (table[row].phase != ItemPhase::Open) return nullptr;  // settled by hand meanwhile
      if (!takes(opened.scope, opened.cutoff_effective, table[row])) return &left;
      table.edit(row).phase = ItemPhase::InRun;
      table.edit(row).run = run;
      ++count;
      return &taken;
    });
    KONTOR_ASSERT(count == expected);  // I10: a run holds what its statement says
    open.set(left);
  }

  void operator()(const ev::BillingRunOpened& e) {
    const Row row = s.run_ids.intern(e.run.value);
    KONTOR_ASSERT(row == s.runs.size());
    s.runs.append({.opened = e, .opened_at = envelope.position});
    Chain items;
    Chain settlements;
    take(s.items, s.open_items, items, row, e.lines);
    take(s.settlements, s.open_settlements, settlements, row, e.course_runs);
    s.runs.edit(row).items = items;
    s.runs.edit(row).settlements = settlements;
  }

  template <class T>
  void mark(Table<T>& table, Chain chain) {
    for (Row row = chain.first; row != kNone; row = table[row].next) {
      KONTOR_ASSERT(table[row].phase == ItemPhase::InRun);  // I10: nothing is billed twice
      table.edit(row).phase = ItemPhase::Billed;
    }
  }

  void operator()(const ev::BillingRunClosed& e) {
    Run& run = s.runs.edit(run_of(e.run));
    KONTOR_ASSERT(run.phase == RunPhase::Open);
    KONTOR_ASSERT(run.opened.lines_hash == e.lines_hash);
    run.phase = RunPhase::Closed;
    run.ended_at = envelope.position;
    mark(s.items, run.items);
    mark(s.settlements, run.settlements);
  }

  template <class T>
  void give_back(Table<T>& table, Cell<Chain>& open, Chain chain) {
    Chain all = open.get();
    deal_out(table, chain, [&](Row row) {
      table.edit(row).phase = ItemPhase::Open;
      table.edit(row).run = kNone;
      return &all;
    });
    open.set(all);
  }

  void operator()(const ev::BillingRunAbandoned& e) {
    Run& run = s.runs.edit(run_of(e.run));
    KONTOR_ASSERT(run.phase == RunPhase::Open);
    run.phase = RunPhase::Abandoned;
    run.ended_at = envelope.position;
    give_back(s.items, s.open_items, run.items);
    give_back(s.settlements, s.open_settlements, run.settlements);
    run.items = {};
    run.settlements = {};
  }

  void operator()(const ev::PeriodSealed& e) {
    s.seal.set({.until = e.until, .at = envelope.position});
    while (const SealTimer* timer = s.seal_timers.first()) {
      if (timer->until > e.until) break;
      s.seal_timers.erase(SealTimer(*timer));
    }
  }
};

void describe_row(const Item& r, Canonical& out) {
  out.add_all(r.kind, r.phase, r.name, r.course_run, r.number, r.person, r.position, r.effective_at,
              r.corrects, r.first_part, r.last_part, r.last_evidence, r.unpriced, r.amount, r.currency.text(),
              r.run, r.sibling, r.next);
}
void describe_row(const PartRow& r, Canonical& out) {
  out.add_all(r.part.quantity, r.part.unit_price, r.next);
}
void describe_row(const EvidenceRow& r, Canonical& out) { out.add_all(r.position, r.previous); }
void describe_row(const Settlement& r, Canonical& out) {
  out.add_all(r.course, r.course_run, r.phase, r.effective_at, r.position, r.first_seat, r.last_seat, r.run,
              r.next);
}
void describe_row(const ContractPeriod& r, Canonical& out) { out.add_all(r.campus, r.period, r.to); }
void describe_row(const Run& r, Canonical& out) {
  out.add_all(r.phase, r.opened.cutoff_effective, r.opened.cutoff_position, r.opened.scope, r.opened.lines,
              r.opened.course_runs, r.opened_at, r.ended_at, r.items.first, r.items.last, r.settlements.first,
              r.settlements.last);
  for (const std::uint8_t byte : r.opened.lines_hash) out.add(byte);
}
template <class T>
void describe_table(const Table<T>& table, Canonical& out) {
  out.add(table.size());
  for (Row row = 0; row < table.size(); ++row) describe_row(table[row], out);
}

}  // namespace

void evolve(State& state, const ev::Event& event, const Envelope& envelope) {
  std::visit(Evolve{state, envelope}, event);
}

void describe(const State& state, Canonical& out) {
  out.add(state.names);
  out.add(state.run_ids);
  describe_table(state.items, out);
  describe_table(state.parts, out);
  describe_table(state.evidence, out);
  describe_table(state.settlements, out);
  describe_table(state.runs, out);
  describe_table(state.contract_periods, out);
  out.add_all(state.open_items.get().first, state.open_items.get().last, state.open_settlements.get().first,
              state.open_settlements.get().last, state.seal.get().until, state.seal.get().at);
  for (const SealTimer& timer : state.seal_timers) out.add_all(timer.until, timer.period);
}

}  // namespace kontor::rules::billing
