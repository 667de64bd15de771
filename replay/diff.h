#pragma once
// What differs: between two positions of a log, between two logs, between two versions' views of one log
// (docs/auditing.md). Reads logs and views and changes nothing; what is compared is derived from the logs.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/log/event_log.h"
#include "projections/view_difference.h"
#include "projections/view_key.h"
#include "replay/replay.h"

namespace kontor::replay {

// Two positions of one log.

struct PositionsRequest {
  std::optional<TenantId> tenant;  // else every tenant; NotFound when the log has no event of it
  Position from = 0;               // of each tenant; its last when it has not so many
  Position to = 0;                 // not before `from`
  std::optional<views::Kind> kind;
  std::uint64_t rows_max = 10'000;  // of a tenant; more are counted
};

struct FieldChange {
  std::string field;   // "sizes[0].size"
  std::string before;  // empty: it was not there
  std::string after;
};
enum class RowFate : std::uint8_t { Added, Changed };  // a row of the views never goes away
struct ChangedRow {
  RowFate fate = RowFate::Changed;
  views::Kind kind{};
  std::string name;       // "c-1 k-1"
  Position position = 0;  // of the event that changed it last
  std::vector<FieldChange> fields;
};
struct PositionsDifference {
  TenantResult from;
  TenantResult to;
  std::vector<ChangedRow> rows;  // by kind and key
  std::uint64_t left_out = 0;
};
[[nodiscard]] Result<std::vector<PositionsDifference>> diff_positions(log::EventLog& log,
                                                                      const PositionsRequest& request,
                                                                      const Progress& progress);

// Two logs.

struct LogsDifference {
  TenantId tenant;
  Position equal_to = 0;  // events that are the same, byte for byte, from the first on
  Position one_has = 0;   // events in all
  Position other_has = 0;
  std::string one;  // the first stored events that are not the same; empty: that log ends before
  std::string other;

  [[nodiscard]] bool differs() const { return equal_to < one_has && equal_to < other_has; }
};
/// All tenants of either, in order of name.
[[nodiscard]] Result<std::vector<LogsDifference>> diff_logs(log::EventLog& one, log::EventLog& other,
                                                            const Progress& progress);

// Views that another version derived, against those that this one derives.

struct VersionsDifference {
  views::ViewDifference views;
  views::ComparedTo compared_to;  // as far as both had read
  std::string shape_note;         // why their own shape cannot be relied upon; empty: it is this program's
};
[[nodiscard]] Result<VersionsDifference> diff_versions(log::EventLog& log, const views::ViewStore& stored,
                                                       const Progress& progress);

}  // namespace kontor::replay
