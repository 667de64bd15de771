#include "tests/simulation/machine.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/core/assert.h"
#include "tests/support/decoded.h"

namespace kontor::simulation {
namespace {

/// 2027-01-01T00:00:00Z
constexpr Instant kStart{1'798'761'600LL * kSecond};
constexpr Instant kLatest{kStart.ns + 100 * 365 * kDay};
constexpr unsigned kRecoveryDepthMax = 5;

/// The group as a writer would read it that keeps no ids.
log::Group without_command_ids(const log::Group& group) {
  log::Group out = group;
  for (log::TenantSlice& slice : out.slices) {
    auto events = test::decoded(slice);
    KONTOR_ASSERT(events.has_value());
    slice.bytes.clear();
    for (RecordedEvent& event : *events) {
      event.envelope.command_id = {};
      encode(event.envelope, event.body, slice.bytes);
    }
  }
  return out;
}

/// The submission as a writer would take it that counts one seat too many.
void enlarge_flats(std::vector<CommandRequest>& commands) {
  for (CommandRequest& command : commands)
    if (auto* seats = std::get_if<rules::seats::Command>(&command.body))
      if (auto* flat = std::get_if<rules::seats::BookFlat>(seats); flat != nullptr && flat->size < 100)
        ++flat->size;
}

std::uint64_t outcome_number(const Outcome& outcome) {
  if (const auto* receipt = std::get_if<Receipt>(&outcome)) return receipt->first << 16 | receipt->last;
  if (const auto* refusal = std::get_if<rules::Refusal>(&outcome))
    return static_cast<std::uint64_t>(refusal->code);
  return outcome.index();
}

}  // namespace

void Counters::add(const Counters& other) {
  tally.add(other.tally);
  retries += other.retries;
  lives += other.lives;
  cuts += other.cuts;
  cuts_in_recovery += other.cuts_in_recovery;
  kills += other.kills;
  quick_starts += other.quick_starts;
  groups += other.groups;
  groups_in_doubt_kept += other.groups_in_doubt_kept;
  groups_in_doubt_lost += other.groups_in_doubt_lost;
  commands_asked += other.commands_asked;
}

Machine::World::World(Dice& dice) {
  limits.group_commands_max = dice.percent(30) ? 1 : 1 + dice.below(64);
  limits.group_bytes_max = dice.percent(20) ? 2'000 : 8u << 20;
  in_flight_max = 1 + dice.below(2);
  submissions_max = static_cast<unsigned>(1 + dice.below(16));
  idle_percent = static_cast<unsigned>(dice.below(101));
  work_percent = static_cast<unsigned>(dice.below(40));
  kill_percent = static_cast<unsigned>(dice.below(40));
  recovery_cut_percent = static_cast<unsigned>(dice.below(70));
  operations_max = 1 + dice.below(dice.percent(60) ? 60 : 600);
  clock_back_percent = static_cast<unsigned>(dice.below(5));
  clock_jump_percent = static_cast<unsigned>(dice.below(12));
}

Machine::Machine(std::uint64_t seed, Length length, const MakeHome& make_home, Sabotage sabotage)
    : length_(length),
      sabotage_(sabotage),
      dice_(seed),
      world_(dice_),
      taste_(dice_),
      home_(make_home(dice_.next())),
      clients_(dice_, taste_),
      clock_(kStart),
      randomness_(seed),
      notary_(seed),
      twin_(world_.limits) {
  run_.seed = seed;
  if (!keys_.create()) find("no key store can be made");
}

void Machine::find(std::string what) {
  if (fine() && !what.empty()) run_.finding = std::move(what);
}

void Machine::note(std::uint64_t value) {
  run_.trace = (run_.trace ^ value) * 0x100000001B3ULL + 0x9E3779B9ULL;
}

RunResult Machine::run() {
  for (unsigned life = 0; life < length_.lives && fine(); ++life) {
    start();
    if (fine()) live(life);
    if (fine()) die(life);
  }
  if (fine()) drain();
  run_.counters.tally = judge_.tally();
  run_.counters.retries = clients_.retries();
  run_.counters.groups = history_.size();
  note(home_->trace());
  for (const std::uint8_t byte : tree_.root()) note(byte);
  return run_;
}

// --- a life ---

void Machine::live(unsigned) {
  // Now and then a long life, so that much has happened when it ends.
  const auto rounds = 1 + dice_.below(dice_.percent(5) ? 5 * length_.rounds_max : length_.rounds_max);
  if (dice_.percent(100 - world_.kill_percent)) home_->cut_power_at(1 + dice_.below(world_.operations_max));
  for (std::uint64_t i = 0; i < rounds && fine() && !home_->dark(); ++i) step();
}

void Machine::step() {
  move_clock();
  if (in_flight_.size() < world_.in_flight_max) decide_round();
  while (fine() && !home_->dark() && !in_flight_.empty() &&
         (in_flight_.size() >= world_.in_flight_max || dice_.percent(50)))
    append_oldest();
  if (!fine() || home_->dark()) return;
  if (in_flight_.empty() && dice_.percent(world_.idle_percent)) log_->idle();
  if (dice_.percent(world_.work_percent)) home_->work(*log_);
}

void Machine::move_clock() {
  const auto draw = dice_.below(100);
  if (draw < world_.clock_back_percent) {
    clock_.ns -= dice_.between(1, dice_.percent(50) ? kSecond : 30 * kDay);
  } else if (draw < world_.clock_back_percent + world_.clock_jump_percent) {
    clock_.ns += dice_.between(1, dice_.percent(70) ? 20 : 200) * kDay;
  } else if (draw < 40) {
    clock_.ns += dice_.between(0, kDay);
  } else if (draw < 95) {
    clock_.ns += dice_.between(0, 60 * kSecond);
  }
  clock_ = std::clamp(clock_, kStart, kLatest);
}

void Machine::decide_round() {
  InFlight next;
  next.round.now = clock_;
  writer_->begin(clock_);
  writer_->fire_due();
  next.round.timers_done = !writer_->full();
  ask(next.round);
  next.decided = writer_->finish();
  next.round.group = next.decided.group;
  next.round.wakes_at = writer_->wakes_at();
  if (sabotage_ == Sabotage::ReceiptBeforeSync) answer(next, true);
  in_flight_.push_back(std::move(next));
}

void Machine::ask(Round& round) {
  const auto submissions = dice_.below(world_.submissions_max + 1);
  for (std::uint64_t i = 0; i < submissions && !writer_->full(); ++i) {
    auto asked = std::make_shared<Asked>(clients_.next(judge_, clock_));
    round.asked.push_back(asked);
    run_.counters.commands_asked += asked->commands.size();
    Submission submission{
        .tenant = asked->tenant, .mode = asked->mode, .commands = asked->commands, .done = {}};
    if (sabotage_ == Sabotage::OneSeatTooMany) enlarge_flats(submission.commands);
    submission.done = [asked](std::vector<Outcome> outcomes) { asked->outcomes = std::move(outcomes); };
    decide(std::move(submission));
  }
  if (writer_->full() || !dice_.percent(10)) return;
  auto tick = std::make_shared<AskedTick>(clients_.tick(judge_, clock_));
  round.ticks.push_back(tick);
  writer_->tick({tick->tenant, tick->at, [tick](auto answer) { tick->answer = std::move(answer); }});
}

/// As the ledger does it: look-up keys first.
void Machine::decide(Submission submission) {
  const Status prepared = prepare(submission, {&keys_, &randomness_});
  if (!prepared) return find("a command cannot be prepared: " + prepared.error().message);
  writer_->decide(std::move(submission));
}

void Machine::append_oldest() {
  InFlight oldest = std::move(in_flight_.front());
  in_flight_.pop_front();
  if (oldest.decided.group) {
    if (!keys_.add(oldest.decided.keys.added)) return find("keys cannot be added");
    oldest.decided.keys.added.clear();
    const auto outcome = log_->append(*oldest.decided.group);
    note(static_cast<std::uint64_t>(outcome));
    if (outcome != log::AppendOutcome::Appended) {
      if (!home_->dark()) return find("the log does not take the next group, and the power is on");
      in_flight_.push_front(std::move(oldest));
      return;
    }
    keep(oldest.decided.group);
    if (fine() && !home_->dark()) find(notary_.durable(*oldest.decided.group));
    if (!keys_.destroy(oldest.decided.keys.destroyed)) return find("keys cannot be destroyed");
  }
  answer(oldest, true);
}

/// The group is durable now.
void Machine::keep(const std::shared_ptr<const log::Group>& group) {
  history_.push_back(group);
  std::vector<std::string_view> events;
  for (const log::TenantSlice& slice : group->slices) {
    if (!log::split_events(slice.bytes, slice.count, events)) return find("a slice is not whole messages");
    for (const std::string_view event : events) {
      tree_.append(bytes_of(event));
      note(event.size());
    }
  }
  if (const auto adopted = twin_.adopt(*group); !adopted) find("the twin: " + adopted.error().message);
}

/// Judges what was said; `deliver`: the clients hear it too.
void Machine::answer(InFlight& done, bool deliver) {
  if (done.answered) return;
  done.answered = true;
  for (auto& answer : std::exchange(done.decided.answers, {})) answer();
  for (const auto& asked : done.round.asked) {
    for (const Outcome& outcome : asked->outcomes) note(outcome_number(outcome));
    if (deliver) clients_.answered(*asked);
  }
  if (deliver && !done.round.asked.empty())
    promised_group_ = std::max<std::uint64_t>(promised_group_,
                                              done.round.group ? done.round.group->number : history_.size());
  find(judge_.judge(done.round));
}

// --- a death and what follows ---

void Machine::die(unsigned) {
  if (home_->dark()) {
    ++run_.counters.cuts;
  } else {
    ++run_.counters.kills;
    home_->kill();
  }
  notary_.died();
  log_.reset();
  home_->spare();
  home_->restart();
}

void Machine::start() {
  for (unsigned depth = 0;; ++depth) {
    if (depth < kRecoveryDepthMax && dice_.percent(world_.recovery_cut_percent))
      home_->cut_power_at(1 + dice_.below(60));
    if (open()) break;
    if (!fine()) return;
    ++run_.counters.cuts;
    ++run_.counters.cuts_in_recovery;
    home_->spare();
    home_->restart();
  }
  home_->spare();
  ++run_.counters.lives;
}

/// False: the power was cut meanwhile.
bool Machine::open() {
  std::vector<log::Group> recovered;
  auto opened = home_->open([&recovered](const log::Group& group) { recovered.push_back(group); });
  if (!opened) {
    if (!home_->dark()) find("opening refused after a mere power cut: " + opened.error().message);
    return false;
  }
  log_ = *std::move(opened);
  if (home_->dark()) {
    log_.reset();
    return false;
  }
  compare_recovered(recovered);
  if (fine()) find(notary_.started(*log_));
  if (!fine()) return true;

  writer_.reset();
  sealing_ = std::make_unique<Sealing>(LedgerKeys{&keys_, &randomness_});
  auto writer = std::make_unique<Writer>(world_.limits, sealing_.get());
  if (auto start = home_->start()) {
    ++run_.counters.quick_starts;
    writer->restore(*std::move(start));
  }
  for (const log::Group& group : recovered) {
    if (group.number <= writer->last_group()) continue;
    const bool forget = sabotage_ == Sabotage::ForgetCommandIds;
    const auto adopted = forget ? writer->adopt(without_command_ids(group)) : writer->adopt(group);
    if (!adopted) find("a writer cannot adopt what it wrote: " + adopted.error().message);
  }
  compare_states(*writer, "after recovery");
  fit_keys(*writer);
  writer_ = std::move(writer);
  return true;
}

/// INV-22: whoever is known has a key, and nobody else has.
void Machine::fit_keys(const Writer& writer) {
  const auto living = writer.living_persons();
  const auto reconciled = keys_.reconcile(living);
  if (!reconciled) return find("the keys cannot be read: " + reconciled.error().message);
  if (reconciled->missing != 0) find(fmt::format("{} persons have lost their keys", reconciled->missing));
}

/// Every group is there as it was appended, whole or not at all; nothing that was promised is missing;
/// nothing is there that was never decided. What was in doubt is settled now.
void Machine::compare_recovered(const std::vector<log::Group>& recovered) {
  if (recovered.size() < promised_group_)
    return find(fmt::format("{} groups recovered, a client holds a receipt from group {}", recovered.size(),
                            promised_group_));
  if (recovered.size() < history_.size())
    return find(
        fmt::format("{} groups recovered of {} that were durable", recovered.size(), history_.size()));
  for (std::size_t i = 0; i < history_.size(); ++i)
    if (!(recovered[i] == *history_[i])) return find(fmt::format("group {} is not what was appended", i + 1));

  bool nothing_lost = true;
  while (fine() && !in_flight_.empty()) {
    InFlight doubtful = std::move(in_flight_.front());
    const auto group = doubtful.decided.group;
    const bool there = !group || group->number <= recovered.size();
    if (!there) break;
    in_flight_.pop_front();
    for (const auto& asked : doubtful.round.asked) clients_.lost(*asked);
    if (group) {
      if (!(recovered[group->number - 1] == *group)) return find("a group in doubt is there in part");
      ++run_.counters.groups_in_doubt_kept;
      keep(group);
    }
    answer(doubtful, false);
  }
  for (const InFlight& doubtful : in_flight_) {
    nothing_lost = false;
    if (doubtful.decided.group) ++run_.counters.groups_in_doubt_lost;
    for (const auto& asked : doubtful.round.asked) clients_.lost(*asked);
  }
  in_flight_.clear();
  if (recovered.size() != history_.size()) return find("the log holds a group that nobody decided");
  note(recovered.size());
  const log::LogHead head = log_->head();
  if (head.group != history_.size() || head.events != tree_.size() || head.root != tree_.root())
    return find("the log's head is not what it holds");
  // The dead process's own memory, if all that it decided has survived: replay equals live (I12).
  if (nothing_lost && writer_) compare_states(*writer_, "that died");
  judge_.restart();
}

void Machine::compare_states(const Writer& one, const char* what) {
  for (const TenantId& id : clients_.tenants()) {
    const TenantStatus a = one.status(id), b = twin_.status(id);
    if (a.position != b.position || a.timeline_at != b.timeline_at || a.timeline != b.timeline ||
        a.state != b.state)
      return find(
          fmt::format("tenant {}: the state of the writer {} is not that of a writer that never crashed",
                      id.value, what));
  }
}

/// All faults end: everything must be answered soon, and every promise still hold (P14).
void Machine::drain() {
  start();
  if (!fine()) return;
  std::vector<Asked> rest;
  while (!clients_.settled()) rest.push_back(clients_.next_in_doubt());
  for (Asked& asked : clients_.all_promises()) rest.push_back(std::move(asked));
  std::size_t at = 0;
  while (fine() && at < rest.size()) {
    InFlight round;
    clock_.ns += kSecond;
    round.round.now = clock_;
    writer_->begin(clock_);
    writer_->fire_due();
    round.round.timers_done = !writer_->full();
    for (const std::size_t end = std::min(rest.size(), at + 50); at < end && !writer_->full(); ++at) {
      auto asked = std::make_shared<Asked>(std::move(rest[at]));
      round.round.asked.push_back(asked);
      run_.counters.commands_asked += asked->commands.size();
      decide({asked->tenant, asked->mode, asked->commands,
              [asked](std::vector<Outcome> outcomes) { asked->outcomes = std::move(outcomes); }});
    }
    round.decided = writer_->finish();
    round.round.group = round.decided.group;
    round.round.wakes_at = writer_->wakes_at();
    in_flight_.push_back(std::move(round));
    append_oldest();
  }
  if (fine() && (home_->dark() || !in_flight_.empty()))
    find("with all faults over, not everything was answered");
  if (!fine()) return;
  notary_.died();
  log_.reset();
  home_->restart();
  if (!open() && fine()) find("the power went out though nobody cut it");
}

}  // namespace kontor::simulation
