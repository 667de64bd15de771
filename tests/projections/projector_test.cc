// How far the projector lets the log run ahead of the views.

#include "projections/projector.h"

#include <gtest/gtest.h>

#include <latch>

#include "projections/memory_view_store.h"
#include "tests/support/borrowed.h"
#include "tests/support/recorded_story.h"

namespace kontor::test {
namespace {

seats::CampusOpened opened(int campus) {
  return {CampusId("c-" + std::to_string(campus)), seats::CampusKind::Flat, "Etc/UTC"};
}

/// Takes nothing in before it may.
class Waiting final : public views::Projection {
 public:
  explicit Waiting(std::latch& begun, std::latch& may_go_on) : begun_(begun), may_go_on_(may_go_on) {}
  std::string_view name() const override { return "waiting"; }
  void apply(const RecordedEvent& event, views::ViewWriter&) const override {
    if (event.envelope.position != 1) return;
    begun_.count_down();
    may_go_on_.wait();
  }

 private:
  std::latch& begun_;
  std::latch& may_go_on_;
};

// While a roster of a hundred thousand people is on its way into the views, other groups are durable and
// their answers leave. Were the large group to count, the last `observe` would never return.
TEST(Projector, OneLargeGroupHoldsUpNobodyUntilTheQueueIsFull) {
  RecordedStory story;
  story.at("2027-01-01T00:00:00Z").record(tenancy::TenantCreated{});
  for (int i = 0; i < 20; ++i) story.record(opened(i));
  story.end_group();
  for (int i = 20; i < 25; ++i) story.record(opened(i)).end_group();

  std::latch begun(1);
  std::latch may_go_on(1);
  const Waiting waiting(begun, may_go_on);
  const views::Projection* const projections[] = {&waiting};
  const auto store = views::memory_view_store();
  views::Runner runner(*store, projections);
  const auto projector = views::Projector::start(borrowed(runner), {.queued_events_max = 5}, {}, {});
  for (const log::Group& group : story.groups()) {
    projector->observe(std::make_shared<const log::Group>(group));
    if (group.number == 1) begun.wait();
  }
  may_go_on.count_down();
  projector->close();
  EXPECT_EQ(runner.checkpoint().group, 6U);
}

}  // namespace
}  // namespace kontor::test
