#pragma once
// Makes up commands: one recipe per command (a command without one does not compile), ids from small pools so
// that they collide, 80 % plausible, 15 % at a border, 5 % nonsense. Looks at the model to be plausible.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/writer/submission.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/judge.h"

namespace kontor::simulation {

/// How this run's commands are drawn; itself drawn from the seed ("swarm").
struct Taste {
  explicit Taste(Dice& dice);

  std::size_t campuses = 2;
  std::size_t courses = 6;
  std::size_t people = 10;
  std::uint32_t flat_size_max = 6;
  unsigned course_days_max = 150;
  unsigned period_days_max = 200;
  unsigned plausible_percent = 80;
  /// Of seats commands, in the order of the variant: relative frequency.
  std::vector<unsigned> weights;
};

enum class Quality : std::uint8_t { Plausible, Border, Nonsense };

/// What a recipe cooks with.
struct Kitchen {
  Dice& dice;
  const Taste& taste;
  const SeatsModel& model;
  Instant now;
  Quality quality = Quality::Plausible;
  Actor actor;  // the recipe sets who may do this; somebody else may be put in its place

  [[nodiscard]] bool border() const { return quality == Quality::Border; }
  [[nodiscard]] bool nonsense() const { return quality == Quality::Nonsense; }
  [[nodiscard]] CampusId campus();
  [[nodiscard]] CourseId course();
  [[nodiscard]] CampusId new_campus();
  [[nodiscard]] CourseId new_course();
  [[nodiscard]] PersonId person();
  /// A course in this phase, if there is one and the quality is plausible.
  [[nodiscard]] CourseId course_in(SeatsModel::Phase phase);
  /// A member of the course, or anybody.
  [[nodiscard]] PersonId member_of(const CourseId& course);
  /// Local midnight on the campus, some days from now.
  [[nodiscard]] Instant midnight(const CampusId& campus, std::int64_t days_from_now);
  /// The start and end of a course run.
  struct Dates {
    Instant start;
    Instant end;
  };
  [[nodiscard]] Dates run_dates(const CampusId& campus);
  [[nodiscard]] std::uint32_t flat_size();
  void by(Role role) { actor = {role, "a-1", "simulation"}; }
};

class Generator {
 public:
  Generator(Dice& dice, const Taste& taste) : dice_(dice), taste_(taste) {}

  /// A fresh command for a tenant in which rows of history are at `at`, or the server's time is.
  [[nodiscard]] CommandRequest seats_command(const SeatsModel& model, Instant at);
  [[nodiscard]] CommandRequest create_tenant(tenancy::Timeline timeline);
  [[nodiscard]] CommandRequest finish_history();
  [[nodiscard]] CommandRequest change_plan();
  /// About persons of the same small pool that takes seats, so that what is erased meets what is invited.
  [[nodiscard]] CommandRequest people_command();

 private:
  [[nodiscard]] std::size_t first_things_first(const SeatsModel& model, std::size_t dish);
  [[nodiscard]] CommandRequest request(rules::Command body, Actor actor);
  [[nodiscard]] std::string email();

  Dice& dice_;
  const Taste& taste_;
};

}  // namespace kontor::simulation
