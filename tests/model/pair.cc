#include "tests/model/pair.h"

#include <capnp/message.h>
#include <fmt/format.h>

#include "tests/model/answers.h"
#include "tests/model/chance.h"
#include "tests/model/invariants.h"
#include "tests/model/readable.h"
#include "tests/support/decoded.h"

namespace kontor::model {
namespace {

const TenantId kTenant("t");

std::vector<RecordedEvent> recorded_in(const DecidedGroup& decided) {
  return decided.group ? test::decoded(*decided.group).value() : std::vector<RecordedEvent>();
}

std::string words(const Said& said) {
  if (said.kind == Said::Kind::NotDecided) return "not decided";
  if (said.kind == Said::Kind::Refusal) return std::string(reason_info(said.code).name);
  return fmt::format("receipt {}..{} of {} version {}{}", said.first, said.last, said.stream, said.version,
                     said.duplicate ? " (again)" : "");
}

/// An outcome in the model's words, and what the refusal says beside its code.
std::pair<Said, std::string> said(const kontor::Outcome& outcome) {
  if (const auto* receipt = std::get_if<Receipt>(&outcome))
    return {Said{.kind = Said::Kind::Receipt,
                 .first = receipt->first,
                 .last = receipt->last,
                 .stream = receipt->stream,
                 .version = receipt->version,
                 .duplicate = receipt->duplicate},
            {}};
  if (const auto* refusal = std::get_if<rules::Refusal>(&outcome)) {
    std::string more = refusal->what;
    for (const rules::Fact& fact : refusal->facts) more += " " + fact.name + "=" + fact.value;
    return {Said{.kind = Said::Kind::Refusal, .code = refusal->code, .stream = {}}, more};
  }
  if (const auto* error = std::get_if<Error>(&outcome))
    return {Said{.kind = Said::Kind::Refusal, .code = error->code, .stream = {}}, error->message};
  return {Said{}, {}};
}

std::string words(const Expected& e) {
  return fmt::format("{} {} v{} effective {} recorded {} {}", e.position, e.stream, e.version,
                     e.effective_at.text(), e.recorded_at.text(), text_of(e.body));
}

Expected as_expected(const RecordedEvent& event) {
  const Envelope& envelope = event.envelope;
  return {event.body,        envelope.effective_at, envelope.recorded_at, envelope.command_id,
          envelope.position, envelope.stream,       envelope.version};
}

}  // namespace

void Tally::add(const Tally& other) {
  worlds += other.worlds;
  commands += other.commands;
  accepted += other.accepted;
  repeated += other.repeated;
  taken_back += other.taken_back;
  unanswered += other.unanswered;
  for (const auto& [key, count] : other.refused) refused[key] += count;
  for (const auto& [key, count] : other.events) events[key] += count;
  for (const auto& [key, count] : other.questions) questions[key] += count;
}

void Pair::learn(const std::vector<RecordedEvent>& recorded) {
  for (const RecordedEvent& event : recorded) {
    if (const auto* people = std::get_if<people::Event>(&event.body))
      if (const auto* registered = std::get_if<people::PersonRegistered>(people))
        model_.learn(registered->lookup, registered->person);
  }
}

Difference Pair::step(const Step& drawn, Tally& tally) {
  // Look-up keys and digests are filled in as at the door; both sides get the same.
  Step step = drawn;
  Submission prepared{.tenant = kTenant, .mode = drawn.mode, .commands = drawn.commands, .done = {}};
  if (!prepare(prepared, {&keys_, &randomness_})) return "keys are missing";
  step.commands = std::move(prepared.commands);
  std::vector<kontor::Outcome> outcomes;
  writer_.begin(step.now);
  writer_.fire_due();
  if (!step.commands.empty())
    writer_.decide({kTenant, step.mode, step.commands, [&](auto all) { outcomes = std::move(all); }});
  DecidedGroup decided = writer_.finish();
  if (!keys_.add(decided.keys.added) || !keys_.destroy(decided.keys.destroyed)) return "keys are not kept";
  for (auto& answer : decided.answers) answer();
  learn(recorded_in(decided));
  for (const kontor::Outcome& outcome : outcomes)
    if (const auto* receipt = std::get_if<Receipt>(&outcome))
      for (const std::string& bytes : receipt->events) learn({decode(bytes).value()});

  model_.go_on(step.now);
  const std::vector<Said> expected = model_.submit(step.mode, step.commands, step.now);
  if (Difference found = compare_answers(step, expected, outcomes, tally)) return found;
  if (Difference found = compare_events(decided, tally)) return found;
  if (Difference found = replay(recorded_in(decided))) return found;
  if (Difference found = broken_invariant(model_)) return found;
  if (decided.group) {
    views_.apply(*decided.group);
    groups_.push_back(*decided.group);
  }
  return ask(step, tally);
}

Difference Pair::compare_answers(const Step& step, const std::vector<Said>& expected,
                                 const std::vector<kontor::Outcome>& got, Tally& tally) const {
  if (expected.size() != got.size()) return "another number of answers";
  for (std::size_t i = 0; i < got.size(); ++i) {
    const auto [actual, more] = said(got[i]);
    const Said& wanted = expected[i];
    // In a dry run every command that makes a name up makes up its own.
    const bool own_name = step.mode == Mode::DryRun && wanted.stream.starts_with("person/") &&
                          actual.stream.starts_with("person/");
    if (own_name ? wanted.kind != actual.kind : words(wanted) != words(actual))
      return fmt::format("answer to command {}: {}\n  expected {}\n  got      {} {}", i,
                         text_of(step.commands[i]), words(wanted), words(actual), more);
    ++tally.commands;
    if (actual.kind == Said::Kind::Refusal)
      ++tally.refused[actual.code];
    else if (actual.kind == Said::Kind::NotDecided || step.mode == Mode::DryRun)
      ++tally.taken_back;
    else if (actual.duplicate)
      ++tally.repeated;
    else
      ++tally.accepted;
  }
  return {};
}

Difference Pair::compare_events(const DecidedGroup& decided, Tally& tally) {
  const std::vector<RecordedEvent> recorded = recorded_in(decided);
  const std::vector<Expected>& all = model_.events();
  for (std::size_t i = 0; i < recorded.size() || compared_ + i < all.size(); ++i) {
    const std::string got = i < recorded.size() ? words(as_expected(recorded[i])) : "nothing";
    const std::string wanted = compared_ + i < all.size() ? words(all[compared_ + i]) : "nothing";
    if (got != wanted) {
      std::string before;
      for (std::size_t j = i > 4 ? i - 4 : 0; j < i; ++j)
        before += "\n  same     " + words(all[compared_ + j]);
      return fmt::format("event{}\n  expected {}\n  got      {}", before, wanted, got);
    }
    ++tally.events[std::string(type_name(recorded[i].body))];
  }
  compared_ = all.size();
  return {};
}

Difference Pair::replay(const std::vector<RecordedEvent>& recorded) {
  if (recorded.empty()) return {};
  for (const RecordedEvent& each : recorded) rules::evolve(replayed_, each.body, each.envelope);
  if (rules::state_digest(replayed_) != writer_.status(kTenant).state)
    return "I12: the replayed log gives another state";
  return {};
}

Difference Pair::ask(const Step& step, Tally& tally) {
  Chance chance(step.seed);
  const World& head = model_.world();
  chance.world = &head;
  chance.now = step.now;
  for (std::uint64_t i = 0; i < step.questions; ++i) {
    if (model_.events().empty()) return {};
    if (Difference found = compare_question(chance, model_, *views_.store, keys_, tally)) return found;
  }
  return {};
}

}  // namespace kontor::model
