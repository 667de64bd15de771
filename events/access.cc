#include "events/access.h"

#include <array>

#include "events/codec.h"

namespace kontor {
namespace access {

std::string_view type_name(const Event& event) {
  static constexpr std::array<std::string_view, std::variant_size_v<Event>> kNames{"GroupFeatureConfigured",
                                                                                   "AccessOrderAbandoned"};
  static_assert(!kNames.back().empty(), "one name per event");
  return kNames[event.index()];
}

std::string stream_of(const Event& event) {
  if (const auto* abandoned = std::get_if<AccessOrderAbandoned>(&event))
    return "order/" + abandoned->order.value;
  return "access";
}

}  // namespace access

namespace codec {
namespace {

void put(const access::GroupFeatureConfigured& e, schema::GroupFeatureConfigured::Builder b) {
  b.setSetting(stored(e.setting));
  b.setValue(stored(e.value));
  b.setRev(e.rev);
}
access::GroupFeatureConfigured take(schema::GroupFeatureConfigured::Reader r) {
  return {.setting = text(r.getSetting()), .value = text(r.getValue()), .rev = r.getRev()};
}

void put(const access::AccessOrderAbandoned& e, schema::AccessOrderAbandoned::Builder b) {
  b.setOrder(stored(e.order.value));
  b.setReason(stored(e.reason));
}
access::AccessOrderAbandoned take(schema::AccessOrderAbandoned::Reader r) {
  return {.order = OrderId(text(r.getOrder())), .reason = text(r.getReason())};
}

}  // namespace

void write(const access::Event& event, schema::AccessEvent::Builder out) {
  struct Put {
    schema::AccessEvent::Builder out;
    void operator()(const access::GroupFeatureConfigured& e) { put(e, out.initGroupFeatureConfigured()); }
    void operator()(const access::AccessOrderAbandoned& e) { put(e, out.initAccessOrderAbandoned()); }
  };
  std::visit(Put{out}, event);
}

access::Event read(schema::AccessEvent::Reader in) {
  switch (in.which()) {
    case schema::AccessEvent::GROUP_FEATURE_CONFIGURED: return take(in.getGroupFeatureConfigured());
    case schema::AccessEvent::ACCESS_ORDER_ABANDONED: return take(in.getAccessOrderAbandoned());
  }
  KJ_FAIL_REQUIRE("unknown access event");
}

}  // namespace codec
}  // namespace kontor
