#include <array>

#include "engine/rules/credits/decisions.h"

namespace kontor::rules::credits {

Decision<Event> decide(const State& state, const Command& command, const Context& ctx,
                       const std::optional<Refusal>& unlicensed) {
  const Asked asked{state, ctx, unlicensed};
  return std::visit([&](const auto& one) { return decide_one(asked, one); }, command);
}

std::string stream_of(const Command& command) {
  return std::visit(
      [](const auto& one) -> std::string {
        if constexpr (requires { one.content; })
          return "content/" + one.content.value;
        else if constexpr (requires { one.order; })
          return kontor::credits::order_stream(one.order);
        else if constexpr (requires { one.user; })
          return "account/" + one.user.value;
        else if constexpr (requires { one.package; })
          return "package/" + one.package.value;
        else
          return "credits";
      },
      command);
}

std::string_view type_name(const Command& command) {
  static constexpr std::array<std::string_view, std::variant_size_v<Command>> kNames{
      "ConfigureCredits",
      "DefinePackage",
      "RetirePackage",
      "RegisterUser",
      "ActivateCreditAccount",
      "DeactivateCreditAccount",
      "PlaceCreditOrder",
      "SetOrderStatus",
      "PostManualTransaction",
      "Publish",
      "SaveDraft",
      "SchedulePublication",
      "ConfirmPublication",
      "CancelScheduled",
      "ReverseCreditOrder",
      "RefundPublication",
      "MarkOrderInvoiced",
      "MarkOrderPaid"};
  static_assert(!kNames.back().empty(), "one name per command");
  return kNames[command.index()];
}

bool is_correction(const Command& command) {
  // Points given earlier can make no balance of the past negative; points taken could.
  const auto* transaction = std::get_if<PostManualTransaction>(&command);
  return transaction != nullptr && transaction->points > 0;
}

}  // namespace kontor::rules::credits
