#pragma once
// Where `kontor export` gets events from: a data directory that nobody serves, or a server.

#include <filesystem>
#include <memory>
#include <string>

#include "client/cli/context.h"
#include "engine/log/rocksdb/rocksdb_log.h"
#include "replay/export/bundle_export.h"
#include "replay/export/event_stream.h"

namespace kontor::cli {

/// JSON by the schema, as `kontor events -o json` prints it.
[[nodiscard]] exports::Readable readable_events();

/// Pages of a log that is only read; `log` must outlive them.
[[nodiscard]] exports::EventPages pages_of(log::EventLog& log, const TenantId& tenant);
/// Pages of the tenant that this connection greeted; both must outlive them. What goes wrong is an error of
/// the reason the server named, or SessionEnded.
[[nodiscard]] exports::EventPages pages_of(client::Connection& connection,
                                           client::Connection::Timeout timeout);

/// Asks a server for the signed notes it has kept of a tenant, one of at least `to` events, and its keys.
/// The last note is the newest.
[[nodiscard]] Result<exports::BundleParts> parts_of(client::Connection& connection,
                                                    client::Connection::Timeout timeout, Position to);
/// What a signed checkpoint speaks of; 0 when it is none.
[[nodiscard]] std::uint64_t size_of_note(const std::string& encoded);

/// From now on an interrupt is noted and ends nothing by itself.
void note_interrupts();
[[nodiscard]] bool interrupted();

}  // namespace kontor::cli
