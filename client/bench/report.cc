#include "client/bench/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "events/reasons.h"

namespace kontor::bench {
namespace {

struct Share {
  const char* name;
  const char* column;
  double share;
};
constexpr std::array kShares{Share{"p50", "p50_us", 0.5}, Share{"p95", "p95_us", 0.95},
                             Share{"p99", "p99_us", 0.99}, Share{"p99.9", "p999_us", 0.999}};

double per_command(std::uint64_t amount, const Measured& measured) {
  return measured.commands == 0 ? 0 : static_cast<double>(amount) / static_cast<double>(measured.commands);
}

double us(std::uint64_t ns) { return static_cast<double>(ns) / 1e3; }

// Columns are whole numbers, so that every program reads them alike.
std::uint64_t whole(double value) { return static_cast<std::uint64_t>(std::llround(value)); }
std::uint64_t whole_us(std::uint64_t ns) { return whole(us(ns)); }

double commands_per_second(const Measured& measured) {
  return measured.seconds > 0 ? static_cast<double>(measured.commands) / measured.seconds : 0;
}

bool is_meant(const LoadOptions& options, std::uint16_t code) {
  return std::ranges::count(meant_codes(options.mix), code) > 0;
}

std::string with_commas(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::string duration(std::uint64_t ns) {
  if (ns >= 10'000'000'000) return fmt::format("{:.1f} s", static_cast<double>(ns) / 1e9);
  if (ns >= 1'000'000)
    return fmt::format("{:.{}f} ms", static_cast<double>(ns) / 1e6, ns < 10'000'000 ? 2 : 1);
  return fmt::format("{:.0f} us", us(ns));
}

std::string name_of_code(std::uint16_t code) {
  const auto reason = reason_from_number(code);
  return reason ? fmt::format("{} {}", code, reason_info(*reason).name) : std::to_string(code);
}

std::string codes_in_words(const LoadOptions& options, const Measured& measured, bool meant) {
  std::string words;
  for (const auto& [code, count] : measured.codes) {
    if (is_meant(options, code) != meant) continue;
    words += fmt::format("{}{}: {}", words.empty() ? "" : ", ", name_of_code(code), with_commas(count));
  }
  return words;
}

std::string work_line(const LoadOptions& options) {
  if (!options.ask.empty())
    return fmt::format("questions about campus {}, {} clients x {} in flight", options.ask, options.clients,
                       options.depth);
  std::string requests = "single commands";
  if (options.batch > 0)
    requests = fmt::format("batches of {}, {}", with_commas(options.batch),
                           options.mode == BatchMode::Each ? "each" : "all or nothing");
  const std::string loop =
      options.rate > 0 ? fmt::format("{} commands/s by the clock over {} clients",
                                     with_commas(static_cast<std::uint64_t>(options.rate)), options.clients)
                       : fmt::format("{} clients x {} in flight", options.clients, options.depth);
  const std::string members = options.size.memberships > 0
                                  ? fmt::format(" with {} memberships", with_commas(options.size.memberships))
                                  : "";
  return fmt::format("mix {}, {} {}, {} entities{}; {}, {}; {} s after {} s", name_of(options.mix),
                     with_commas(options.tenants), options.tenants == 1 ? "tenant" : "tenants",
                     with_commas(options.size.entities), members, loop, requests, options.seconds,
                     options.warm_up_seconds);
}

std::string sync_line(const Conditions& conditions) {
  std::string line = conditions.disk;
  const auto add = [&line](const char* when, const std::optional<SyncLatency>& sync) {
    if (sync)
      line += fmt::format(", {} p50 {}, p99 {}", when, duration(sync->p50_ns), duration(sync->p99_ns));
  };
  add("sync of 4 KiB before", conditions.sync_before);
  add("after", conditions.sync_after);
  return line;
}

/// Threads by processor time, in whole per cent of the time that passed; most first.
std::vector<std::pair<std::uint64_t, std::string>> busiest(const Measured& measured) {
  std::vector<std::pair<std::uint64_t, std::string>> threads;
  if (!measured.server) return threads;
  for (const auto& [number, thread] : measured.server->threads)
    threads.emplace_back(whole(static_cast<double>(thread.ns) / 1e7 / std::max(measured.seconds, 1e-9)),
                         thread.name);
  std::ranges::sort(threads, std::ranges::greater());
  return threads;
}

std::string threads_line(const Measured& measured) {
  constexpr std::size_t kShown = 6;
  std::string line;
  const auto threads = busiest(measured);
  for (std::size_t i = 0; i < std::min(threads.size(), kShown); ++i)
    if (threads[i].first > 0)
      line += fmt::format("{}{} {} %", line.empty() ? "" : ", ", threads[i].second, threads[i].first);
  return line;
}

std::string cost_line(const Measured& measured) {
  std::string line;
  if (const auto& server = measured.server) {
    line += fmt::format("server {:.2f} us a command (user {:.2f}, system {:.2f}), ",
                        per_command(server->user_ns + server->system_ns, measured) / 1e3,
                        per_command(server->user_ns, measured) / 1e3,
                        per_command(server->system_ns, measured) / 1e3);
  }
  line += fmt::format("client {:.2f} us (user {:.2f}, system {:.2f})",
                      per_command(measured.client.user_ns + measured.client.system_ns, measured) / 1e3,
                      per_command(measured.client.user_ns, measured) / 1e3,
                      per_command(measured.client.system_ns, measured) / 1e3);
  if (const auto& server = measured.server)
    line += fmt::format("; disk {:.0f} bytes, memory {:.0f} bytes a command, {} MiB at most",
                        per_command(server->written_bytes, measured),
                        per_command(server->memory_bytes, measured), measured.server_memory_max_bytes >> 20);
  return line;
}

}  // namespace

std::uint64_t unmeant(const LoadOptions& options, const Measured& measured) {
  std::uint64_t count = 0;
  for (const auto& [code, times] : measured.codes)
    if (!is_meant(options, code)) count += times;
  return count;
}

boost::json::object columns(const LoadOptions& options, const Measured& measured,
                            const Conditions& conditions) {
  const bool batches = options.batch > 0;
  boost::json::object out{
      {"mix", options.ask.empty() ? name_of(options.mix) : "questions"},
      {"tenants", options.tenants},
      {"entities", options.size.entities},
      {"memberships", options.size.memberships},
      {"clients", options.clients},
      {"depth", options.depth},
      {"batch", options.batch},
      {"mode", !batches                          ? "single"
               : options.mode == BatchMode::Each ? "each"
                                                 : "all-or-nothing"},
      {"rate", whole(options.rate)},
      {"elapsed_ms", whole(measured.seconds * 1e3)},
      {"commands", measured.commands},
      {"commands_per_second", whole(commands_per_second(measured))},
  };
  for (const Share& share : kShares) out[share.column] = whole_us(measured.latency.within(share.share));
  out["max_us"] = whole_us(measured.latency.max());
  std::string codes;
  for (const auto& [code, count] : measured.codes)
    codes += fmt::format("{}{}:{}", codes.empty() ? "" : " ", code, count);
  out["codes"] = codes;
  out["unmeant"] = unmeant(options, measured);
  out["duplicates"] = measured.duplicates;
  out["undecided"] = measured.undecided;
  out["longest_silence_us"] = whole_us(measured.longest_silence_ns);
  out["client_user_ns"] = whole(per_command(measured.client.user_ns, measured));
  out["client_system_ns"] = whole(per_command(measured.client.system_ns, measured));
  const Usage server = measured.server.value_or(Usage{});
  out["server_user_ns"] = whole(per_command(server.user_ns, measured));
  out["server_system_ns"] = whole(per_command(server.system_ns, measured));
  const auto threads = busiest(measured);
  out["server_busiest_thread_percent"] = threads.empty() ? 0 : threads.front().first;
  out["disk_bytes"] = whole(per_command(server.written_bytes, measured));
  out["memory_bytes"] = whole(per_command(server.memory_bytes, measured));
  out["memory_max_bytes"] = measured.server_memory_max_bytes;
  out["views_samples"] = measured.views_behind.count();
  out["views_behind_p50_us"] = whole_us(measured.views_behind.within(0.5));
  out["views_behind_max_us"] = whole_us(measured.views_behind.max());
  out["views_behind_max_events"] = measured.views_behind_events_max;
  out["sync_p50_us"] = conditions.sync_before ? whole_us(conditions.sync_before->p50_ns) : 0;
  out["sync_p99_us"] = conditions.sync_before ? whole_us(conditions.sync_before->p99_ns) : 0;
  out["sync_after_p50_us"] = conditions.sync_after ? whole_us(conditions.sync_after->p50_ns) : 0;
  out["sync_after_p99_us"] = conditions.sync_after ? whole_us(conditions.sync_after->p99_ns) : 0;
  out["opening_ms"] = whole(measured.opening_seconds * 1e3);
  out["opening_memory_bytes"] = measured.opening_memory_bytes;
  out["server_version"] = measured.welcome.server_version;
  out["machine"] = conditions.machine;
  out["disk"] = conditions.disk;
  return out;
}

std::string in_words(const LoadOptions& options, const Measured& measured, const Conditions& conditions) {
  std::string out = fmt::format("machine  {}\n", conditions.machine);
  if (!conditions.disk.empty()) out += fmt::format("disk     {}\n", sync_line(conditions));
  out += fmt::format("build    kontor {}, server {}\n", conditions.version, measured.welcome.server_version);
  out += fmt::format("work     {}\n", work_line(options));
  out +=
      fmt::format("result   {} {}/s", with_commas(static_cast<std::uint64_t>(commands_per_second(measured))),
                  options.ask.empty() ? "commands" : "answers");
  for (const Share& share : kShares)
    out += fmt::format("   {} {}", share.name, duration(measured.latency.within(share.share)));
  out += fmt::format("   max {}\n", duration(measured.latency.max()));
  std::uint64_t refused = 0;
  for (const auto& [code, count] : measured.codes) refused += count;
  const std::uint64_t wrong = unmeant(options, measured);
  out += fmt::format("refused  {:.1f} % as meant", 100 * per_command(refused - wrong, measured));
  if (refused > wrong) out += fmt::format(" ({})", codes_in_words(options, measured, true));
  out += fmt::format("; {} not meant", with_commas(wrong));
  if (wrong > 0) out += fmt::format(" ({})", codes_in_words(options, measured, false));
  if (measured.duplicates > 0)
    out += fmt::format("; {} receipts given again", with_commas(measured.duplicates));
  if (measured.undecided > 0) out += fmt::format("; {} not decided", with_commas(measured.undecided));
  out += fmt::format("\ncost     {}\n", cost_line(measured));
  if (const std::string threads = threads_line(measured); !threads.empty())
    out += fmt::format("threads  {}\n", threads);
  if (measured.views_behind.count() > 0)
    out += fmt::format("views    behind at most {} and {} events, p50 {}, {} samples\n",
                       duration(measured.views_behind.max()), with_commas(measured.views_behind_events_max),
                       duration(measured.views_behind.within(0.5)), measured.views_behind.count());
  out +=
      fmt::format("stalls   {} the longest time without any answer\n", duration(measured.longest_silence_ns));
  return out;
}

}  // namespace kontor::bench
