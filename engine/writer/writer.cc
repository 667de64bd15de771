#include "engine/writer/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/rules/people/rules.h"
#include "engine/writer/bound_receipts.h"
#include "engine/writer/personal_data.h"
#include "events/core/assert.h"

namespace kontor {

using rules::fact;
using rules::Refusal;

namespace {

/// Where the keys of a group stood before something that may be taken back.
class KeysMark {
 public:
  explicit KeysMark(Sealing* sealing) : sealing_(sealing) {
    if (sealing_ != nullptr) mark_ = sealing_->mark();
  }
  void go_back() const {
    if (sealing_ != nullptr) sealing_->truncate(mark_);
  }

 private:
  Sealing* sealing_;
  Sealing::Mark mark_;
};

}  // namespace

Status Writer::adopt(const log::Group& group) {
  if (group.number != last_group_ + 1)
    return fail(Reason::PositionGap, fmt::format("group {} follows group {}", group.number, last_group_));
  std::vector<std::string_view> events;
  for (const log::TenantSlice& slice : group.slices) {
    if (!log::split_events(slice.bytes, slice.count, events))
      return fail(Reason::StoreDamaged,
                  fmt::format("group {}: the events of tenant {} are not whole messages", group.number,
                              slice.tenant.value));
    Entry& entry = find_or_add(slice.tenant);
    Tenant& tenant = *entry.tenant;
    if (tenant.last() + 1 != slice.first)
      return fail(Reason::PositionGap, fmt::format("tenant {}: position {} follows {}", slice.tenant.value,
                                                   slice.first, tenant.last()));
    for (const std::string_view stored : events) {
      const auto event = kontor::decode(stored);
      if (!event) return fail(event.error());
      if (const auto adopted = tenant.adopt(*event); !adopted) return fail(adopted.error());
      now_ = std::max(now_, event->envelope.recorded_at);
    }
    after(entry);
  }
  last_group_ = group.number;
  return {};
}

void Writer::begin(Instant now) {
  KONTOR_ASSERT(open_.empty());
  KONTOR_ASSERT(answers_.empty());
  now_ = std::max(now, Instant{now_.ns + 1});
}

void Writer::decide(Submission submission) {
  KONTOR_ASSERT(!submission.commands.empty());
  Entry& entry = find_or_add(submission.tenant);
  std::vector<Outcome> outcomes;
  switch (submission.mode) {
    case Mode::Each: outcomes = decide_each(entry, submission); break;
    case Mode::AllOrNothing: outcomes = decide_all_or_nothing(entry, submission); break;
    case Mode::DryRun: outcomes = decide_dry(entry, submission); break;
  }
  commands_ += submission.commands.size();
  after(entry);
  if (submission.receipts == Receipts::Bound && submission.mode != Mode::DryRun)
    return answer_bound(std::move(submission), std::move(outcomes));
  answers_.emplace_back(std::move(submission.done), std::move(outcomes));
}

void Writer::answer_bound(Submission submission, std::vector<Outcome> outcomes) {
  auto bound = std::make_shared<BoundOutcomes>();
  bound->tenant = std::move(submission.tenant);
  for (const CommandRequest& command : submission.commands) bound->commands.push_back(command.id);
  bound->outcomes = std::move(outcomes);
  bound_.push_back(bound);
  answers_.emplace_back([done = std::move(submission.done), bound = std::move(bound)] {
    if (done) done(std::move(bound->outcomes));
  });
}

std::vector<Outcome> Writer::decide_each(Entry& entry, const Submission& submission) {
  std::vector<Outcome> outcomes;
  outcomes.reserve(submission.commands.size());
  SliceWriter out = slices_of(entry);
  for (const CommandRequest& command : submission.commands)
    outcomes.push_back(decide_one(*entry.tenant, command, out));
  return outcomes;
}

std::vector<Outcome> Writer::decide_all_or_nothing(Entry& entry, const Submission& submission) {
  std::vector<Outcome> outcomes;
  outcomes.reserve(submission.commands.size());
  Tenant& tenant = *entry.tenant;
  SliceWriter out = slices_of(entry);
  const auto mark = out.mark();
  const KeysMark keys(sealing_);
  tenant.open_scope();
  for (const CommandRequest& command : submission.commands) {
    outcomes.push_back(decide_one(tenant, command, out));
    if (std::holds_alternative<Receipt>(outcomes.back())) continue;
    tenant.roll_back_scope();
    out.truncate(mark);
    keys.go_back();
    Outcome no = std::move(outcomes.back());
    const std::size_t refused = outcomes.size() - 1;
    outcomes.assign(submission.commands.size(), NotDecided{});
    outcomes[refused] = std::move(no);
    return outcomes;
  }
  tenant.keep_scope();
  return outcomes;
}

// A roster may lead to half a million events; what it comes to is in the last ones.
constexpr std::uint64_t kDryRunEventsMax = 1'000;

std::vector<Outcome> Writer::decide_dry(Entry& entry, const Submission& submission) {
  std::vector<Outcome> outcomes;
  Tenant& tenant = *entry.tenant;
  SliceWriter out = slices_of(entry);
  const auto mark = out.mark();
  const KeysMark keys(sealing_);
  for (const CommandRequest& command : submission.commands) {
    tenant.open_scope();
    Outcome outcome = decide_one(tenant, command, out);
    if (auto* receipt = std::get_if<Receipt>(&outcome); receipt != nullptr && !receipt->duplicate) {
      receipt->dry_run = true;
      const std::uint64_t events = receipt->last - receipt->first + 1;
      receipt->events = out.last_events(static_cast<std::size_t>(std::min(events, kDryRunEventsMax)));
    }
    tenant.roll_back_scope();
    out.truncate(mark);
    keys.go_back();
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

Outcome Writer::decide_one(Tenant& tenant, const CommandRequest& command, SliceWriter& out) {
  // INV-4: an id that was accepted decides nothing any more.
  if (const auto* earlier = tenant.answered(command.id)) {
    if (earlier->payload == command.payload) return tenant.repeat(*earlier);
    return Refusal{Reason::CommandIdReused,
                   fmt::format("command id {} was used for another command", command.id.text()),
                   {fact("first_used_at", earlier->first)},
                   {earlier->first}};
  }
  if (command.deadline && *command.deadline < now_)
    return Refusal{Reason::DeadlineExceeded,
                   "the command's deadline has passed; it will never be executed",
                   {fact("deadline", *command.deadline), fact("now", now_)},
                   {}};
  const auto at = tenant.time_for(command, now_);
  if (!at) return at.error();
  if (command.effective_at && *command.effective_at > *at)
    return Refusal{Reason::EffectiveTimeInFuture,
                   "a command cannot take effect in the future",
                   {fact("effective_at", *command.effective_at), fact("now", *at)},
                   {}};
  tenant.fire_due(*at, now_, out);  // INV-8
  if (command.expected_version) {
    const std::string stream = rules::stream_of(command.body);
    const auto* head = tenant.state().streams.find(std::string_view(stream));
    const Version actual = head == nullptr ? 0 : head->version;
    if (actual != *command.expected_version)
      return Refusal{Reason::VersionConflict,
                     fmt::format("stream {} has changed", stream),
                     {fact("expected", *command.expected_version), fact("actual", actual)},
                     head == nullptr ? std::vector<Position>{} : std::vector<Position>{head->position}};
  }
  const rules::Context ctx{.now = *at,
                           .actor = command.actor,
                           .effective_at = command.effective_at.value_or(*at),
                           .head = tenant.last(),
                           .entropy = command.entropy};
  if (ctx.effective_at < ctx.now)
    if (auto refused = rules::back_dating_refused(tenant.state(), command.body, ctx)) return *refused;
  auto decision = rules::decide(tenant.state(), command.body, ctx);
  if (!decision) {
    if (const auto& done_by = decision.error().done_by)
      if (const auto* first = tenant.answered(*done_by)) return tenant.repeat(*first);
    return decision.error();
  }
  if (const Status sealed = seal(tenant, *decision); !sealed) return sealed.error();
  return tenant.record(command, *decision, ctx.effective_at, now_, out);
}

/// From here on what is recorded, evolved and read again by a replay is the same.
Status Writer::seal(const Tenant& tenant, std::vector<Event>& events) {
  if (sealing_ != nullptr) return sealing_->seal(tenant.id(), tenant.last() + 1, events);
  return Sealing(LedgerKeys{}).seal(tenant.id(), tenant.last() + 1, events);
}

void Writer::tick(Tick tick) {
  std::variant<Position, Refusal> answer = Position{0};
  Entry* entry = find(tick.tenant);
  Tenant* tenant = entry == nullptr ? nullptr : entry->tenant.get();
  if (tenant == nullptr || !tenant->timeline()) {
    answer = Refusal{Reason::UnknownTenant, fmt::format("there is no tenant {}", tick.tenant.value), {}, {}};
  } else {
    // A moment is settled once no later event can take effect at it: strictly before now. A tenant that takes
    // history is known up to its newest row; more rows of that very instant may still come.
    const bool live = *tenant->timeline() == tenancy::Timeline::Live;
    const Instant known = live ? Instant{now_.ns - 1} : tenant->timeline_at();
    if (tick.at > known) {
      answer =
          Refusal{Reason::EffectiveTimeInFuture,
                  live ? "the asked moment lies in the future" : "the tenant's history has not come so far",
                  {fact("asked", tick.at), fact("known_to", known)},
                  {tenant->last()}};
    } else if (tick.recorded_by >= now_) {
      answer = Refusal{Reason::EffectiveTimeInFuture,
                       "what will be known then is not known yet",
                       {fact("asked", tick.recorded_by), fact("known_to", Instant{now_.ns - 1})},
                       {tenant->last()}};
    } else {
      SliceWriter out = slices_of(*entry);
      // A timer may become due one nanosecond after the instant its fact is effective at (rules::Timer).
      tenant->fire_due(std::min(Instant{tick.at.ns + 1}, live ? now_ : known), now_, out);
      after(*entry);
      answer = tenant->last();
    }
  }
  answers_.emplace_back([done = std::move(tick.done), answer = std::move(answer)]() mutable {
    if (done) done(std::move(answer));
  });
}

void Writer::report(const TenantId& tenant, StatusDetail detail, std::function<void(TenantStatus)> done) {
  answers_.emplace_back([done = std::move(done), report = status(tenant, detail)] { done(report); });
}

std::vector<keys::LivePersons> Writer::living_persons() const {
  std::vector<keys::LivePersons> living;
  for (const auto& [id, entry] : tenants_) {
    auto persons = rules::people::living(entry->tenant->state().people);
    if (!persons.empty()) living.push_back({id, std::move(persons)});
  }
  std::ranges::sort(living, {}, &keys::LivePersons::tenant);
  return living;
}

TenantStatus Writer::status(const TenantId& id, StatusDetail detail) const {
  const Entry* entry = find(id);
  if (entry == nullptr) return {};
  const Tenant& tenant = *entry->tenant;
  return {tenant.last(), tenant.timeline_at(), tenant.timeline(),
          detail == StatusDetail::WithDigest ? rules::state_digest(tenant.state()) : Digest{},
          tenant.wakes_at()};
}

void Writer::fire_due() {
  while (!full() && !alarms_.empty() && alarms_.begin()->first <= now_) {
    Entry& entry = *find(alarms_.begin()->second);
    SliceWriter out = slices_of(entry);
    entry.tenant->fire_due(now_, now_, out);
    after(entry);
  }
}

bool Writer::full() const {
  return commands_ >= limits_.group_commands_max || bytes_ >= limits_.group_bytes_max;
}

DecidedGroup Writer::finish() {
  DecidedGroup decided;
  auto group = std::make_shared<log::Group>();
  std::ranges::sort(open_, {}, [](const Entry* entry) -> const TenantId& { return entry->tenant->id(); });
  for (Entry* entry : open_) {
    for (log::TenantSlice& slice : entry->slices)
      if (slice.count != 0) group->slices.push_back(std::move(slice));
    entry->slices.clear();
    entry->bytes_before = std::exchange(entry->counted, 0);
    entry->open = false;
  }
  open_.clear();
  if (!group->slices.empty()) {
    group->number = ++last_group_;
    decided.group = std::move(group);
  }
  decided.answers = std::exchange(answers_, {});
  decided.bound = std::exchange(bound_, {});
  if (sealing_ != nullptr) decided.keys = sealing_->take();
  KONTOR_ASSERT(decided.group != nullptr || decided.keys.added.empty());
  commands_ = 0;
  bytes_ = 0;
  return decided;
}

std::optional<Instant> Writer::wakes_at() const {
  if (alarms_.empty()) return std::nullopt;
  return alarms_.begin()->first;
}

Writer::Entry* Writer::find(const TenantId& id) const {
  const auto at = tenants_.find(id);
  return at == tenants_.end() ? nullptr : at->second.get();
}

Writer::Entry& Writer::find_or_add(const TenantId& id) {
  auto& entry = tenants_[id];
  if (!entry) entry = std::make_unique<Entry>(std::make_unique<Tenant>(id));
  return *entry;
}

SliceWriter Writer::slices_of(Entry& entry) {
  if (!std::exchange(entry.open, true)) open_.push_back(&entry);
  return {entry.tenant->id(), entry.slices, entry.bytes_before};
}

/// Keeps the group's size, the tenant's alarm and the table of tenants true after something was decided.
void Writer::after(Entry& entry) {
  std::size_t bytes = 0;
  for (const log::TenantSlice& slice : entry.slices) bytes += slice.bytes.size();
  bytes_ += bytes - entry.counted;
  entry.counted = bytes;
  if (const auto wakes = entry.tenant->wakes_at(); wakes != entry.alarm) move_alarm(entry, wakes);
  if (entry.tenant->last() == 0) forget(entry);
}

void Writer::move_alarm(Entry& entry, std::optional<Instant> wakes) {
  const TenantId& id = entry.tenant->id();
  if (entry.alarm) alarms_.erase({*entry.alarm, id});
  if (wakes) alarms_.insert({*wakes, id});
  entry.alarm = wakes;
}

/// Names that never became a tenant are forgotten, so that guessing names costs the guesser only.
void Writer::forget(Entry& entry) {
  std::erase(open_, &entry);
  tenants_.erase(TenantId(entry.tenant->id()));
}

}  // namespace kontor
