#pragma once
// The server's configuration (docs/operations.md). A flag beats the environment, which beats the file, which
// beats the default; of every value it is known where it came from.

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ledger.h"
#include "events/core/result.h"
#include "server/limits.h"

namespace kontor::server {

enum class LogFormat : std::uint8_t { Auto, Text, Json };
enum class LogLevel : std::uint8_t { Debug, Info, Warn, Error };
enum class HeadWriting : std::uint8_t { Lagging, Strict };

enum class KeyNeed : std::uint8_t { Optional, Required };

/// What is signed, with what, and how often (docs/proofs.md).
struct CheckpointConfig {
  std::string name;                         // what auditors know this ledger by
  std::string key_file;                     // empty: in the data directory
  std::chrono::milliseconds every{10'000};  // the store's; 0: on demand
  KeyNeed required = KeyNeed::Required;
};

enum class SnapshotStart : std::uint8_t { Newest, FullScan };

/// When state is written down, so that the next start need not read the whole log (docs/operations.md).
struct SnapshotConfig {
  SnapshotStart start = SnapshotStart::Newest;  // FullScan: read everything all the same
  std::size_t every_events = 10'000'000;        // while the server runs; 0: not then
  std::size_t at_stop_events = 100'000;         // at a stop, if so many are new; 0: not then
};

struct Config {
  std::string listen;
  std::string data_dir;
  HeadWriting head = HeadWriting::Lagging;
  LedgerLimits ledger;
  SessionLimits sessions;
  ListenerLimits listener;
  CheckpointConfig checkpoint;
  SnapshotConfig snapshot;
  LogFormat log_format = LogFormat::Auto;
  LogLevel log_level = LogLevel::Info;
};

/// One key as it stands, for people: `server.listen`, its value as text, and where that came from ("default",
/// "kontor.toml:3:1", "KONTOR_SERVER_LISTEN", "--listen").
struct ConfigEntry {
  std::string key;
  std::string value;
  std::string origin;
  std::string doc;
};

struct LoadedConfig {
  Config config;
  std::vector<ConfigEntry> entries;  // every key there is
};

struct ConfigSources {
  std::optional<std::string> file;
  /// Looks up a variable of the environment.
  std::function<std::optional<std::string>(const std::string&)> environment;
  std::map<std::string, std::string> flags;  // key ("server.listen") to value
};

/// ConfigUnknownKey (9001) with a suggestion, ConfigValue (9002) with the allowed range, ConfigContradiction
/// (9003); each names the place.
[[nodiscard]] Result<LoadedConfig> load_config(const ConfigSources& sources);

/// The variable of a key: server.listen -> KONTOR_SERVER_LISTEN.
[[nodiscard]] std::string environment_name(std::string_view key);

}  // namespace kontor::server
