#pragma once
// The load generator: many connections on one thread, which shares its machine with the server and is
// therefore made to cost next to nothing. A closed loop keeps a number of requests under way on each
// connection; an open loop starts them by the clock and measures from when each was meant to start, so that a
// server that stalls is charged for everybody who would have had to wait.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/bench/latency_histogram.h"
#include "client/bench/usage.h"
#include "client/bench/workload.h"
#include "client/client.h"

namespace kontor::bench {

enum class BatchMode : std::uint8_t { Each, AllOrNothing };

struct LoadOptions {
  client::Address server;
  Mix mix = Mix::All;
  std::string tenant;  // to open; with more than one, the beginning of their names
  std::string ask;     // a campus of that tenant, which exists: questions about it instead of commands
  std::uint32_t tenants = 1;
  TenantSize size;  // of each
  std::uint32_t clients = 1;
  std::uint32_t depth = 1;  // requests under way on a connection
  std::uint32_t batch = 0;  // commands in a request; 0: single commands
  BatchMode mode = BatchMode::Each;
  double rate = 0;  // commands a second by the clock; 0: closed loop
  double seconds = 5;
  double warm_up_seconds = 1;
  double pace_seconds = 0;  // a connection of the closed loop rests between its requests
  std::optional<std::uint64_t> server_pid;
  std::uint64_t seed = 1;
  std::int64_t wall_ns = 0;  // the time of the wall, for the dates of courses
  client::Connection::Timeout timeout{30'000};
};

struct Measured {
  double seconds = 0;
  std::uint64_t commands = 0;  // answered with a receipt or a refusal; questions when asked
  std::uint64_t requests = 0;
  std::uint64_t receipts = 0;
  std::uint64_t duplicates = 0;                  // receipts given again: never meant
  std::uint64_t undecided = 0;                   // of batches that hold all or nothing
  std::map<std::uint16_t, std::uint64_t> codes;  // refusals and errors
  LatencyHistogram latency;                      // of a request; every command of a batch counts
  std::uint64_t longest_silence_ns = 0;          // without any answer at all
  Usage client;
  std::optional<Usage> server;  // what was used meanwhile; memory: more than before
  std::uint64_t server_memory_max_bytes = 0;
  LatencyHistogram views_behind;  // how long views took to reach the newest receipt, by sampling
  std::uint64_t views_behind_events_max = 0;
  double opening_seconds = 0;
  std::uint64_t opening_memory_bytes = 0;  // how much more the server held when the tenants were open
  client::Welcome welcome;
};

/// Opens the tenants, warms up, measures. Ends early once `stop` is set. `say` hears what goes on.
[[nodiscard]] client::Outcome<Measured> run_load(const LoadOptions& options, const std::atomic<bool>& stop,
                                                 const std::function<void(const std::string&)>& say);

/// The codes that a mix means to meet.
[[nodiscard]] std::vector<std::uint16_t> meant_codes(Mix mix);

}  // namespace kontor::bench
