#include "projections/statements/statements.h"

#include <algorithm>
#include <variant>

#include "projections/statements/billable.h"

namespace kontor::views {
namespace {

/// What the events of one domain change. Corrections may be laid over views that do not know yet what they
/// correct (two_clocks.h): then there is nothing to change.
class Billable {
 public:
  Billable(const Envelope& envelope, ViewWriter& rows) : envelope_(envelope), rows_(rows) {}

  void operator()(const seats::CourseCreated& e) {
    rows_.create<wire::BillingCourseCard>(keys().course(e.course.value),
                                          [](wire::BillingCourseCard::Builder row) {
                                            row.setRun(1);
                                            row.setFirstSeat(1);
                                          });
  }
  void operator()(const seats::CourseReactivated& e) {
    rows_.change<wire::BillingCourseCard>(keys().course(e.course.value),
                                          [&](wire::BillingCourseCard::Builder row) {
                                            row.setRun(e.run);
                                            row.setFirstSeat(row.getLastSeat() + 1);
                                          });
  }
  void operator()(const seats::CourseSeatStarted& e) {
    rows_.change<wire::BillingCourseCard>(
        keys().course(e.course.value), [&](wire::BillingCourseCard::Builder row) {
          row.setLastSeat(std::max(row.getLastSeat(), static_cast<std::uint32_t>(e.seat)));
        });
    Line line;
    line.kind = LineKind::CourseSeat;
    line.person = e.person.value;
    line.currency = kNoCurrency;
    rows_.create<wire::BillingSeatCard>(
        keys().seat(e.course.value, e.seat),
        [&](wire::BillingSeatCard::Builder row) { write_line(line, row.initLine()); });
  }
  void operator()(const seats::CourseSeatBlockStarted& e) {
    change_seat(e.course, e.seat, [&](Line& line, wire::BillingSeatCard::Builder) {
      charge(line, {1, e.price ? e.price->unit_price : MinorUnits{}});
      if (e.price) {
        line.currency = e.price->currency;
      } else {
        ++line.unpriced;
      }
      line.evidence.push_back(envelope_.position);
    });
  }
  void operator()(const seats::CourseSeatEnded& e) {
    change_seat(e.course, e.seat, [&](Line& line, wire::BillingSeatCard::Builder row) {
      // Rounding FULL: the newest block was not over when the seat ended.
      if (quantity_of(line.parts) > e.billed_blocks)
        take_one_away(line, MinorUnits{line.amount.value - e.amount.value}, Which::Last);
      line.currency = e.currency;
      line.evidence.push_back(envelope_.position);
      row.setState(wire::BillingSeatState::ENDED);
    });
  }
  void operator()(const seats::CourseSettlementOpened& e) {
    rows_.create<wire::BillingSettlementCard>(
        keys().settlement(e.course.value, e.run),
        [&](wire::BillingSettlementCard::Builder row) { row.setEndedAt(envelope_.effective_at.ns); });
    const auto card = rows_.require<wire::BillingCourseCard>(keys().course(e.course.value));
    for (std::uint32_t seat = card.read().getFirstSeat(); seat <= card.read().getLastSeat(); ++seat)
      finish_seat(e, seat);
  }
  void operator()(const seats::CourseSettled& e) {
    rows_.change<wire::BillingSettlementCard>(
        keys().settlement(e.course.value, e.run),
        [&](wire::BillingSettlementCard::Builder row) { row.setSettledPosition(envelope_.position); });
  }
  void operator()(const seats::CourseSeatBlockVoided& e) {
    if (e.billed_blocks == 0) return;
    correct_seat(e.course, e.seat, {-1, e.amount}, e.currency, [&](Line& line) {
      take_one_away(line, e.amount, Which::First);
      line.unpriced -= e.unpriced_blocks;
    });
  }
  void operator()(const seats::CourseSeatBlockPriced& e) {
    correct_seat(e.course, e.seat, {e.billed_blocks, e.price.unit_price}, e.price.currency, [&](Line& line) {
      take_one_away(line, MinorUnits{}, Which::First);
      --line.unpriced;
      if (e.billed_blocks != 0) charge(line, {1, e.price.unit_price});
      line.currency = e.price.currency;
    });
  }
  template <class Other>
  void operator()(const Other&) {}

 private:
  [[nodiscard]] BillingKeys keys() const { return BillingKeys{rows_.tenant()}; }

  /// A late event may be about a seat that had not started at the moment that is asked about.
  template <class Change>
  void change_seat(const CourseId& course, seats::SeatNumber seat, const Change& change) {
    rows_.change_if_there<wire::BillingSeatCard>(keys().seat(course.value, seat),
                                                 [&](wire::BillingSeatCard::Builder row) {
                                                   Line line = read_line(row.getLine());
                                                   change(line, row);
                                                   write_line(line, row.initLine());
                                                 });
  }

  /// Changes the line while it grows; corrects it once it is there.
  template <class Change>
  void correct_seat(const CourseId& course, seats::SeatNumber seat, rules::billing::Part part,
                    const Currency& currency, const Change& change) {
    const auto stored = rows_.find<wire::BillingSeatCard>(keys().seat(course.value, seat));
    if (!stored) return;
    const Position item = stored->read().getItem();
    if (item == 0)
      return change_seat(course, seat, [&](Line& line, wire::BillingSeatCard::Builder) {
        change(line);
        line.evidence.push_back(envelope_.position);
      });
    if (part.quantity * part.unit_price.value != 0)
      correct_line(rows_, {LineKind::CourseSeat, item, seat}, part, currency, envelope_);
  }

  void finish_seat(const seats::CourseSettlementOpened& e, std::uint32_t seat) {
    const ViewKey key = keys().seat(e.course.value, seat);
    const auto stored = rows_.find<wire::BillingSeatCard>(key);
    if (!stored || stored->read().getState() != wire::BillingSeatState::ENDED) return;
    Line line = read_line(stored->read().getLine());
    if (quantity_of(line.parts) == 0) return;
    std::erase_if(line.parts, [](const rules::billing::Part& part) { return part.quantity == 0; });
    line.entity = e.course.value + "/" + std::to_string(e.run) + "/" + std::to_string(seat);
    line.position = envelope_.position;
    line.number = seat;
    line.effective_at = envelope_.effective_at;
    create_line(rows_, line);
    rows_.change<wire::BillingSeatCard>(key, [&](wire::BillingSeatCard::Builder row) {
      row.setItem(envelope_.position);
      write_line(line, row.initLine());
    });
  }

  const Envelope& envelope_;
  ViewWriter& rows_;
};

void write_totals(const std::vector<kontor::billing::CurrencyTotal>& totals, wire::BillingRun::Builder row) {
  auto out = row.initTotals(static_cast<unsigned>(totals.size()));
  for (unsigned i = 0; i < out.size(); ++i) {
    out[i].setCurrency(std::string(totals[i].currency.text()));
    out[i].setLines(totals[i].lines);
    out[i].setAmount(totals[i].amount.value);
  }
}

void add(ViewWriter& rows, const kontor::billing::BillingRunOpened& e, const Envelope& envelope) {
  const BillingKeys keys{rows.tenant()};
  rows.create<wire::RunQuestion>(keys.runs().number(envelope.position),
                                 [&](wire::RunQuestion::Builder row) { row.setRun(text(e.run.value)); });
  rows.create<wire::BillingRun>(keys.run(e.run.value), [&](wire::BillingRun::Builder row) {
    row.setRun(text(e.run.value));
    row.setScope(static_cast<wire::BillingRunScope>(e.scope));
    row.setCutoff(e.cutoff_effective.ns);
    row.setCutoffPosition(e.cutoff_position);
    row.setOpenedAt(envelope.effective_at.ns);
    row.setOpenedPosition(envelope.position);
    row.setLines(e.lines);
    row.setCourseRuns(e.course_runs);
    row.setUnpricedBlocks(e.unpriced_blocks);
    row.setFirstPosition(e.first_position);
    row.setLinesHash(hex(e.lines_hash));
    write_totals(e.totals, row);
  });
}

template <class Fill>
void end_run(ViewWriter& rows, const BillingRunId& run, const Envelope& envelope, const Fill& fill) {
  rows.change<wire::BillingRun>(BillingKeys{rows.tenant()}.run(run.value),
                                [&](wire::BillingRun::Builder row) {
                                  row.setEndedAt(envelope.effective_at.ns);
                                  row.setEndedPosition(envelope.position);
                                  fill(row);
                                });
}

void add(ViewWriter& rows, const kontor::billing::BillingRunClosed& e, const Envelope& envelope) {
  rows.edit<wire::RunQuestion>(BillingKeys{rows.tenant()}.closing(),
                               [&](wire::RunQuestion::Builder row) { row.setRun(text(e.run.value)); });
  end_run(rows, e.run, envelope, [&](wire::BillingRun::Builder row) {
    row.setState(wire::BillingRunState::CLOSED);
    row.setInvoiceRef(text(e.invoice_ref));
  });
}

void add(ViewWriter& rows, const kontor::billing::BillingRunAbandoned& e, const Envelope& envelope) {
  end_run(rows, e.run, envelope, [&](wire::BillingRun::Builder row) {
    row.setState(wire::BillingRunState::ABANDONED);
    row.setReason(text(e.reason));
  });
}

void add(ViewWriter&, const kontor::billing::PeriodSealed&, const Envelope&) {}

}  // namespace

void Statements::apply(const RecordedEvent& event, ViewWriter& rows) const {
  if (const auto* body = std::get_if<kontor::billing::Event>(&event.body))
    return std::visit([&](const auto& e) { add(rows, e, event.envelope); }, *body);
  Billable billable(event.envelope, rows);
  if (const auto* body = std::get_if<seats::Event>(&event.body)) std::visit(billable, *body);
  apply_orders(event, rows);
}

}  // namespace kontor::views
