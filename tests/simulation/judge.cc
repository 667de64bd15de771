#include "tests/simulation/judge.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/rules/catalog.h"
#include "tests/support/decoded.h"

namespace kontor::simulation {
namespace {

bool carries_contact(const CommandRequest& command) {
  rules::Command body = command.body;
  bool found = false;
  rules::each_contact(body, [&found](people::Contact&) { found = true; });
  return found;
}

std::string name(Reason code) { return std::string(reason_info(code).name); }

std::string text(const Said& said) {
  switch (said.kind) {
    case Said::Kind::Accepted: return "accepted";
    case Said::Kind::Repeated: return "the first answer again";
    case Said::Kind::Refused: return name(said.code);
    case Said::Kind::NotDecided: return "not decided";
  }
  return "?";
}

std::string text(const Outcome& outcome) {
  if (const auto* receipt = std::get_if<Receipt>(&outcome))
    return fmt::format("receipt {}..{}{}{}", receipt->first, receipt->last,
                       receipt->duplicate ? " duplicate" : "", receipt->dry_run ? " dry run" : "");
  if (const auto* refusal = std::get_if<rules::Refusal>(&outcome)) {
    std::string out = name(refusal->code) + " (" + refusal->what;
    for (const auto& fact : refusal->facts) out += fmt::format(", {}={}", fact.name, fact.value);
    return out + ")";
  }
  if (std::holds_alternative<NotDecided>(outcome)) return "not decided";
  return "error: " + std::get<Error>(outcome).message;
}

Said::Kind kind(const Outcome& outcome) {
  if (const auto* receipt = std::get_if<Receipt>(&outcome))
    return receipt->duplicate ? Said::Kind::Repeated : Said::Kind::Accepted;
  return std::holds_alternative<NotDecided>(outcome) ? Said::Kind::NotDecided : Said::Kind::Refused;
}

bool agrees(const Said& said, const Outcome& outcome) {
  if (std::holds_alternative<Error>(outcome) || said.kind != kind(outcome)) return false;
  const auto* refusal = std::get_if<rules::Refusal>(&outcome);
  return refusal == nullptr || refusal->code == said.code;
}

bool same_place(const Receipt& a, const Receipt& b) {
  return a.first == b.first && a.last == b.last && a.recorded_at == b.recorded_at && a.stream == b.stream &&
         a.version == b.version;
}

/// When the timer was due that led to the event: a later block of a seat once its first instant was over.
Instant due_of(const RecordedEvent& event) {
  const auto* part = std::get_if<seats::Event>(&event.body);
  const auto* block = part == nullptr ? nullptr : std::get_if<seats::CourseSeatBlockStarted>(part);
  return {event.envelope.effective_at.ns + (block != nullptr && block->block > 1 ? 1 : 0)};
}

/// Corrections may be true since earlier.
bool corrects(const CommandRequest& command) {
  const auto* part = std::get_if<rules::seats::Command>(&command.body);
  return part != nullptr && std::holds_alternative<rules::seats::CorrectSeat>(*part);
}

bool is_timer(const RecordedEvent& event) { return event.envelope.command_id.is_zero(); }

}  // namespace

void Tally::add(const Tally& other) {
  commands += other.commands;
  receipts += other.receipts;
  refusals += other.refusals;
  repeats += other.repeats;
  dry_runs += other.dry_runs;
  taken_back += other.taken_back;
  events += other.events;
  timer_events += other.timer_events;
  for (const auto& [code, count] : other.by_reason) by_reason[code] += count;
}

void Judge::complain(std::string what) {
  if (fine()) complaint_ = std::move(what);
}

const Receipt* Judge::receipt_of(const TenantId& tenant, const CommandId& id) const {
  const auto at = ledgers_.find(tenant);
  if (at == ledgers_.end()) return nullptr;
  const auto known = at->second.known.find(id);
  return known == at->second.known.end() || !known->second.receipt ? nullptr : &*known->second.receipt;
}

const TenantModel* Judge::tenant(const TenantId& id) const {
  const auto at = ledgers_.find(id);
  return at == ledgers_.end() ? nullptr : &at->second.model;
}

const Facts* Judge::facts(const TenantId& id) const {
  const auto at = ledgers_.find(id);
  return at == ledgers_.end() ? nullptr : &at->second.facts;
}

void Judge::restart() { now_ = recorded_at_; }

std::string Judge::judge(const Round& round) {
  now_ = std::max(round.now, Instant{now_.ns + 1});
  if (round.group) unpack(*round.group);
  // The writer fires what is due before it decides: those events come first.
  for (auto& [id, ledger] : ledgers_)
    if (ledger.model.timeline == tenancy::Timeline::Live && !ledger.recorded.empty() &&
        is_timer(ledger.recorded.front()))
      fire_recorded(ledger, now_);
  for (const auto& asked : round.asked)
    if (fine()) judge(*asked);
  for (const auto& tick : round.ticks)
    if (fine()) judge(*tick);
  for (const auto& [id, ledger] : ledgers_) {
    if (!fine()) break;
    if (!ledger.recorded.empty())
      complain(fmt::format("tenant {} position {}: {} was recorded, and nobody asked for it", id.value,
                           ledger.recorded.front().envelope.position,
                           type_name(ledger.recorded.front().body)));
  }
  if (fine()) check_timers(round);
  return complaint_;
}

void Judge::unpack(const log::Group& group) {
  for (const log::TenantSlice& slice : group.slices) {
    auto events = test::decoded(slice);
    if (!events) return complain(events.error().message);
    Ledger& ledger = ledgers_[slice.tenant];
    const std::size_t before = ledger.recorded.size();  // a tenant may have several slices
    for (RecordedEvent& event : *events) {
      if (event.envelope.tenant != slice.tenant) return complain("an event lies among another tenant's");
      if (event.envelope.recorded_at != now_) return complain("an event's recorded time is not its group's");
      ledger.recorded.push_back(std::move(event));
    }
    if (ledger.recorded[before].envelope.position != slice.first)
      return complain("a slice does not begin where it says");
  }
  recorded_at_ = now_;
}

void Judge::take(Ledger& ledger) {
  complain(ledger.facts.take(ledger.recorded.front()));
  ledger.recorded.pop_front();
  ++tally_.events;
}

/// Takes the events of timers that are due at `at`, and fires the model's.
void Judge::fire_recorded(Ledger& ledger, Instant at) {
  while (!ledger.recorded.empty() && is_timer(ledger.recorded.front()) &&
         due_of(ledger.recorded.front()) <= at) {
    take(ledger);
    ++tally_.timer_events;
  }
  ledger.model.fire_until(at);
}

void Judge::judge(const Asked& asked) {
  if (asked.outcomes.size() != asked.commands.size())
    return complain("a submission was not answered command by command");
  const bool exists = ledgers_.contains(asked.tenant);
  Ledger& ledger = ledgers_[asked.tenant];
  tally_.commands += asked.commands.size();
  switch (asked.mode) {
    case Mode::Each: judge_each(ledger, asked); break;
    case Mode::AllOrNothing: judge_batch(ledger, asked); break;
    case Mode::DryRun: judge_dry(ledger, asked); break;
  }
  if (!exists && !ledger.model.timeline) {
    ledgers_.erase(asked.tenant);
    return;
  }
  if (!fine()) return;
  complain(difference(ledger.model.seats.counts(), ledger.facts.counts()));
  if (fine()) return;
  complaint_ = fmt::format("tenant {} after {}: {}", asked.tenant.value,
                           rules::type_name(asked.commands.back().body), complaint_);
}

void Judge::judge_each(Ledger& ledger, const Asked& asked) {
  for (std::size_t i = 0; i < asked.commands.size() && fine(); ++i) {
    const Said said = predict(ledger, asked.commands[i], true);
    compare(ledger, said, asked.commands[i], asked.outcomes[i]);
  }
}

void Judge::judge_batch(Ledger& ledger, const Asked& asked) {
  const bool kept = std::ranges::all_of(
      asked.outcomes, [](const Outcome& outcome) { return std::holds_alternative<Receipt>(outcome); });
  if (kept) return judge_each(ledger, asked);
  const TenantModel before = ledger.model;
  std::vector<CommandId> fresh;
  for (const CommandRequest& command : asked.commands)
    if (!ledger.known.contains(command.id)) fresh.push_back(command.id);
  std::vector<Said> said(asked.commands.size(), Said{.kind = Said::Kind::NotDecided, .at = {}});
  for (std::size_t i = 0; i < asked.commands.size(); ++i) {
    const Said one = predict(ledger, asked.commands[i], false);
    if (one.kind != Said::Kind::Refused) continue;
    said[i] = one;
    break;
  }
  ledger.model = before;
  for (const CommandId& id : fresh) ledger.known.erase(id);
  tally_.taken_back += asked.commands.size() - 1;
  for (std::size_t i = 0; i < asked.commands.size() && fine(); ++i)
    compare(ledger, said[i], asked.commands[i], asked.outcomes[i]);
}

void Judge::judge_dry(Ledger& ledger, const Asked& asked) {
  for (std::size_t i = 0; i < asked.commands.size() && fine(); ++i) {
    const CommandRequest& command = asked.commands[i];
    const TenantModel before = ledger.model;
    const bool was_known = ledger.known.contains(command.id);
    const Said said = predict(ledger, command, false);
    ledger.model = before;
    if (!was_known) ledger.known.erase(command.id);
    const auto* receipt = std::get_if<Receipt>(&asked.outcomes[i]);
    if (said.kind != Said::Kind::Accepted || receipt == nullptr) {
      compare(ledger, said, command, asked.outcomes[i]);
      continue;
    }
    ++tally_.dry_runs;
    if (!receipt->dry_run || receipt->duplicate || receipt->first <= ledger.facts.last() ||
        receipt->events.size() != receipt->last - receipt->first + 1)
      complain("a dry run does not show the events that it would record");
  }
}

/// What the model says, and does. `recorded`: the events of timers that fire before are among the round's.
Said Judge::predict(Ledger& ledger, const CommandRequest& command, bool recorded) {
  if (const auto known = ledger.known.find(command.id); known != ledger.known.end())
    return known->second.payload == command.payload ? Said{.kind = Said::Kind::Repeated, .at = {}}
                                                    : refused(Reason::CommandIdReused);
  if (command.deadline && *command.deadline < now_) return refused(Reason::DeadlineExceeded);
  const auto at = ledger.model.time_for(command, now_);
  if (!at) return refused(at.error());
  if (command.effective_at && *command.effective_at > *at) return refused(Reason::EffectiveTimeInFuture);
  if (recorded) {
    fire_recorded(ledger, *at);
  } else {
    ledger.model.fire_until(*at);
  }
  if (command.expected_version &&
      ledger.facts.version_of(stream_of(command.body)) != *command.expected_version)
    return refused(Reason::VersionConflict);
  if (command.effective_at && *command.effective_at < *at) {
    if (!corrects(command)) return refused(Reason::InvalidArgument);
    if (command.actor.role != Role::Support && command.actor.role != Role::Admin)
      return refused(Reason::ForbiddenRole);
  }
  if (const auto reason = ledger.model.decide(command, *at)) return refused(*reason);
  ledger.known[command.id] = {command.payload, std::nullopt};
  return {.kind = Said::Kind::Accepted, .at = *at};
}

void Judge::compare(Ledger& ledger, const Said& said, const CommandRequest& command, const Outcome& outcome) {
  if (!agrees(said, outcome))
    return complain(fmt::format("{} {} was answered with {}, the model says {}",
                                rules::type_name(command.body), command.id.text(), text(outcome),
                                text(said)));
  switch (said.kind) {
    case Said::Kind::Accepted: return take_recorded(ledger, said, command, std::get<Receipt>(outcome));
    case Said::Kind::Repeated: return compare_repeat(ledger, command, std::get<Receipt>(outcome));
    case Said::Kind::Refused:
      ++tally_.refusals;
      ++tally_.by_reason[said.code];
      return;
    case Said::Kind::NotDecided: return;
  }
}

void Judge::compare_repeat(const Ledger& ledger, const CommandRequest& command, const Receipt& receipt) {
  ++tally_.repeats;
  const auto& first = ledger.known.at(command.id).receipt;
  if (!first || !same_place(*first, receipt))
    complain(fmt::format("command {} got another answer than the first time", command.id.text()));
}

/// The events of an accepted command are the next of its tenant, and are what the receipt says.
void Judge::take_recorded(Ledger& ledger, const Said& said, const CommandRequest& command,
                          const Receipt& receipt) {
  ++tally_.receipts;
  if (receipt.first != ledger.facts.last() + 1 || receipt.last < receipt.first || receipt.dry_run ||
      receipt.recorded_at != now_)
    return complain(fmt::format("a receipt for {}..{} after position {}", receipt.first, receipt.last,
                                ledger.facts.last()));
  Version version = 0;
  for (Position at = receipt.first; at <= receipt.last && fine(); ++at) {
    if (ledger.recorded.empty()) return complain("a receipt speaks of events that are not in its group");
    const Envelope& envelope = ledger.recorded.front().envelope;
    if (at == receipt.first && envelope.stream != receipt.stream)
      return complain("a receipt names another stream");
    if (envelope.stream == receipt.stream) version = envelope.version;
    const auto stamp = command.history ? std::optional(command.history->stamp) : std::nullopt;
    // The digest of a command with personal data is keyed, and nobody but the key store can make it.
    const bool keyed = carries_contact(command);
    if (envelope.command_id != command.id || (envelope.payload_digest == command.payload) == keyed ||
        envelope.effective_at != said.at || !(envelope.actor == command.actor) || envelope.history != stamp ||
        envelope.correlation != command.correlation)
      return complain(fmt::format("the envelope at position {} is not that of its command", at));
    take(ledger);
  }
  if (version != receipt.version) return complain("a receipt names another version of its stream");
  ledger.known[command.id].receipt = receipt;
}

void Judge::judge(const AskedTick& tick) {
  if (!tick.answer) return complain("a tick was not answered");
  const auto at = ledgers_.find(tick.tenant);
  std::variant<Position, Reason> expected = Reason::UnknownTenant;
  if (at != ledgers_.end() && at->second.model.timeline) {
    Ledger& ledger = at->second;
    const bool live = *ledger.model.timeline == tenancy::Timeline::Live;
    const Instant known = live ? Instant{now_.ns - 1} : ledger.model.timeline_at;
    expected = Reason::EffectiveTimeInFuture;
    if (tick.at <= known) {
      fire_recorded(ledger, tick.at);
      expected = ledger.facts.last();
    }
  }
  const auto* refusal = std::get_if<rules::Refusal>(&*tick.answer);
  const bool same = refusal != nullptr
                        ? expected == std::variant<Position, Reason>(refusal->code)
                        : expected == std::variant<Position, Reason>(std::get<Position>(*tick.answer));
  if (!same) complain(fmt::format("tenant {}: a tick was answered wrongly", tick.tenant.value));
}

/// The writer wakes up for exactly the timer that the model expects (TB7, I9).
void Judge::check_timers(const Round& round) {
  if (!round.timers_done) return;
  std::optional<Instant> next;
  for (auto& [id, ledger] : ledgers_) {
    if (ledger.model.timeline != tenancy::Timeline::Live) continue;
    const auto due = ledger.model.next_due();
    if (due && (!next || *due < *next)) next = due;
  }
  if (next == round.wakes_at) return;
  complain(fmt::format("the writer wakes up at {}, the model's next timer is due at {}",
                       round.wakes_at ? round.wakes_at->text() : "no time", next ? next->text() : "no time"));
}

}  // namespace kontor::simulation
