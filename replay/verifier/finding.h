#pragma once
// What a verification can end with, other than a report (docs/verifier.md). Pure values.

#include <cstdint>
#include <optional>
#include <string>

namespace kontor::verifier {

/// Something that cannot be true together with what was signed, or with itself.
struct Finding {
  std::string kind;    // "root-mismatch"
  std::string tenant;  // empty: the store's
  std::uint64_t position = 0;
  std::string message;

  friend bool operator==(const Finding&, const Finding&) = default;
};

/// A file that nothing can be learnt from.
struct Unusable {
  std::uint64_t offset = 0;
  std::string message;
};

/// Why an event does not follow from those before it.
using Objection = std::optional<std::string>;

}  // namespace kontor::verifier
