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

std::string all_pages(const views::ViewStore& views, wire::Query::Builder query, std::uint32_t limit) {
  const Paging paging = paging_of(query);
  std::string text;
  std::vector<std::string> rows;
  for (int pages = 0; pages < 10'000; ++pages) {
    const views::AnswerOutcome outcome = views::answer(views, TenantId("t"), query);
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

std::string own_answer(const TenantModel& model, wire::Query::Reader query, Position position, Instant at) {
  const World past = model.as_of(position);
  capnp::MallocMessageBuilder message;
  auto built = message.initRoot<wire::Answer>();
  built.setPosition(position);
  built.setEffectiveAt(at.ns);
  if (const No no = answer({past, position, at}, query.getQuestion(), built.getBody()))
    return std::string(reason_info(*no).name);
  const FlatAnswer all = flat(built.asReader());
  std::string text = all.scalars;
  for (const std::string& row : all.rows) text += "\n    " + row;
  return text;
}

}  // namespace

Difference compare_question(Chance& chance, const TenantModel& model, const views::ViewStore& views,
                            Tally& tally) {
  capnp::MallocMessageBuilder message;
  auto query = message.initRoot<wire::Query>();
  ask_something(chance, query);
  const std::uint32_t limits[] = {0, 1, 2, 3, 7, 10'000};
  const std::uint32_t limit = limits[chance.dice.below(6)];
  if (auto paging = paging_of(query); paging.question) paging.question->set("limit", limit);

  // As of the head, a position, or a moment between two events.
  const std::vector<Expected>& events = model.events();
  Position position = events.size();
  if (chance.percent(60)) position = 1 + chance.dice.below(events.size());
  Instant at = events[position - 1].effective_at;
  const std::uint64_t way = chance.dice.below(3);
  if (way == 0 && position == events.size()) {
    query.getAsOf().setHead();
  } else if (way < 2) {
    query.getAsOf().setPosition(position);
  } else {
    if (chance.percent(50)) at.ns += chance.dice.between(0, 86'400) * kNanosecondsPerSecond;
    if (at > chance.now) at = chance.now;
    query.getAsOf().setTime(at.ns);
    position = 0;
    for (const Expected& each : events)
      if (each.effective_at <= at) position = each.position;
  }
  const std::string asked = text_of(query.asReader());
  const std::string expected = own_answer(model, query, position, at);
  const std::string got = all_pages(views, query, limit);
  if (expected != got)
    return fmt::format("question {} pages of {}\n  expected {}\n  got      {}", asked, limit, expected, got);
  const capnp::DynamicStruct::Reader question = query.asReader().getQuestion();
  KJ_IF_MAYBE (which, question.which()) ++tally.questions[which->getProto().getName().cStr()];
  if (got.starts_with("NOT_FOUND") || got.starts_with("INVALID")) ++tally.unanswered;
  return {};
}

}  // namespace kontor::model
