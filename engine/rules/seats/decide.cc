#include "engine/rules/seats/decisions.h"

namespace kontor::rules::seats {

Decision<Event> decide(const State& state, const Command& command, const Context& ctx) {
  return std::visit([&](const auto& one) { return decide_one(state, one, ctx); }, command);
}

}  // namespace kontor::rules::seats
