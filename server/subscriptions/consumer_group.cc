#include "server/subscriptions/consumer_group.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/core/assert.h"

namespace kontor::server {

using protocol::AfterParked;

ConsumerGroup::ConsumerGroup(GroupSettings settings, const GroupLimits& limits, Position floor,
                             const std::map<Position, StoredEntry>& entries)
    : settings_(std::move(settings)),
      limits_(limits),
      floor_(floor),
      scanned_(floor),
      stored_(entries),
      stored_floor_(floor) {
  for (const auto& [position, stored] : entries) {
    if (stored.stage == StoredStage::Done) {
      done_.insert(position);
    } else if (stored.stage == StoredStage::Returned && position > floor) {
      remembered_[position] = stored.deliveries;  // found again together with what lies before it
    } else {
      Entry& entry = add(position, stored.stream);
      entry.deliveries = stored.deliveries;
      entry.reason = stored.reason;
      entry.parked_at = stored.at;
      Lane& lane = entry.lane->second;
      (stored.stage == StoredStage::Parked ? lane.parked : lane.waiting).insert(position);
    }
  }
  for (auto& [stream, lane] : lanes_) open_or_keep(lane);
}

ConsumerGroup::Entry& ConsumerGroup::add(Position position, std::string_view stream) {
  auto lane = lanes_.find(stream);
  if (lane == lanes_.end()) lane = lanes_.emplace(stream, Lane{}).first;
  Entry& entry = entries_[position];
  entry.lane = lane;
  return entry;
}

// Members

void ConsumerGroup::join(MemberId member, std::uint32_t credits) { members_[member].credits = credits; }

bool ConsumerGroup::credit(MemberId member, std::uint32_t items) {
  Member& one = members_.at(member);
  if (items > protocol::kCreditsMax - one.credits) return false;
  one.credits += items;
  return true;
}

void ConsumerGroup::leave(MemberId member, Leaving how, Instant now) {
  const auto one = members_.find(member);
  if (one == members_.end()) return;
  const std::set<Position> had = one->second.under_way;
  for (const Position position : had)
    give_back(entries_.find(position), how == Leaving::Lost ? Back::Counted : Back::Uncounted,
              "without an answer by a member that was lost", now);
  members_.erase(one);
}

bool ConsumerGroup::waits_for_credit(MemberId member) const {
  const auto one = members_.find(member);
  return one != members_.end() && one->second.credits == 0 && !ready_.empty();
}

// The log

bool ConsumerGroup::wants_more() const {
  return has_members() && ready_.size() < limits_.ready_enough && open_.size() < limits_.open_max &&
         done_.size() < limits_.out_of_order_max && entries_.size() - open_.size() < limits_.kept_max;
}

void ConsumerGroup::found(const std::vector<Found>& events, Position up_to) {
  for (const Found& event : events) {
    if (event.position <= scanned_ || entries_.contains(event.position) || done_.contains(event.position))
      continue;
    Entry& entry = add(event.position, event.stream);
    entry.bytes = event.bytes;
    if (const auto before = remembered_.find(event.position); before != remembered_.end()) {
      entry.deliveries = before->second;
      remembered_.erase(before);
    }
    Lane& lane = entry.lane->second;
    lane.waiting.insert(event.position);
    if (blocked(lane))
      touched_.insert(event.position);
    else
      open_.insert(event.position);
    refresh(lane);
  }
  scanned_ = std::max(scanned_, up_to);
}

// Lanes

bool ConsumerGroup::blocked(const Lane& lane) const {
  return settings_.after_parked == AfterParked::Hold && !lane.parked.empty();
}

bool ConsumerGroup::is_parked(const Entry& entry, Position position) const {
  return entry.lane->second.parked.contains(position);
}

/// The first of a lane may be handed out when none of the lane is under way.
void ConsumerGroup::refresh(Lane& lane) {
  std::optional<Position> next;
  if (!lane.under_way && !lane.waiting.empty() && !blocked(lane)) next = *lane.waiting.begin();
  if (next == lane.ready) return;
  if (lane.ready) ready_.erase(*lane.ready);
  if (next) ready_.insert(*next);
  lane.ready = next;
}

/// After a lane was blocked or is no longer: what waits in it holds the floor down, or is kept.
void ConsumerGroup::open_or_keep(Lane& lane) {
  const bool kept = blocked(lane);
  for (const Position position : lane.waiting) {
    if (kept)
      open_.erase(position);
    else
      open_.insert(position);
    touched_.insert(position);
  }
  refresh(lane);
}

// Handing out

/// An event that is tried for the last time is tried alone: whoever is lost with it was lost because of it.
bool ConsumerGroup::last_try(const Entry& entry) const {
  return entry.deliveries + 1 >= settings_.deliveries_max;
}

/// Who takes an event: the member that has the fewest. `reserved` ones wait to be free for a last try.
ConsumerGroup::Members::iterator ConsumerGroup::taker(const Entry& entry, std::set<MemberId>& reserved) {
  auto best = members_.end();
  for (auto member = members_.begin(); member != members_.end(); ++member) {
    const Member& one = member->second;
    if (one.credits == 0 || one.on_trial || reserved.contains(member->first)) continue;
    if (one.bytes > 0 && one.bytes + entry.bytes > limits_.member_bytes_max) continue;
    if (best == members_.end() || one.under_way.size() < best->second.under_way.size()) best = member;
  }
  if (best == members_.end() || !last_try(entry) || best->second.under_way.empty()) return best;
  reserved.insert(best->first);
  return members_.end();
}

void ConsumerGroup::hand(Members::iterator member, Entries::iterator entry, Monotonic now) {
  Member& one = member->second;
  Entry& event = entry->second;
  one.on_trial = last_try(event);
  --one.credits;
  one.under_way.insert(entry->first);
  one.bytes += event.bytes;
  ++event.deliveries;
  event.holder = member->first;
  event.due = now + std::chrono::seconds(settings_.ack_seconds);
  due_.emplace(event.due, entry->first);
  Lane& lane = event.lane->second;
  lane.waiting.erase(entry->first);
  lane.under_way = entry->first;
  refresh(lane);
}

std::vector<HandOut> ConsumerGroup::hand_out(Monotonic now) {
  std::vector<HandOut> out;
  std::set<MemberId> reserved;
  const std::vector<Position> candidates(ready_.begin(), ready_.end());
  for (const Position position : candidates) {
    const bool anybody = std::ranges::any_of(members_, [&](const auto& member) {
      return member.second.credits > 0 && !member.second.on_trial && !reserved.contains(member.first);
    });
    if (!anybody) break;
    const auto entry = entries_.find(position);
    const auto member = taker(entry->second, reserved);
    if (member == members_.end()) continue;
    hand(member, entry, now);
    out.push_back({member->first, position, entry->second.deliveries});
  }
  return out;
}

// Coming back

void ConsumerGroup::take_from_holder(Entries::iterator entry) {
  Entry& event = entry->second;
  if (const auto member = members_.find(event.holder); member != members_.end()) {
    member->second.under_way.erase(entry->first);
    member->second.bytes -= event.bytes;
    member->second.on_trial = false;
  }
  due_.erase({event.due, entry->first});
  event.holder = 0;
  event.lane->second.under_way.reset();
}

void ConsumerGroup::give_back(Entries::iterator entry, Back counted, std::string_view why, Instant now) {
  Entry& event = entry->second;
  take_from_holder(entry);
  if (counted == Back::Uncounted) --event.deliveries;
  if (counted == Back::Counted && event.deliveries >= settings_.deliveries_max)
    return put_aside(entry, fmt::format("handed out {} times, the last time {}", event.deliveries, why), now);
  event.lane->second.waiting.insert(entry->first);
  touched_.insert(entry->first);
  refresh(event.lane->second);
}

void ConsumerGroup::put_aside(Entries::iterator entry, std::string reason, Instant now) {
  Entry& event = entry->second;
  event.reason = std::move(reason);
  event.parked_at = now;
  Lane& lane = event.lane->second;
  lane.parked.insert(entry->first);
  open_.erase(entry->first);
  touched_.insert(entry->first);
  open_or_keep(lane);
}

void ConsumerGroup::finish(Entries::iterator entry) {
  const Position position = entry->first;
  const auto at = entry->second.lane;
  Lane& lane = at->second;
  const bool was_parked = lane.parked.erase(position) > 0;
  lane.waiting.erase(position);
  open_.erase(position);
  entries_.erase(entry);
  touched_.insert(position);
  if (position > floor_) done_.insert(position);
  if (was_parked)
    open_or_keep(lane);
  else
    refresh(lane);
  if (lane.waiting.empty() && lane.parked.empty() && !lane.under_way) lanes_.erase(at);
}

ConsumerGroup::Entries::iterator ConsumerGroup::held_by(MemberId member, Position position) {
  const auto entry = entries_.find(position);
  return entry != entries_.end() && entry->second.holder == member ? entry : entries_.end();
}

AckOutcome ConsumerGroup::known_or_late(Position position) const {
  return !entries_.contains(position) && (position <= floor_ || done_.contains(position)) ? AckOutcome::Noted
                                                                                          : AckOutcome::Late;
}

AckOutcome ConsumerGroup::ack(MemberId member, Position position) {
  const auto entry = held_by(member, position);
  if (entry == entries_.end()) return known_or_late(position);
  take_from_holder(entry);
  finish(entry);
  return AckOutcome::Noted;
}

AckOutcome ConsumerGroup::park(MemberId member, Position position, std::string reason, Instant now) {
  const auto entry = held_by(member, position);
  if (entry == entries_.end()) return known_or_late(position);
  take_from_holder(entry);
  put_aside(entry, std::move(reason), now);
  return AckOutcome::Noted;
}

void ConsumerGroup::expire(Monotonic now, Instant at) {
  while (!due_.empty() && due_.begin()->first <= now)
    give_back(entries_.find(due_.begin()->second), Back::Counted, "without an answer in time", at);
}

std::optional<Monotonic> ConsumerGroup::next_due() const {
  return due_.empty() ? std::nullopt : std::optional(due_.begin()->first);
}

// Parked events

std::vector<Position> ConsumerGroup::parked_among(const std::vector<Position>& positions) const {
  std::vector<Position> out;
  if (positions.empty()) {
    for (const auto& [position, entry] : entries_)
      if (is_parked(entry, position)) out.push_back(position);
    return out;
  }
  for (const Position position : std::set<Position>(positions.begin(), positions.end())) {
    const auto entry = entries_.find(position);
    if (entry != entries_.end() && is_parked(entry->second, position)) out.push_back(position);
  }
  return out;
}

Changed ConsumerGroup::retry(const std::vector<Position>& positions) {
  Changed changed = parked_among(positions);
  for (const Position position : changed) {
    Entry& entry = entries_.at(position);
    entry.deliveries = 0;
    entry.reason.clear();
    Lane& lane = entry.lane->second;
    lane.parked.erase(position);
    lane.waiting.insert(position);
    open_or_keep(lane);
  }
  return changed;
}

Changed ConsumerGroup::drop(const std::vector<Position>& positions) {
  Changed changed = parked_among(positions);
  for (const Position position : changed) finish(entries_.find(position));
  return changed;
}

std::vector<protocol::ParkedInfo> ConsumerGroup::parked(Position after, std::size_t count_max) const {
  std::vector<protocol::ParkedInfo> out;
  for (auto it = entries_.upper_bound(after); it != entries_.end() && out.size() < count_max; ++it) {
    const auto& [position, entry] = *it;
    if (!is_parked(entry, position)) continue;
    const Lane& lane = entry.lane->second;
    const auto held = blocked(lane) ? static_cast<std::uint32_t>(lane.waiting.size()) : 0;
    out.push_back({position, entry.lane->first, entry.deliveries, entry.parked_at, entry.reason, held});
  }
  return out;
}

// What is remembered

void ConsumerGroup::raise_floor() {
  if (settled() <= floor_) return;
  floor_ = settled();
  const auto end = done_.upper_bound(floor_);
  touched_.insert(done_.begin(), end);
  done_.erase(done_.begin(), end);
}

std::optional<StoredEntry> ConsumerGroup::to_store(Position position) const {
  if (done_.contains(position)) return StoredEntry{.stage = StoredStage::Done};
  if (const auto before = remembered_.find(position); before != remembered_.end())
    return stored_.at(position);
  const auto found = entries_.find(position);
  if (found == entries_.end()) return std::nullopt;
  const Entry& entry = found->second;
  if (is_parked(entry, position))
    return StoredEntry{StoredStage::Parked, entry.lane->first, entry.deliveries, entry.reason,
                       entry.parked_at};
  const bool kept = position <= floor_ || !open_.contains(position);
  // What is under way counts once it comes back: a server that stops takes nobody's blame.
  const std::uint32_t deliveries = entry.holder == 0 ? entry.deliveries : entry.deliveries - 1;
  if (!kept && deliveries == 0) return std::nullopt;
  return StoredEntry{kept ? StoredStage::Kept : StoredStage::Returned, entry.lane->first, deliveries, {}, {}};
}

GroupChanges ConsumerGroup::take_changes() {
  raise_floor();
  GroupChanges changes;
  if (floor_ != stored_floor_) changes.floor = stored_floor_ = floor_;
  for (const Position position : std::exchange(touched_, {})) {
    std::optional<StoredEntry> wanted = to_store(position);
    const auto stored = stored_.find(position);
    if (!wanted && stored == stored_.end()) continue;
    if (wanted && stored != stored_.end() && *wanted == stored->second) continue;
    if (wanted)
      stored_[position] = *wanted;
    else
      stored_.erase(stored);
    changes.entries[position] = std::move(wanted);
  }
  return changes;
}

/// After a restart an event may be open that lies beyond what has been looked at: it was parked.
Position ConsumerGroup::settled() const {
  return open_.empty() ? scanned_ : std::min(scanned_, *open_.begin() - 1);
}

protocol::GroupInfo ConsumerGroup::info() const {
  protocol::GroupInfo out;
  out.position = settled();
  out.members = static_cast<std::uint32_t>(members_.size());
  out.under_way = static_cast<std::uint32_t>(due_.size());
  for (const auto& [stream, lane] : lanes_) {
    out.parked += static_cast<std::uint32_t>(lane.parked.size());
    if (blocked(lane)) out.held += static_cast<std::uint32_t>(lane.waiting.size());
  }
  out.filter = settings_.filter;
  out.ack_seconds = settings_.ack_seconds;
  out.deliveries_max = settings_.deliveries_max;
  out.after_parked = settings_.after_parked;
  return out;
}

}  // namespace kontor::server
