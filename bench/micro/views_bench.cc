// What is done with an event after it is durable: fold, views in memory and on disk; and what a question
// costs.

#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>
#include <vector>

#include "engine/log/memory/memory_log.h"
#include "engine/writer/writer.h"
#include "projections/catalog.h"
#include "projections/memory_view_store.h"
#include "projections/queries.h"
#include "projections/rocksdb_view_store.h"
#include "projections/runner.h"
#include "replay/verify.h"

namespace kontor {
namespace {

constexpr std::int64_t kDay = 86'400 * kNanosecondsPerSecond;
constexpr Instant kStart{1'790'000'000LL * kNanosecondsPerSecond};
constexpr int kPeople = 2'000;

/// A course with two thousand course seats over nine months: most events are blocks, as on a real platform.
class CourseYear {
 public:
  CourseYear() {
    namespace seats = rules::seats;
    submit(Role::Operator, rules::tenancy::Command{rules::tenancy::CreateTenant{}}, 0);
    submit(Role::Backend, seats::Command{seats::OpenCampus{CampusId{"c-1"}}}, 0);
    submit(Role::Support, seats::Command{seats::EnableBothSeatTypes{CampusId{"c-1"}}}, 0);
    submit(Role::CampusManager,
           seats::Command{seats::CreateCourse{CampusId{"c-1"}, CourseId{"k-1"},
                                              Instant{kStart.ns + 20 * kDay}, Instant{kStart.ns + 290 * kDay},
                                              seats::CourseSeatTypes::CampusAndCourse}},
           0);
    for (int i = 0; i < kPeople; ++i)
      submit(Role::CourseManager,
             seats::Command{seats::InviteToCourse{CourseId{"k-1"}, PersonId{"p-" + std::to_string(i)},
                                                  seats::MemberRole::Participant, seats::SeatType::Course}},
             i * 40 * kDay / kPeople);
    for (int day = 41; day < 300; ++day) {
      writer_.begin(Instant{kStart.ns + day * kDay});
      writer_.fire_due();
      commit();
    }
  }

  [[nodiscard]] const std::vector<log::Group>& groups() const { return groups_; }
  [[nodiscard]] std::uint64_t events() const { return events_; }

 private:
  void submit(Role role, rules::Command body, std::int64_t after) {
    CommandRequest command;
    ++ids_;
    for (std::size_t i = 0; i < 8; ++i) command.id.bytes[i] = static_cast<std::uint8_t>(ids_ >> (8 * i));
    command.actor = {role, "someone", "bench"};
    command.body = std::move(body);
    writer_.begin(Instant{kStart.ns + after});
    writer_.fire_due();
    writer_.decide({TenantId{"university"}, Mode::Each, {std::move(command)}, {}});
    commit();
  }
  void commit() {
    const DecidedGroup decided = writer_.finish();
    if (!decided.group) return;
    groups_.push_back(*decided.group);
    for (const log::TenantSlice& slice : decided.group->slices) events_ += slice.count;
  }

  Writer writer_{LedgerLimits{}};
  std::uint64_t ids_ = 0;
  std::uint64_t events_ = 0;
  std::vector<log::Group> groups_;
};

const CourseYear& year() {
  static const CourseYear made;
  return made;
}

void fill(log::EventLog& log) {
  for (const log::Group& group : year().groups())
    if (log.append(group) != log::AppendOutcome::Appended) std::abort();
}

void derive(views::ViewStore& store) {
  static log::MemoryLog log;
  if (log.head().group == 0) fill(log);
  views::Runner runner(store, views::all_projections());
  if (!runner.catch_up(log, {})) std::abort();
}

void count_events(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(year().events()));
}

void FoldLog(benchmark::State& state) {
  log::MemoryLog log;
  fill(log);
  for (auto _ : state)
    if (!replay::replay(log, {}, {})) return state.SkipWithError("not replayed");
  count_events(state);
}
BENCHMARK(FoldLog)->Unit(benchmark::kMillisecond);

void DeriveViewsInMemory(benchmark::State& state) {
  for (auto _ : state) derive(*views::memory_view_store());
  count_events(state);
}
BENCHMARK(DeriveViewsInMemory)->Unit(benchmark::kMillisecond);

std::filesystem::path views_path() { return std::filesystem::temp_directory_path() / "kontor-micro-views"; }

void DeriveViewsOnDisk(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();  // creating a database takes as long as ten thousand events
    std::filesystem::remove_all(views_path());
    auto opened = views::open_rocksdb_view_store(views_path(), views::Access::ReadWrite);
    if (!opened) return state.SkipWithError(opened.error().message.c_str());
    state.ResumeTiming();
    derive(*opened->store);
    state.PauseTiming();
    opened->store.reset();
    state.ResumeTiming();
  }
  std::filesystem::remove_all(views_path());
  count_events(state);
}
BENCHMARK(DeriveViewsOnDisk)->Unit(benchmark::kMillisecond)->UseRealTime();

void VerifyLogAndViews(benchmark::State& state) {
  log::MemoryLog log;
  fill(log);
  const auto store = views::memory_view_store();
  derive(*store);
  for (auto _ : state)
    if (!replay::verify(log, store.get(), {})) return state.SkipWithError("not verified");
  count_events(state);
}
BENCHMARK(VerifyLogAndViews)->Unit(benchmark::kMillisecond);

template <class Ask>
void ask_on_disk(benchmark::State& state, const Ask& ask) {
  std::filesystem::remove_all(views_path());
  {
    const auto opened = views::open_rocksdb_view_store(views_path(), views::Access::ReadWrite);
    if (!opened) return state.SkipWithError(opened.error().message.c_str());
    derive(*opened->store);
    capnp::MallocMessageBuilder message;
    auto query = message.initRoot<wire::Query>();
    if (state.range(0) != 0) query.getAsOf().setPosition(year().events() / 2);
    ask(query);
    for (auto _ : state) {
      const views::AnswerOutcome outcome = views::answer(*opened->store, TenantId{"university"}, query);
      if (!std::holds_alternative<views::AnswerMessage>(outcome)) return state.SkipWithError("not answered");
    }
  }
  std::filesystem::remove_all(views_path());
}

// The argument: 0 as of the head, 1 as of half the history.
void AskRemainingSeats(benchmark::State& state) {
  ask_on_disk(state, [](wire::Query::Builder q) { q.getQuestion().initRemainingSeats().setCourse("k-1"); });
}
BENCHMARK(AskRemainingSeats)->Arg(0)->Arg(1);

void AskSettlementPage(benchmark::State& state) {
  ask_on_disk(state, [](wire::Query::Builder q) { q.getQuestion().initCourseSettlement().setCourse("k-1"); });
}
BENCHMARK(AskSettlementPage)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kontor
