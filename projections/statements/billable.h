#pragma once
// What the parts of this projection share. One thread.

#include "events/envelope.h"
#include "projections/statements/line_rows.h"
#include "projections/view_writer.h"

namespace kontor::views {

void create_line(ViewWriter& rows, const Line& line);

/// Where a line lies.
struct LineAt {
  LineKind kind = LineKind::AccessOrder;
  Position position = 0;
  std::uint32_t number = 0;
};
/// A line of `part` that corrects the one there; nothing if there is none.
void correct_line(ViewWriter& rows, LineAt original, rules::billing::Part part, const Currency& currency,
                  const Envelope& envelope);
/// A line that takes all of it back.
void take_back_line(ViewWriter& rows, LineAt original, const Envelope& envelope);

/// Events of orders and contracts.
void apply_orders(const RecordedEvent& event, ViewWriter& rows);

}  // namespace kontor::views
