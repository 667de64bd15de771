#pragma once
// A measurement in words and as columns: never a number without its conditions. Pure.

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "client/bench/load.h"
#include "client/bench/usage.h"

namespace kontor::bench {

struct Conditions {
  std::string machine;
  std::string disk;  // its file system; empty: not looked at
  std::optional<SyncLatency> sync_before;
  std::optional<SyncLatency> sync_after;
  std::string version;  // of this program
};

/// Everything as flat columns, always the same ones in the same order.
[[nodiscard]] boost::json::object columns(const LoadOptions& options, const Measured& measured,
                                          const Conditions& conditions);
/// Lines for people.
[[nodiscard]] std::string in_words(const LoadOptions& options, const Measured& measured,
                                   const Conditions& conditions);
/// How many refusals and errors the mix does not mean to meet.
[[nodiscard]] std::uint64_t unmeant(const LoadOptions& options, const Measured& measured);

}  // namespace kontor::bench
