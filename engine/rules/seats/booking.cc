// Campuses, their contingents and their booking periods (DOMAIN 3.3 B1-B5).
#include <fmt/format.h>

#include <algorithm>

#include "engine/rules/calendar.h"
#include "engine/rules/contract_limits.h"
#include "engine/rules/currency.h"
#include "engine/rules/roles.h"
#include "engine/rules/seats/decisions.h"
#include "engine/rules/seats/limits.h"
#include "engine/rules/seats/lookup.h"
#include "engine/rules/seats/rollover.h"

namespace kontor::rules::seats {
namespace {

namespace ev = kontor::seats;

using Refused = std::optional<Refusal>;

Refusal refusal(Reason code, std::string what, std::vector<Fact> facts = {},
                std::vector<Position> because = {}) {
  return refuse(code, std::move(what), std::move(facts), std::move(because)).value();
}

Refused check_size(std::uint32_t size) {
  if (size >= 1 && size <= kFlatSizeMax) return std::nullopt;
  return refusal(Reason::InvalidArgument, fmt::format("a flat has 1 to {} seats", kFlatSizeMax),
                 {fact("size", size), fact("limit", kFlatSizeMax)});
}

Refused check_dates(const State& state, const Campus& campus, const BookFlat& command, Instant now) {
  if (command.from >= command.to || command.to <= now)
    return refusal(Reason::CourseDatesInvalid, "the booking period has no future",
                   {fact("from", command.from), fact("to", command.to), fact("now", now)});
  const std::string_view zone = zone_of(state, campus);
  if (!begins_local_day(zone, command.from) || !begins_local_day(zone, command.to))
    return refusal(
        Reason::InvalidArgument, fmt::format("a booking period runs from midnight to midnight in {}", zone),
        {fact("from", command.from), fact("to", command.to), fact("time_zone", zone)}, {campus.opened_at});
  for (Row row = campus.first_period; row != kNone; row = state.periods[row].next) {
    const Period& other = state.periods[row];
    if (other.from >= command.to || command.from >= other.to) continue;
    return refusal(
        Reason::BookingPeriodOverlap,
        fmt::format("it overlaps with booking period {}", state.names.text(other.name)),
        {fact("period", state.names.text(other.name)), fact("from", other.from), fact("to", other.to)},
        {other.booked_at});
  }
  return std::nullopt;
}

Refused check_prices(const Campus& campus, const BookFlat& command) {
  const auto& tiers = command.prices;
  if (tiers.size() > kPriceTiersMax)
    return refusal(Reason::InvalidArgument, fmt::format("a price list has at most {} tiers", kPriceTiersMax),
                   {fact("tiers", tiers.size()), fact("limit", kPriceTiersMax)});
  for (std::size_t i = 0; i < tiers.size(); ++i) {
    const auto price = tiers[i].unit_price.value;
    if (price < 0 || price > kUnitPriceMax)
      return refusal(Reason::AmountOutOfRange,
                     fmt::format("a block costs 0 to {} minor units", kUnitPriceMax),
                     {fact("unit_price", price), fact("limit", kUnitPriceMax)});
    if (i == 0) continue;
    if (tiers[i].from_size <= tiers[i - 1].from_size)
      return refusal(Reason::InvalidArgument, "price tiers come by rising size",
                     {fact("from_size", tiers[i].from_size), fact("previous", tiers[i - 1].from_size)});
    if (price > tiers[i - 1].unit_price.value)
      return refusal(Reason::InvalidArgument, "a larger flat never has a higher price (PB2)",
                     {fact("from_size", tiers[i].from_size), fact("unit_price", price),
                      fact("previous", tiers[i - 1].unit_price.value)});
  }
  if (command.price.value < 0 || command.price.value > kContractPriceMax)
    return refusal(Reason::AmountOutOfRange,
                   fmt::format("a booking costs 0 to {} minor units", kContractPriceMax),
                   {fact("price", command.price.value), fact("limit", kContractPriceMax)});
  // A package campus has no course seats, so it needs no prices.
  const bool covered = !tiers.empty() && tiers.front().from_size <= command.size;
  if (campus.kind == CampusKind::Flat && !covered)
    return refusal(Reason::PriceTierMissing, fmt::format("no price tier covers a flat of {}", command.size),
                   {fact("size", command.size)});
  const bool money = !tiers.empty() || command.price.value != 0;
  if (!money) return std::nullopt;
  if (auto refused = no_currency(command.currency)) return refused;
  if (campus.currency != kNoCurrency && campus.currency != command.currency)
    return refusal(Reason::InvalidArgument, fmt::format("the campus is billed in {}", campus.currency.text()),
                   {fact("currency", campus.currency.text()), fact("requested", command.currency.text())});
  return std::nullopt;
}

Refusal over(const State& state, const Period& period) {
  return refusal(Reason::InvalidArgument,
                 fmt::format("booking period {} is over", state.names.text(period.name)),
                 {fact("period", state.names.text(period.name)), fact("to", period.to)}, {period.booked_at});
}

bool is_over(const Period& period, Instant now) {
  return period.phase == PeriodPhase::Past || period.to <= now;
}

Row period_row(const State& state, Row campus, const PeriodId& period) {
  const Row name = state.names.find(period.value);
  if (name == kNone) return kNone;
  const Row* row = state.period_of.find(pair_key(campus, name));
  return row == nullptr ? kNone : *row;
}

/// Positions of the grants that would have to be carried over, the first few.
std::vector<Position> grants_of(const State& state, const Rollover& plan) {
  std::vector<Position> because;
  for (const Carry& carry : plan.carried) {
    if (because.size() == kBecauseMax) break;
    because.push_back(state.campus_seats[carry.seat].changed_at);
  }
  std::ranges::sort(because);
  return because;
}

}  // namespace

Decision<Event> decide_one(const State& state, const OpenCampus& command, const Context& ctx) {
  if (!allowed(ctx, {Role::Backend})) return forbidden(ctx, {Role::Backend});
  const std::string& id = command.campus.value;
  if (const Row row = state.campus_ids.find(id); row != kNone)
    return refuse(Reason::AlreadyExists, fmt::format("campus {} exists already", id), {fact("campus", id)},
                  {state.campuses[row].opened_at});
  if (!known_time_zone(command.time_zone))
    return refuse(Reason::InvalidArgument,
                  fmt::format("{} is not a time zone of the IANA list", command.time_zone),
                  {fact("time_zone", command.time_zone)});
  return std::vector<Event>{
      ev::CampusOpened{.campus = command.campus, .kind = command.kind, .time_zone = command.time_zone}};
}

Decision<Event> decide_one(const State& state, const BookFlat& command, const Context& ctx) {
  if (!allowed(ctx, {Role::ContractDesk})) return forbidden(ctx, {Role::ContractDesk});
  const Row row = state.campus_ids.find(command.campus.value);
  if (row == kNone) return not_found("campus", command.campus.value);
  const Campus& campus = state.campuses[row];
  if (const Row known = period_row(state, row, command.period); known != kNone)
    return refuse(Reason::AlreadyExists,
                  fmt::format("booking period {} exists already", command.period.value),
                  {fact("period", command.period.value)}, {state.periods[known].booked_at});
  if (auto refused = check_size(command.size)) return tl::unexpected(*std::move(refused));
  if (auto refused = check_dates(state, campus, command, ctx.now)) return tl::unexpected(*std::move(refused));
  if (auto refused = check_prices(campus, command)) return tl::unexpected(*std::move(refused));

  Events events;
  events.emplace_back(ev::FlatBooked{.campus = command.campus,
                                     .period = command.period,
                                     .size = command.size,
                                     .from = command.from,
                                     .to = command.to,
                                     .currency = command.currency,
                                     .tiers = command.prices,
                                     .rounding = command.rounding,
                                     .price = command.price});
  if (command.from <= ctx.now)
    activate_or_wait(
        state,
        {.campus = row, .period = command.period, .contingent = command.size, .capacity = command.size},
        ctx.now, events);
  return events;
}

Decision<Event> decide_one(const State& state, const ResizeFlat& command, const Context& ctx) {
  if (!allowed(ctx, {Role::ContractDesk})) return forbidden(ctx, {Role::ContractDesk});
  const Row row = state.campus_ids.find(command.campus.value);
  if (row == kNone) return not_found("campus", command.campus.value);
  const Row period_at = period_row(state, row, command.period);
  if (period_at == kNone) return not_found("period", command.period.value);
  const Campus& campus = state.campuses[row];
  const Period& period = state.periods[period_at];
  if (auto refused = check_size(command.size)) return tl::unexpected(*std::move(refused));
  if (is_over(period, ctx.now)) return tl::unexpected(over(state, period));
  const Instant from = command.from.value_or(std::max(ctx.now, period.from));
  if (from < ctx.now || from < period.from || from >= period.to)
    return refuse(Reason::InvalidArgument,
                  "a flat is resized from now on or later, within its booking period",
                  {fact("from", from), fact("now", ctx.now), fact("period_from", period.from),
                   fact("period_to", period.to)},
                  {period.booked_at});
  if (size_at(state, period, from) == command.size)
    return nothing_to_change("the flat has this size already");
  if (campus.kind == CampusKind::Flat && state.tiers[period.first_tier].from_size > command.size)
    return refuse(Reason::PriceTierMissing, fmt::format("no price tier covers a flat of {}", command.size),
                  {fact("size", command.size)}, {period.booked_at});
  // Seats are granted for the whole period: a smaller flat must hold today's holders on its first day, too.
  if (period.phase == PeriodPhase::Active && campus.seats_used > command.size)
    return refuse(Reason::ContingentBelowUsage,
                  fmt::format("campus {} uses {} seats", command.campus.value, campus.seats_used),
                  {fact("requested", command.size), fact("used", campus.seats_used)}, {period.booked_at});
  return std::vector<Event>{ev::FlatResized{
      .campus = command.campus, .period = command.period, .size = command.size, .from = from}};
}

Decision<Event> decide_one(const State& state, const ActivateBookingPeriod& command, const Context& ctx) {
  const Roles roles{Role::Backend, Role::ContractDesk};
  if (!allowed(ctx, roles)) return forbidden(ctx, roles);
  const Row row = state.campus_ids.find(command.campus.value);
  if (row == kNone) return not_found("campus", command.campus.value);
  const Row period_at = period_row(state, row, command.period);
  if (period_at == kNone) return not_found("period", command.period.value);
  const Period& period = state.periods[period_at];
  if (is_over(period, ctx.now)) return tl::unexpected(over(state, period));
  if (period.phase == PeriodPhase::Active) return nothing_to_change("the booking period is active already");
  const Campus& campus = state.campuses[row];
  if (period.from > ctx.now) {
    if (const Row current = period_in_force(state, campus, ctx.now); current != kNone)
      return refuse(Reason::BookingPeriodOverlap, "another booking period is still running",
                    {fact("period", state.names.text(state.periods[current].name)),
                     fact("to", state.periods[current].to)},
                    {state.periods[current].phase_at});
    return refuse(Reason::InvalidArgument, "the booking period has not begun",
                  {fact("from", period.from), fact("now", ctx.now)}, {period.booked_at});
  }
  const Rollover plan = plan_rollover(state, row, ctx.now);
  const std::uint32_t capacity = capacity_from(state, period, ctx.now);
  if (plan.carried.size() > capacity)
    return refuse(Reason::RolloverExceedsContingent,
                  fmt::format("{} seats have to be carried over into a contingent of {}", plan.carried.size(),
                              capacity),
                  {fact("capacity", capacity), fact("needed", plan.carried.size())}, grants_of(state, plan));
  Events events;
  const std::uint32_t contingent = size_at(state, period, ctx.now);
  activate(state, {.campus = row, .period = command.period, .contingent = contingent, .capacity = capacity},
           plan, ctx.now, events);
  return events;
}

Decision<Event> decide_one(const State& state, const EnableBothSeatTypes& command, const Context& ctx) {
  if (!allowed(ctx, {Role::Support})) return forbidden(ctx, {Role::Support});
  const Row row = state.campus_ids.find(command.campus.value);
  if (row == kNone) return not_found("campus", command.campus.value);
  if (state.campuses[row].option == command.option) return nothing_to_change("the option is set so already");
  return std::vector<Event>{ev::SeatTypeOptionChanged{.campus = command.campus, .option = command.option}};
}

}  // namespace kontor::rules::seats
