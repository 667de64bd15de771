#pragma once

namespace kontor {

/// Writes one line naming the condition and its place to stderr, then aborts. Never returns.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace kontor

/// A broken invariant is a bug, in every build: the process stops before it can write anything wrong.
/// One condition per assertion, so that the message is the diagnosis. Never used to validate input.
#define KONTOR_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::kontor::assertion_failed(#condition, __FILE__, __LINE__))
