#include "events/tenancy.h"

#include "events/codec.h"

namespace kontor::tenancy {

std::string_view type_name(const Event& event) {
  return std::holds_alternative<TenantCreated>(event) ? "TenantCreated" : "HistoryFinished";
}

std::string stream_of(const Event&) { return "tenant"; }

}  // namespace kontor::tenancy

namespace kontor::codec {

void write(const tenancy::Event& event, schema::TenancyEvent::Builder out) {
  if (const auto* created = std::get_if<tenancy::TenantCreated>(&event)) {
    out.initTenantCreated().setTimeline(static_cast<schema::Timeline>(created->timeline));
  } else {
    out.initHistoryFinished();
  }
}

tenancy::Event read(schema::TenancyEvent::Reader in) {
  switch (in.which()) {
    case schema::TenancyEvent::TENANT_CREATED:
      return tenancy::TenantCreated{known(in.getTenantCreated().getTimeline(), tenancy::Timeline::History)};
    case schema::TenancyEvent::HISTORY_FINISHED: return tenancy::HistoryFinished{};
  }
  KJ_FAIL_REQUIRE("unknown tenancy event");
}

}  // namespace kontor::codec
