#pragma once
// What a process has used so far, and what the disk takes for a sync: the conditions of a measurement, read
// from the operating system.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace kontor::bench {

struct ThreadUsage {
  std::string name;  // as the system knows it
  std::uint64_t ns = 0;
};

struct Usage {
  std::uint64_t user_ns = 0;
  std::uint64_t system_ns = 0;
  std::uint64_t written_bytes = 0;                 // to the disk
  std::uint64_t memory_bytes = 0;                  // resident now
  std::uint64_t memory_max_bytes = 0;              // and at most so far
  std::map<std::uint64_t, ThreadUsage> threads{};  // by number
};

/// Nothing when there is no such process, or it is not ours to look at.
[[nodiscard]] std::optional<Usage> usage_of(std::uint64_t pid);
[[nodiscard]] Usage own_usage();
/// What was used between two looks. Memory: how much more than before.
[[nodiscard]] Usage difference(const Usage& after, const Usage& before);

struct SyncLatency {
  std::uint64_t p50_ns = 0;
  std::uint64_t p99_ns = 0;
};
/// Appends 4 KiB and syncs them, `times` times, to a file in this directory that is gone afterwards. Nothing
/// when no file can be made there.
[[nodiscard]] std::optional<SyncLatency> measure_sync(const std::string& directory, int times);

/// One line each: "2 cores, AMD EPYC, 23 GiB; load 0.5" and "ext4".
[[nodiscard]] std::string machine_line();
[[nodiscard]] std::string file_system_of(const std::string& directory);

}  // namespace kontor::bench
