#pragma once
// One tenant that is told commands, without the ceremony of Given: for storms of random commands.

#include <vector>

#include "tests/support/given.h"

namespace kontor::test {

struct World {
  rules::State state;
  std::vector<RecordedEvent> events;
  Position position = 0;
  Instant now = berlin("2026-01-01");
  int accepted = 0;

  World() { tell(rules::tenancy::Command(rules::tenancy::CreateTenant{})); }

  void record(const std::vector<Event>& decided, Instant effective_at) {
    for (const Event& event : decided) {
      Envelope envelope;
      envelope.tenant = TenantId("t-1");
      envelope.position = ++position;
      envelope.stream = stream_of(event);
      envelope.version = rules::head_of(state, envelope.stream).version + 1;
      envelope.effective_at = effective_at;
      rules::evolve(state, event, envelope);
      if (!state.journal.recording()) events.push_back({envelope, event});
    }
  }
  void go_on_to(Instant then) {
    while (const auto timer = rules::next_timer(state)) {
      if (timer->due > then) break;
      record(rules::fire(state, *timer), timer->effective_at);
    }
    now = then;
  }
  rules::Decision<Event> tell(const rules::Command& command) {
    auto decision = rules::decide(state, command, {now, {role_for(command), "someone", "test"}});
    if (!decision) return decision;
    ++accepted;
    record(*decision, now);
    return decision;
  }
};

}  // namespace kontor::test
