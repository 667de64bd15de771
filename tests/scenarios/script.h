#pragma once
// A scenario file as it was written (docs/scenarios.md). Plain values.

#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "events/core/instant.h"
#include "tests/scenarios/words.h"

namespace kontor::scenarios {

/// A place in the file, and what is wrong there.
struct Problem {
  std::size_t line = 0;
  std::string what;
};

/// What must hold after a step.
struct Expectation {
  enum class Kind : std::uint8_t {
    Accepted,    // the command was
    Refused,     // name: its code
    AsBefore,    // the same answer as the first time
    NotDecided,  // another command of the batch was refused
    SoMany,      // count of the commands of a race; name: the code they were refused with, empty: accepted
    Event,       // name: a type; happened in this step, behind the event found before
    NoEvent,     // did not happen in this step
    Events,      // names: all that happened in this step, in order
    LogHolds,    // count, name: in the whole log of the tenant
    Answer,      // of the question
    Row,         // name: a list of the answer
    NoRow,
  };
  std::size_t line = 0;
  Kind kind = Kind::Accepted;
  std::string name;
  std::vector<std::string> names;  // Events: all types; Refused: types of the events that made it so
  std::vector<Field> fields;
  std::uint64_t count = 0;  // LogHolds, SoMany
  std::size_t command = 0;  // of a batch, from 1; 0: the only one
};

struct CommandText {
  std::size_t line = 0;
  std::string role;
  std::string actor;
  std::string type;
  std::string label;  // names the command's id; empty: a fresh one
  std::vector<Field> fields;
};

struct AsOf {
  enum class Kind : std::uint8_t { Head, Position, Label, Time };
  Kind kind = Kind::Head;
  std::uint64_t position = 0;
  std::string label;
  Instant time;
};

struct Step {
  enum class Kind : std::uint8_t {
    At,       // time
    Command,  // one command
    DryRun,   // one command
    Batch,    // all or nothing
    BatchEach,
    Again,    // label
    Race,     // one command, `count` times at once, each over a connection of its own
    Query,    // question, fields, as_of
    Tenant,   // name
    Restart,  // the server
    Rebuild,  // the server, with its views thrown away
  };
  std::size_t line = 0;
  Kind kind = Kind::At;
  Instant time;
  std::vector<CommandText> commands;
  std::string name;  // of the question, label or tenant
  std::vector<Field> fields;
  AsOf as_of;
  AsOf known;             // Head: what is known now
  std::size_t count = 0;  // Race
  std::vector<Expectation> expectations;
};

struct Scenario {
  std::size_t line = 0;
  std::string title;
  std::vector<Step> steps;
};

struct Script {
  std::string path;
  std::string zone = "Europe/Berlin";
  std::vector<std::string> lines;
  std::vector<Step> background;  // played before each scenario
  std::vector<Scenario> scenarios;
};

/// Reads a whole file. Every command, question, field, event and code that is named must exist; the problems
/// name the nearest one that does.
[[nodiscard]] tl::expected<Script, std::vector<Problem>> parse(std::string path, std::string_view text);

}  // namespace kontor::scenarios
