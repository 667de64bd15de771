#include "server/config.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <filesystem>
#include <sstream>

#include "server/config_values.h"
#include "server/protocol/suggest.h"
#include "server/protocol/text_checks.h"

namespace kontor::server {
namespace {

using protocol::shown;

struct Key {
  std::string_view name;
  std::string_view initial;
  std::string_view doc;
  /// Takes the text of a value; the sentence that says what is allowed, or nothing.
  std::function<std::optional<std::string>(Config&, std::string_view)> set;
};

/// All keys, in the order of the reference page.
const std::vector<Key>& keys() {
  using std::chrono::milliseconds;
  static const std::vector<Key> all{
      {"server.listen", "127.0.0.1:7419", "address and port for clients; port 0 takes a free one",
       text_value([](Config& c) -> std::string& { return c.listen; })},
      {"server.data_dir", "./kontor-data", "directory of the log and the views",
       text_value([](Config& c) -> std::string& { return c.data_dir; })},
      {"durability.head", "lagging",
       "when HEAD is written: lagging (with the next group) or strict (before a receipt)",
       choice_value<HeadWriting>({"lagging", "strict"}, [](Config& c) -> HeadWriting& { return c.head; })},
      {"durability.group_max", "4096", "commands decided into one group",
       count_value(1, 100'000, [](Config& c) -> std::size_t& { return c.ledger.group_commands_max; })},
      {"limits.queue", "65536", "commands waiting to be decided; beyond: 1012 OVERLOADED",
       count_value(1, 10'000'000, [](Config& c) -> std::size_t& { return c.ledger.inbox_commands_max; })},
      {"limits.frame_bytes", "1MiB", "largest message",
       size_value(4u << 10, 8u << 20,
                  [](Config& c) -> std::size_t& { return c.sessions.gate.frame_bytes_max; })},
      {"limits.in_flight", "1024",
       "commands of one connection without an answer; beyond: nothing more is read",
       count_value(1, 100'000, [](Config& c) -> std::size_t& { return c.sessions.in_flight_max; })},
      {"limits.batch", "1000", "commands in one batch",
       count_value(1, 10'000, [](Config& c) -> std::size_t& { return c.sessions.batch_commands_max; })},
      {"limits.unsent_bytes", "4MiB",
       "answers of one connection that were not read; beyond: nothing more is read",
       size_value(64u << 10, 64u << 20,
                  [](Config& c) -> std::size_t& { return c.sessions.unsent_bytes_max; })},
      {"limits.subscriptions", "64", "subscriptions of one connection",
       count_value(1, 1'024, [](Config& c) -> std::size_t& { return c.sessions.subscriptions_max; })},
      {"limits.heartbeat", "10s", "a subscription hears at least so often how far the server has looked",
       time_value([](Config& c) -> milliseconds& { return c.sessions.heartbeat; })},
      {"limits.connections", "4096", "open connections; beyond: 7101 TOO_MANY_CONNECTIONS",
       count_value(1, 100'000, [](Config& c) -> std::size_t& { return c.listener.connections_max; })},
      {"limits.hello_timeout", "5s", "for a new connection to say hello",
       time_value([](Config& c) -> milliseconds& { return c.sessions.hello_timeout; })},
      {"limits.frame_timeout", "10s", "to complete a message that has begun",
       time_value([](Config& c) -> milliseconds& { return c.sessions.frame_timeout; })},
      {"limits.idle_timeout", "120s", "without a word from a connection that waits for nothing",
       time_value([](Config& c) -> milliseconds& { return c.sessions.idle_timeout; })},
      {"limits.stuck_timeout", "30s", "for a peer to read on when limits.unsent_bytes is reached",
       time_value([](Config& c) -> milliseconds& { return c.sessions.stuck_timeout; })},
      {"limits.query_patience", "5s", "for views that have not reached the position a question waits for",
       time_value([](Config& c) -> milliseconds& { return c.sessions.query_patience; })},
      {"limits.drain_timeout", "10s", "to answer what has arrived before stopping",
       time_value([](Config& c) -> milliseconds& { return c.listener.drain_timeout; })},
      {"checkpoint.name", "kontor.local", "what auditors know this ledger by; part of every signature",
       log_name_value([](Config& c) -> std::string& { return c.checkpoint.name; })},
      {"checkpoint.key_file", "", "the signing key; empty: keys/checkpoint.key in the data directory",
       optional_text_value([](Config& c) -> std::string& { return c.checkpoint.key_file; })},
      {"checkpoint.every", "10s", "how often the store's checkpoint is signed if it changed; 0: on demand",
       time_or_never_value([](Config& c) -> milliseconds& { return c.checkpoint.every; })},
      {"checkpoint.required", "true",
       "true: without the signing key, or with one that fits another history, the server does not start",
       choice_value<KeyNeed>({"false", "true"}, [](Config& c) -> KeyNeed& { return c.checkpoint.required; })},
      {"snapshot.every", "10000000",
       "a running server writes its state down after so many events; 0: it does not",
       count_value(0, 1'000'000'000'000, [](Config& c) -> std::size_t& { return c.snapshot.every_events; })},
      {"snapshot.at_stop", "100000", "a stop writes the state down if so many events are new; 0: it does not",
       count_value(0, 1'000'000'000'000,
                   [](Config& c) -> std::size_t& { return c.snapshot.at_stop_events; })},
      {"log.format", "auto", "auto (text on a terminal, else json), text or json",
       choice_value<LogFormat>({"auto", "text", "json"},
                               [](Config& c) -> LogFormat& { return c.log_format; })},
      {"log.level", "info", "debug, info, warn or error",
       choice_value<LogLevel>({"debug", "info", "warn", "error"},
                              [](Config& c) -> LogLevel& { return c.log_level; })},
  };
  return all;
}

std::vector<std::string> key_names() {
  std::vector<std::string> names;
  std::ranges::transform(keys(), std::back_inserter(names),
                         [](const Key& key) { return std::string(key.name); });
  return names;
}

struct Given {
  std::string value;
  std::string origin;
};
using GivenValues = std::map<std::string, Given>;

/// A number or text of the file, as it would be written on a command line.
std::optional<std::string> text_of(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return text;
  if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  return std::nullopt;
}

bool is_truth_value(const std::string& key) {
  return std::ranges::any_of(keys(), [&key](const Key& one) {
    return one.name == key && (one.initial == "true" || one.initial == "false");
  });
}

std::string place(const std::string& file, const toml::source_region& where) {
  return fmt::format("{}:{}:{}", file, where.begin.line, where.begin.column);
}

Status take_value(const std::string& file, const std::string& key, const toml::node& node,
                  GivenValues& given) {
  const std::string where = place(file, node.source());
  const std::vector<std::string> known = key_names();
  if (std::ranges::find(known, key) == known.end())
    return fail(Reason::ConfigUnknownKey,
                fmt::format("{}: unknown key {}{}", where, shown(key), protocol::suggestion(key, known)));
  auto text = text_of(node);
  if (const auto yes = node.value_exact<bool>(); yes && is_truth_value(key)) text = *yes ? "true" : "false";
  if (!text)
    return fail(Reason::ConfigValue, fmt::format("{}: {} must be text or a whole number", where, key));
  given[key] = {*text, where};
  return {};
}

Status read_file(const std::string& file, GivenValues& given) {
  std::error_code failure;
  if (!std::filesystem::is_regular_file(file, failure))
    return fail(Reason::ConfigValue, fmt::format("{}: there is no such file", shown(file)));
  try {
    const toml::table root = toml::parse_file(std::string_view(file));
    for (const auto& [section, node] : root) {
      const std::string name(section.str());
      const toml::table* table = node.as_table();
      if (table == nullptr) {
        if (const Status taken = take_value(file, name, node, given); !taken) return taken;
        continue;
      }
      for (const auto& [key, value] : *table) {
        if (const Status taken = take_value(file, name + "." + std::string(key.str()), value, given); !taken)
          return taken;
      }
    }
    return {};
  } catch (const toml::parse_error& error) {
    return fail(Reason::ConfigValue, fmt::format("{}: {}", place(file, error.source()), error.description()));
  }
}

Status check_contradictions(const Config& config) {
  if (config.sessions.unsent_bytes_max < config.sessions.event_page_bytes_max)
    return fail(Reason::ConfigContradiction,
                fmt::format("limits.unsent_bytes is {}, less than one page of events ({})",
                            config.sessions.unsent_bytes_max, config.sessions.event_page_bytes_max));
  if (config.ledger.inbox_commands_max < config.sessions.batch_commands_max)
    return fail(
        Reason::ConfigContradiction,
        fmt::format("limits.queue is {}, less than limits.batch ({}): no such batch could ever be accepted",
                    config.ledger.inbox_commands_max, config.sessions.batch_commands_max));
  return {};
}

}  // namespace

std::string environment_name(std::string_view key) {
  std::string name = "KONTOR_";
  for (const char c : key)
    name.push_back(c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  return name;
}

Result<LoadedConfig> load_config(const ConfigSources& sources) {
  GivenValues given;
  if (sources.file) {
    if (const Status read = read_file(*sources.file, given); !read) return tl::unexpected(read.error());
  }
  LoadedConfig out;
  for (const Key& key : keys()) {
    const std::string name(key.name);
    Given value{std::string(key.initial), "default"};
    if (const auto found = given.find(name); found != given.end()) value = found->second;
    if (const auto set = sources.environment(environment_name(name))) value = {*set, environment_name(name)};
    if (const auto flag = sources.flags.find(name); flag != sources.flags.end())
      value = {flag->second, "flag"};
    if (const auto problem = key.set(out.config, value.value))
      return fail(Reason::ConfigValue, fmt::format("{}: {} is \"{}\", must be {}", value.origin, name,
                                                   shown(value.value), *problem));
    out.entries.push_back({name, value.value, value.origin, std::string(key.doc)});
  }
  out.config.ledger.batch_commands_max = out.config.sessions.batch_commands_max;
  if (const Status sound = check_contradictions(out.config); !sound) return tl::unexpected(sound.error());
  return out;
}

}  // namespace kontor::server
