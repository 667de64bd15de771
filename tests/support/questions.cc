#include "tests/support/questions.h"

#include <gtest/gtest.h>

#include "projections/stored_row.h"

namespace kontor::test {

void DerivedViews::apply(const log::Group& group) {
  const Status applied = runner.apply(group);
  ASSERT_TRUE(applied) << applied.error().message;
}

std::vector<std::pair<std::string, std::string>> entries_of(const views::ViewStore& store) {
  std::vector<std::pair<std::string, std::string>> all;
  const auto cursor = store.walk();
  for (cursor->seek({}); cursor->valid(); cursor->next()) all.emplace_back(cursor->key(), cursor->value());
  EXPECT_TRUE(cursor->status());
  return all;
}

Ask as_of(Position position, const Ask& ask) {
  return [position, ask](wire::Query::Builder query) {
    ask(query);
    query.getAsOf().setPosition(position);
  };
}
Ask as_of_time(Instant time, const Ask& ask) {
  return [time, ask](wire::Query::Builder query) {
    ask(query);
    query.getAsOf().setTime(time.ns);
  };
}

Ask remaining_seats(const std::string& course) {
  return [course](wire::Query::Builder q) { q.getQuestion().initRemainingSeats().setCourse(course); };
}
Ask usage_statistics(const std::string& campus) {
  return [campus](wire::Query::Builder q) { q.getQuestion().initUsageStatistics().setCampus(campus); };
}
Ask usage_detail(const std::string& campus) {
  return [campus](wire::Query::Builder q) { q.getQuestion().initUsageDetail().setCampus(campus); };
}
Ask periods_of_campus(const std::string& campus, std::uint32_t limit, const std::string& after) {
  return [campus, limit, after](wire::Query::Builder q) {
    auto question = q.getQuestion().initCourseSeatPeriods();
    question.setCampus(campus);
    question.setLimit(limit);
    question.setAfter(after);
  };
}
Ask periods_of_course(const std::string& course, std::uint32_t limit, const std::string& after) {
  return [course, limit, after](wire::Query::Builder q) {
    auto question = q.getQuestion().initCourseSeatPeriods();
    question.setCourse(course);
    question.setLimit(limit);
    question.setAfter(after);
  };
}
Ask seat_of(const std::string& person) {
  return [person](wire::Query::Builder q) { q.getQuestion().initSeatOf().setPerson(person); };
}
Ask courses_of(const std::string& person) {
  return [person](wire::Query::Builder q) { q.getQuestion().initCoursesOf().setPerson(person); };
}
Ask community_pool(const std::string& community) {
  return [community](wire::Query::Builder q) { q.getQuestion().initCommunityPool().setCommunity(community); };
}
Ask cheaper_seat_hint(const std::string& course) {
  return [course](wire::Query::Builder q) { q.getQuestion().initCheaperSeatHint().setCourse(course); };
}
Ask rollover_preview(const std::string& campus, std::uint32_t size, std::uint32_t limit,
                     const std::string& after) {
  return [campus, size, limit, after](wire::Query::Builder q) {
    auto question = q.getQuestion().initRolloverPreview();
    question.setCampus(campus);
    question.setSize(size);
    question.setLimit(limit);
    question.setAfter(after);
  };
}
Ask settlement(const std::string& course, std::uint32_t run, std::uint32_t limit, const std::string& after) {
  return [course, run, limit, after](wire::Query::Builder q) {
    auto question = q.getQuestion().initCourseSettlement();
    question.setCourse(course);
    question.setRun(run);
    question.setLimit(limit);
    question.setAfter(after);
  };
}

views::AnswerOutcome ask(const views::ViewStore& views, const Ask& question, const TenantId& tenant) {
  capnp::MallocMessageBuilder message;
  auto query = message.initRoot<wire::Query>();
  question(query);
  return views::answer(views, tenant, query);
}

Answered::Answered(views::AnswerOutcome outcome) {
  if (auto* message = std::get_if<views::AnswerMessage>(&outcome)) message_ = std::move(*message);
  if (message_) return;
  ADD_FAILURE() << "no answer: " << words_of(outcome);
  message_ = std::make_unique<capnp::MallocMessageBuilder>();
  message_->initRoot<wire::Answer>();
}

std::string words_of(const views::AnswerOutcome& outcome) {
  if (const auto* message = std::get_if<views::AnswerMessage>(&outcome))
    return views::canonical_bytes((*message)->getRoot<wire::Answer>().asReader());
  if (const auto* refusal = std::get_if<rules::Refusal>(&outcome)) {
    std::string words = std::to_string(static_cast<int>(refusal->code)) + " " + refusal->what;
    for (const auto& fact : refusal->facts) words += " " + fact.name + "=" + fact.value;
    return words;
  }
  const Error& error = std::get<Error>(outcome);
  return std::to_string(static_cast<int>(error.code)) + " " + error.message;
}

}  // namespace kontor::test
