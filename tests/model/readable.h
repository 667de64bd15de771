#pragma once
// Commands, events and answers as text that a person reads and a test compares. What is empty or zero is left
// out, so that an absent list and an empty one are the same.

#include <string>
#include <vector>

#include "engine/rules/catalog.h"
#include "engine/writer/submission.h"
#include "events/envelope.h"
#include "projections/queries.capnp.h"

namespace kontor::model {

[[nodiscard]] std::string text_of(const Event& event);
[[nodiscard]] std::string text_of(const CommandRequest& command);
[[nodiscard]] std::string text_of(wire::Query::Reader query);

/// An answer taken apart, so that the pages of a list can be put together again.
struct FlatAnswer {
  std::string scalars;
  std::vector<std::string> rows;
  std::string next;
};
[[nodiscard]] FlatAnswer flat(wire::Answer::Reader answer);

}  // namespace kontor::model
