// What was true at a moment, as known at a position, is what a log that ends at that position says of the
// moment: for every kind of question (DOMAIN 1.2).

#include <capnp/dynamic.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/model/chance.h"
#include "tests/model/pair.h"
#include "tests/model/readable.h"
#include "tests/model/storm.h"
#include "tests/support/live_history.h"

namespace kontor::model {
namespace {

constexpr std::uint64_t kWorlds = 60;
constexpr int kQuestions = 60;
constexpr std::size_t kCuts = 4;  // of each world

const TenantId kTenant("t");

using Kinds = std::map<std::string, int>;

std::string kind_of(wire::Query::Reader query) {
  const capnp::DynamicStruct::Reader question = query.getQuestion();
  KJ_IF_MAYBE (which, question.which()) return which->getProto().getName().cStr();
  return "unknown";
}

std::set<std::string> all_kinds() {
  std::set<std::string> all;
  for (const auto field : capnp::Schema::from<wire::Query::Question>().asStruct().getUnionFields())
    all.insert(field.getProto().getName().cStr());
  return all;
}

// An erasure reaches back behind everything that was known before it (docs/personal-data.md), so a log that
// ends before it says more of the person.
bool about_an_erased_person(const views::AnswerOutcome& outcome) {
  const auto* answer = std::get_if<views::AnswerMessage>(&outcome);
  if (answer == nullptr) return false;
  const auto body = (*answer)->getRoot<wire::Answer>().asReader().getBody();
  return body.isPersonDetail() && body.getPersonDetail().getState() == wire::PersonState::ERASED;
}

// Refusals name how far the views are.
std::string words(const views::AnswerOutcome& outcome) {
  if (const auto* refusal = std::get_if<rules::Refusal>(&outcome))
    return std::string(reason_info(refusal->code).name);
  return test::words_of(outcome);
}

class Cut {
 public:
  Cut(const Pair& pair, Position last) : pair_(pair), last_(last) {
    for (const log::Group& group : test::one_by_one(pair.groups()))
      if (group.slices.front().first <= last) views_.apply(group);
  }

  void compare(Chance& chance, Kinds& answered) const {
    capnp::MallocMessageBuilder message;
    auto query = message.initRoot<wire::Query>();
    ask_something(chance, query);
    const Instant last_at = pair_.model().events()[last_ - 1].effective_at;
    if (chance.percent(25)) {
      query.getAsOf().setHead();
    } else {
      Instant at = chance.dice.pick(pair_.model().events()).effective_at;
      if (chance.percent(50)) at.ns += chance.dice.between(-86'400, 86'400) * kNanosecondsPerSecond;
      query.getAsOf().setTime(std::min(at, std::max(chance.now, last_at)).ns);
    }
    const views::AnswerOutcome cut = ask(*views_.store, query);
    knows(query);
    const views::AnswerOutcome known = ask(pair_.views(), query);
    if (about_an_erased_person(known)) return;
    ASSERT_EQ(words(known), words(cut)) << text_of(query.asReader());
    if (std::holds_alternative<views::AnswerMessage>(known)) ++answered[kind_of(query)];
  }

 private:
  // Positions and times of recording name the same cut, if nothing else was recorded at that time.
  void knows(wire::Query::Builder query) const {
    const auto& events = pair_.model().events();
    const Instant recorded = events[last_ - 1].recorded_at;
    const bool alone = last_ == events.size() || events[last_].recorded_at > recorded;
    if (alone && last_ % 2 == 0)
      query.setKnownTime(recorded.ns);
    else
      query.setKnownPosition(last_);
  }
  views::AnswerOutcome ask(const views::ViewStore& views, wire::Query::Reader query) const {
    return views::answer(views, kTenant, query, &pair_.secrets());
  }

  const Pair& pair_;
  const Position last_;
  test::DerivedViews views_;
};

TEST(TwoClocks, WhatWasKnownThenIsWhatAnEarlierLogSays) {
  Kinds answered;
  for (std::uint64_t seed = 100; seed < 100 + kWorlds; ++seed) {
    const auto pair = played_world(seed);
    Chance chance(seed);
    chance.world = &pair->model().world();
    chance.now = pair->model().events().back().recorded_at;
    for (std::size_t cut = 0; cut < kCuts; ++cut) {
      const Cut earlier(*pair, 1 + chance.dice.below(pair->model().events().size()));
      for (int i = 0; i < kQuestions; ++i) {
        earlier.compare(chance, answered);
        if (HasFailure()) FAIL() << "world " << seed;
      }
    }
  }
  for (const std::string& kind : all_kinds()) EXPECT_GT(answered[kind], 0) << kind << " was never answered";
}

}  // namespace
}  // namespace kontor::model
