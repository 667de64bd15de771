#pragma once
// The language in which rules are tested (STYLE 13): a tenant to which things happen at named local times,
// and what follows from a command. Every event goes through its stored bytes before it evolves, and the same
// events are folded a second time into a twin state whose digest must stay equal: every rule test is a replay
// test, too.

#include <gtest/gtest.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "engine/rules/catalog.h"
#include "events/envelope.h"

namespace kontor::test {

/// "2027-03-28 02:30" or "2027-03-28 02:30:59" as a clock in Berlin shows it.
[[nodiscard]] Instant berlin(std::string_view local);

/// The event if it is of kind E, whichever domain E belongs to.
template <class E>
[[nodiscard]] const E* event_as(const Event& event) {
  return std::visit(
      [](const auto& domain) -> const E* {
        if constexpr (std::is_constructible_v<std::decay_t<decltype(domain)>, E>)
          return std::get_if<E>(&domain);
        else
          return nullptr;
      },
      event);
}

/// What came of a command. Refusals are compared by code.
class Outcome {
 public:
  Outcome(rules::Decision<Event> decision, std::vector<RecordedEvent> recorded)
      : decision_(std::move(decision)), recorded_(std::move(recorded)) {}

  /// Exactly these events, in this order.
  const Outcome& then(const std::vector<Event>& events) const;
  /// Accepted with events of these kinds, in this order.
  const Outcome& then_kinds(const std::vector<std::string>& names) const;
  const Outcome& accepted() const;
  const Outcome& refused(Reason code) const;
  /// The refusal names this fact.
  const Outcome& with(std::string_view fact, std::string_view value) const;
  /// The refusal points at exactly these positions.
  const Outcome& because(const std::vector<Position>& positions) const;
  [[nodiscard]] const std::vector<RecordedEvent>& events() const { return recorded_; }
  [[nodiscard]] const rules::Refusal& refusal() const { return decision_.error(); }

 private:
  rules::Decision<Event> decision_;
  std::vector<RecordedEvent> recorded_;
};

class Given {
 public:
  /// A live tenant, created at the start of 2026.
  Given();
  /// A tenant that was never created.
  struct Nothing {};
  explicit Given(Nothing);
  Given(const Given&) = delete;
  Given& operator=(const Given&) = delete;

  /// Time goes on to this local moment: all timers due by then fire, in order.
  Given& at(std::string_view local) { return at(berlin(local)); }
  Given& at(Instant now);
  /// Who sends the following commands. Without it, each command is sent by the role that may send it.
  Given& by(Role role, std::string id = "someone");
  Given& by_whoever_may();

  /// Decides at the present moment and, if accepted, records. Contacts get their look-up keys, events are
  /// sealed.
  Outcome when(const rules::Command& asked);
  /// The same for a correction that has been true since an earlier moment.
  Outcome when_since(Instant effective_at, const rules::Command& asked);
  /// For what went before: must be accepted.
  Given& done(const rules::Command& command);
  /// Records events that a command of another domain would lead to.
  Given& happened(const std::vector<Event>& events);

  [[nodiscard]] const rules::State& state() const { return state_; }
  [[nodiscard]] rules::State& state() { return state_; }
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] const std::vector<RecordedEvent>& events() const { return events_; }
  /// All events of one kind so far.
  template <class E>
  [[nodiscard]] std::vector<E> all() const {
    std::vector<E> found;
    for (const RecordedEvent& event : events_)
      if (const auto* e = event_as<E>(event.body)) found.push_back(*e);
    return found;
  }
  template <class E>
  [[nodiscard]] E last() const {
    const auto found = all<E>();
    EXPECT_FALSE(found.empty());
    return found.empty() ? E{} : found.back();
  }
  /// Position of the newest event of a kind; 0 when there is none.
  template <class E>
  [[nodiscard]] Position position_of() const {
    for (auto event = events_.rbegin(); event != events_.rend(); ++event)
      if (event_as<E>(event->body) != nullptr) return event->envelope.position;
    return 0;
  }

 private:
  void fire_due(Instant now);
  std::vector<RecordedEvent> record(const std::vector<Event>& events, Instant effective_at,
                                    const Actor& actor);
  [[nodiscard]] Actor actor_for(const rules::Command& command) const;

  rules::State state_;
  rules::State twin_;  // folds the decoded bytes only
  std::vector<RecordedEvent> events_;
  Instant now_;
  std::optional<Actor> actor_;
  std::uint64_t commands_ = 0;
};

/// A look-up key without a secret, as the ledger would fill one in; none for an e-mail that has no normal
/// form.
void fill_lookup(people::Contact& contact);
/// Puts other bytes in the place of what an event says about a person in clear: encode takes nothing else.
void seal_for_tests(Event& event);

/// The role that may send a command.
[[nodiscard]] Role role_for(const rules::Command& command);

/// Records one event in a state: envelope, bytes and back, evolve. Position follows `position`.
[[nodiscard]] RecordedEvent stored_and_back(const Envelope& envelope, const Event& event);

}  // namespace kontor::test
