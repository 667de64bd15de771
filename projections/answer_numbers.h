#pragma once
// Numbers in an answer, and how one of them is named: "available", "courses[0].members",
// "courses[course=k-1].members", "lines[seat=3,person=p-1].amount". Names are those of the JSON form; a place
// in a list is an index from 0, or what fields of the element must say. Truth values count as 0 and 1; times
// and names are no numbers. By walking the schema, so that no question needs code of its own. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/core/result.h"
#include "projections/queries.capnp.h"

namespace kontor::views {

class NumberPath {
 public:
  /// InvalidArgument when it cannot be read.
  [[nodiscard]] static Result<NumberPath> parse(std::string_view text);

  struct Field {
    std::string name;
    std::optional<std::uint64_t> index;                    // in a list
    std::vector<std::pair<std::string, std::string>> key;  // or what an element's fields say
    [[nodiscard]] bool picks() const { return index || !key.empty(); }
  };
  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }

 private:
  std::vector<Field> fields_;  // at least one
};

/// The number; nothing when this answer does not have it, because there is no such element or the part it
/// belongs to is not there. InvalidArgument when no answer to this question could have it (saying what there
/// is instead), when several elements fit, or when it does not fit 63 bits.
[[nodiscard]] Result<std::optional<std::int64_t>> number_in(wire::Answer::Reader answer,
                                                            const NumberPath& path);

struct NamedNumber {
  std::string path;
  std::int64_t value = 0;
};
/// Every number of the answer, in the order of the schema. Elements of lists are named by what tells them
/// apart in the list, where the schema has such a field, and by their place otherwise.
[[nodiscard]] std::vector<NamedNumber> numbers_of(wire::Answer::Reader answer);

}  // namespace kontor::views
