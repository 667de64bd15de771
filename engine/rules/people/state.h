#pragma once
// Who is known in a tenant. Owned by the writer's thread.

#include <cstdint>
#include <tuple>

#include "engine/rules/journal.h"
#include "events/core/digest.h"
#include "events/core/ids.h"

namespace kontor::rules::people {

struct Person {
  Row name = kNone;  // the person id, in `names`
  Digest lookup{};   // all zero: no e-mail is known, or the person was erased
  Position registered_at = 0;
  Position changed_at = 0;
  Position erased_at = 0;  // 0: not erased
};

struct State {
  explicit State(Journal& journal)
      : names(journal), persons(journal), row_of(journal), by_lookup(journal), erased(journal) {}

  Interner names;
  Table<Person> persons;
  Index<Row, Row> row_of;  // by number of the name
  Index<Digest, Row> by_lookup;
  Cell<std::uint64_t> erased;  // persons erased so far

  /// All of it, in the order in which a snapshot holds it.
  static auto containers(auto& self) {
    return std::tie(self.names, self.persons, self.row_of, self.by_lookup, self.erased);
  }
};

}  // namespace kontor::rules::people
