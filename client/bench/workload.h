#pragma once
// What the load generator asks for: how a tenant is opened, and the recipe that every connection goes through
// again and again (docs/performance.md, "Mixes"). Pure.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/bench/frame_template.h"
#include "events/reasons.h"

namespace kontor::bench {

enum class Mix : std::uint8_t { All, Credits, Seats, Access, Invitations };
inline constexpr std::array kMixes{Mix::All, Mix::Credits, Mix::Seats, Mix::Access, Mix::Invitations};
[[nodiscard]] std::string_view name_of(Mix mix);

/// A command as JSON with slots for numbers, and the refusal it is meant to meet, if any.
struct Step {
  std::string json;
  std::optional<Reason> refused = std::nullopt;
};

/// Whether commands that are meant to be refused take part: in a batch that holds all or nothing they do not.
enum class Refusals : std::uint8_t { Some, None };

/// One cycle. Its first step may stand anywhere by itself, any number of times.
[[nodiscard]] std::vector<Step> recipe(Mix mix, Refusals refusals);
/// So many commands: whole cycles, filled up with commands that stand by themselves. The cycle after them is
/// `cycles`.
struct BatchPlan {
  std::vector<PlannedCommand> commands;  // of `steps`
  std::uint64_t cycles = 0;
};
[[nodiscard]] BatchPlan plan_batch(const std::vector<Step>& steps, std::size_t commands);

/// The same command a number of times, with {N0} counting from 0.
struct OpeningStep {
  std::string json;
  std::uint64_t times = 1;
};
/// What a tenant has before the run.
struct TenantSize {
  std::uint32_t entities = 1'000;  // accounts, courses and groups: so many of each
  std::uint32_t memberships = 0;   // of courses and groups, in all
};
/// Whether a mix has anything to be a member of.
[[nodiscard]] bool has_members(Mix mix);
/// All commands that open a tenant for this mix, in order. `now_ns` is the time of the wall.
[[nodiscard]] std::vector<OpeningStep> opening(Mix mix, const TenantSize& size, std::int64_t now_ns);

}  // namespace kontor::bench
