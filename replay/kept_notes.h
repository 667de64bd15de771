#pragma once
// The signed notes that an auditor has kept, as promises. One thread.

#include <filesystem>
#include <string_view>
#include <vector>

#include "events/proof/note.h"
#include "replay/promises.h"

namespace kontor::replay {

/// The checkpoint in a note that one of these keys has signed. NotSigned and BundleUnusable name where it is
/// from.
[[nodiscard]] Result<Promise> promise_in(std::string_view encoded, const std::string& from,
                                         const std::vector<proof::NoteKey>& keys);

/// All files under the folder whose name ends with ".note" or ".conflict", or the one file. One that is no
/// checkpoint, or is not signed by one of these keys, is an error and not passed over; so is a folder without
/// any: what was not held must not look as if it had been.
[[nodiscard]] Result<std::vector<Promise>> read_notes(const std::filesystem::path& folder,
                                                      const std::vector<proof::NoteKey>& keys);

}  // namespace kontor::replay
