#pragma once
// The machine's kind of no. The domain's kind is a Refusal (engine/rules/decision.h), a bug is KONTOR_ASSERT.

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "events/reasons.h"

namespace kontor {

/// What the machine could not do: a stable code (events/reasons.h, 6000 and above, or 1006 for malformed
/// input) and one sentence with the numbers that decided.
struct Error {
  Reason code = Reason::InvalidArgument;
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Error> fail(Reason code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace kontor
