#pragma once
// The model of one tenant as its writer sees it: what each submission is answered with, and which events are
// recorded. Command ids, versions and positions are predicted as well.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/writer/submission.h"
#include "tests/model/world.h"

namespace kontor::model {

/// What the model expects to be recorded. Position and version are counted.
struct Expected {
  Event body;
  Instant effective_at;
  Instant recorded_at;
  CommandId command;
  Position position = 0;
  std::string stream;
  Version version = 0;
  Actor by{};
};

/// What the model expects as an answer.
struct Said {
  enum class Kind { Receipt, Refusal, NotDecided } kind = Kind::NotDecided;
  Reason code = Reason::InvalidArgument;
  Position first = 0;
  Position last = 0;
  std::string stream;
  Version version = 0;
  bool duplicate = false;
};

class TenantModel {
 public:
  /// Everything due by `now` happens.
  void go_on(Instant now);
  /// Decides at `now`.
  [[nodiscard]] std::vector<Said> submit(Mode mode, const std::vector<CommandRequest>& commands, Instant now);

  [[nodiscard]] const World& world() const { return world_; }
  [[nodiscard]] const std::vector<Expected>& events() const { return events_; }
  /// What chance made up on the other side: the name of the person with this e-mail.
  void learn(const Digest& lookup, const PersonId& name) { world_.people.names[lookup] = name; }
  /// The world of the events up to a position that were true by a moment, as it was known at that position.
  [[nodiscard]] World as_of(Position known, Instant at) const;
  [[nodiscard]] Version version(const std::string& stream) const;

 private:
  /// The answer to the command that completed the order by this payment before.
  [[nodiscard]] std::optional<Said> completed_before(const rules::Command& command) const;
  [[nodiscard]] Said decide_one(const CommandRequest& command, Instant now);
  void record(const Event& event, Instant effective_at, Instant recorded_at, const CommandId& command,
              const Actor& by);

  struct Accepted {
    PayloadDigest payload{};
    Said said;
  };
  World world_;
  std::vector<Expected> events_;
  std::map<CommandId, Accepted> accepted_;
};

}  // namespace kontor::model
