#pragma once
// One ledger in memory: the state of its rules, where its log ends, which command ids it has seen, and what
// "now" means for it. The writer's thread owns it.

#include <optional>
#include <string>
#include <vector>

#include "engine/log/event_log.h"
#include "engine/rules/catalog.h"
#include "engine/writer/answers.h"
#include "engine/writer/submission.h"

namespace kontor::rules {
class ArchiveWriter;
class ArchiveReader;
}  // namespace kontor::rules

namespace kontor {

/// A tenant's part of a group under construction. A slice that has grown to `kSliceBytes` gets no more
/// events: who reads a page of a huge import reads a slice, not all of it, and nothing large is ever moved.
class SliceWriter {
 public:
  static constexpr std::size_t kSliceBytes = 1u << 20;

  /// `slices` are those of `tenant` in this group; `bytes_expected` is what they may come to, roughly.
  SliceWriter(const TenantId& tenant, std::vector<log::TenantSlice>& slices, std::size_t bytes_expected)
      : tenant_(tenant), slices_(slices), bytes_expected_(bytes_expected) {}

  void append(const Envelope& envelope, const Event& body);

  struct Mark {
    std::size_t slices = 0;
    std::size_t bytes = 0;  // of the last slice
    std::uint32_t count = 0;
  };
  [[nodiscard]] Mark mark() const;
  void truncate(Mark mark);
  /// The stored bytes of the last `count` events.
  [[nodiscard]] std::vector<std::string> last_events(std::size_t count) const;

 private:
  const TenantId& tenant_;
  std::vector<log::TenantSlice>& slices_;
  std::size_t bytes_expected_;
};

class Tenant {
 public:
  explicit Tenant(TenantId id) : id_(std::move(id)) {}

  [[nodiscard]] const TenantId& id() const { return id_; }
  [[nodiscard]] Position last() const { return facts_.last; }
  /// Effective time of the newest event. Never goes back (INV-7).
  [[nodiscard]] Instant timeline_at() const { return facts_.timeline_at; }
  [[nodiscard]] std::optional<tenancy::Timeline> timeline() const;
  [[nodiscard]] const rules::State& state() const { return state_; }
  /// When the scheduler has to wake up for this tenant; nullopt while it has nothing due or takes history.
  [[nodiscard]] std::optional<Instant> wakes_at() const;

  /// The first answer to a command id, or nullptr.
  [[nodiscard]] const Answered* answered(const CommandId& id) const { return answers_.find(id); }
  [[nodiscard]] Receipt repeat(const Answered& answer) const;

  /// The business time at which the command is decided, given the server's time `now`; refuses a command that
  /// does not fit the tenant's timeline (TimelineMode, TimelineBehind, EffectiveTimeInFuture), and any but
  /// CreateTenant while there is no tenant (UnknownTenant).
  [[nodiscard]] tl::expected<Instant, rules::Refusal> time_for(const CommandRequest& command,
                                                               Instant now) const;

  /// Records what was due at or before `at`, in due order (DOMAIN TB7).
  void fire_due(Instant at, Instant recorded_at, SliceWriter& out);

  /// Records a command's events, which took effect at `at`.
  [[nodiscard]] Receipt record(const CommandRequest& command, const std::vector<Event>& events, Instant at,
                               Instant recorded_at, SliceWriter& out);

  /// Takes in an event that was recorded before: start-up and replay.
  [[nodiscard]] Status adopt(const RecordedEvent& event);

  /// From here on everything can be taken back, or kept.
  void open_scope();
  void keep_scope();
  void roll_back_scope();

  // Snapshots (tenant_snapshot.cc): outside a scope; `load` into a tenant that was just made, whose content
  // counts only if `in` is still ok.
  void save(rules::ArchiveWriter& out) const;
  void load(rules::ArchiveReader& in);
  /// Names everything that `save` writes (rules::state_shape).
  [[nodiscard]] static std::string shape();

 private:
  struct Facts {
    Position last = 0;
    Instant timeline_at;
    std::optional<HistoryStamp> imported;  // the newest history line that was accepted
  };

  void append(Envelope& envelope, const Event& body, SliceWriter& out);
  void advance(const Envelope& envelope);
  [[nodiscard]] bool continues(const Envelope& envelope) const;
  void remember(const Envelope& envelope);

  TenantId id_;
  rules::State state_;
  Facts facts_;
  Facts before_scope_;
  bool in_scope_ = false;
  Answers answers_;
  std::size_t answers_before_scope_ = 0;
};

}  // namespace kontor
