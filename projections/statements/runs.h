#pragma once
// Which run holds what. A line belongs to the first run opened after it that covers it and whose cut-off lies
// behind it; if that run is abandoned, to the first opened after that. Pure; any thread.

#include <string>
#include <vector>

#include "engine/rules/billing/line.h"
#include "projections/asking.h"

namespace kontor::views {

struct RunFrame {
  std::string run;
  kontor::billing::Scope scope = kontor::billing::Scope::All;
  Instant cutoff;
  Position opened = 0;
  Position abandoned = 0;  // 0: never
};

/// What can be held: a line, or a course run that is to be settled.
struct Holdable {
  rules::billing::LineKind kind = rules::billing::LineKind::CourseSeat;
  Position position = 0;
  Instant effective_at;
  Position settled = 0;  // position at which its course run was settled; 0: never, or none
};

/// Runs in the order in which they were opened, up to and including `run`.
[[nodiscard]] Maybe<std::vector<RunFrame>> runs_until(const Asking& asking, std::string_view run);

/// The run of `runs` that held it once the last of them had been opened; null: none.
[[nodiscard]] const RunFrame* holder(const std::vector<RunFrame>& runs, const Holdable& what);

}  // namespace kontor::views
