#include "server/config.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_directory.h"

namespace kontor::server {
namespace {

using Environment = std::map<std::string, std::string>;

ConfigSources sources(Environment environment = {}, std::map<std::string, std::string> flags = {}) {
  return {.file = std::nullopt,
          .environment = [environment](const std::string& name) -> std::optional<std::string> {
            const auto found = environment.find(name);
            if (found == environment.end()) return std::nullopt;
            return found->second;
          },
          .flags = std::move(flags)};
}

class ConfigFile : public ::testing::Test {
 protected:
  Result<LoadedConfig> load(std::string_view text, ConfigSources from = sources()) {
    std::ofstream(path()) << text;
    from.file = path();
    return load_config(from);
  }
  Error problem(std::string_view text) {
    const auto loaded = load(text);
    EXPECT_FALSE(loaded.has_value()) << text;
    return loaded ? Error{} : loaded.error();
  }
  [[nodiscard]] std::string path() const { return (directory_.path() / "kontor.toml").string(); }

 private:
  test::TemporaryDirectory directory_;
};

const ConfigEntry& entry(const LoadedConfig& loaded, std::string_view key) {
  return *std::ranges::find(loaded.entries, key, &ConfigEntry::key);
}

TEST_F(ConfigFile, WithoutAnythingTheDefaultsHold) {
  const auto loaded = load_config(sources());
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(loaded->config.listen, "127.0.0.1:7419");
  EXPECT_EQ(loaded->config.data_dir, "./kontor-data");
  EXPECT_EQ(loaded->config.sessions.gate.frame_bytes_max, 1u << 20);
  EXPECT_EQ(loaded->config.sessions.in_flight_max, 1'024U);
  for (const ConfigEntry& one : loaded->entries) EXPECT_EQ(one.origin, "default") << one.key;
}

TEST_F(ConfigFile, TheDefaultsOfTheKeysAreThoseOfTheStructs) {
  const auto loaded = load_config(sources());
  const SessionLimits sessions;
  EXPECT_EQ(loaded->config.sessions.hello_timeout, sessions.hello_timeout);
  EXPECT_EQ(loaded->config.sessions.frame_timeout, sessions.frame_timeout);
  EXPECT_EQ(loaded->config.sessions.idle_timeout, sessions.idle_timeout);
  EXPECT_EQ(loaded->config.sessions.unsent_bytes_max, sessions.unsent_bytes_max);
  EXPECT_EQ(loaded->config.listener.connections_max, ListenerLimits{}.connections_max);
  EXPECT_EQ(loaded->config.ledger.inbox_commands_max, LedgerLimits{}.inbox_commands_max);
}

TEST_F(ConfigFile, AFlagBeatsTheEnvironmentWhichBeatsTheFileWhichBeatsTheDefault) {
  constexpr std::string_view text =
      "[server]\nlisten = \"127.0.0.1:1\"\ndata_dir = \"file\"\n[limits]\nqueue = 5000\n";
  const auto loaded =
      load(text, sources({{"KONTOR_SERVER_LISTEN", "127.0.0.1:2"}, {"KONTOR_SERVER_DATA_DIR", "env"}},
                         {{"server.listen", "127.0.0.1:3"}}));
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ(loaded->config.listen, "127.0.0.1:3");
  EXPECT_EQ(loaded->config.data_dir, "env");
  EXPECT_EQ(loaded->config.ledger.inbox_commands_max, 5'000U);
  EXPECT_EQ(entry(*loaded, "server.listen").origin, "flag");
  EXPECT_EQ(entry(*loaded, "server.data_dir").origin, "KONTOR_SERVER_DATA_DIR");
  EXPECT_EQ(entry(*loaded, "limits.queue").origin, path() + ":5:9");
  EXPECT_EQ(entry(*loaded, "limits.batch").origin, "default");
}

TEST_F(ConfigFile, B83_UnknownKeysGetASuggestion) {
  const Error error = problem("[limits]\nframe_byte = \"1MiB\"\n");
  EXPECT_EQ(error.code, Reason::ConfigUnknownKey);
  EXPECT_EQ(error.message,
            path() + ":2:14: unknown key limits.frame_byte; did you mean \"limits.frame_bytes\"?");
  EXPECT_EQ(problem("[limts]\nqueue = 1\n").code, Reason::ConfigUnknownKey);
  EXPECT_EQ(problem("listen = \"127.0.0.1:1\"\n").code, Reason::ConfigUnknownKey);
}

TEST_F(ConfigFile, B84_WrongValuesAreRefusedWithWhatIsAllowed) {
  for (const char* text :
       {"[limits]\nin_flight = -1\n", "[limits]\nin_flight = 0\n", "[limits]\nin_flight = 1.5\n",
        "[limits]\nframe_bytes = \"1GB\"\n", "[limits]\nframe_bytes = \"16MiB\"\n",
        "[limits]\nhello_timeout = 5\n", "[limits]\nhello_timeout = \"0s\"\n",
        "[limits]\nqueue = \"99999999999999999999\"\n", "[log]\nlevel = \"loud\"\n",
        "[server]\ndata_dir = \"\"\n", "[server]\nlisten = true\n"})
    EXPECT_EQ(problem(text).code, Reason::ConfigValue) << text;
  EXPECT_EQ(problem("[limits]\nhello_timeout = 5\n").message,
            path() + ":2:17: limits.hello_timeout is \"5\", must be a time from 10ms to 24h, such as 5s");
}

TEST_F(ConfigFile, CheckpointsAreConfigured) {
  const auto loaded =
      load("[checkpoint]\nname = \"ledger.example.org\"\nkey_file = \"/k\"\nevery = 0\nrequired = false\n");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ(loaded->config.checkpoint.name, "ledger.example.org");
  EXPECT_EQ(loaded->config.checkpoint.key_file, "/k");
  EXPECT_EQ(loaded->config.checkpoint.every.count(), 0);
  EXPECT_EQ(loaded->config.checkpoint.required, KeyNeed::Optional);
  for (const char* text : {"[checkpoint]\nname = \"a b\"\n", "[checkpoint]\nname = \"a/b\"\n",
                           "[checkpoint]\nevery = \"1ms\"\n", "[checkpoint]\nrequired = \"perhaps\"\n"})
    EXPECT_EQ(problem(text).code, Reason::ConfigValue) << text;
}

TEST_F(ConfigFile, UnitsAreRead) {
  const auto loaded =
      load("[limits]\nframe_bytes = \"512KiB\"\nhello_timeout = \"1500ms\"\nidle_timeout = \"2min\"\n");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ(loaded->config.sessions.gate.frame_bytes_max, 512u << 10);
  EXPECT_EQ(loaded->config.sessions.hello_timeout.count(), 1'500);
  EXPECT_EQ(loaded->config.sessions.idle_timeout.count(), 120'000);
}

TEST_F(ConfigFile, B85_ContradictionsNameBothKeys) {
  const Error error = problem("[limits]\nqueue = 10\nbatch = 100\n");
  EXPECT_EQ(error.code, Reason::ConfigContradiction);
  EXPECT_NE(error.message.find("limits.queue"), std::string::npos);
  EXPECT_NE(error.message.find("limits.batch"), std::string::npos);
}

TEST_F(ConfigFile, B82_FilesThatAreNoneOrNoTomlAreNamedWithThePlace) {
  EXPECT_EQ(problem("[server\nlisten = 1\n").message.rfind(path() + ":1:", 0), 0U);
  ConfigSources missing = sources();
  missing.file = path() + ".missing";
  EXPECT_EQ(load_config(missing).error().code, Reason::ConfigValue);
  missing.file = std::filesystem::path(path()).parent_path().string();
  EXPECT_EQ(load_config(missing).error().code, Reason::ConfigValue);
}

}  // namespace
}  // namespace kontor::server
