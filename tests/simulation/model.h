#pragma once
// What the writer should say: tenants, their time, command ids, batches and dry runs, over the naive seats of
// seats_model.h. It predicts acceptance or exactly which reason, never the events.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/writer/submission.h"
#include "tests/simulation/people_model.h"
#include "tests/simulation/seats_model.h"

namespace kontor::simulation {

/// The model's answer to one command.
struct Said {
  enum class Kind : std::uint8_t { Accepted, Repeated, Refused, NotDecided };
  Kind kind = Kind::Accepted;
  Reason code = Reason::InvalidArgument;  // of a refusal
  Instant at;                             // of what was accepted: when it took effect

  friend bool operator==(const Said&, const Said&) = default;
};

[[nodiscard]] Said refused(Reason code);
/// The stream whose version an expected version is compared with.
[[nodiscard]] std::string stream_of(const rules::Command& command);

/// One tenant but for the ids of its commands.
struct TenantModel {
  std::optional<tenancy::Timeline> timeline;  // nullopt: never created
  Instant timeline_at;
  std::optional<HistoryStamp> imported;
  SeatsModel seats;
  PeopleModel people;
  tenancy::TenantPlanChanged plan;

  /// When something happens next by itself.
  [[nodiscard]] std::optional<Instant> next_due() const;
  /// Everything due at or before `at` happens.
  void fire_until(Instant at);
  /// When the command would be decided, at server time `now`; or why never.
  [[nodiscard]] tl::expected<Instant, Reason> time_for(const CommandRequest& command, Instant now) const;
  /// The rules' part, once it is the command's time.
  [[nodiscard]] std::optional<Reason> decide(const CommandRequest& command, Instant at);

 private:
  [[nodiscard]] std::optional<Reason> decide_seats(const rules::seats::Command& command, const Actor& actor,
                                                   Instant at);
  std::set<Instant> period_ends_;  // a month later everything before them is sealed

  [[nodiscard]] std::optional<Reason> decide_plan(const rules::tenancy::ChangeTenantPlan& command);
};

}  // namespace kontor::simulation
