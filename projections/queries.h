#pragma once
// Answers to the questions of queries.capnp, from the views alone. Any thread; nothing here waits.

#include <capnp/message.h>

#include <memory>
#include <optional>
#include <variant>

#include "engine/keys/key_store.h"
#include "engine/rules/decision.h"
#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/result.h"
#include "projections/queries.capnp.h"
#include "projections/view_store.h"

namespace kontor::views {

/// A message whose root is a wire::Answer.
using AnswerMessage = std::unique_ptr<capnp::MallocMessageBuilder>;

/// The answer; or why the question has none (NotFound with the kind and name of what is not known,
/// InvalidArgument); or what the machine could not do (Rebuilding: the views are damaged).
using AnswerOutcome = std::variant<AnswerMessage, rules::Refusal, Error>;

constexpr std::uint32_t kPageRowsDefault = 1'000;
constexpr std::uint32_t kPageRowsMax = 10'000;

/// Answers from what the views hold now. `waitPosition` is not looked at, and for a question as of a time the
/// timers due by then must have fired and been applied: QueryService sees to both. As of a position beyond
/// the views' own: InvalidArgument. Before the tenant's first event nothing is known: NotFound at position 0.
/// `secrets` opens what is sealed of persons; without it such a question is answered KeysMissing. Ages in an
/// answer about the head end at `now`, when there is one and the newest event is not younger; ages in the
/// answer to a question that is pinned to a position or a time end there.
[[nodiscard]] AnswerOutcome answer(const ViewStore& views, const TenantId& tenant, wire::Query::Reader query,
                                   const keys::KeyStore* secrets = nullptr,
                                   std::optional<Instant> now = std::nullopt);

}  // namespace kontor::views
