// What one command of each of the frequent kinds costs: to read its frame, and to decide, record and evolve
// it in the writer, in groups of a thousand, with the keys of persons in memory.

#include <benchmark/benchmark.h>
#include <capnp/message.h>
#include <capnp/serialize.h>
#include <fmt/format.h>

#include <cstring>
#include <string>
#include <vector>

#include "engine/keys/memory/memory_key_store.h"
#include "engine/writer/personal_data.h"
#include "engine/writer/writer.h"
#include "server/protocol/decode.h"
#include "server/protocol/encode.h"
#include "server/protocol/json.h"
#include "server/protocol/json_text.h"

namespace kontor::bench {
namespace {

constexpr Instant kStart{1'790'000'000LL * kNanosecondsPerSecond};
constexpr std::size_t kGroup = 1'024;

/// A kind of command, what must be so before it can be accepted, and the command itself with a number in it.
struct Kind {
  std::vector<std::string> before;
  std::string (*numbered)(std::uint64_t number);
};

std::string line(std::string_view actor, std::string_view fields) {
  const std::size_t colon = actor.find(':');
  return fmt::format(R"({{"actor":{{"role":"{}","id":"{}","channel":"api"}},{}}})", actor.substr(0, colon),
                     actor.substr(colon + 1), fields);
}

std::vector<std::string> credits_before() {
  return {
      line("operator:o-1", R"("type":"CreateTenant")"),
      line("operator:o-1", R"("type":"ChangeTenantPlan","suite":"basic","credits":"on")"),
      line("operator:o-1", R"("type":"ConfigureCredits","creditFeature":"on","orderMode":"automatic",)"
                           R"("autoAccounts":[{"userType":"author","account":"on","startBalance":1000000}])"),
      line("operator:o-1", R"("type":"DefinePackage","package":"ten","name":"Ten","points":10,"price":9000)"),
      line("backend:b-1", R"("type":"RegisterUser","user":"author-000017","userType":"author")"),
      line("operator:o-1",
           R"("type":"PostManualTransaction","user":"author-000017","points":900000000,"reason":"gift")")};
}

std::vector<std::string> campus_before() {
  return {line("operator:o-1", R"("type":"CreateTenant")"),
          line("backend:b-1", R"("type":"OpenCampus","campus":"c-1","kind":"flat","timeZone":"Etc/UTC")"),
          line("support:s-1", R"("type":"EnableBothSeatTypes","campus":"c-1")"),
          line("campusManager:m-1",
               R"("type":"CreateCourse","campus":"c-1","course":"k-1","start":"2026-09-21T00:00:00Z",)"
               R"("end":"2027-08-01T00:00:00Z")")};
}

const Kind kPublish{credits_before(), [](std::uint64_t n) {
                      return line("author:author-000017",
                                  fmt::format(R"("type":"Publish","contentId":"article-{:08}",)"
                                              R"("contentType":"article","user":"author-000017")",
                                              n));
                    }};
const Kind kPlaceCreditOrder{credits_before(), [](std::uint64_t n) {
                               return line("author:author-000017",
                                           fmt::format(R"("type":"PlaceCreditOrder","order":"order-{:08}",)"
                                                       R"("user":"author-000017","package":"ten")",
                                                       n));
                             }};
const Kind kPostManualTransaction{
    credits_before(), [](std::uint64_t) {
      return line("operator:o-1",
                  R"("type":"PostManualTransaction","user":"author-000017","points":1,"reason":"gift")");
    }};
const Kind kInviteToCourse{campus_before(), [](std::uint64_t n) {
                             return line("courseManager:m-1",
                                         fmt::format(R"("type":"InviteToCourse","course":"k-1",)"
                                                     R"("person":"person-{:08}","seatType":"course")",
                                                     n));
                           }};

Kind enrol_participant() {
  Kind kind{{line("operator:o-1", R"("type":"CreateTenant")"),
             line("operator:o-1", R"("type":"ChangeTenantPlan","suite":"expertSuitePlus")"),
             line("platformAuthor:a-1",
                  R"("type":"ConfigureGroupFeature","crmProvider":"klick","crmState":"connected")"),
             line("platformAuthor:a-1",
                  R"("type":"RegisterGroupProduct","product":"course-1","unitPrice":1,"tags":["kurs-1"])")},
            [](std::uint64_t n) {
              return line("groupLeader:b-1", fmt::format(R"("type":"EnrolParticipant","group":"group-{}",)"
                                                         R"("email":"person-{:08}@example.org")",
                                                         n / 1'000, n));
            }};
  for (int group = 0; group < 2'000; ++group) {
    kind.before.push_back(line("buyer:b-1", fmt::format(R"("type":"PlaceAccessOrder","order":"group-{}",)"
                                                        R"("product":"course-1","mode":"group",)"
                                                        R"("quantity":1000,"title":"Team")",
                                                        group)));
    kind.before.push_back(
        line("backend:b-1", fmt::format(R"("type":"CompleteAccessOrder","order":"group-{0}",)"
                                        R"("paymentRef":"pay-{0}")",
                                        group)));
  }
  return kind;
}
const Kind kEnrolParticipant = enrol_participant();

/// The same bytes in every run; nothing here needs to be secret.
class CountingRandomness final : public keys::Randomness {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(next_++ * 167 >> 3);
  }

 private:
  std::uint64_t next_ = 0;
};

kj::Array<capnp::word> frame_of(const std::string& json, std::uint64_t number) {
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(number);
  auto command = frame.initCommand();
  boost::json::object fields = protocol::parse_json(json)->get_object();
  fields["id"] = fmt::format("0192f0c1-7a55-7b1e-9c7e-{:012x}", number);
  if (!protocol::command_from_json(fields, command)) std::abort();
  return capnp::messageToFlatArray(message);
}

class Desk {
 public:
  explicit Desk(const Kind& kind) : kind_(kind) {
    if (!store_.create()) std::abort();
    writer_.begin(Instant{now_ += 1'000});
    for (const std::string& json : kind.before) decide(request(json));
    finish();
  }

  [[nodiscard]] std::vector<CommandRequest> next_group() {
    std::vector<CommandRequest> group;
    for (std::size_t i = 0; i < kGroup; ++i) group.push_back(request(kind_.numbered(accepted_++)));
    return group;
  }
  /// The work of the writer for one group.
  void run(std::vector<CommandRequest>&& group) {
    writer_.begin(Instant{now_ += 1'000});
    for (CommandRequest& command : group) decide(std::move(command));
    finish();
  }

 private:
  CommandRequest request(const std::string& json) {
    const auto words = frame_of(json, ++number_);
    auto frame = decoder_.decode({words.begin(), words.size()});
    if (!frame || !std::holds_alternative<protocol::SubmitRequest>(frame->request)) std::abort();
    return std::move(std::get<protocol::SubmitRequest>(frame->request).commands.front());
  }
  void decide(CommandRequest command) {
    Submission submission{.tenant = TenantId("university"), .commands = {}, .done = {}};
    submission.commands.push_back(std::move(command));
    submission.done = [](std::vector<Outcome> outcomes) {
      if (const auto* no = std::get_if<rules::Refusal>(&outcomes.front())) {
        fmt::print(stderr, "refused: {}\n", no->what);
        std::abort();
      }
    };
    if (!prepare(submission, keys_)) std::abort();
    writer_.decide(std::move(submission));
  }
  void finish() {
    DecidedGroup decided = writer_.finish();
    if (!decided.keys.added.empty() && !store_.add(decided.keys.added)) std::abort();
    for (Answer& answer : decided.answers) answer();
  }

  const Kind& kind_;
  CountingRandomness randomness_;
  keys::MemoryKeyStore store_{randomness_};
  LedgerKeys keys_{&store_, &randomness_};
  Sealing sealing_{keys_};
  Writer writer_{LedgerLimits{}, &sealing_};
  protocol::Decoder decoder_{1'000};
  std::int64_t now_ = kStart.ns;
  std::uint64_t number_ = 0;
  std::uint64_t accepted_ = 0;
};

void decide(benchmark::State& state, const Kind& kind) {
  Desk desk(kind);
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<CommandRequest> group = desk.next_group();
    state.ResumeTiming();
    desk.run(std::move(group));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kGroup));
}
BENCHMARK_CAPTURE(decide, Publish, kPublish)->Iterations(200);
BENCHMARK_CAPTURE(decide, PlaceCreditOrder, kPlaceCreditOrder)->Iterations(200);
BENCHMARK_CAPTURE(decide, PostManualTransaction, kPostManualTransaction)->Iterations(200);
BENCHMARK_CAPTURE(decide, InviteToCourse, kInviteToCourse)->Iterations(200);
BENCHMARK_CAPTURE(decide, EnrolParticipant, kEnrolParticipant)->Iterations(200);

void read_frame(benchmark::State& state, const Kind& kind) {
  const auto words = frame_of(kind.numbered(7), 7);
  protocol::Decoder decoder(1'000);
  for (auto _ : state) {
    auto frame = decoder.decode({words.begin(), words.size()});
    benchmark::DoNotOptimize(frame->request);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(read_frame, Publish, kPublish);
BENCHMARK_CAPTURE(read_frame, InviteToCourse, kInviteToCourse);
BENCHMARK_CAPTURE(read_frame, EnrolParticipant, kEnrolParticipant);

void write_receipt(benchmark::State& state) {
  Receipt receipt;
  receipt.first = 4'711;
  receipt.last = 4'712;
  receipt.recorded_at = kStart;
  receipt.stream = "account/author-000017";
  receipt.version = 12;
  const Outcome outcome = std::move(receipt);
  std::string out;
  for (auto _ : state) {
    out.clear();
    protocol::encode_outcome(7, outcome, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(write_receipt);

}  // namespace
}  // namespace kontor::bench
