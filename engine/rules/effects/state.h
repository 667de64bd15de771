#pragma once
// Which effects have been asked for and not been answered. Owned by the writer's thread.

#include <compare>
#include <cstdint>
#include <string>
#include <tuple>

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

/// Finds the oldest open request for a change of a tag: answers come without its position.
struct TagRequest {
  Row subject = kNone;
  Row tag = kNone;
  kontor::effects::TagChange change = kontor::effects::TagChange::Grant;
  Position request = 0;

  friend auto operator<=>(const TagRequest&, const TagRequest&) = default;
  friend bool operator==(const TagRequest&, const TagRequest&) = default;
};

struct State {
  explicit State(Journal& journal)
      : texts(journal), open(journal), requests(journal), tag_requests(journal), last(journal) {}

  Interner texts;
  Index<Position, Open> open;
  OrderedSet<Position> requests;        // the same positions, in order
  OrderedSet<TagRequest> tag_requests;  // those of them that are about tags
  Cell<Position> last;                  // the newest request ever made

  /// All of it, in the order in which a snapshot holds it.
  static auto containers(auto& self) {
    return std::tie(self.texts, self.open, self.requests, self.tag_requests, self.last);
  }
};

}  // namespace kontor::rules::effects
