#pragma once
// Who may send a command (DOMAIN 1.1, the actor column of 3.3). Pure; any thread.

#include <algorithm>
#include <initializer_list>
#include <string>

#include "engine/rules/context.h"
#include "engine/rules/decision.h"

namespace kontor::rules {

using Roles = std::initializer_list<Role>;

[[nodiscard]] inline bool allowed(const Context& ctx, Roles roles) {
  return std::ranges::find(roles, ctx.actor.role) != roles.end();
}

[[nodiscard]] inline tl::unexpected<Refusal> forbidden(const Context& ctx, Roles roles) {
  std::string needed;
  for (const Role role : roles) {
    if (!needed.empty()) needed += ", ";
    needed += role_name(role);
  }
  const std::string role(role_name(ctx.actor.role));
  return refuse(Reason::ForbiddenRole, "the role " + role + " may not do this",
                {fact("role", role), fact("needed", needed)});
}

}  // namespace kontor::rules
