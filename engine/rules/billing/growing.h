#pragma once
// How items begin, grow and become billable, for the domain's own files.

#include <cstdint>

#include "engine/rules/billing/state.h"
#include "events/envelope.h"

namespace kontor::rules::billing {

[[nodiscard]] constexpr std::uint64_t pair_key(Row first, std::uint32_t second) {
  return static_cast<std::uint64_t>(first) << 32 | second;
}

/// The item rests on this event, too.
void rest_on(State& state, Row item, Position position);
/// Adds to the newest part if the price is the same.
void charge(State& state, Row item, Part part);
/// Takes one of this price away again; `which` of the parts with it.
enum class Which : std::uint8_t { First, Last };
void take_one_away(State& state, Row item, MinorUnits unit_price, Which which);
/// From now on the item can be billed.
void become_open(State& state, Row item, Position position, Instant effective_at);
/// A line that corrects `original`, on the same thing; it can be billed at once, and settled by hand together
/// with it.
void correct(State& state, Row original, Part part, const Currency& currency, const Envelope& envelope);
/// Takes back all that `original` charges.
void take_back(State& state, Row original, const Envelope& envelope);

/// What becomes billable by events of orders and contracts.
void observe_orders(State& state, const Event& event, const Envelope& envelope);

}  // namespace kontor::rules::billing
