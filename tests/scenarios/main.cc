// The program behind tests/acceptance/scenario: reads scenario files and plays them.
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include "tests/scenarios/player.h"
#include "tests/support/temporary_directory.h"

namespace {

using kontor::scenarios::Failure;
using kontor::scenarios::Scenario;
using kontor::scenarios::Script;

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

struct Options {
  std::vector<std::string> files;
  std::string only;  // scenarios whose title holds this text
  std::size_t rounds = 1;
  bool verbose = false;
};

int usage() {
  std::cerr << "scenario [--verbose] [--only TEXT] [--rounds N] FILE...\n"
               "Plays scenario files (docs/scenarios.md). Exit code 0: all came true; 1: not; 2: a file is "
               "wrong.\n";
  return kUsage;
}

void show(const Script& script, const Scenario& scenario, const std::vector<Failure>& failures) {
  for (const Failure& failure : failures) {
    fmt::print("{}:{}: in \"{}\"\n", script.path, failure.line, scenario.title);
    fmt::print("  {}\n", script.lines[failure.line - 1]);
    fmt::print("  expected  {}\n  got       {}\n", failure.expected, failure.got);
  }
}

struct Tally {
  std::size_t played = 0;
  std::size_t failed = 0;
  bool wrong = false;  // a file could not be read
};

void play_once(const Script& script, const Scenario& scenario, const Options& options, Tally& tally) {
  const kontor::test::TemporaryDirectory folder;
  kontor::scenarios::PlayOptions play{.folder = folder.path() / "store"};
  if (options.verbose) {
    fmt::print("{}:{}: {}\n", script.path, scenario.line, scenario.title);
    play.say = [](std::string_view text) { fmt::print("{}\n", text); };
  }
  const auto failures = kontor::scenarios::play(script, scenario, play);
  show(script, scenario, failures);
  ++tally.played;
  if (!failures.empty()) ++tally.failed;
}

void play_all(const Script& script, const Options& options, Tally& tally) {
  for (const Scenario& scenario : script.scenarios) {
    if (scenario.title.find(options.only) == std::string::npos) continue;
    for (std::size_t round = 0; round < options.rounds; ++round) play_once(script, scenario, options, tally);
  }
}

void play_file(const std::string& path, const Options& options, Tally& tally) {
  std::ifstream file(path);
  if (!file) {
    std::cerr << path << ": cannot be read\n";
    tally.wrong = true;
    return;
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto script = kontor::scenarios::parse(path, text);
  if (!script) {
    for (const auto& problem : script.error()) fmt::print("{}:{}: {}\n", path, problem.line, problem.what);
    tally.wrong = true;
    return;
  }
  play_all(*script, options, tally);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--verbose") {
      options.verbose = true;
    } else if (argument == "--only" && i + 1 < argc) {
      options.only = argv[++i];
    } else if (argument == "--rounds" && i + 1 < argc) {
      options.rounds = std::strtoull(argv[++i], nullptr, 10);
    } else if (argument.starts_with("-")) {
      return usage();
    } else {
      options.files.emplace_back(argument);
    }
  }
  if (options.files.empty()) return usage();
  Tally tally;
  for (const std::string& path : options.files) play_file(path, options, tally);
  fmt::print("{} scenarios came true, {} did not\n", tally.played - tally.failed, tally.failed);
  if (tally.wrong) return kUsage;
  return tally.failed == 0 && tally.played > 0 ? kDone : kFailed;
}
