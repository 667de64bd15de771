#pragma once
// What the model knows of effects: every request that was ever made, and what became of it.

#include <string>
#include <vector>

#include "engine/rules/effects/commands.h"
#include "events/core/instant.h"
#include "events/effects.h"

namespace kontor::model {

struct Request {
  Position position = 0;
  Instant at;
  Instant recorded_at;
  effects::Event asked;
  bool confirmed = false;
  Position confirmation = 0;
  std::uint32_t failures = 0;
  std::string last_error;
  Instant failed_at;
};

struct Effects {
  std::vector<Request> requests;

  void take(const effects::Event& event, Position position, Instant at, Instant recorded_at);
};

}  // namespace kontor::model
