#pragma once
// What an export says about itself (docs/exports.md): whose events, which ones, the tree they are in, and the
// hash of every file. Signed like a checkpoint, so that whoever pinned the log's key knows where the files
// come from. Pure; any thread.
//
//   ledger.example.org/7f3a9c…/export
//   format csv
//   scope tenant acme             or: scope store
//   from 1
//   to 48131
//   period all                    or: period 2026-01-01T00:00:00Z..2027-01-01T00:00:00Z
//   moment 1789000000000000000    nanoseconds since 1970: when it was made
//   size 48131                    of the tree at `to`
//   root CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//   9f86d081…0a08 1042 events.csv SHA-256, bytes, name; one line a file, by name

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/proof/note.h"
#include "replay/export/output_directory.h"

namespace kontor::exports {

constexpr std::string_view kManifestName = "manifest.txt";
/// Key name of an export that nobody signed.
constexpr std::string_view kUnsigned = "unsigned";
constexpr std::size_t kManifestBytesMax = 64 * 1024;

enum class Format : std::uint8_t { Jsonl, Csv, Sqlite, Gobd, Bundle };
[[nodiscard]] std::string_view format_name(Format format);
[[nodiscard]] std::optional<Format> format_from_name(std::string_view name);

/// From this moment on, up to and without that one.
struct Period {
  Instant from;
  Instant to;

  [[nodiscard]] bool contains(Instant at) const { return from <= at && at < to; }
  /// "2026-01-01T00:00:00Z..2027-01-01T00:00:00Z"; a day stands for its beginning in UTC. InvalidArgument
  /// when it is not of that form, or empty.
  [[nodiscard]] static Result<Period> parse(std::string_view text);
  [[nodiscard]] std::string text() const;

  friend bool operator==(const Period&, const Period&) = default;
};

struct Manifest {
  std::string key_name;
  Format format = Format::Jsonl;
  std::optional<TenantId> tenant;  // none: of the whole store
  std::uint64_t from = 1;
  std::uint64_t to = 0;
  std::optional<Period> period;
  Instant moment;
  std::uint64_t size = 0;
  Digest root{};
  std::vector<FileEntry> files;

  [[nodiscard]] std::string text() const;
  /// BundleUnusable unless it is what `text` writes.
  [[nodiscard]] static Result<Manifest> parse(std::string_view text);

  friend bool operator==(const Manifest&, const Manifest&) = default;
};

/// Signs texts under the name of its key.
struct Signer {
  std::string key_name;
  std::function<proof::NoteSignature(std::string_view text)> sign;
};

/// The signed manifest as it lies in the export; without a signer the text alone.
[[nodiscard]] std::string manifest_file(const Manifest& manifest, const Signer* signer);

/// Which signature the reader insists on.
struct OpenedManifest {
  Manifest manifest;
  bool is_signed = false;
};
/// With a key: NotSigned unless this key signed it under its own name. Without: any manifest that reads.
[[nodiscard]] Result<OpenedManifest> open_manifest(std::string_view file, const proof::NoteKey* key);

}  // namespace kontor::exports
