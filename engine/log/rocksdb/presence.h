#pragma once
// Whether everything that should be in the database is there, without reading it: table files say in their
// properties how many keys they hold and which are the first and the last. For openings that read on from a
// snapshot. No error means certainty about what the files say of themselves, which their checksums, sizes and
// unique ids vouch for; blocks are not looked at.

#include <cstdint>

#include "engine/log/rocksdb/database.h"
#include "events/core/digest.h"

namespace kontor::log {

/// Group `number` is there, whole, and is the one with this fingerprint.
[[nodiscard]] Status check_group(const Database& database, std::uint64_t number, const Digest& fingerprint);

/// Every group from 1 to the last one has its entry: keys are numbers and unique, so a table that holds as
/// many as lie between its first and its last holds each of them.
[[nodiscard]] Status check_groups_are_there(const Database& database);

/// There are so many slices of events.
[[nodiscard]] Status check_slices_are_there(const Database& database, std::uint64_t slices);

}  // namespace kontor::log
