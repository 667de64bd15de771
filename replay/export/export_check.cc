#include "replay/export/export_check.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "events/core/merkle.h"
#include "replay/export/bundle_export.h"
#include "replay/export/json_lines.h"

namespace kontor::exports {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> unusable(std::string what) { return fail(Reason::BundleUnusable, std::move(what)); }

Result<std::string> read_manifest(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(Reason::DataDirectory, fmt::format("{} cannot be read", path.string()));
  std::string text(kManifestBytesMax + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kManifestBytesMax) return unusable("the manifest is too large");
  return text;
}

Status check_files(const fs::path& directory, const Manifest& manifest) {
  std::set<std::string> named{std::string(kManifestName)};
  for (const FileEntry& file : manifest.files) {
    named.insert(file.name);
    std::error_code error;
    if (!fs::is_regular_file(fs::symlink_status(directory / file.name, error)))
      return unusable(fmt::format("{} is missing", file.name));
    const Result<FileEntry> found = read_entry(directory / file.name);
    if (!found) return fail(found.error());
    if (*found != file)
      return unusable(fmt::format("{} is not the file of the manifest: {} bytes, sha256 {}", file.name,
                                  found->size, hex(found->sha256)));
  }
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error))
    if (!named.contains(entry.path().filename().string()))
      return unusable(fmt::format("{} is not in the manifest", entry.path().filename().string()));
  if (error) return fail(Reason::DataDirectory, fmt::format("{}: {}", directory.string(), error.message()));
  return {};
}

Result<Digest> root_of_lines(const fs::path& path, const Manifest& manifest, const Readable& readable) {
  std::ifstream in(path, std::ios::binary);
  MerkleFrontier tree;
  std::string line;
  while (std::getline(in, line)) {
    const Result<std::string> stored = stored_of(line, readable);
    const auto at = [&](const Error& error) {
      return fail(error.code, fmt::format("{} line {}: {}", kJsonlName, tree.size() + 1, error.message));
    };
    if (!stored) return at(stored.error());
    if (Status placed = check_place(*stored, *manifest.tenant, tree.size() + 1); !placed)
      return at(placed.error());
    tree.append(bytes_of(*stored));
  }
  if (tree.size() != manifest.size)
    return unusable(fmt::format("{} has {} events, the manifest {}", kJsonlName, tree.size(), manifest.size));
  return tree.root();
}

}  // namespace

Result<CheckedExport> check_export(const fs::path& directory, const CheckRequest& request,
                                   const Readable& readable) {
  const Result<std::string> file = read_manifest(directory / kManifestName);
  if (!file) return fail(file.error());
  Result<OpenedManifest> opened = open_manifest(*file, request.key);
  if (!opened) return fail(opened.error());
  CheckedExport checked{std::move(opened->manifest), opened->is_signed, Events::NotInside};
  const Manifest& manifest = checked.manifest;
  if (Status files = check_files(directory, manifest); !files) return fail(files.error());
  const bool inside = manifest.from == 1;
  Result<Digest> root = manifest.root;
  if (!request.bundle.empty()) {
    root = root_of_bundle(request.bundle, manifest);
  } else if (manifest.format == Format::Bundle && inside) {
    root = root_of_bundle(directory / kBundleName, manifest);
  } else if (manifest.format == Format::Jsonl && inside) {
    root = root_of_lines(directory / kJsonlName, manifest, readable);
  } else {
    return checked;
  }
  if (!root) return fail(root.error());
  if (*root != manifest.root)
    return fail(Reason::RootMismatch,
                fmt::format("the events hash to {}, the manifest says {}", hex(*root), hex(manifest.root)));
  checked.events = Events::Proven;
  return checked;
}

}  // namespace kontor::exports
