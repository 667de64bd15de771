#pragma once
// Questions the rules ask of the state, and the refusals that several commands share. Pure; the thread that
// owns the state.

#include <optional>
#include <string>
#include <string_view>

#include "engine/rules/access/rules.h"

namespace kontor::rules::access {

using Events = std::vector<Event>;
using Refused = std::optional<Refusal>;

[[nodiscard]] Refusal refusal(Reason code, std::string what, std::vector<Fact> facts = {},
                              std::vector<Position> because = {});
[[nodiscard]] Refusal not_found(std::string_view kind, std::string_view id);

/// The group that a command names, or why there is none: NotFound, NoGroupForSingleAccess (G-10).
[[nodiscard]] tl::expected<Row, Refusal> group_row(const State& state, const GroupId& group);
/// GroupInactive when the group's order was taken back.
[[nodiscard]] Refused closed(const State& state, Row group);
/// ForbiddenRole unless an admin, or the leader of this very group, acts (G-15).
[[nodiscard]] Refused not_in_charge(const State& state, Row group, const Context& ctx);

/// A person's row among the members of a group, whatever became of it; or kNone.
[[nodiscard]] Row member_row(const State& state, Row group, std::string_view person);
/// The same if the person is a member now, else NotAMember.
[[nodiscard]] tl::expected<Row, Refusal> active_member(const State& state, Row group, const PersonId& person);

/// Live reasons for a person to hold a tag: enrolments and single accesses.
[[nodiscard]] std::uint32_t entitlements(const State& state, std::string_view person, Row tag);

[[nodiscard]] inline GroupId group_id(const State& state, Row group) {
  return GroupId(state.order_ids.text(state.groups[group].order));
}
[[nodiscard]] inline PersonId person_id(const State& state, Row person) {
  return PersonId(state.person_ids.text(person));
}

/// capacity=10 active=9 burnt=1 available=0.
[[nodiscard]] std::vector<Fact> counts(const Group& group);

}  // namespace kontor::rules::access
