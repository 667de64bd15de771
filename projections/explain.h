#pragma once
// Which events made a number of an answer what it is (docs/auditing.md). Works for every number of every
// question without knowing any of them: the question is asked while the rows it reads are noted; every
// position at which one of them changed is a candidate; the question is asked again at the moment of each
// candidate, with its event and without it, which may name further rows, until there are none. Where the two
// numbers differ the event made the difference.
//
// It relies on one thing: which rows a question reads depends on rows, not on the moment it is about.
// Any thread; takes as long as it takes, which `stop` can end.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <variant>
#include <vector>

#include "projections/answer_numbers.h"
#include "projections/queries.h"

namespace kontor::views {

struct ExplainLimits {
  std::size_t candidates_max = 100'000;  // positions at which rows changed; beyond: InvalidArgument
  std::uint32_t steps = 1'000;           // the newest ones; older ones are counted
};

/// An event, and the number at its moment without it and with it. Nothing: the answer did not have it.
struct ExplainStep {
  Position position = 0;
  std::optional<std::int64_t> before;
  std::optional<std::int64_t> after;

  friend bool operator==(const ExplainStep&, const ExplainStep&) = default;
};

/// A number that is not there counts as 0 in sums: first + every (after - before) + by_time = value.
struct Explanation {
  Position position = 0;  // the answer's
  Instant effective_at;
  std::optional<std::int64_t> value;
  std::optional<std::int64_t> first;  // before the first of `steps`
  std::vector<ExplainStep> steps;     // in order of position
  std::int64_t by_time = 0;           // changed between them or after them, by no event: time passed
  std::uint64_t left_out = 0;         // older steps, that lead to `first`
  std::uint64_t looked = 0;           // candidates
};

/// Leaves out all but the newest steps.
void keep_newest(Explanation& explanation, std::size_t steps_max);

/// Or why there is none: what the question itself was answered, a path that names no number, too many
/// candidates, or what `stop` said.
using ExplainOutcome = std::variant<Explanation, rules::Refusal, Error>;

/// Asked between two questions: an error ends the work.
using StopSource = std::function<std::optional<Error>()>;

/// As `answer`: everything due by the asked moment must have been applied. Asked as of a moment with later
/// knowledge, the number is followed first as it was from position to position, then, at the asked moment,
/// through the events that were known later and true before.
[[nodiscard]] ExplainOutcome explain(const ViewStore& views, const TenantId& tenant,
                                     wire::Query::Reader query, const NumberPath& path,
                                     const ExplainLimits& limits, const keys::KeyStore* secrets = nullptr,
                                     std::optional<Instant> now = std::nullopt, const StopSource& stop = {});

}  // namespace kontor::views
