#pragma once
// What an auditor remembers of an honest log.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/log/event_log.h"
#include "events/proof/note.h"
#include "replay/promises.h"

namespace kontor::test {

/// The name under which the stores of these tests sign: "ledger.example.org/<store id>".
[[nodiscard]] std::string log_name(const replay::StoreName& store);

/// Checkpoints of every tenant's tree and of the store's at these sizes, as far as the trees get; size 0
/// stands for the whole tree.
[[nodiscard]] std::vector<replay::Promise> promises_of(const std::vector<log::Group>& groups,
                                                       const replay::StoreName& store,
                                                       const std::vector<std::uint64_t>& sizes);

/// The checkpoints as signed notes, a file each.
void keep_notes(const std::filesystem::path& folder, const std::vector<replay::Promise>& promises,
                const SigningKey& key);

/// All leaf hashes, in a file.
void remember(const std::filesystem::path& file, const std::vector<log::Group>& groups,
              const replay::StoreName& store);

/// "8014 tenant a position 3: …", or "nothing".
[[nodiscard]] std::string found(const Result<replay::Held>& held);

}  // namespace kontor::test
