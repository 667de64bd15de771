#pragma once
// The one writer (ARCHITECTURE D2): decides all commands of a process, in order, against state in memory, and
// builds the group that makes them durable. No threads, no I/O, no clock: it is driven by calls, by the
// Ledger's writer thread and by the simulation alike.
//
//   writer.begin(clock.now());
//   writer.decide(submission) ...        until nothing waits, or writer.full()
//   DecidedGroup decided = writer.finish();
//   append decided.group; once it and all groups before are durable, run decided.answers in order

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/ledger.h"
#include "engine/writer/tenant.h"
#include "engine/writer/writer_state.h"

namespace kontor {

class Sealing;

/// Keys that a group of events needs, and keys it makes an end of.
struct KeyChanges {
  std::vector<keys::PersonKey> added;  // to be durable before the group is
  std::vector<keys::KeyOwner>
      destroyed;  // to be destroyed once the group is durable, before its answers leave
};

/// What is to be said to somebody, once, when that is allowed.
class Answer {
 public:
  /// Outcomes for whoever submitted the commands.
  Answer(std::function<void(std::vector<Outcome>)> done, std::vector<Outcome> outcomes)
      : done_(std::move(done)), outcomes_(std::move(outcomes)) {}
  explicit Answer(std::function<void()> other) : other_(std::move(other)) {}

  void operator()() {
    if (done_) done_(std::move(outcomes_));
    if (other_) other_();
  }

 private:
  std::function<void(std::vector<Outcome>)> done_;
  std::vector<Outcome> outcomes_;
  std::function<void()> other_;
};

/// What was decided together. The answers may leave once this group and every one before it are durable: also
/// a refusal may rest on events that are not durable yet.
struct DecidedGroup {
  std::shared_ptr<const log::Group> group;  // null when nothing was written
  std::vector<Answer> answers;
  /// Outcomes that the answers will take, for whoever signs receipts before they leave.
  std::vector<std::shared_ptr<BoundOutcomes>> bound = {};
  KeyChanges keys;  // `added` before the group is appended, `destroyed` behind it
};

class Writer {
 public:
  /// `sealing` must outlive the writer; without it commands with personal data are answered KeysMissing.
  explicit Writer(const LedgerLimits& limits, Sealing* sealing = nullptr)
      : limits_(limits), sealing_(sealing) {}

  /// Takes in a group of the log, in order, before the first `begin`. Fails when the events do not follow.
  [[nodiscard]] Status adopt(const log::Group& group);

  /// Into a snapshot, between groups (writer_snapshot.cc).
  void save(rules::ArchiveWriter& out) const;
  /// Goes on from a snapshot, before the first `adopt` and `begin`.
  void restore(WriterState state);
  /// The newest group that was adopted or decided.
  [[nodiscard]] std::uint64_t last_group() const { return last_group_; }

  /// Starts a group at the server's time `now`. Time never stands still or goes back between groups: a clock
  /// that does is overruled (recorded_at = last + 1 ns).
  void begin(Instant now);
  /// Decides one submission into the group.
  void decide(Submission submission);
  void tick(Tick tick);
  void report(const TenantId& tenant, StatusDetail detail, std::function<void(TenantStatus)> done);
  /// Fires what is due in any live tenant, until the group is full.
  void fire_due();
  /// The group has reached its limits: finish it.
  [[nodiscard]] bool full() const;
  [[nodiscard]] DecidedGroup finish();

  /// When the next timer of a live tenant is due.
  [[nodiscard]] std::optional<Instant> wakes_at() const;
  /// The persons of all tenants who are known and not erased; tenants without any are left out.
  [[nodiscard]] std::vector<keys::LivePersons> living_persons() const;
  [[nodiscard]] TenantStatus status(const TenantId& tenant,
                                    StatusDetail detail = StatusDetail::WithDigest) const;

 private:
  /// A tenant, and what the group under construction and the alarms have of it.
  struct Entry {
    explicit Entry(std::unique_ptr<Tenant> of) : tenant(std::move(of)) {}
    std::unique_ptr<Tenant> tenant;
    std::vector<log::TenantSlice> slices;  // of the group under construction
    std::size_t counted = 0;               // of their bytes, how many are in bytes_
    std::size_t bytes_before = 0;          // of those of its group before
    bool open = false;                     // is in open_
    std::optional<Instant> alarm;          // as it stands in alarms_
  };

  Entry* find(const TenantId& id) const;
  Entry& find_or_add(const TenantId& id);
  SliceWriter slices_of(Entry& entry);
  void after(Entry& entry);
  void move_alarm(Entry& entry, std::optional<Instant> wakes);
  void forget(Entry& entry);

  void answer_bound(Submission submission, std::vector<Outcome> outcomes);
  std::vector<Outcome> decide_each(Entry& entry, const Submission& submission);
  std::vector<Outcome> decide_all_or_nothing(Entry& entry, const Submission& submission);
  std::vector<Outcome> decide_dry(Entry& entry, const Submission& submission);
  Outcome decide_one(Tenant& tenant, const CommandRequest& command, SliceWriter& out);
  [[nodiscard]] Status seal(const Tenant& tenant, std::vector<Event>& events);

  LedgerLimits limits_;
  Sealing* sealing_;
  std::unordered_map<TenantId, std::unique_ptr<Entry>> tenants_;
  std::set<std::pair<Instant, TenantId>> alarms_;  // live tenants by their next timer
  std::uint64_t last_group_ = 0;
  Instant now_;               // of the group under construction, and the newest recorded_at
  std::vector<Entry*> open_;  // the tenants of the group under construction
  std::vector<Answer> answers_;
  std::vector<std::shared_ptr<BoundOutcomes>> bound_;
  std::size_t commands_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace kontor
