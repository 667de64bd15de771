#pragma once
// A projection derives rows from events. It is a pure function of the event and the rows written before: it
// knows no clock, and it keeps nothing in itself, so that reading the log again gives the same bytes.

#include <string_view>

#include "events/envelope.h"
#include "projections/view_writer.h"

namespace kontor::views {

class Projection {
 public:
  Projection() = default;
  Projection(const Projection&) = delete;
  Projection& operator=(const Projection&) = delete;
  virtual ~Projection() = default;

  /// Name shown to people: "course_periods".
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Writes what the event changes. Events come in order of position, each once. What does not fit the rows
  /// is reported by `rows.require`, never by stopping the process: the views can be wrong without the log
  /// being so.
  virtual void apply(const RecordedEvent& event, ViewWriter& rows) const = 0;
};

}  // namespace kontor::views
