#pragma once
// What every domain's rules answer with. Pure values; any thread.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/result.h"
#include "events/reasons.h"

namespace kontor::rules {

/// A number or a name that decided: capacity=50, used=50.
struct Fact {
  std::string name;
  std::string value;

  friend bool operator==(const Fact&, const Fact&) = default;
};
[[nodiscard]] inline Fact fact(std::string_view name, std::string_view value) {
  return {std::string(name), std::string(value)};
}
[[nodiscard]] inline Fact fact(std::string_view name, std::integral auto value) {
  return {std::string(name), std::to_string(value)};
}
[[nodiscard]] inline Fact fact(std::string_view name, Instant value) {
  return {std::string(name), value.text()};
}

/// The domain says no. Whether a retry can succeed is a property of the code (reason_info).
struct Refusal {
  Reason code = Reason::InvalidArgument;
  std::string what;               // one sentence in the user's words: "campus c-1 has no campus seat left"
  std::vector<Fact> facts;        // the limiting numbers
  std::vector<Position> because;  // positions of the events that made it so, rising
  /// The command that did the very same already, under another id: its receipt is the answer.
  std::optional<CommandId> done_by = std::nullopt;

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// Events to record, in order, or the refusal.
template <class Event>
using Decision = tl::expected<std::vector<Event>, Refusal>;

[[nodiscard]] inline tl::unexpected<Refusal> refuse(Reason code, std::string what,
                                                    std::vector<Fact> facts = {},
                                                    std::vector<Position> because = {}) {
  return tl::unexpected<Refusal>(Refusal{code, std::move(what), std::move(facts), std::move(because)});
}

}  // namespace kontor::rules
