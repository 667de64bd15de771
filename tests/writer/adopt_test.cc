// What the writer takes in when it starts again from its log, and what it refuses to start from: every event
// has a whole message around it and yet does not follow from the ones before.

#include <gtest/gtest.h>

#include <functional>

#include "engine/writer/writer.h"

namespace kontor {
namespace {

struct Forgery {
  std::string name;
  std::function<void(Envelope&)> change;  // to the envelope of the second event
};

RecordedEvent created() {
  RecordedEvent event;
  event.envelope.tenant = TenantId("university");
  event.envelope.position = 1;
  event.envelope.version = 1;
  event.envelope.recorded_at = event.envelope.effective_at = Instant{1'000'000'000};
  event.envelope.command_id.bytes = {1};
  event.body = tenancy::Event{tenancy::TenantCreated{tenancy::Timeline::Live}};
  event.envelope.stream = stream_of(event.body);
  return event;
}

RecordedEvent campus_opened() {
  RecordedEvent event = created();
  event.envelope.position = 2;
  event.envelope.command_id.bytes = {2};
  event.body = seats::Event{seats::CampusOpened{CampusId("c"), seats::CampusKind::Flat, "Europe/Berlin"}};
  event.envelope.stream = stream_of(event.body);
  return event;
}

log::Group group_of(const std::vector<RecordedEvent>& events) {
  log::TenantSlice slice{TenantId("university"), 1, static_cast<std::uint32_t>(events.size()), {}};
  for (const RecordedEvent& event : events) encode(event.envelope, event.body, slice.bytes);
  return {1, {std::move(slice)}};
}

TEST(Adopt, TakesInWhatWasRecorded) {
  Writer writer{LedgerLimits{}};
  const Status adopted = writer.adopt(group_of({created(), campus_opened()}));
  ASSERT_TRUE(adopted.has_value()) << adopted.error().message;
  EXPECT_EQ(writer.status(TenantId("university"), StatusDetail::Brief).position, 2U);
}

TEST(Adopt, RefusesACommandIdThatComesAgainLater) {
  RecordedEvent again = campus_opened();
  again.envelope.position = 3;
  again.envelope.command_id = created().envelope.command_id;
  again.body = seats::Event{seats::CampusOpened{CampusId("d"), seats::CampusKind::Flat, "Europe/Berlin"}};
  again.envelope.stream = stream_of(again.body);
  Writer writer{LedgerLimits{}};
  const Status adopted = writer.adopt(group_of({created(), campus_opened(), again}));
  ASSERT_FALSE(adopted.has_value());
  EXPECT_EQ(adopted.error().code, Reason::StoreDamaged);
  EXPECT_NE(adopted.error().message.find("was used at position 1"), std::string::npos)
      << adopted.error().message;
}

class AdoptForged : public testing::TestWithParam<Forgery> {};

TEST_P(AdoptForged, IsRefusedByName) {
  RecordedEvent forged = campus_opened();
  GetParam().change(forged.envelope);
  Writer writer{LedgerLimits{}};
  const Status adopted = writer.adopt(group_of({created(), forged}));
  ASSERT_FALSE(adopted.has_value());
  EXPECT_TRUE(adopted.error().code == Reason::StoreDamaged || adopted.error().code == Reason::PositionGap)
      << adopted.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Events, AdoptForged,
    testing::Values(Forgery{"PositionLeftOut", [](Envelope& e) { e.position = 3; }},            // INV-1
                    Forgery{"PositionTwice", [](Envelope& e) { e.position = 1; }},              // INV-1
                    Forgery{"OtherTenant", [](Envelope& e) { e.tenant = TenantId("other"); }},  // INV-3
                    Forgery{"VersionLeftOut", [](Envelope& e) { e.version = 2; }},              // INV-5
                    Forgery{"VersionTwice", [](Envelope& e) { e.version = 0; }},                // INV-5
                    Forgery{"OtherStream", [](Envelope& e) { e.stream = "campus/d"; }},         // INV-5
                    Forgery{"TimeGoesBack", [](Envelope& e) { e.effective_at.ns -= 1; }}),      // INV-7
    [](const testing::TestParamInfo<Forgery>& forgery) { return forgery.param.name; });

}  // namespace
}  // namespace kontor
