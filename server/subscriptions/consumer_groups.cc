#include "server/subscriptions/consumer_groups.h"

#include <fmt/format.h>

#include <algorithm>

#include "server/protocol/encode.h"
#include "server/subscriptions/log_page.h"

namespace kontor::server {

namespace pr = protocol;

struct ConsumerGroups::Group {
  Group(GroupKey of, std::uint64_t number, GroupSettings settings, const GroupLimits& limits, Position floor,
        const std::map<Position, StoredEntry>& entries)
      : key(std::move(of)),
        serial(number),
        filter(std::make_shared<const pr::EventFilter>(settings.filter)),
        work(std::move(settings), limits, floor, entries) {}

  [[nodiscard]] Reference reference() const { return {key, serial}; }

  const GroupKey key;
  const std::uint64_t serial;
  const std::shared_ptr<const pr::EventFilter> filter;
  ConsumerGroup work;
  std::set<MemberId> members;
  std::vector<Answer> answers;  // given once what has changed is durable
  bool looking = false;         // a page of the log is being read
  bool remembering = false;     // changes are being made durable
  bool removed = false;         // while something is still on its way
  Monotonic remembered_at{};
  Monotonic told_at{};
  std::optional<Position> told;  // how far it is, as members know it; nothing: somebody has come since
};

ConsumerGroups::ConsumerGroups(Services services, const GroupsLimits& limits)
    : services_(std::move(services)), limits_(limits) {}
ConsumerGroups::~ConsumerGroups() = default;

Status ConsumerGroups::load() {
  auto stored = services_.store.load();
  if (!stored) return tl::unexpected(std::move(stored).error());
  for (StoredGroup& one : *stored)
    groups_[one.key] = std::make_unique<Group>(one.key, ++last_serial_, std::move(one.settings),
                                               limits_.group, one.floor, one.entries);
  return {};
}

ConsumerGroups::Group* ConsumerGroups::find(const TenantId& tenant, const std::string& name) {
  const auto found = groups_.find({tenant, name});
  return found == groups_.end() ? nullptr : found->second.get();
}

ConsumerGroups::Group* ConsumerGroups::find(const Reference& reference) {
  Group* group = find(reference.key.tenant, reference.key.name);
  return group != nullptr && group->serial == reference.serial ? group : nullptr;
}

// Members

namespace {

GroupSettings settings_for(const pr::SubscribeRequest& request) {
  GroupSettings out;
  out.filter = request.filter;
  out.ack_seconds = request.group->ack_seconds.value_or(out.ack_seconds);
  out.deliveries_max = request.group->deliveries_max.value_or(out.deliveries_max);
  out.after_parked = request.group->after_parked.value_or(out.after_parked);
  return out;
}

/// What a member asks for that the group is not.
std::optional<std::string_view> difference(const GroupSettings& has, const pr::SubscribeRequest& wants) {
  const pr::GroupTerms& terms = *wants.group;
  if (wants.filter != pr::EventFilter{} && wants.filter != has.filter) return "types or streams";
  if (terms.ack_seconds.value_or(has.ack_seconds) != has.ack_seconds) return "ackSeconds";
  if (terms.deliveries_max.value_or(has.deliveries_max) != has.deliveries_max) return "deliveriesMax";
  if (terms.after_parked.value_or(has.after_parked) != has.after_parked) return "afterParked";
  return std::nullopt;
}

}  // namespace

Result<ConsumerGroups::Group*> ConsumerGroups::find_or_make(const TenantId& tenant,
                                                            const pr::SubscribeRequest& request) {
  const std::string& name = request.group->name;
  const Position head = services_.edge.head(tenant);
  if (Group* group = find(tenant, name)) {
    if (group->removed) return fail(Reason::Overloaded, fmt::format("group {} is being removed", name));
    if (const auto other = difference(group->work.settings(), request))
      return fail(
          Reason::InvalidArgument,
          fmt::format("group {} has other {}; leave them out, or remove the group first", name, *other));
    if (group->work.floor() > head)
      return fail(Reason::ServerBehindClient,
                  fmt::format("group {} has dealt with position {}, the log ends at {}", name,
                              group->work.floor(), head));
    return group;
  }
  const auto of_tenant =
      std::ranges::count_if(groups_, [&](const auto& one) { return one.first.tenant == tenant; });
  if (static_cast<std::size_t>(of_tenant) >= limits_.groups_max)
    return fail(Reason::InvalidArgument, fmt::format("there are {} groups, at most that many", of_tenant));
  if (request.from > head + 1)
    return fail(Reason::InvalidArgument,
                fmt::format("from is {}, a new group begins at {} at the latest", request.from, head + 1));
  const Position floor = request.from == 0 ? head : request.from - 1;
  const GroupKey key{tenant, name};
  auto made = std::make_unique<Group>(key, ++last_serial_, settings_for(request), limits_.group, floor,
                                      std::map<Position, StoredEntry>{});
  Group& group = *made;
  groups_[key] = std::move(made);
  group.remembering = true;
  services_.elsewhere.remembering([this, of = group.reference(), settings = group.work.settings(), floor] {
    Status status = services_.store.make(of.key, settings, floor);
    services_.elsewhere.back([this, of, status = std::move(status)] {
      if (Group* one = find(of)) remembered(*one, status, {}, {});
    });
  });
  return &group;
}

Result<Joined> ConsumerGroups::join(const MemberAddress& address, const TenantId& tenant,
                                    const pr::SubscribeRequest& request) {
  if (broken_) return fail(*broken_);
  auto group = find_or_make(tenant, request);
  if (!group) return tl::unexpected(std::move(group).error());
  const MemberId member = ++last_member_;
  members_[member] = {address, *group, {}};
  (*group)->members.insert(member);
  (*group)->work.join(member, request.window);
  (*group)->told.reset();
  // The caller's first frame is the answer; items follow it.
  services_.elsewhere.back([this, of = (*group)->reference()] {
    if (Group* one = find(of)) run(*one);
  });
  return Joined{member, (*group)->work.settled() + 1};
}

Status ConsumerGroups::credit(MemberId member, std::uint32_t items) {
  const auto found = members_.find(member);
  if (found == members_.end()) return {};
  Group& group = *found->second.group;
  if (!group.work.credit(member, items))
    return fail(Reason::InvalidArgument,
                fmt::format("more than {} items may not be under way", pr::kCreditsMax));
  run(group);
  return {};
}

void ConsumerGroups::ack(MemberId member, const std::vector<Position>& positions) {
  const auto found = members_.find(member);
  if (found == members_.end()) return;
  Member& one = found->second;
  for (const Position position : positions)
    (one.group->work.ack(member, position) == AckOutcome::Noted ? one.noted.positions : one.noted.late)
        .push_back(position);
  run(*one.group);
}

void ConsumerGroups::park(MemberId member, Position position, std::string reason) {
  const auto found = members_.find(member);
  if (found == members_.end()) return;
  Member& one = found->second;
  const AckOutcome outcome = one.group->work.park(member, position, std::move(reason), services_.clock.now());
  (outcome == AckOutcome::Noted ? one.noted.positions : one.noted.late).push_back(position);
  run(*one.group);
}

void ConsumerGroups::leave(MemberId member, Leaving how) {
  const auto found = members_.find(member);
  if (found == members_.end()) return;
  Group& group = *found->second.group;
  group.work.leave(member, how, services_.clock.now());
  group.members.erase(member);
  members_.erase(found);
  run(group);
}

// The work

void ConsumerGroups::run(Group& group) {
  if (broken_ || group.removed) return;
  send_handed_out(group);
  look_further(group);
  remember(group);
}

void ConsumerGroups::send_handed_out(Group& group) {
  std::vector<HandOut> out = group.work.hand_out(services_.monotonic());
  if (out.empty()) return;
  services_.elsewhere.reading([this, of = group.reference(), out = std::move(out)] {
    std::vector<Position> positions;
    for (const HandOut& one : out) positions.push_back(one.position);
    auto events = read_positions(services_.ledger, of.key.tenant, positions);
    services_.elsewhere.back([this, of, out, events = std::move(events)]() mutable {
      Group* const still = find(of);
      if (still == nullptr) return;
      if (!events) return fail_group(*still, events.error());
      std::map<MemberId, std::string> frames;
      for (std::size_t i = 0; i < out.size(); ++i) {
        const auto member = members_.find(out[i].member);
        if (member == members_.end()) continue;  // gone: what it had goes to others
        pr::encode_item(member->second.address.request,
                        {out[i].position, out[i].deliveries, std::move((*events)[i])}, frames[out[i].member]);
      }
      for (auto& [member, bytes] : frames) post(member, std::move(bytes));
    });
  });
}

void ConsumerGroups::look_further(Group& group) {
  if (group.looking || !group.work.wants_more()) return;
  if (group.work.scanned() >= services_.edge.head(group.key.tenant)) return;
  group.looking = true;
  PageWish wish{.tenant = group.key.tenant,
                .first = group.work.scanned() + 1,
                .filter = group.filter,
                .matches_max = limits_.group.ready_enough};
  services_.elsewhere.reading([this, of = group.reference(), wish = std::move(wish)] {
    auto page = read_page(services_.ledger, wish);
    services_.elsewhere.back([this, of, page = std::move(page)] {
      Group* const still = find(of);
      if (still == nullptr) return;
      still->looking = false;
      if (!page) return fail_group(*still, page.error());
      std::vector<Found> found;
      for (const PageMatch& match : page->matches)
        found.push_back({match.position, match.stream, match.event.size()});
      still->work.found(found, page->scanned);
      run(*still);
    });
  });
}

/// While one write is under way the next gathers; a floor that only moved past events that nobody wanted can
/// wait a second.
void ConsumerGroups::remember(Group& group) {
  if (group.remembering) return;
  const Monotonic now = services_.monotonic();
  std::map<MemberId, pr::NotedInfo> noted;
  for (const MemberId member : group.members) {
    pr::NotedInfo& one = members_.at(member).noted;
    if (!one.positions.empty() || !one.late.empty()) noted[member] = std::exchange(one, {});
  }
  if (noted.empty() && group.answers.empty() && now - group.remembered_at < limits_.progress_after) return;
  GroupChanges changes = group.work.take_changes();
  group.remembered_at = now;
  std::vector<Answer> answers = std::exchange(group.answers, {});
  if (changes.empty() && noted.empty() && answers.empty()) return;
  group.remembering = true;
  services_.elsewhere.remembering([this, of = group.reference(), changes = std::move(changes),
                                   noted = std::move(noted), answers = std::move(answers)] {
    Status status = changes.empty() ? Status{} : services_.store.change(of.key, changes);
    services_.elsewhere.back([this, of, noted, answers, status = std::move(status)] {
      if (Group* still = find(of)) remembered(*still, status, noted, answers);
    });
  });
}

void ConsumerGroups::remembered(Group& group, const Status& status,
                                const std::map<MemberId, pr::NotedInfo>& noted,
                                const std::vector<Answer>& answers) {
  group.remembering = false;
  for (const Answer& one : answers) one(status);
  if (!status) return store_failed(status.error());
  for (const auto& [member, what] : noted) {
    const auto found = members_.find(member);
    if (found == members_.end()) continue;
    std::string frame;
    pr::encode_noted(found->second.address.request, what, frame);
    post(member, std::move(frame));
  }
  run(group);
}

/// From here on nobody can say what is remembered: nothing more is handed out or taken.
void ConsumerGroups::store_failed(const Error& error) {
  broken_ = error;
  for (const auto& [key, group] : groups_) fail_group(*group, error);
}

void ConsumerGroups::head_moved(const TenantId& tenant) {
  for (auto group = groups_.lower_bound({tenant, ""});
       group != groups_.end() && group->first.tenant == tenant; ++group)
    look_further(*group->second);
}

void ConsumerGroups::tick() {
  const Monotonic now = services_.monotonic();
  for (const auto& [key, group] : groups_) {
    if (const auto due = group->work.next_due(); due && *due <= now)
      group->work.expire(now, services_.clock.now());
    if (!group->members.empty()) tell_progress(*group);
    run(*group);
  }
}

void ConsumerGroups::tell_progress(Group& group) {
  const Monotonic now = services_.monotonic();
  const bool moved = group.work.settled() != group.told && now - group.told_at >= limits_.progress_after;
  if (group.told && !moved && now - group.told_at < limits_.heartbeat) return;
  group.told = group.work.settled();
  group.told_at = now;
  const Position head = services_.edge.head(group.key.tenant);
  for (const MemberId member : group.members) {
    std::string frame;
    pr::encode_progress(members_.at(member).address.request,
                        {*group.told, head, group.work.waits_for_credit(member)}, frame);
    post(member, std::move(frame));
  }
}

void ConsumerGroups::post(MemberId member, std::string frames) {
  const MemberAddress& address = members_.at(member).address;
  services_.mailbox.post({address.session, address.request, GroupLetter{member, std::move(frames), {}}});
}

/// Its members lose it, and come again once the reason is gone.
void ConsumerGroups::fail_group(Group& group, const Error& error) {
  for (const MemberId member : std::exchange(group.members, {})) {
    const MemberAddress& address = members_.at(member).address;
    services_.mailbox.post({address.session, address.request, GroupLetter{member, {}, error}});
    group.work.leave(member, Leaving::Saying, services_.clock.now());
    members_.erase(member);
  }
}

void ConsumerGroups::close() {
  if (broken_) return;
  for (const auto& [key, group] : groups_) {
    if (group->removed) continue;
    const GroupChanges changes = group->work.take_changes();
    // Who stops has nobody to tell: what is not remembered is handed out again.
    if (!changes.empty()) static_cast<void>(services_.store.change(key, changes).has_value());
  }
}

// What people ask

void ConsumerGroups::answer(const MemberAddress& address, std::string frame) {
  services_.mailbox.post({address.session, address.request, EncodedFrame{std::move(frame)}});
}

void ConsumerGroups::report(const MemberAddress& address, const TenantId& tenant,
                            pr::GroupReportInfo report) {
  report.head = services_.edge.head(tenant);
  std::string frame;
  pr::encode_group_report(address.request, report, frame);
  answer(address, std::move(frame));
}

void ConsumerGroups::refuse(const MemberAddress& address, Error error) {
  std::string frame;
  pr::encode_error(address.request, error, frame);
  answer(address, std::move(frame));
}

void ConsumerGroups::handle(const MemberAddress& address, const TenantId& tenant, pr::GroupsRequest request) {
  if (broken_) return refuse(address, *broken_);
  std::visit([&](const auto& one) { handle_one(address, tenant, one); }, request);
}

void ConsumerGroups::handle_one(const MemberAddress& address, const TenantId& tenant, const pr::ListGroups&) {
  pr::GroupReportInfo out;
  for (const auto& [key, group] : groups_) {
    if (key.tenant != tenant || group->removed) continue;
    out.groups.push_back(group->work.info());
    out.groups.back().name = key.name;
  }
  report(address, tenant, std::move(out));
}

namespace {
Error no_group(const std::string& name) {
  return {Reason::NotFound, fmt::format("there is no group {}", name)};
}
}  // namespace

void ConsumerGroups::handle_one(const MemberAddress& address, const TenantId& tenant,
                                const pr::ListParked& request) {
  const Group* group = find(tenant, request.group);
  if (group == nullptr || group->removed) return refuse(address, no_group(request.group));
  report(
      address, tenant,
      {.head = 0, .groups = {}, .parked = group->work.parked(request.after, request.limit), .changed = {}});
}

void ConsumerGroups::handle_one(const MemberAddress& address, const TenantId& tenant,
                                const pr::HandleParked& request) {
  Group* group = find(tenant, request.group);
  if (group == nullptr || group->removed) return refuse(address, no_group(request.group));
  const Changed changed = request.how == pr::Handling::Retry ? group->work.retry(request.positions)
                                                             : group->work.drop(request.positions);
  group->answers.push_back([this, address, tenant, changed](const Status& status) {
    if (!status) return refuse(address, status.error());
    report(address, tenant, {.head = 0, .groups = {}, .parked = {}, .changed = changed});
  });
  run(*group);
}

void ConsumerGroups::handle_one(const MemberAddress& address, const TenantId& tenant,
                                const pr::RemoveGroup& request) {
  Group* group = find(tenant, request.group);
  if (group == nullptr || group->removed) return refuse(address, no_group(request.group));
  if (!group->members.empty())
    return refuse(address,
                  {Reason::InvalidArgument, fmt::format("group {} has {} members; they must leave first",
                                                        request.group, group->members.size())});
  // What is on its way to the store comes back before the removal does; what waits for its turn would not.
  if (!group->answers.empty())
    return refuse(address,
                  {Reason::Overloaded,
                   fmt::format("others wait for an answer about group {}; try again", request.group)});
  // Behind whatever is still on its way to the store.
  group->removed = true;
  services_.elsewhere.remembering([this, address, tenant, of = group->reference()] {
    Status status = services_.store.remove(of.key);
    services_.elsewhere.back([this, address, tenant, of, status = std::move(status)] {
      if (!status) {
        refuse(address, status.error());
        return store_failed(status.error());
      }
      report(address, tenant, {});
      groups_.erase(of.key);
    });
  });
}

}  // namespace kontor::server
