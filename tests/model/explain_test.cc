// For random histories of all domains and random questions: every number is explained, by all events that
// changed it and no others (docs/auditing.md).

#include <capnp/dynamic.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "projections/explain.h"
#include "tests/model/chance.h"
#include "tests/model/pair.h"
#include "tests/model/readable.h"
#include "tests/model/storm.h"

namespace kontor::model {
namespace {

using views::ExplainStep;
using views::Explanation;
using views::NumberPath;
using Number = std::optional<std::int64_t>;

constexpr std::uint64_t kWorlds = 40;
constexpr int kQuestions = 16;
constexpr std::size_t kNumbers = 8;  // of a question, drawn

const TenantId kTenant("t");

/// One question about one world, asked as of any position and with any knowledge.
class Asked {
 public:
  Asked(const Pair& pair, wire::Query::Reader query) : pair_(pair) { query_.setRoot(query); }

  [[nodiscard]] wire::Query::Builder query() { return query_.getRoot<wire::Query>(); }
  [[nodiscard]] views::AnswerOutcome now() const { return ask(query_.getRoot<wire::Query>().asReader()); }
  [[nodiscard]] views::AnswerOutcome as_of(Position position) {
    auto [message, query] = copy();
    query.getAsOf().setPosition(position);
    return ask(query);
  }
  [[nodiscard]] views::AnswerOutcome as_of(Instant moment, Position known) {
    auto [message, query] = copy();
    query.getAsOf().setTime(moment.ns);
    query.setKnownPosition(known);
    return ask(query);
  }

 private:
  [[nodiscard]] std::pair<std::unique_ptr<capnp::MallocMessageBuilder>, wire::Query::Builder> copy() {
    auto message = std::make_unique<capnp::MallocMessageBuilder>();
    message->setRoot(query_.getRoot<wire::Query>().asReader());
    auto query = message->getRoot<wire::Query>();
    query.setKnownPosition(0);
    query.setKnownTime(0);
    return {std::move(message), query};
  }
  [[nodiscard]] views::AnswerOutcome ask(wire::Query::Reader query) const {
    return views::answer(pair_.views(), kTenant, query, &pair_.secrets());
  }

  const Pair& pair_;
  mutable capnp::MallocMessageBuilder query_;
};

Number number_in(const views::AnswerOutcome& outcome, const NumberPath& path) {
  const auto* answer = std::get_if<views::AnswerMessage>(&outcome);
  if (answer == nullptr) return std::nullopt;
  const auto found = views::number_in((*answer)->getRoot<wire::Answer>().asReader(), path);
  EXPECT_TRUE(found) << found.error().message;
  return found.value_or(std::nullopt);
}

std::string shown(Number number) { return number ? std::to_string(*number) : "absent"; }

class NumbersOf {
 public:
  NumbersOf(const Pair& pair, Asked& asked, std::string what)
      : pair_(pair), asked_(asked), what_(std::move(what)) {}

  void check(const std::string& path_text) {
    SCOPED_TRACE(what_ + "\n  number " + path_text);
    const auto path = NumberPath::parse(path_text).value();
    const auto outcome =
        views::explain(pair_.views(), kTenant, asked_.query().asReader(), path, {}, &pair_.secrets());
    const auto* explained = std::get_if<Explanation>(&outcome);
    ASSERT_NE(explained, nullptr) << std::get<Error>(outcome).message;
    adds_up(*explained, path);
    leaves_nothing_out(*explained, path);
    ++checked_;
    steps_ += explained->steps.size();
  }
  [[nodiscard]] std::size_t checked() const { return checked_; }
  [[nodiscard]] std::size_t steps() const { return steps_; }

 private:
  void adds_up(const Explanation& explained, const NumberPath& path) const {
    EXPECT_EQ(shown(explained.value), shown(number_in(asked_.now(), path)));
    EXPECT_EQ(explained.left_out, 0U);
    EXPECT_LE(explained.steps.size(), explained.looked);
    std::int64_t sum = explained.first.value_or(0) + explained.by_time;
    for (const ExplainStep& step : explained.steps) sum += step.after.value_or(0) - step.before.value_or(0);
    EXPECT_EQ(sum, explained.value.value_or(0));
  }

  // The question at the moment of every single event, with it and without it: there is a step exactly where
  // the two numbers differ.
  void leaves_nothing_out(const Explanation& explained, const NumberPath& path) {
    std::map<Position, ExplainStep> steps;
    for (const ExplainStep& step : explained.steps) steps[step.position] = step;
    ASSERT_EQ(steps.size(), explained.steps.size());
    const auto as_of = asked_.query().asReader().getAsOf();
    const Position known = known_position();
    Position last = as_of.isPosition() ? as_of.getPosition() : known;
    if (as_of.isTime())
      last = std::min(known, pair_.views().position_at(kTenant, Instant{as_of.getTime()}).value());
    for (Position position = 1; position <= last; ++position) {
      const Instant at = pair_.views().effective_at(kTenant, position).value();
      const Number without = position > 1 ? number_in(asked_.as_of(at, position - 1), path) : std::nullopt;
      expect_step(steps, position, without, number_in(asked_.as_of(position), path));
    }
    if (as_of.isTime()) {
      const Instant moment{as_of.getTime()};
      Number before = last == 0 ? std::nullopt : number_in(asked_.as_of(moment, last), path);
      for (Position position = last + 1; position <= known; ++position) {
        const Number after = number_in(asked_.as_of(moment, position), path);
        expect_step(steps, position, before, after);
        before = after;
      }
    }
    EXPECT_TRUE(steps.empty()) << "a step at " << steps.begin()->first << " where nothing changed";
  }

  Position known_position() {
    const auto query = asked_.query().asReader();
    if (query.getKnownPosition() != 0) return query.getKnownPosition();
    if (query.getKnownTime() != 0)
      return pair_.views().position_known_at(kTenant, Instant{query.getKnownTime()}).value();
    return pair_.views().tenant(kTenant).value().position;
  }

  static void expect_step(std::map<Position, ExplainStep>& steps, Position position, Number before,
                          Number after) {
    const auto step = steps.find(position);
    if (step != steps.end()) {
      EXPECT_EQ(shown(step->second.before), shown(before)) << "before " << position;
      EXPECT_EQ(shown(step->second.after), shown(after)) << "at " << position;
      steps.erase(step);
    } else {
      EXPECT_EQ(shown(before), shown(after)) << "changed at " << position << " without a step";
    }
  }

  const Pair& pair_;
  Asked& asked_;
  const std::string what_;
  std::size_t checked_ = 0;
  std::size_t steps_ = 0;
};

std::string kind_of(wire::Query::Reader query) {
  const capnp::DynamicStruct::Reader question = query.getQuestion();
  KJ_IF_MAYBE (which, question.which()) return which->getProto().getName().cStr();
  return "unknown";
}

void look_at(const Pair& pair, Chance& chance, std::map<std::string, std::size_t>& explained,
             std::size_t& steps) {
  capnp::MallocMessageBuilder message;
  auto query = message.initRoot<wire::Query>();
  ask_something(chance, query);
  pin(chance, pair.model().events(), query);
  Asked asked(pair, query);
  const views::AnswerOutcome outcome = asked.now();
  const auto* answer = std::get_if<views::AnswerMessage>(&outcome);
  if (answer == nullptr) return;
  auto numbers = views::numbers_of((*answer)->getRoot<wire::Answer>().asReader());
  NumbersOf of(pair, asked, text_of(query.asReader()));
  for (std::size_t i = 0; i < kNumbers && !numbers.empty(); ++i) {
    const auto drawn = numbers.begin() + static_cast<std::ptrdiff_t>(chance.dice.below(numbers.size()));
    of.check(drawn->path);
    numbers.erase(drawn);
    if (testing::Test::HasFailure()) return;
  }
  explained[kind_of(query)] += of.checked();
  steps += of.steps();
}

TEST(Explained, EveryNumberComesFromItsEvents) {
  std::map<std::string, std::size_t> explained;
  std::size_t steps = 0;
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    SCOPED_TRACE(fmt::format("world {}", seed));
    const auto pair = played_world(seed);
    Chance chance(seed);
    chance.world = &pair->model().world();
    chance.now = pair->model().events().back().recorded_at;
    for (int i = 0; i < kQuestions; ++i) {
      look_at(*pair, chance, explained, steps);
      if (HasFailure()) return;
    }
  }
  std::size_t numbers = 0;
  for (const auto& [kind, count] : explained) {
    fmt::print("  {:>6} {}\n", count, kind);
    numbers += count;
  }
  fmt::print("{} numbers of {} kinds of questions, {} steps\n", numbers, explained.size(), steps);
  EXPECT_GT(explained.size(), 25U);
  EXPECT_GT(steps, 1'000U);
}

}  // namespace
}  // namespace kontor::model
