#pragma once
// What is done to the signing key of a store while no server runs on it (docs/proofs.md, "Keys").

#include <string>
#include <vector>

#include "engine/checkpoints/signer.h"
#include "engine/clock.h"
#include "events/core/result.h"
#include "server/config.h"

namespace kontor::server {

struct SigningKeys {
  std::string key;                     // what auditors pin; empty before the first start
  std::vector<std::string> rotations;  // signed statements, oldest first
};

/// What a store signs with. AlreadyRunning while a server uses it; other refusals are those of the log.
[[nodiscard]] Result<SigningKeys> signing_keys(const Config& config);

/// Hands over to a new key. SigningKey when the one in force is not there.
[[nodiscard]] Result<checkpoints::KeyChange> change_signing_key(const Config& config, Clock& clock);

}  // namespace kontor::server
