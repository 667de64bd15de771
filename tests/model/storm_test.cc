// Storms over all commands of all domains (docs/model.md). How long:
//   KONTOR_STORM_COMMANDS  commands in all; unset: 500,000
//   KONTOR_STORM_SEED      of the first world; the others follow
//   KONTOR_STORM_THREADS   worlds at the same time; 2 when unset

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "tests/model/storm.h"

namespace kontor::model {
namespace {

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Hands out seeds, collects what was seen, tells how far it is.
struct Forecast {
  const std::uint64_t commands_max = setting("KONTOR_STORM_COMMANDS", 500'000);
  const std::uint64_t first_seed = setting("KONTOR_STORM_SEED", 1);
  const std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> next_seed = first_seed;
  std::mutex mutex;  // guards all below
  Tally tally;
  std::optional<Found> found;
  std::uint64_t told = 0;

  [[nodiscard]] bool go_on() {
    const std::lock_guard lock(mutex);
    return !found && tally.commands < commands_max;
  }
  void add(const Tally& world, std::optional<Found> difference) {
    const std::lock_guard lock(mutex);
    tally.add(world);
    if (difference && !found) found = std::move(difference);
    if (tally.commands - told < 100'000) return;
    told = tally.commands;
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begin).count();
    fmt::print("{} of {} commands, {} s\n", tally.commands, commands_max, seconds);
    std::fflush(stdout);
  }
};

void work(Forecast& forecast) {
  while (forecast.go_on()) {
    Tally world;
    auto found = storm(forecast.next_seed++, world);
    forecast.add(world, std::move(found));
  }
}

TEST(Storm, RulesViewsAndModelNeverDiffer) {
  Forecast forecast;
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < setting("KONTOR_STORM_THREADS", 2); ++i)
    threads.emplace_back([&] { work(forecast); });
  for (std::thread& thread : threads) thread.join();
  fmt::print("{}", summary(forecast.tally));
  EXPECT_GE(forecast.tally.commands, forecast.found ? 0 : forecast.commands_max);
  EXPECT_FALSE(forecast.found) << forecast.found->text;
}

}  // namespace
}  // namespace kontor::model
