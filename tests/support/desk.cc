#include "tests/support/desk.h"

#include <gtest/gtest.h>

#include "tests/support/given.h"

namespace kontor::test {
namespace {

CommandId fresh_id() {
  static std::uint32_t last = 0;
  CommandId id;
  ++last;
  for (std::size_t i = 0; i < 4; ++i) id.bytes[i] = static_cast<std::uint8_t>(last >> (8 * i));
  return id;
}

}  // namespace

CommandRequest request(rules::Command body) {
  CommandRequest request;
  request.id = fresh_id();
  request.payload[0] = request.id.bytes[0];
  request.actor = {role_for(body), "someone", ""};
  request.body = std::move(body);
  return request;
}

CommandRequest request(rules::seats::Command body) { return request(rules::Command(std::move(body))); }

CommandRequest create_tenant(tenancy::Timeline timeline) {
  return request(rules::Command(rules::tenancy::Command(rules::tenancy::CreateTenant{timeline})));
}

CommandRequest finish_history() {
  return request(rules::Command(rules::tenancy::Command(rules::tenancy::FinishHistory{})));
}

CommandRequest open_campus(const std::string& id) {
  return request(rules::seats::Command(rules::seats::OpenCampus{.campus = CampusId(id)}));
}

CommandRequest row(CommandRequest command, std::uint64_t line, Instant at) {
  command.history = HistoryTime{at, {7, line}};
  return command;
}

Instant at(std::string_view rfc3339) { return Instant::parse(rfc3339).value(); }

std::vector<kontor::Outcome> Desk::ask(Mode mode, std::vector<CommandRequest> commands) {
  std::vector<kontor::Outcome> outcomes;
  writer_->begin(now_);
  writer_->fire_due();
  Submission submission{kTenant, mode, std::move(commands), [&](auto said) { outcomes = std::move(said); }};
  const Status prepared = prepare(submission, {&keys_, &randomness_});
  EXPECT_TRUE(prepared.has_value());
  writer_->decide(std::move(submission));
  commit(writer_->finish());
  return outcomes;
}

std::variant<Position, rules::Refusal> Desk::tick(Instant moment, Instant recorded_by) {
  std::variant<Position, rules::Refusal> answer;
  writer_->begin(now_);
  writer_->tick({kTenant, moment, [&](auto said) { answer = std::move(said); }, recorded_by});
  commit(writer_->finish());
  return answer;
}

void Desk::commit(DecidedGroup decided) {
  EXPECT_TRUE(keys_.add(decided.keys.added));
  if (decided.group) {
    EXPECT_EQ(log_.append(*decided.group), log::AppendOutcome::Appended);
  }
  EXPECT_TRUE(keys_.destroy(decided.keys.destroyed));
  for (auto& answer : decided.answers) answer();
}

void Desk::restart() {
  make_writer();
  const Status scanned = log_.scan(1, [&](const log::Group& group) {
    const Status adopted = writer_->adopt(group);
    EXPECT_TRUE(adopted.has_value()) << adopted.error().message;
    return true;
  });
  EXPECT_TRUE(scanned.has_value());
  EXPECT_TRUE(keys_.reconcile(writer_->living_persons()).has_value());
}

void Desk::make_writer() {
  writer_.reset();
  sealing_ = std::make_unique<Sealing>(LedgerKeys{&keys_, &randomness_});
  writer_ = std::make_unique<Writer>(limits_, sealing_.get());
}

std::vector<RecordedEvent> Desk::events() const {
  std::vector<RecordedEvent> events;
  const auto stored = log_.read(kTenant, 1, 100'000).value();
  for (const std::string& event : stored) events.push_back(decode(event).value());
  return events;
}

std::vector<std::string> Desk::kinds() const {
  std::vector<std::string> kinds;
  for (const RecordedEvent& event : events()) kinds.emplace_back(type_name(event.body));
  return kinds;
}

std::optional<Reason> code(const kontor::Outcome& outcome) {
  const auto* refusal = std::get_if<rules::Refusal>(&outcome);
  return refusal == nullptr ? std::nullopt : std::optional(refusal->code);
}

bool accepted(const kontor::Outcome& outcome) {
  const auto* receipt = std::get_if<Receipt>(&outcome);
  return receipt != nullptr && !receipt->duplicate && !receipt->dry_run;
}

const Receipt& receipt(const kontor::Outcome& outcome) { return std::get<Receipt>(outcome); }

}  // namespace kontor::test
