// The table of all commands: one entry per member of each domain's variant.

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <utility>

#include "tests/model/chance.h"

namespace kontor::model {
namespace {

struct Recipe {
  std::size_t domain = 0;
  Drawn (*draw)(Chance&) = nullptr;
  std::string_view name;
};

/// What people do every day; the rest sets things up or ends them.
constexpr std::array<std::string_view, 17> kEveryDay{
    "CreateCourse",       "InviteToCourse",   "AddCampusSeat",          "EndCourseMembership",
    "RecordContribution", "CorrectSeat",      "EnrolParticipant",       "ImportRoster",
    "RemoveParticipant",  "PlaceAccessOrder", "InviteToCommunityGroup", "EndGroupMembership",
    "PlaceCreditOrder",   "Publish",          "SchedulePublication",    "AckTagChange",
    "CompleteAccessOrder"};

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
void add_domain(std::vector<Recipe>& recipes, std::size_t domain, std::index_sequence<Nth...>) {
  (recipes.push_back({domain, &draw<Domain, Nth>,
                      rules::type_name(rules::Command(Domain(std::variant_alternative_t<Nth, Domain>{})))}),
   ...);
}

template <std::size_t... Nth>
void add_domains(std::vector<Recipe>& recipes, std::index_sequence<Nth...>) {
  (add_domain<std::variant_alternative_t<Nth, rules::Command>>(
       recipes, Nth,
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
  // Some domains are much in use in a world and some hardly, so that things come far in it; within a domain
  // most kinds about as often as each other, some rare and some frequent.
  constexpr std::array<std::uint64_t, 5> kShares{1, 1, 3, 10, 30};
  std::vector<std::uint64_t> shares;
  for (std::size_t domain = 0; domain < std::variant_size_v<rules::Command>; ++domain)
    shares.push_back(chance.dice.pick(kShares));
  shares.front() = 1;  // a tenant is opened once
  for (const Recipe& each : recipes()) {
    const bool often = std::find(kEveryDay.begin(), kEveryDay.end(), each.name) != kEveryDay.end();
    weights_.push_back((often ? 8 : 1) * shares[each.domain] *
                       (1 + chance.dice.below(10) * chance.dice.below(10)));
    sum_ += weights_.back();
  }
}

std::size_t Generator::kinds() { return recipes().size(); }

Drawn Generator::next() {
  chance_.next_mood();
  std::uint64_t roll = chance_.dice.below(sum_);
  std::size_t kind = 0;
  while (roll >= weights_[kind]) roll -= weights_[kind++];
  Drawn drawn = recipes()[kind].draw(chance_);
  const unsigned wrong = chance_.plausible() ? 1 : 12;
  if (chance_.percent(wrong)) drawn.role = static_cast<Role>(chance_.dice.below(16));
  return drawn;
}

}  // namespace kontor::model
