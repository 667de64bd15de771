// What a command costs in the writer, alone and with the log behind it; and what reading it all back costs.

#include <benchmark/benchmark.h>

#include <filesystem>
#include <memory>
#include <string>

#include "engine/log/continuity.h"
#include "engine/log/memory/memory_log.h"
#include "engine/log/rocksdb/rocksdb_log.h"
#include "engine/rules/archive.h"
#include "engine/snapshots/snapshot_shelf.h"
#include "engine/writer/writer.h"

namespace kontor {
namespace {

constexpr Instant kStart{1'790'000'000LL * kNanosecondsPerSecond};

/// A tenant with one campus, both seat types and one running course without limits; then invitations for
/// ever.
class Invitations {
 public:
  explicit Invitations(Writer& writer) : writer_(writer) {}

  void open() {
    namespace seats = rules::seats;
    namespace tenancy = rules::tenancy;
    const Actor desk{Role::ContractDesk, "desk", "bench"};
    const Actor manager{Role::CampusManager, "m-1", "bench"};
    submit({Role::Operator, "op", "bench"}, tenancy::Command{tenancy::CreateTenant{}});
    submit({Role::Backend, "b", "bench"}, seats::Command{seats::OpenCampus{CampusId{"c-1"}}});
    submit({Role::Support, "s", "bench"}, seats::Command{seats::EnableBothSeatTypes{CampusId{"c-1"}}});
    submit(manager,
           seats::Command{seats::CreateCourse{CampusId{"c-1"}, CourseId{"k-1"}, Instant{kStart.ns - 1},
                                              Instant{kStart.ns + 8'000'000 * kNanosecondsPerSecond},
                                              seats::CourseSeatTypes::CampusAndCourse}});
  }
  void invite() {
    submit({Role::CourseManager, "m-2", "bench"},
           rules::seats::Command{rules::seats::InviteToCourse{
               CourseId{"k-1"}, PersonId{"p-" + std::to_string(++people_)},
               rules::seats::MemberRole::Participant, rules::seats::SeatType::Course}});
  }

 private:
  void submit(Actor actor, rules::Command body) {
    CommandRequest command;
    ++ids_;
    for (int i = 0; i < 8; ++i)
      command.id.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(ids_ >> (8 * i));
    command.actor = std::move(actor);
    command.body = std::move(body);
    Submission submission;
    submission.tenant = TenantId{"university"};
    submission.commands.push_back(std::move(command));
    submission.done = [](std::vector<Outcome> outcomes) {
      if (!std::holds_alternative<Receipt>(outcomes.front())) std::abort();
    };
    writer_.decide(std::move(submission));
  }

  Writer& writer_;
  std::uint64_t ids_ = 0;
  std::uint64_t people_ = 0;
};

void run_groups(benchmark::State& state, log::EventLog& log) {
  const auto per_group = static_cast<int>(state.range(0));
  Writer writer{LedgerLimits{}};
  Invitations invitations(writer);
  std::int64_t now = kStart.ns;
  std::uint64_t events = 0;
  const auto commit = [&] {
    DecidedGroup decided = writer.finish();
    if (log.append(*decided.group) != log::AppendOutcome::Appended) std::abort();
    for (Answer& answer : decided.answers) answer();
    for (const auto& slice : decided.group->slices) events += slice.count;
  };
  writer.begin(Instant{now += 1'000});
  invitations.open();
  commit();
  for (auto _ : state) {
    writer.begin(Instant{now += 1'000});
    for (int i = 0; i < per_group; ++i) invitations.invite();
    commit();
  }
  log.idle();
  state.SetItemsProcessed(state.iterations() * per_group);
  state.counters["events"] = benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
}

void WriterOverMemoryLog(benchmark::State& state) {
  log::MemoryLog log;
  run_groups(state, log);
}
BENCHMARK(WriterOverMemoryLog)->Arg(1)->Arg(64)->Arg(1'024);

void WriterOverRocksDb(benchmark::State& state) {
  const std::filesystem::path path = std::filesystem::temp_directory_path() / "kontor-micro-log";
  std::filesystem::remove_all(path);
  {
    log::RocksDbLogOptions options;
    options.path = path.string();
    auto log = log::RocksDbLog::open(std::move(options));
    if (!log) {
      state.SkipWithError(log.error().message.c_str());
      return;
    }
    run_groups(state, **log);
  }
  std::filesystem::remove_all(path);
}
BENCHMARK(WriterOverRocksDb)->Arg(1)->Arg(64)->Arg(1'024)->UseRealTime();

/// State and trees as of the end of a history, out of a file.
void LoadSnapshot(benchmark::State& state) {
  const std::filesystem::path path = std::filesystem::temp_directory_path() / "kontor-micro-snapshot";
  std::filesystem::remove_all(path);
  log::Continuity continuity;
  Writer writer{LedgerLimits{}};
  Invitations invitations(writer);
  std::int64_t now = kStart.ns;
  for (int group = 0; group < 100; ++group) {
    writer.begin(Instant{now += 1'000});
    if (group == 0) invitations.open();
    for (int i = 0; i < 1'000; ++i) invitations.invite();
    const DecidedGroup decided = writer.finish();
    if (!continuity.accept(*decided.group)) return state.SkipWithError("not accepted");
  }
  continuity.trees().publish();
  const log::StartPoint point{.head = continuity.head(), .fingerprint = {}};
  snapshots::SnapshotShelf shelf(nullptr, path.string(), {});
  const auto written = shelf.write({}, point, [&](rules::ArchiveWriter& out) {
    continuity.trees().save(out);
    writer.save(out);
  });
  if (!written || shelf.points({}).size() != 1) return state.SkipWithError("not written");
  for (auto _ : state) {
    if (!shelf.load(0)) return state.SkipWithError("not loaded");
    state.PauseTiming();
    shelf.take().reset();
    state.ResumeTiming();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(written->bytes));
  state.counters["events"] =
      benchmark::Counter(static_cast<double>(point.head.events) * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate);
  std::filesystem::remove_all(path);
}
BENCHMARK(LoadSnapshot)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

}  // namespace
}  // namespace kontor
