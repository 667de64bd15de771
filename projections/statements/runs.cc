#include "projections/statements/runs.h"

#include "projections/statements/line_rows.h"

namespace kontor::views {

Maybe<std::vector<RunFrame>> runs_until(const Asking& asking, std::string_view run) {
  const BillingKeys keys{asking.tenant};
  std::vector<std::string> names;
  const Status scanned =
      asking.views.scan(keys.runs(), {}, asking.position, [&](std::string_view, const RowVersion& row) {
        names.emplace_back(view(StoredRow<wire::RunQuestion>(row.value).read().getRun()));
        return names.back() == run ? Scan::Stop : Scan::Continue;
      });
  if (!scanned) return no(scanned.error());
  std::vector<RunFrame> frames;
  for (std::string& name : names) {
    const Maybe<std::string> bytes = row_of(asking, keys.run(name), "billing run", name);
    if (!bytes) return tl::unexpected<No>(bytes.error());
    const StoredRow<wire::BillingRun> stored(*bytes);
    const auto row = stored.read();
    const bool abandoned = row.getState() == wire::BillingRunState::ABANDONED;
    frames.push_back({.run = std::move(name),
                      .scope = static_cast<kontor::billing::Scope>(row.getScope()),
                      .cutoff = Instant{row.getCutoff()},
                      .opened = row.getOpenedPosition(),
                      .abandoned = abandoned ? row.getEndedPosition() : 0});
  }
  return frames;
}

const RunFrame* holder(const std::vector<RunFrame>& runs, const Holdable& what) {
  const RunFrame* held = nullptr;
  for (const RunFrame& run : runs) {
    if (held != nullptr && held->abandoned != 0 && held->abandoned < run.opened) held = nullptr;
    if (held != nullptr) continue;
    if (what.position >= run.opened || !covers(run.scope, what.kind)) continue;
    if (what.settled != 0 && what.settled < run.opened) continue;  // by hand
    if (falls_before(what.kind, what.effective_at, run.cutoff)) held = &run;
  }
  return held;
}

}  // namespace kontor::views
