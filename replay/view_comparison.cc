#include "replay/view_comparison.h"

#include <fmt/format.h>

#include "projections/view_difference.h"
#include "projections/view_layout.h"

namespace kontor::replay {

Result<std::uint64_t> compare_views(const views::ViewStore& derived, const views::ViewStore& stored) {
  Status equal;
  const Result<std::uint64_t> compared =
      views::visit_differences(derived, stored, nullptr, [&](const views::DifferingEntry& entry) {
        equal = fail(Reason::ViewsDiffer,
                     fmt::format("{}: {}", views::entry_name(entry.key), views::differs_text(entry.how)));
        return views::Scan::Stop;
      });
  if (!compared) return fail(compared.error());
  if (!equal) return fail(equal.error());
  return *compared;
}

}  // namespace kontor::replay
