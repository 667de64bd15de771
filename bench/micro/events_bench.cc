// What one event costs before it reaches the log: encoding, decoding, and its leaf in the tree.

#include <benchmark/benchmark.h>

#include <string>

#include "events/core/merkle.h"
#include "events/envelope.h"

namespace kontor {
namespace {

RecordedEvent block_started() {
  RecordedEvent event;
  event.envelope = {.tenant = TenantId{"university"},
                    .position = 48'131,
                    .stream = "course/BBB-2013J",
                    .version = 311,
                    .recorded_at = Instant{1'795'000'000'000'000'000},
                    .effective_at = Instant{1'380'578'400'000'000'000},
                    .actor = {Role::Scheduler, "", ""},
                    .command_id = {},
                    .payload_digest = {},
                    .history = {},
                    .correlation = {}};
  event.body = seats::Event{
      seats::CourseSeatBlockStarted{.course = CourseId{"BBB-2013J"},
                                    .seat = 1'402,
                                    .person = PersonId{"p-560311"},
                                    .block = 3,
                                    .starts_at = Instant{1'380'578'400'000'000'000},
                                    .next_block_at = Instant{1'383'174'000'000'000'000},
                                    .price = seats::BlockPrice{PeriodId{"2013"}, 50, 50, MinorUnits{1'200},
                                                               Currency{}, seats::Rounding::Started}}};
  return event;
}

void Encode(benchmark::State& state) {
  const RecordedEvent event = block_started();
  std::string out;
  for (auto _ : state) {
    out.clear();
    encode(event.envelope, event.body, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.counters["bytes"] = static_cast<double>(out.size());
}
BENCHMARK(Encode);

void Decode(benchmark::State& state) {
  const RecordedEvent event = block_started();
  std::string stored;
  encode(event.envelope, event.body, stored);
  for (auto _ : state) benchmark::DoNotOptimize(decode(stored));
}
BENCHMARK(Decode);

void Leaf(benchmark::State& state) {
  const RecordedEvent event = block_started();
  std::string stored;
  encode(event.envelope, event.body, stored);
  MerkleFrontier tree;
  for (auto _ : state) tree.append(bytes_of(stored));
}
BENCHMARK(Leaf);

}  // namespace
}  // namespace kontor
