#pragma once
// All tables of a tenant from its events: derives the views anew, asks them, and believes no stored view. One
// thread.

#include <string>

#include "engine/log/event_log.h"
#include "projections/runner.h"
#include "projections/view_store.h"
#include "replay/export/event_stream.h"
#include "replay/export/history.h"
#include "replay/export/selection.h"
#include "replay/export/table.h"

namespace kontor::exports {

enum class EventRows : std::uint8_t { Written, LeftOut };

class DerivedTables {
 public:
  /// `views` must be empty; it, `sink` and `selection` must outlive this object.
  DerivedTables(views::ViewStore& views, TenantId tenant, const Selection& selection, TableSink& sink,
                EventRows event_rows, Readable readable);

  /// Events in order, from position 1.
  [[nodiscard]] Status take(Position position, std::string_view stored);
  /// Writes the tables that say how things stand. The sink is not finished by this.
  [[nodiscard]] Status write();

 private:
  [[nodiscard]] Status write_event(const RecordedEvent& event, std::string_view stored);
  [[nodiscard]] Status write_ended_seats();
  [[nodiscard]] Status write_seat(const Grant& grant);
  [[nodiscard]] Status apply_waiting();

  views::ViewStore& views_;
  TenantId tenant_;
  const Selection& selection_;
  TableSink& sink_;
  EventRows event_rows_;
  Readable readable_;
  views::Runner runner_;
  History history_;
  log::Group waiting_;  // events that the views do not have yet
  Position position_ = 0;
};

}  // namespace kontor::exports
