// Names and streams of the commands of group access, and the way to their decisions.
#include <array>

#include "engine/rules/access/decisions.h"

namespace kontor::rules::access {

Decision<Event> decide(const Known& known, const Command& command, const Context& ctx) {
  return std::visit([&](const auto& one) { return decide_one(known, one, ctx); }, command);
}

std::string_view type_name(const Command& command) {
  static constexpr std::array<std::string_view, std::variant_size_v<Command>> kNames{
      "ConfigureGroupFeature", "RegisterGroupProduct", "PlaceAccessOrder",   "CompleteAccessOrder",
      "AbandonAccessOrder",    "EnrolParticipant",     "ImportRoster",       "RemoveParticipant",
      "ReinviteParticipant",   "ChangeMailTemplate",   "ReverseAccessOrder", "ExpandGroup",
      "TransferLeadership",    "CorrectEnrolment"};
  static_assert(!kNames.back().empty(), "one name per command");
  return kNames[command.index()];
}

std::string stream_of(const Command& command) {
  return std::visit(
      [](const auto& one) -> std::string {
        if constexpr (requires { one.group; })
          return "group/" + one.group.value;
        else if constexpr (requires { one.order; })
          return "order/" + one.order.value;
        else if constexpr (requires { one.product; })
          return "product/" + one.product.value;
        else
          return "access";
      },
      command);
}

}  // namespace kontor::rules::access
