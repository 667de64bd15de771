#pragma once
// Seals what an event says about a person, so that it can be read only with that person's key, only at its
// place, and as one text only (docs/storage-format.md, "Sealed parts"). Pure but for the randomness it is
// given; any thread.

#include <string>
#include <string_view>

#include "engine/keys/randomness.h"
#include "engine/keys/secret.h"
#include "events/core/ids.h"
#include "events/core/result.h"

namespace kontor::keys {

/// Where a sealed part stands. Moved to another place it can no longer be opened.
struct SealedPlace {
  TenantId tenant;
  Position position = 0;
  PersonId person;
};

/// A sealed part always differs, even for the same text. Its length tells that of the text in steps of 64
/// bytes.
[[nodiscard]] std::string seal(const Secret& key, const SealedPlace& place, std::string_view clear,
                               Randomness& randomness);

/// The text; StoreDamaged when anything is not as it was sealed: key, place or any byte.
[[nodiscard]] Result<std::string> unseal(const Secret& key, const SealedPlace& place,
                                         std::string_view sealed);

}  // namespace kontor::keys
