#pragma once
// Where a server keeps its stores, and where tools find them again (docs/storage-format.md).

#include <filesystem>

namespace kontor {

struct DataDirectory {
  std::filesystem::path root;

  /// The log and its HEAD: the truth.
  [[nodiscard]] std::filesystem::path log() const { return root / "log"; }
  /// The keys of persons (docs/personal-data.md): apart from the log, and backed up apart from it.
  [[nodiscard]] std::filesystem::path keys() const { return root / "keys"; }
  /// The views, in all their generations (projections/view_directories.h): derived, and may be deleted while
  /// no server runs.
  [[nodiscard]] std::filesystem::path views() const { return root / "views"; }
  /// What consumer groups have dealt with. Derived from nothing: it belongs into every backup.
  [[nodiscard]] std::filesystem::path groups() const { return root / "groups"; }
  /// Every checkpoint that was ever signed. Derived from nothing, too.
  [[nodiscard]] std::filesystem::path checkpoints() const { return root / "checkpoints"; }
  /// What a start goes on from instead of reading the whole log: derived, and may be deleted at any time.
  [[nodiscard]] std::filesystem::path snapshots() const { return root / "snapshots"; }
  /// What they are signed with, unless the configuration names another file.
  [[nodiscard]] std::filesystem::path signing_key() const { return keys() / "checkpoint.key"; }
};

}  // namespace kontor
