#include "events/billing.h"

#include <array>

#include "events/codec.h"

namespace kontor {
namespace billing {

std::string_view type_name(const Event& event) {
  static constexpr std::array<std::string_view, std::variant_size_v<Event>> kNames{"BillingRunOpened",
                                                                                   "BillingRunClosed"};
  static_assert(!kNames.back().empty(), "one name per event");
  return kNames[event.index()];
}

std::string stream_of(const Event& event) {
  return std::visit([](const auto& e) { return "run/" + e.run.value; }, event);
}

}  // namespace billing

namespace codec {
namespace {

void put(const billing::BillingRunOpened& e, schema::BillingRunOpened::Builder b) {
  b.setRun(stored(e.run.value));
  b.setCutoffEffective(e.cutoff_effective.ns);
  b.setCutoffPosition(e.cutoff_position);
}
billing::BillingRunOpened take(schema::BillingRunOpened::Reader r) {
  return {.run = BillingRunId(text(r.getRun())),
          .cutoff_effective = Instant{r.getCutoffEffective()},
          .cutoff_position = r.getCutoffPosition()};
}

void put(const billing::BillingRunClosed& e, schema::BillingRunClosed::Builder b) {
  b.setRun(stored(e.run.value));
  b.setCount(e.count);
}
billing::BillingRunClosed take(schema::BillingRunClosed::Reader r) {
  return {.run = BillingRunId(text(r.getRun())), .count = r.getCount()};
}

}  // namespace

void write(const billing::Event& event, schema::BillingEvent::Builder out) {
  struct Put {
    schema::BillingEvent::Builder out;
    void operator()(const billing::BillingRunOpened& e) { put(e, out.initBillingRunOpened()); }
    void operator()(const billing::BillingRunClosed& e) { put(e, out.initBillingRunClosed()); }
  };
  std::visit(Put{out}, event);
}

billing::Event read(schema::BillingEvent::Reader in) {
  switch (in.which()) {
    case schema::BillingEvent::BILLING_RUN_OPENED: return take(in.getBillingRunOpened());
    case schema::BillingEvent::BILLING_RUN_CLOSED: return take(in.getBillingRunClosed());
  }
  KJ_FAIL_REQUIRE("unknown billing event");
}

}  // namespace codec
}  // namespace kontor
