#include "client/history_import.h"

#include <gtest/gtest.h>

#include <set>

#include "events/reasons.h"

namespace kontor::client {
namespace {

using Next = HistoryImport::Next;
using AtEnd = HistoryImport::AtEnd;

constexpr std::uint64_t kFinishLine = ~std::uint64_t{0};

std::string leave(int day, std::string_view person) {
  return R"({"at":"2013-02-)" + std::to_string(day) + R"(T18:00:00+01:00","type":"EndCourseMembership",)" +
         R"("actor":{"role":"campusManager","id":"m-1"},"course":"k-1","person":")" + std::string(person) +
         "\"}\n";
}

// Lines 1 to 3, the third of them blank, and a fourth.
std::string four_lines() { return leave(10, "p-1") + leave(11, "p-2") + "\n" + leave(12, "p-3"); }

struct Sent {
  std::vector<std::uint64_t> lines;  // 0: CreateTenant
  std::vector<std::string> ids;
  std::vector<std::int64_t> times;
};

Sent send(HistoryImport& import) {
  capnp::MallocMessageBuilder message;
  import.batch(message.initRoot<wire::Frame>());
  Sent sent;
  for (const auto command : message.getRoot<wire::Frame>().asReader().getBatch().getCommands()) {
    const auto content = command.getContent();
    if (content.getBody().isFinishHistory()) {
      sent.lines.push_back(kFinishLine);
    } else if (content.getBody().isCreateTenant()) {
      EXPECT_EQ(content.getHistory().getSource(), 0U) << "it belongs to no file";
      sent.lines.push_back(0);
      sent.times.push_back(content.getHistory().getAt());
    } else {
      sent.lines.push_back(content.getHistory().getLine());
      sent.times.push_back(content.getHistory().getAt());
    }
    const auto id = command.getId();
    sent.ids.emplace_back(reinterpret_cast<const char*>(id.begin()), id.size());
  }
  return sent;
}

enum class Answer : std::uint8_t { Receipt, Duplicate, NotMember, AlreadyExists, Overloaded };

void write(Answer answer, wire::CommandResult::Builder out) {
  switch (answer) {
    case Answer::Receipt: out.initReceipt(); break;
    case Answer::Duplicate: out.initReceipt().setDuplicate(true); break;
    case Answer::NotMember: out.initRefusal().setCode(3018); break;
    case Answer::AlreadyExists: out.initRefusal().setCode(1018); break;
    case Answer::Overloaded: out.initError().setCode(1012); break;
  }
}

Next answer(HistoryImport& import, std::vector<Answer> answers) {
  capnp::MallocMessageBuilder message;
  auto results = message.initRoot<wire::BatchResult>().initResults(static_cast<unsigned>(answers.size()));
  for (unsigned at = 0; at < answers.size(); ++at) write(answers[at], results[at]);
  return import.answered(message.getRoot<wire::BatchResult>().asReader());
}

Next fail_batch(HistoryImport& import, Reason reason) {
  capnp::MallocMessageBuilder message;
  auto error = message.initRoot<wire::Error>();
  error.setCode(static_cast<std::uint16_t>(reason));
  error.setWhat("why");
  return import.failed(message.getRoot<wire::Error>().asReader());
}

HistoryImport known_tenant(std::string content, ImportLimits limits = {}) {
  HistoryImport import(std::move(content), AtEnd::KeepOpen);
  import.connected(1, limits);
  return import;
}

TEST(HistoryImport, CreatesTheTenantAtTheTimeOfTheFirstLineAndFinishesIt) {
  HistoryImport import(four_lines(), AtEnd::Finish);
  import.connected(0, {});
  ASSERT_EQ(import.next(), Next::Send);
  const Sent create = send(import);
  EXPECT_EQ(create.lines, (std::vector<std::uint64_t>{0}));
  EXPECT_EQ(answer(import, {Answer::Receipt}), Next::Send);
  const Sent lines = send(import);
  EXPECT_EQ(lines.lines, (std::vector<std::uint64_t>{1, 2, 4}));
  EXPECT_EQ(create.times.front(), lines.times.front());
  EXPECT_EQ(answer(import, {Answer::Receipt, Answer::NotMember, Answer::Receipt}), Next::Send);
  EXPECT_EQ(send(import).lines, (std::vector<std::uint64_t>{kFinishLine}));
  EXPECT_EQ(answer(import, {Answer::Receipt}), Next::Finished);
  EXPECT_EQ(import.counts().lines, 3U);
  EXPECT_EQ(import.counts().imported, 2U);
  EXPECT_EQ(import.counts().refused, 1U);
  EXPECT_EQ(import.counts().refusals.at(3018).first_line, 2U);
}

TEST(HistoryImport, GivesEveryLineAnIdOfItsOwnThatDependsOnTheFile) {
  auto first = known_tenant(four_lines());
  auto again = known_tenant(four_lines());
  auto other = known_tenant(four_lines() + leave(13, "p-4"));
  for (HistoryImport* import : {&first, &again, &other}) ASSERT_EQ(import->next(), Next::Send);
  const Sent ids = send(first);
  EXPECT_EQ(ids.ids, send(again).ids);
  std::set<std::string> all(ids.ids.begin(), ids.ids.end());
  const Sent others = send(other);
  all.insert(others.ids.begin(), others.ids.end());
  EXPECT_EQ(all.size(), 7U);
}

TEST(HistoryImport, SendsTheSameBatchAgainOnANewConnection) {
  auto import = known_tenant(four_lines(), {.batch_commands_max = 2, .batch_bytes_max = 1 << 20});
  ASSERT_EQ(import.next(), Next::Send);
  const Sent before = send(import);
  EXPECT_EQ(before.lines, (std::vector<std::uint64_t>{1, 2}));
  import.connected(5, {});
  ASSERT_EQ(import.next(), Next::Send);
  EXPECT_EQ(send(import).ids, before.ids);
  EXPECT_EQ(answer(import, {Answer::Duplicate, Answer::Receipt}), Next::Send);
  EXPECT_EQ(send(import).lines, (std::vector<std::uint64_t>{4}));
  EXPECT_EQ(answer(import, {Answer::Receipt}), Next::Finished);
  EXPECT_EQ(import.counts().already, 1U);
  EXPECT_EQ(import.counts().imported, 2U);
}

TEST(HistoryImport, LetsNothingOvertakeALineTheServerHadNoRoomFor) {
  auto import = known_tenant(four_lines());
  ASSERT_EQ(import.next(), Next::Send);
  EXPECT_EQ(answer(import, {Answer::Receipt, Answer::Overloaded, Answer::Overloaded}), Next::Wait);
  ASSERT_EQ(import.next(), Next::Send);
  EXPECT_EQ(send(import).lines, (std::vector<std::uint64_t>{2, 4}));
  EXPECT_EQ(fail_batch(import, Reason::Overloaded), Next::Wait);
  EXPECT_EQ(send(import).lines, (std::vector<std::uint64_t>{2, 4}));
}

TEST(HistoryImport, FindsTheLineForWhichItsBatchWasRefused) {
  auto import = known_tenant(four_lines());
  ASSERT_EQ(import.next(), Next::Send);
  EXPECT_EQ(fail_batch(import, Reason::InvalidArgument), Next::Send);
  EXPECT_EQ(send(import).lines, (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(answer(import, {Answer::Receipt}), Next::Send);
  EXPECT_EQ(send(import).lines, (std::vector<std::uint64_t>{2}));
  EXPECT_EQ(fail_batch(import, Reason::InvalidArgument), Next::Send);
  EXPECT_EQ(send(import).lines, (std::vector<std::uint64_t>{4}));
  EXPECT_EQ(answer(import, {Answer::Receipt}), Next::Finished);
  const auto refusals = import.take_refusals();
  ASSERT_EQ(refusals.size(), 1U);
  EXPECT_EQ(refusals.front().line, 2U);
}

TEST(HistoryImport, ReportsALineThatIsNoCommandAndGoesOn) {
  const std::string content = "not json\n" + leave(10, "p-1") + R"({"type":"EndCourseMembership"})" + "\n" +
                              R"({"at":"2013-02-11T18:00:00+01:00","type":"EndCourseMembership","actor":)" +
                              R"({"role":"campusManager","id":"m-1"},"course":"k-1","who":"p-2"})" + "\n" +
                              R"({"at":"2013-02-11T18:00:00+01:00","id":"1","type":"EndCourseRun"})" +
                              "\n[1]\n" + leave(12, "p-3");
  auto import = known_tenant(content);
  ASSERT_EQ(import.next(), Next::Send);
  EXPECT_EQ(send(import).lines, (std::vector<std::uint64_t>{2, 7}));
  EXPECT_EQ(answer(import, {Answer::Receipt, Answer::Receipt}), Next::Finished);
  const auto refusals = import.take_refusals();
  ASSERT_EQ(refusals.size(), 5U);
  for (const LineRefusal& refusal : refusals) EXPECT_EQ(refusal.code, 1006) << refusal.what;
  EXPECT_EQ(refusals[1].line, 3U);
  EXPECT_NE(refusals[2].what.find("who"), std::string::npos) << refusals[2].what;
  EXPECT_EQ(import.counts().refusals.at(1006).count, 5U);
}

TEST(HistoryImport, TakesATenantThatIsThereAlready) {
  HistoryImport import(four_lines(), AtEnd::KeepOpen);
  import.connected(0, {});
  ASSERT_EQ(import.next(), Next::Send);
  EXPECT_EQ(answer(import, {Answer::AlreadyExists}), Next::Send);
  EXPECT_EQ(send(import).lines.size(), 3U);
}

TEST(HistoryImport, StopsWhenTheTenantCannotBeCreated) {
  HistoryImport import(four_lines(), AtEnd::Finish);
  import.connected(0, {});
  ASSERT_EQ(import.next(), Next::Send);
  EXPECT_EQ(answer(import, {Answer::NotMember}), Next::Stop);
  EXPECT_EQ(import.failure().code, 3018);
}

TEST(HistoryImport, HasNothingToDoWithoutAReadableLine) {
  HistoryImport import("nonsense\n", AtEnd::KeepOpen);
  import.connected(0, {});
  EXPECT_EQ(import.next(), Next::Finished);
  EXPECT_EQ(import.counts().refused, 1U);
}

TEST(HistoryImport, RefusesAnswersThatDoNotFitItsCommands) {
  auto import = known_tenant(four_lines());
  ASSERT_EQ(import.next(), Next::Send);
  EXPECT_EQ(answer(import, {Answer::Receipt}), Next::Stop);
}

}  // namespace
}  // namespace kontor::client
