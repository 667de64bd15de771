// One question to both sides, page by page.

#include <capnp/dynamic.h>
#include <capnp/message.h>
#include <fmt/format.h>

#include "tests/model/answers.h"
#include "tests/model/chance.h"
#include "tests/model/pair.h"
#include "tests/model/readable.h"

namespace kontor::model {
namespace {

/// Where a list question takes its page from; nothing for the others.
struct Paging {
  std::optional<capnp::DynamicStruct::Builder> question;
};

Paging paging_of(wire::Query::Builder query) {
  capnp::DynamicStruct::Builder q = query.getQuestion();
  KJ_IF_MAYBE (which, q.which()) {
    auto inner = q.get(*which).as<capnp::DynamicStruct>();
    for (const auto field : inner.getSchema().getFields())
      if (std::string(field.getProto().getName().cStr()) == "after") return {inner};
  }
  return {};
}

std::string all_pages(const views::ViewStore& views, const keys::KeyStore& secrets,
                      wire::Query::Builder query, std::uint32_t limit) {
  const Paging paging = paging_of(query);
  std::string text;
  std::vector<std::string> rows;
  for (int pages = 0; pages < 10'000; ++pages) {
    const views::AnswerOutcome outcome = views::answer(views, TenantId("t"), query, &secrets);
    if (const auto* refusal = std::get_if<rules::Refusal>(&outcome))
      return fmt::format("{}", reason_info(refusal->code).name);
    if (const auto* error = std::get_if<Error>(&outcome)) return "error: " + error->message;
    const FlatAnswer page =
        flat((*std::get_if<views::AnswerMessage>(&outcome))->getRoot<wire::Answer>().asReader());
    if (pages > 0 && page.scalars != text) return "pages differ: " + text + " / " + page.scalars;
    text = page.scalars;
    rows.insert(rows.end(), page.rows.begin(), page.rows.end());
    if (page.next.empty()) break;
    if (limit != 0 && page.rows.size() != limit)
      return fmt::format("a page of {} rows, not {}", page.rows.size(), limit);
    if (!paging.question) return "a cursor where there are no pages";
    auto question = *paging.question;
    question.set("after", page.next.c_str());
  }
  for (const std::string& row : rows) text += "\n    " + row;
  return text;
}

/// What a question is about: the newest position that counts as known, and the moment. Refused: it says both
/// twice, or names what is not there.
struct Moment {
  No no;
  Position known = 0;
  bool of_a_time = false;
  Instant at;
};

Moment moment_of(const std::vector<Expected>& events, wire::Query::Reader query) {
  const Position head = events.size();
  Moment moment{.no = {}, .known = head, .at = {}};
  const bool position = query.getKnownPosition() != 0;
  const bool time = query.getKnownTime() != 0;
  if (position) moment.known = query.getKnownPosition();
  if (time) moment.known = 0;
  for (const Expected& each : events)
    if (time && each.recorded_at.ns <= query.getKnownTime()) moment.known = each.position;
  const auto as_of = query.getAsOf();
  if (as_of.isPosition()) moment.known = as_of.getPosition();
  if ((position && time) || (as_of.isPosition() && (position || time)) || moment.known > head)
    moment.no = Reason::InvalidArgument;
  moment.of_a_time = as_of.isTime();
  if (as_of.isTime()) moment.at = {as_of.getTime()};
  return moment;
}

std::string own_answer(const TenantModel& model, wire::Query::Reader query) {
  Moment moment = moment_of(model.events(), query);
  if (moment.no) return std::string(reason_info(*moment.no).name);
  Position position = 0;
  for (const Expected& each : model.events()) {
    if (each.position > moment.known || (moment.of_a_time && each.effective_at > moment.at)) continue;
    position = each.position;
    if (!moment.of_a_time) moment.at = std::max(moment.at, each.effective_at);
  }
  const World past = model.as_of(moment.known, moment.at);
  capnp::MallocMessageBuilder message;
  auto built = message.initRoot<wire::Answer>();
  built.setPosition(position);
  built.setEffectiveAt(moment.at.ns);
  const Known known{past, position, moment.at, model.world()};
  if (const No no = answer(known, query.getQuestion(), built.getBody()))
    return std::string(reason_info(*no).name);
  // Before the first event nothing is known.
  if (position == 0) return std::string(reason_info(Reason::NotFound).name);
  const FlatAnswer all = flat(built.asReader());
  std::string text = all.scalars;
  for (const std::string& row : all.rows) text += "\n    " + row;
  return text;
}

}  // namespace

void pin(Chance& chance, const std::vector<Expected>& events, wire::Query::Builder query) {
  const auto some_event = [&]() -> const Expected& { return chance.dice.pick(events); };
  const auto near = [&](Instant at) {
    if (chance.percent(50)) at.ns += chance.dice.between(0, 86'400) * kNanosecondsPerSecond;
    if (chance.percent(5)) at.ns -= 1;
    return std::min(at, chance.now);
  };
  const std::uint64_t way = chance.dice.below(10);
  if (way < 3) query.getAsOf().setHead();
  if (way >= 3 && way < 6) query.getAsOf().setPosition(some_event().position);
  if (way >= 6) query.getAsOf().setTime(near(some_event().effective_at).ns);
  if (chance.percent(1)) query.getAsOf().setPosition(events.size() + chance.dice.below(2));
  if (!chance.percent(query.getAsOf().isPosition() ? 3 : 40)) return;
  const std::uint64_t known = chance.dice.below(20);
  if (known < 11) query.setKnownPosition(some_event().position);
  if (known >= 10) query.setKnownTime(near(some_event().recorded_at).ns);
  if (known == 0) query.setKnownPosition(events.size() + 1);
}

Difference compare_question(Chance& chance, const TenantModel& model, const views::ViewStore& views,
                            const keys::KeyStore& secrets, Tally& tally) {
  capnp::MallocMessageBuilder message;
  auto query = message.initRoot<wire::Query>();
  ask_something(chance, query);
  const std::uint32_t limits[] = {0, 1, 2, 3, 7, 10'000};
  const std::uint32_t limit = limits[chance.dice.below(6)];
  if (auto paging = paging_of(query); paging.question) paging.question->set("limit", limit);

  pin(chance, model.events(), query);
  const std::string asked = text_of(query.asReader());
  const std::string expected = own_answer(model, query);
  const std::string got = all_pages(views, secrets, query, limit);
  if (expected != got)
    return fmt::format("question {} pages of {}\n  expected {}\n  got      {}", asked, limit, expected, got);
  const capnp::DynamicStruct::Reader question = query.asReader().getQuestion();
  KJ_IF_MAYBE (which, question.which()) ++tally.questions[which->getProto().getName().cStr()];
  if (!got.starts_with("position=")) ++tally.unanswered;
  return {};
}

}  // namespace kontor::model
