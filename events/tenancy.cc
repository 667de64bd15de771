#include "events/tenancy.h"

#include <array>

#include "events/codec.h"

namespace kontor::tenancy {

// Compiled here, once.
Event::Event() = default;
Event::Event(const Event&) = default;
Event::Event(Event&&) noexcept = default;
Event& Event::operator=(const Event&) = default;
Event& Event::operator=(Event&&) noexcept = default;
Event::~Event() = default;

std::string_view type_name(const Event& event) {
  static constexpr std::array<std::string_view, std::variant_size_v<Event::variant>> kNames{
      "TenantCreated", "HistoryFinished", "TenantPlanChanged"};
  return kNames[event.index()];
}

std::string_view suite_name(Suite suite) {
  switch (suite) {
    case Suite::Basic: return "basic";
    case Suite::ExpertSuite: return "expertSuite";
    case Suite::ExpertSuitePlus: return "expertSuitePlus";
    case Suite::Enterprise: return "enterprise";
  }
  return "";
}

std::string stream_of(const Event&) { return "tenant"; }

}  // namespace kontor::tenancy

namespace kontor::codec {

void write(const tenancy::Event& event, schema::TenancyEvent::Builder out) {
  if (const auto* created = std::get_if<tenancy::TenantCreated>(&event)) {
    out.initTenantCreated().setTimeline(static_cast<schema::Timeline>(created->timeline));
  } else if (const auto* plan = std::get_if<tenancy::TenantPlanChanged>(&event)) {
    auto b = out.initTenantPlanChanged();
    b.setSuite(static_cast<schema::Suite>(plan->suite));
    b.setCredits(static_cast<schema::CreditsOption>(plan->credits));
  } else {
    out.initHistoryFinished();
  }
}

tenancy::Event read(schema::TenancyEvent::Reader in) {
  switch (in.which()) {
    case schema::TenancyEvent::TENANT_CREATED:
      return tenancy::TenantCreated{known(in.getTenantCreated().getTimeline(), tenancy::Timeline::History)};
    case schema::TenancyEvent::HISTORY_FINISHED:
      in.getHistoryFinished();  // it has no fields, but what it is said to be has to be a struct of the
                                // message
      return tenancy::HistoryFinished{};
    case schema::TenancyEvent::TENANT_PLAN_CHANGED: {
      const auto r = in.getTenantPlanChanged();
      return tenancy::TenantPlanChanged{known(r.getSuite(), tenancy::Suite::Enterprise),
                                        known(r.getCredits(), tenancy::CreditsOption::Included)};
    }
  }
  KJ_FAIL_REQUIRE("unknown tenancy event");
}

}  // namespace kontor::codec
