#include "tests/model/invariants.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace kontor::model {
namespace {

/// I2: at most one active campus seat a person. I3: never more of them than the contingent in force.
Difference campus_seats(const Seats& s, Instant at) {
  for (const CampusSeat& one : s.campus_seats)
    for (const CampusSeat& other : s.campus_seats)
      if (one.active && other.active && one.person == other.person && one.number < other.number)
        return fmt::format("I2: {} holds campus seats {} and {}", one.person.value, one.number, other.number);
  for (const Campus& campus : s.campuses) {
    const Period* period = s.in_force(campus.opened.campus, at);
    if (period != nullptr && s.used(campus.opened.campus) > Seats::size_at(*period, at))
      return fmt::format("I3: more seats used on {} than booked", campus.opened.campus.value);
  }
  return {};
}

/// I4: who held a campus seat at that position.
bool held_campus_seat(const Seats& s, const PersonId& person, Position at) {
  return std::any_of(s.campus_seats.begin(), s.campus_seats.end(), [&](const CampusSeat& each) {
    return each.person == person && each.granted < at && (each.active || at < each.released);
  });
}

Difference course_seats(const Seats& s) {
  for (const CourseSeat& seat : s.course_seats) {
    if (held_campus_seat(s, seat.person, seat.granted.front()))
      return fmt::format("I4: {} was granted a course seat while holding a campus seat", seat.person.value);
    // I5: blocks are numbered from 1 and follow each other without a gap.
    for (std::size_t i = 0; i < seat.blocks.size(); ++i) {
      const auto& block = seat.blocks[i].started;
      if (block.block != i + 1) return "I5: blocks of a seat are not numbered one after the other";
      if (i > 0 && block.starts_at != seat.blocks[i - 1].started.next_block_at)
        return "I5: blocks of a seat have a gap";
    }
    if (seat.ended.billed_blocks > seat.ended.blocks) return "I5: more blocks billed than started";
  }
  return {};
}

/// I1: active and burnt seats of a group never exceed its capacity. I7: whoever was granted a tag last has
/// what entitles to it, and whose tag was revoked last has nothing.
Difference group_access(const World& world) {
  const Access& a = world.access;
  for (const Group& group : a.groups)
    if (a.active_in(group.created.group) + a.burnt_in(group.created.group) > group.capacity)
      return fmt::format("I1: group {} has more seats taken than bought", group.created.group.value);
  std::map<std::pair<PersonId, std::string>, bool> held;
  for (const Request& each : world.effects.requests) {
    if (const auto* e = std::get_if<effects::TagGrantRequested>(&each.asked))
      held[{e->person, e->tag}] = true;
    if (const auto* e = std::get_if<effects::TagRevokeRequested>(&each.asked))
      held[{e->person, e->tag}] = false;
  }
  for (const auto& [who, has] : held)
    if (has != (a.entitlements(who.first, who.second) > 0))
      return fmt::format("I7: tag {} of {} does not follow its entitlements", who.second, who.first.value);
  return {};
}

/// I8: seats taken, also those about to come back, fit the pool.
Difference pools(const Communities& c) {
  for (const Community& each : c.all)
    if (each.pool && each.pool->size && c.occupied(each.opened.community) > *each.pool->size)
      return fmt::format("I8: more seats taken in {} than booked", each.opened.community.value);
  return {};
}

/// I10: no line is in two runs, and a run holds what it held when it was opened.
Difference billing_runs(const Billing& b) {
  std::set<std::string> billed;
  for (const BillingRun& run : b.runs) {
    if (hash_of(run.lines) != run.opened.lines_hash) return "I10: lines of a run have changed";
    if (run.abandoned) continue;
    for (const Line& each : run.lines)
      if (!billed.insert(each.id()).second) return fmt::format("I10: {} is in two runs", each.id());
  }
  return {};
}

/// I11: the events of a command id follow each other, once.
Difference command_ids(const std::vector<Expected>& events) {
  std::set<CommandId> seen;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const CommandId& id = events[i].command;
    if (id.is_zero() || (i > 0 && events[i - 1].command == id)) continue;
    if (!seen.insert(id).second) return fmt::format("I11: command {} has led to events twice", id.text());
  }
  return {};
}

/// I6: nothing below zero that was not forced; one crediting an order, one debit a content.
Difference points(const Credits& c) {
  std::map<PersonId, bool> forced;
  std::map<OrderId, int> credited;
  for (const Movement& each : c.movements) {
    if (const auto* e = std::get_if<credits::CreditsAdjusted>(&each.event))
      if (e->overdraft == credits::Overdraft::Forced) forced[each.user] = true;
    if (const auto* e = std::get_if<credits::CreditsAdded>(&each.event))
      if (++credited[e->order] > 1) return fmt::format("I6: order {} was credited twice", e->order.value);
  }
  std::map<ContentId, int> debited;
  for (const Movement& each : c.movements)
    if (const auto* e = std::get_if<credits::CreditDebited>(&each.event))
      if (++debited[e->content] > 1 && !c.republishing_was_charged)
        return fmt::format("I6: {} was paid for twice", e->content.value);
  for (const User& user : c.users)
    if (c.available(user.id) < 0 && !forced[user.id])
      return fmt::format("I6: {} has less than nothing and nobody forced it", user.id.value);
  return {};
}

/// I9: nothing due at or before the newest event's time has not happened, as of that event.
Difference timers(const TenantModel& model) {
  const auto due = next_due(model.world());
  if (!due || model.events().empty() || model.world().timeline != tenancy::Timeline::Live) return {};
  if (due->due <= model.events().back().recorded_at) return "I9: a timer was passed over";
  return {};
}

}  // namespace

Difference broken_invariant(const TenantModel& model) {
  if (model.events().empty()) return {};
  const Seats& s = model.world().seats;
  if (Difference found = campus_seats(s, model.events().back().recorded_at)) return found;
  if (Difference found = course_seats(s)) return found;
  if (Difference found = group_access(model.world())) return found;
  if (Difference found = points(model.world().credits)) return found;
  if (Difference found = pools(model.world().communities)) return found;
  if (Difference found = billing_runs(model.world().billing)) return found;
  if (Difference found = command_ids(model.events())) return found;
  return timers(model);
}

}  // namespace kontor::model
