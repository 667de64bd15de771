#pragma once
// One function per command; rules.h is the way in. Each checks the role first, then that the feature is on,
// then the command itself from the general to the particular, and that order is part of the answer. Pure; the
// thread that owns the state.

#include "engine/rules/credits/rules.h"

namespace kontor::rules::credits {

/// What each decision is given.
struct Asked {
  const State& state;
  const Context& ctx;
  const std::optional<Refusal>& unlicensed;
};

// settings.cc
[[nodiscard]] Decision<Event> decide_one(const Asked& asked, const ConfigureCredits& command);
[[nodiscard]] Decision<Event> decide_one(const Asked& asked, const DefinePackage& command);
[[nodiscard]] Decision<Event> decide_one(const Asked& asked, const RetirePackage& command);
// accounts.cc
[[nodiscard]] Decision<Event> decide_one(const Asked& asked, const RegisterUser& command);
[[nodiscard]] Decision<Event> decide_one(const Asked& asked, const ActivateCreditAccount& command);
[[nodiscard]] Decision<Event> decide_one(const Asked& asked, const DeactivateCreditAccount& command);
[[nodiscard]] Decision<Event> decide_one(const Asked& asked, const PostManualTransaction& command);
// orders.cc
[[nodiscard]] Decision<Event> decide_one(const Asked& asked, const PlaceCreditOrder& command);
[[nodiscard]] Decision<Event> decide_one(const Asked& asked, const SetOrderStatus& command);
[[nodiscard]] Decision<Event> decide_one(const Asked& asked, const ReverseCreditOrder& command);
[[nodiscard]] Decision<Event> decide_one(const Asked& asked, const MarkOrderInvoiced& command);
[[nodiscard]] Decision<Event> decide_one(const Asked& asked, const MarkOrderPaid& command);
// publications.cc
[[nodiscard]] Decision<Event> decide_one(const Asked& asked, const Publish& command);
[[nodiscard]] Decision<Event> decide_one(const Asked& asked, const SaveDraft& command);
[[nodiscard]] Decision<Event> decide_one(const Asked& asked, const SchedulePublication& command);
[[nodiscard]] Decision<Event> decide_one(const Asked& asked, const ConfirmPublication& command);
[[nodiscard]] Decision<Event> decide_one(const Asked& asked, const CancelScheduled& command);
[[nodiscard]] Decision<Event> decide_one(const Asked& asked, const RefundPublication& command);

}  // namespace kontor::rules::credits
