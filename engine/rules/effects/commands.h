#pragma once
// What the outside reports about effects (DOMAIN 2.3 A13, 2.7). Pure values.

#include <cstdint>
#include <string>
#include <variant>

#include "events/core/ids.h"
#include "events/effects.h"

namespace kontor::rules::effects {

using kontor::effects::TagChange;

enum class EffectOutcome : std::uint8_t { Done, Failed };

/// The integration tool has granted or revoked a tag, or could not. Backend only.
struct AckTagChange {
  PersonId person;
  std::string tag;
  TagChange change = TagChange::Grant;
  EffectOutcome outcome = EffectOutcome::Done;
  std::string error;  // with Failed only
  friend bool operator==(const AckTagChange&, const AckTagChange&) = default;
};

/// A mail, an alert or a registration has been carried out, or could not. Backend only.
struct AckEffect {
  Position request = 0;  // position of the request
  EffectOutcome outcome = EffectOutcome::Done;
  std::string error;
  friend bool operator==(const AckEffect&, const AckEffect&) = default;
};

using Command = std::variant<AckTagChange, AckEffect>;

}  // namespace kontor::rules::effects
