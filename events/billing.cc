#include "events/billing.h"

#include <algorithm>
#include <array>

#include "events/codec.h"

namespace kontor {
namespace billing {

// Compiled here, once.
Event::Event() = default;
Event::Event(const Event&) = default;
Event::Event(Event&&) noexcept = default;
Event& Event::operator=(const Event&) = default;
Event& Event::operator=(Event&&) noexcept = default;
Event::~Event() = default;

std::string_view type_name(const Event& event) {
  static constexpr std::array<std::string_view, std::variant_size_v<Event::variant>> kNames{
      "BillingRunOpened", "BillingRunClosed", "BillingRunAbandoned", "PeriodSealed"};
  static_assert(!kNames.back().empty(), "one name per event");
  return kNames[event.index()];
}

std::string stream_of(const Event& event) {
  struct StreamOf {
    std::string operator()(const PeriodSealed&) const { return "seal"; }
    std::string operator()(const BillingRunOpened& e) const { return "run/" + e.run.value; }
    std::string operator()(const BillingRunClosed& e) const { return "run/" + e.run.value; }
    std::string operator()(const BillingRunAbandoned& e) const { return "run/" + e.run.value; }
  };
  return std::visit(StreamOf{}, event);
}

std::string_view scope_name(Scope scope) {
  switch (scope) {
    case Scope::All: return "all";
    case Scope::Access: return "access";
    case Scope::Seats: return "seats";
    case Scope::Credits: return "credits";
  }
  return "";
}

}  // namespace billing

namespace codec {
namespace {

Digest hash_of(capnp::Data::Reader bytes) {
  Digest out{};
  KJ_REQUIRE(bytes.size() == out.size(), "a digest has 32 bytes");
  std::ranges::copy(bytes, out.begin());
  return out;
}

void put(const std::vector<billing::CurrencyTotal>& totals, capnp::List<schema::CurrencyTotal>::Builder b) {
  for (unsigned i = 0; i < b.size(); ++i) {
    std::ranges::copy(totals[i].currency.code, b[i].initCurrency(3).begin());
    b[i].setLines(totals[i].lines);
    b[i].setAmount(totals[i].amount.value);
  }
}
std::vector<billing::CurrencyTotal> take(capnp::List<schema::CurrencyTotal>::Reader r) {
  std::vector<billing::CurrencyTotal> totals;
  totals.reserve(r.size());
  for (const auto total : r) {
    const capnp::Text::Reader code = total.getCurrency();
    KJ_REQUIRE(code.size() == 3, "a currency has three letters");
    totals.push_back({.currency = Currency{{code[0], code[1], code[2]}},
                      .lines = total.getLines(),
                      .amount = MinorUnits{total.getAmount()}});
  }
  return totals;
}

void put(const billing::BillingRunOpened& e, schema::BillingRunOpened::Builder b) {
  b.setRun(stored(e.run.value));
  b.setCutoffEffective(e.cutoff_effective.ns);
  b.setCutoffPosition(e.cutoff_position);
  b.setScope(static_cast<schema::BillingScope>(e.scope));
  b.setLines(e.lines);
  b.setCourseRuns(e.course_runs);
  b.setUnpricedBlocks(e.unpriced_blocks);
  b.setFirstPosition(e.first_position);
  put(e.totals, b.initTotals(static_cast<unsigned>(e.totals.size())));
  b.setLinesHash({e.lines_hash.data(), e.lines_hash.size()});
}
billing::BillingRunOpened take(schema::BillingRunOpened::Reader r) {
  return {.run = BillingRunId(text(r.getRun())),
          .cutoff_effective = Instant{r.getCutoffEffective()},
          .cutoff_position = r.getCutoffPosition(),
          .scope = known(r.getScope(), billing::Scope::Credits),
          .lines = r.getLines(),
          .course_runs = r.getCourseRuns(),
          .unpriced_blocks = r.getUnpricedBlocks(),
          .first_position = r.getFirstPosition(),
          .totals = take(r.getTotals()),
          .lines_hash = hash_of(r.getLinesHash())};
}

void put(const billing::BillingRunClosed& e, schema::BillingRunClosed::Builder b) {
  b.setRun(stored(e.run.value));
  b.setLines(e.lines);
  b.setInvoiceRef(stored(e.invoice_ref));
  put(e.totals, b.initTotals(static_cast<unsigned>(e.totals.size())));
  b.setLinesHash({e.lines_hash.data(), e.lines_hash.size()});
}
billing::BillingRunClosed take(schema::BillingRunClosed::Reader r) {
  return {.run = BillingRunId(text(r.getRun())),
          .lines = r.getLines(),
          .invoice_ref = text(r.getInvoiceRef()),
          .totals = take(r.getTotals()),
          .lines_hash = hash_of(r.getLinesHash())};
}

void put(const billing::BillingRunAbandoned& e, schema::BillingRunAbandoned::Builder b) {
  b.setRun(stored(e.run.value));
  b.setReason(stored(e.reason));
}
billing::BillingRunAbandoned take(schema::BillingRunAbandoned::Reader r) {
  return {.run = BillingRunId(text(r.getRun())), .reason = text(r.getReason())};
}

void put(const billing::PeriodSealed& e, schema::PeriodSealed::Builder b) {
  b.setUntil(e.until.ns);
  b.setCause(static_cast<schema::SealCause>(e.cause));
  b.setCampus(stored(e.campus));
  b.setPeriod(stored(e.period));
}
billing::PeriodSealed take(schema::PeriodSealed::Reader r) {
  return {.until = Instant{r.getUntil()},
          .cause = known(r.getCause(), billing::SealCause::ContractPeriodOver),
          .campus = text(r.getCampus()),
          .period = text(r.getPeriod())};
}

}  // namespace

void write(const billing::Event& event, schema::BillingEvent::Builder out) {
  struct Put {
    schema::BillingEvent::Builder out;
    void operator()(const billing::BillingRunOpened& e) { put(e, out.initBillingRunOpened()); }
    void operator()(const billing::BillingRunClosed& e) { put(e, out.initBillingRunClosed()); }
    void operator()(const billing::BillingRunAbandoned& e) { put(e, out.initBillingRunAbandoned()); }
    void operator()(const billing::PeriodSealed& e) { put(e, out.initPeriodSealed()); }
  };
  std::visit(Put{out}, event);
}

billing::Event read(schema::BillingEvent::Reader in) {
  switch (in.which()) {
    case schema::BillingEvent::BILLING_RUN_OPENED: return take(in.getBillingRunOpened());
    case schema::BillingEvent::BILLING_RUN_CLOSED: return take(in.getBillingRunClosed());
    case schema::BillingEvent::BILLING_RUN_ABANDONED: return take(in.getBillingRunAbandoned());
    case schema::BillingEvent::PERIOD_SEALED: return take(in.getPeriodSealed());
  }
  KJ_FAIL_REQUIRE("unknown billing event");
}

}  // namespace codec
}  // namespace kontor
