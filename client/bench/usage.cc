#include "client/bench/usage.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include "client/bench/channel.h"
#include "client/bench/latency_histogram.h"

namespace kontor::bench {
namespace {

std::uint64_t ns_of(const timeval& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_usec) * 1'000;
}

/// User and system time of a "stat" file, in nanoseconds.
std::optional<std::array<std::uint64_t, 2>> times_of(const std::filesystem::path& stat) {
  std::ifstream file(stat);
  std::string text;
  if (!std::getline(file, text)) return std::nullopt;
  // The second field is the program's name and may hold anything but ')' at its end.
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  if (!(fields >> user >> system)) return std::nullopt;
  const auto tick_ns = 1'000'000'000 / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  return std::array{user * tick_ns, system * tick_ns};
}

/// The number behind a name at the beginning of a line.
std::uint64_t number_after(const std::filesystem::path& path, const std::string& name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(name)) continue;
    std::istringstream rest(line.substr(name.size()));
    std::uint64_t value = 0;
    rest >> value;
    return value;
  }
  return 0;
}

std::string text_after(const char* path, const std::string& name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(name)) return line.substr(line.find(':') + 2);
  return "unknown";
}

}  // namespace

std::optional<Usage> usage_of(std::uint64_t pid) {
  const std::filesystem::path base = fmt::format("/proc/{}", pid);
  const auto all = times_of(base / "stat");
  if (!all) return std::nullopt;
  Usage usage{.user_ns = (*all)[0],
              .system_ns = (*all)[1],
              .written_bytes = number_after(base / "io", "write_bytes:"),
              .memory_bytes = number_after(base / "status", "VmRSS:") * 1'024,
              .memory_max_bytes = number_after(base / "status", "VmHWM:") * 1'024};
  std::error_code failure;
  for (const auto& thread : std::filesystem::directory_iterator(base / "task", failure)) {
    const auto one = times_of(thread.path() / "stat");
    if (!one) continue;
    ThreadUsage& entry = usage.threads[std::stoull(thread.path().filename())];
    std::getline(std::ifstream(thread.path() / "comm") >> std::ws, entry.name);
    entry.ns = (*one)[0] + (*one)[1];
  }
  return usage;
}

Usage own_usage() {
  rusage self{};
  ::getrusage(RUSAGE_SELF, &self);
  return {.user_ns = ns_of(self.ru_utime), .system_ns = ns_of(self.ru_stime)};
}

Usage difference(const Usage& after, const Usage& before) {
  Usage used{.user_ns = after.user_ns - before.user_ns,
             .system_ns = after.system_ns - before.system_ns,
             .written_bytes = after.written_bytes - before.written_bytes,
             .memory_bytes = after.memory_bytes - std::min(before.memory_bytes, after.memory_bytes),
             .memory_max_bytes = after.memory_max_bytes,
             .threads = after.threads};
  for (auto& [number, thread] : used.threads)
    if (const auto old = before.threads.find(number); old != before.threads.end())
      thread.ns -= old->second.ns;
  return used;
}

std::optional<SyncLatency> measure_sync(const std::string& directory, int times) {
  std::string path = directory + "/kontor-bench-XXXXXX";
  const int file = ::mkstemp(path.data());
  if (file < 0) return std::nullopt;
  ::unlink(path.c_str());
  const std::vector<char> block(4'096);
  LatencyHistogram taken;
  bool good = true;
  for (int i = 0; i < times && good; ++i) {
    good = ::write(file, block.data(), block.size()) == static_cast<ssize_t>(block.size());
    const std::uint64_t begin = now_ns();
    good = good && ::fdatasync(file) == 0;
    taken.add(now_ns() - begin);
  }
  ::close(file);
  if (!good) return std::nullopt;
  return SyncLatency{taken.within(0.5), taken.within(0.99)};
}

std::string machine_line() {
  std::ifstream load("/proc/loadavg");
  std::string average;
  load >> average;
  return fmt::format("{} cores, {}, {} GiB; load {}", std::thread::hardware_concurrency(),
                     text_after("/proc/cpuinfo", "model name"),
                     number_after("/proc/meminfo", "MemTotal:") >> 20, average);
}

std::string file_system_of(const std::string& directory) {
  // The longest mount point that the path begins with.
  std::error_code failure;
  const std::string path = std::filesystem::canonical(directory, failure).string();
  std::ifstream mounts("/proc/self/mounts");
  std::string best;
  std::string type = "unknown";
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream fields(line);
    std::string device, point, kind;
    fields >> device >> point >> kind;
    const bool inside = point == "/" || path == point || path.starts_with(point + "/");
    if (!inside || point.size() < best.size()) continue;
    best = point;
    type = kind;
  }
  return type;
}

}  // namespace kontor::bench
