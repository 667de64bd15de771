// Words that may stand in few places only: what makes a run depend on more than its inputs
// (docs/architecture.md, "Core without I/O"), and what the house style rules out.

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <utility>

#include "tests/house/source_tree.h"

namespace kontor::house {
namespace {

const std::vector<std::string> kProduct{"events", "engine", "projections", "server", "replay", "client"};

struct Rule {
  std::string word;
  std::vector<std::string> only_in;  // files, or folders ending in '/'
  std::string why;
};

const std::vector<Rule>& rules() {
  // The simulation replaces the clock, the file system and the network; it can do so only if the core reaches
  // them through the injected doors.
  static const std::vector<Rule> all{
      {"system_clock", {"engine/clock.cc", "client/witness/main.cc"}, "time comes through Clock"},
      {"steady_clock",
       {"server/", "client/", "replay/", "projections/query_service.cc", "projections/projector.cc"},
       "time comes through Clock"},
      {"high_resolution_clock", {}, "time comes through Clock"},
      {"random_device", {"client/", "server/"}, "randomness comes in as an argument"},
      {"rand", {"engine/keys/system_randomness.cc"}, "randomness comes in as an argument"},
      {"getenv", {"server/config.cc", "client/"}, "the environment is read where configuration is"},
      {"std::thread",
       {"engine/crew.h", "engine/crew.cc", "engine/ledger.cc", "engine/log/rocksdb/", "server/", "client/",
        "projections/projector.cc", "projections/query_service.cc"},
       "the core has no threads"},
      {"std::jthread",
       {"engine/crew.h", "engine/crew.cc", "engine/ledger.cc", "engine/log/rocksdb/", "server/", "client/",
        "projections/projector.cc", "projections/query_service.cc"},
       "the core has no threads"},
      {"sleep_for", {"client/"}, "nothing waits by sleeping"},
      {"rocksdb::",
       {"engine/log/rocksdb/", "engine/keys/file/", "engine/snapshots/",
        "engine/checkpoints/rocksdb_checkpoint_store.cc", "projections/",
        "server/subscriptions/rocksdb_group_store.cc"},
       "RocksDB stays behind its ports"},
      {"std::expected", {}, "missing in one of the two compilers"},
      {"std::format", {}, "missing in one of the two compilers"},
      {"std::source_location", {}, "missing in one of the two compilers"},
      {"std::views", {}, "missing in one of the two compilers"},
      {"assert(", {}, "KONTOR_ASSERT stays on in every build"},
      {"using namespace", {}, "names say where they come from"},
      {"co_await", {"server/", "client/"}, "coroutines stay at the sockets"},
      {"[=]", {}, "a capture names what it takes"},
  };
  return all;
}

bool allowed(const Rule& rule, const std::string& path) {
  return std::ranges::any_of(rule.only_in, [&](const std::string& place) {
    return place.ends_with('/') ? path.starts_with(place) : path == place;
  });
}

std::vector<std::size_t> lines_with(const SourceFile& file, const std::string& word) {
  std::vector<std::size_t> lines;
  for (std::size_t at = file.code.find(word); at != std::string::npos; at = file.code.find(word, at + 1)) {
    if (whole_word(file.code, at, word)) lines.push_back(line_at(file.code, at));
  }
  return lines;
}

TEST(Words, StandWhereTheyMay) {
  for (const SourceFile& file : read_sources(kProduct, {".h", ".cc"})) {
    for (const Rule& rule : rules()) {
      if (allowed(rule, file.path)) continue;
      for (const std::size_t line : lines_with(file, rule.word)) {
        ADD_FAILURE() << file.path << ":" << line << ": " << rule.word << ": " << rule.why;
      }
    }
  }
}

TEST(Words, MoneyAndSeatsAreWholeNumbers) {
  for (const SourceFile& file : read_sources({"events", "engine", "projections"}, {".h", ".cc"})) {
    for (const std::string word : {"double", "float"}) {
      for (const std::size_t line : lines_with(file, word)) {
        ADD_FAILURE() << file.path << ":" << line << ": " << word << " in a layer that counts";
      }
    }
  }
  for (const SourceFile& file : read_sources({"events", "projections"}, {".capnp"})) {
    EXPECT_FALSE(std::regex_search(file.text, std::regex(":Float(32|64)"))) << file.path << " stores a float";
  }
}

// Rules are pure: what would make a decision depend on the order of a hash table, on a thread or on output.
TEST(Words, RulesAreFunctionsOfTheirArguments) {
  const std::vector<std::string> words{
      "unordered_map", "unordered_set", "unordered_flat_map", "unordered_flat_set", "std::mutex",
      "std::atomic",   "thread_local",  "std::cout",          "std::cerr",          "fstream",
      "printf"};
  // Never iterated, as its header says; the assertion's last words; bytes, and a hash begun anew, that no
  // call finds again.
  const std::set<std::pair<std::string, std::string>> known{
      {"engine/rules/journal.h", "unordered_flat_map"}, {"engine/rules/rows_by_hash.h", "unordered_flat_set"},
      {"events/core/assert.cc", "std::cerr"},           {"events/core/assert.cc", "printf"},
      {"events/core/merkle.cc", "thread_local"},        {"events/envelope.cc", "thread_local"}};
  for (const SourceFile& file : read_sources({"events", "engine/rules"}, {".h", ".cc"})) {
    for (const std::string& word : words) {
      if (known.contains({file.path, word})) continue;
      for (const std::size_t line : lines_with(file, word)) {
        ADD_FAILURE() << file.path << ":" << line << ": " << word << " in a pure layer";
      }
    }
  }
}

TEST(Words, HeadersStartWithPragmaOnce) {
  for (const SourceFile& file :
       read_sources({"events", "engine", "projections", "server", "replay", "client", "tests"}, {".h"})) {
    EXPECT_TRUE(file.text.starts_with("#pragma once\n")) << file.path;
  }
}

}  // namespace
}  // namespace kontor::house
