#pragma once

#include <cstdint>

#include "client/client.h"

namespace kontor::cli {

/// What the shell is told (docs/operations.md, "Exit codes").
enum ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,
  kRefused = 3,
  kNotFound = 4,
  kConflict = 5,
  kNoAnswer = 6,  // outcome unknown: repeat with the same id
  kNotReady = 7,  // starting, draining or overloaded
  kDiffers = 8,   // verification failed
  kInUse = 9,     // data directory locked, or no permission
  kStorage = 74,  // the storage failed while serving
  kBadConfig = 78,
  kInterrupted = 130,
};

/// For a refusal or an error of the server.
[[nodiscard]] int exit_code_of(std::uint16_t reason);
[[nodiscard]] int exit_code_of(client::Trouble trouble);

}  // namespace kontor::cli
