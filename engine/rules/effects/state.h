#pragma once
// Which effects have been asked for and not been answered. Owned by the writer's thread.

#include <cstdint>
#include <string>

#include "engine/rules/journal.h"
#include "events/core/ids.h"
#include "events/effects.h"

namespace kontor::rules::effects {

/// A request without a final answer. A failed one stays open: it is tried again.
struct Open {
  Row subject = kNone;  // its stream, in `texts`
  Row tag = kNone;      // of a tag change, in `texts`
  kontor::effects::TagChange change = kontor::effects::TagChange::Grant;
};

struct State {
  explicit State(Journal& journal) : texts(journal), open(journal), requests(journal), last(journal) {}

  Interner texts;
  Index<Position, Open> open;
  OrderedSet<Position> requests;  // the same positions, in order
  Cell<Position> last;            // the newest request ever made
};

}  // namespace kontor::rules::effects
