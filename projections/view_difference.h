#pragma once
// What differs between two view stores, entry by entry, and which event the difference began with. Both may
// be written meanwhile by their projectors, if the comparison ends before what is being written (`up_to`).

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "projections/view_store.h"

namespace kontor::views {

enum class Differs : std::uint8_t { Missing, TooMuch, Otherwise };  // in `found`, as seen from `expected`

struct DifferingEntry {
  Differs how = Differs::Otherwise;
  std::string_view key;       // read it with projections/view_layout.h
  std::string_view expected;  // empty when it is too much
  std::string_view found;     // empty when it is missing
};
using DifferenceVisitor = std::function<Scan(const DifferingEntry&)>;

/// Only rows and positions up to these are compared, and nothing of tenants that are not named here: what
/// says how far a store has read is left out.
using ComparedTo = std::map<TenantId, Position, std::less<>>;

/// Visits every difference in the order of keys; the count of entries both were found to have. Views that
/// were stopped on their way through a large group hold rows of it that nobody is shown: those are passed
/// over. Rebuilding when one of them cannot be read.
[[nodiscard]] Result<std::uint64_t> visit_differences(const ViewStore& expected, const ViewStore& found,
                                                      const ComparedTo* up_to,
                                                      const DifferenceVisitor& visit);

/// Where a difference began. All rows that an event writes carry its position, so the lowest position among
/// the differing rows is that of the first event which the two understood differently.
struct Divergence {
  TenantId tenant;  // the first by name that has a difference; empty: only the store's own entry differs
  Position position = 0;  // 0: it is not one of an event
  std::string what;       // "CourseUsage of tenant t: c-1 k-1, at position 57: says something else"
};

struct ViewDifference {
  std::uint64_t compared = 0;
  std::uint64_t differing = 0;
  std::map<std::string, std::uint64_t, std::less<>> by_kind;  // "CourseUsage", "time index", ... → differing
  std::map<TenantId, Divergence> by_tenant;                   // where each one's difference began
  std::optional<Divergence> first;
};

[[nodiscard]] Result<ViewDifference> view_difference(const ViewStore& expected, const ViewStore& found,
                                                     const ComparedTo* up_to = nullptr);

/// Told now and then how many entries both have so far; Stop ends the comparison.
using DifferenceWatch = std::function<Scan(std::uint64_t compared)>;
/// The same of whole stores, which takes its time; nothing when it was stopped.
[[nodiscard]] Result<std::optional<ViewDifference>> watched_view_difference(const ViewStore& expected,
                                                                            const ViewStore& found,
                                                                            const DifferenceWatch& watch);

/// "is missing", "does not follow from the log", "says something else than the log".
[[nodiscard]] std::string_view differs_text(Differs how);

}  // namespace kontor::views
