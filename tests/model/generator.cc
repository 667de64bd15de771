// The table of all commands: one entry per member of each domain's variant.

#include <functional>
#include <utility>

#include "tests/model/chance.h"

namespace kontor::model {
namespace {

using Recipe = Drawn (*)(Chance&);

template <class Domain, std::size_t Nth>
Drawn draw(Chance& c) {
  std::variant_alternative_t<Nth, Domain> command;
  Drawn drawn;
  c.actor_id = "someone";
  drawn.role = fill(c, command);
  drawn.actor_id = c.actor_id;
  if constexpr (requires { command.person.value; }) {
    if (drawn.role == Role::Member) drawn.actor_id = command.person.value;
  }
  if constexpr (requires { command.user.value; }) {
    if (drawn.role == Role::Author && !c.percent(6)) drawn.actor_id = command.user.value;
  }
  drawn.command = rules::Command(Domain(std::move(command)));
  return drawn;
}

template <class Domain, std::size_t... Nth>
void add_domain(std::vector<Recipe>& recipes, std::index_sequence<Nth...>) {
  (recipes.push_back(&draw<Domain, Nth>), ...);
}

template <std::size_t... Nth>
void add_domains(std::vector<Recipe>& recipes, std::index_sequence<Nth...>) {
  (add_domain<std::variant_alternative_t<Nth, rules::Command>>(
       recipes,
       std::make_index_sequence<std::variant_size_v<std::variant_alternative_t<Nth, rules::Command>>>{}),
   ...);
}

const std::vector<Recipe>& recipes() {
  static const std::vector<Recipe> all = [] {
    std::vector<Recipe> made;
    add_domains(made, std::make_index_sequence<std::variant_size_v<rules::Command>>{});
    return made;
  }();
  return all;
}

}  // namespace

Generator::Generator(Chance& chance) : chance_(chance) {
  // Most kinds about as often as each other, some rare and some frequent in every world.
  for (std::size_t kind = 0; kind < recipes().size(); ++kind) {
    weights_.push_back(1 + chance.dice.below(10) * chance.dice.below(10));
    sum_ += weights_.back();
  }
}

std::size_t Generator::kinds() { return recipes().size(); }

Drawn Generator::next() {
  chance_.next_mood();
  std::uint64_t roll = chance_.dice.below(sum_);
  std::size_t kind = 0;
  while (roll >= weights_[kind]) roll -= weights_[kind++];
  Drawn drawn = recipes()[kind](chance_);
  const unsigned wrong = chance_.plausible() ? 1 : 12;
  if (chance_.percent(wrong)) drawn.role = static_cast<Role>(chance_.dice.below(16));
  return drawn;
}

}  // namespace kontor::model
