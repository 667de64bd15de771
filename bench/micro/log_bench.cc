// What it costs to make a group durable, and to read all of them again. The RocksDB figures depend on the
// disk below the temporary directory (TMPDIR).

#include <benchmark/benchmark.h>

#include <filesystem>

#include "bench/micro/samples.h"
#include "engine/log/group_proof.h"
#include "engine/log/memory/memory_log.h"
#include "engine/log/rocksdb/rocksdb_log.h"

namespace kontor::bench {
namespace {

class ScratchFolder {
 public:
  ScratchFolder() : path_(std::filesystem::temp_directory_path() / "kontor-bench-log") {
    std::filesystem::remove_all(path_);
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

void append_groups(benchmark::State& state, log::EventLog& log) {
  const auto events = static_cast<std::uint32_t>(state.range(0));
  SampleLog groups(events);
  for (auto _ : state) {
    const log::Group group = groups.next();
    if (log.append(group) != log::AppendOutcome::Appended) return state.SkipWithError("not appended");
  }
  state.SetItemsProcessed(state.iterations() * events);
}

void AppendGroupInMemory(benchmark::State& state) {
  log::MemoryLog log;
  append_groups(state, log);
}
BENCHMARK(AppendGroupInMemory)->Arg(1)->Arg(64)->Arg(1024)->Iterations(2000);

void AppendGroupDurably(benchmark::State& state) {
  const ScratchFolder folder;
  auto log = log::RocksDbLog::open({.path = folder.path()});
  if (!log) return state.SkipWithError(log.error().message.c_str());
  append_groups(state, **log);
}
BENCHMARK(AppendGroupDurably)->Arg(1)->Arg(64)->Arg(1024)->UseRealTime();

constexpr std::uint32_t kGroupEvents = 1024;
constexpr std::uint32_t kGroups = 200;
constexpr std::uint64_t kAllEvents = std::uint64_t{kGroupEvents} * kGroups;

bool append_all(log::EventLog& log) {
  SampleLog groups(kGroupEvents);
  for (std::uint32_t i = 0; i < kGroups; ++i)
    if (log.append(groups.next()) != log::AppendOutcome::Appended) return false;
  return true;
}

/// Null when the benchmark is over before it begins.
std::unique_ptr<log::RocksDbLog> filled_log(const ScratchFolder& folder, benchmark::State& state) {
  auto log = log::RocksDbLog::open({.path = folder.path()});
  if (!log) {
    state.SkipWithError(log.error().message.c_str());
    return nullptr;
  }
  if (append_all(**log)) return std::move(*log);
  state.SkipWithError("not appended");
  return nullptr;
}

/// Out of the library's memory tables, or out of table files.
void ScanLog(benchmark::State& state) {
  const ScratchFolder folder;
  const auto log = filled_log(folder, state);
  if (!log) return;
  if (state.range(0) != 0) log->put_away();
  for (auto _ : state) {
    std::uint64_t events = 0;
    const Status scanned = log->scan(1, [&](const log::Group& group) {
      events += log::events_in(group);
      return true;
    });
    if (!scanned || events != kAllEvents) return state.SkipWithError("scan failed");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kAllEvents));
}
BENCHMARK(ScanLog)->ArgName("tables")->Arg(0)->Arg(1)->UseRealTime();

/// Scan, and every hash up to the root, with so many helpers.
void ProveLog(benchmark::State& state) {
  const ScratchFolder folder;
  const auto log = filled_log(folder, state);
  if (!log) return;
  for (auto _ : state) {
    log::Continuity continuity;
    log::GroupProof proof(
        continuity, [](const log::Group&) { return true; }, static_cast<unsigned>(state.range(0)));
    log::Group copy;
    const Status scanned = log->scan(1, [&](const log::Group& group) {
      copy = group;
      return proof.take(copy);
    });
    if (!scanned || !proof.finish() || continuity.head() != log->head())
      return state.SkipWithError("not proven");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kAllEvents));
}
BENCHMARK(ProveLog)->Arg(0)->Arg(1)->MeasureProcessCPUTime()->UseRealTime();

}  // namespace
}  // namespace kontor::bench
