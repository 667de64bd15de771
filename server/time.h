#pragma once

#include <chrono>

namespace kontor::server {

/// Time since some fixed moment; never goes back.
using Monotonic = std::chrono::nanoseconds;

}  // namespace kontor::server
