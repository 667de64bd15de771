#pragma once
// Who signs an export, and what a data directory knows about signed notes. Writes nothing there.

#include <filesystem>
#include <optional>
#include <string>

#include "engine/log/event_log.h"
#include "events/core/ids.h"
#include "replay/export/bundle_export.h"
#include "replay/export/manifest.h"

namespace kontor::cli {

/// The key file that a server uses unless it was told otherwise.
[[nodiscard]] std::filesystem::path default_key_file(const std::filesystem::path& data_dir);

/// SigningKey (8013) when the file is missing, readable for others, or no key.
[[nodiscard]] Result<exports::Signer> load_signer(const std::filesystem::path& key_file);

/// The notes of one tree that were kept, the changes of keys, and the key in force. They are read from a
/// copy, because opening a database writes. `log` is a RocksDbLog.
[[nodiscard]] Result<exports::BundleParts> parts_of(const std::filesystem::path& data_dir, log::EventLog& log,
                                                    const std::optional<TenantId>& tenant,
                                                    const exports::Signer* signer);

}  // namespace kontor::cli
