#include "replay/kept_notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace kontor::replay {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> unusable(const fs::path& path, std::string_view why) {
  return fail(Reason::BundleUnusable, fmt::format("{}: {}", path.string(), why));
}

Result<std::vector<fs::path>> files_of(const fs::path& folder) {
  std::error_code code;
  if (fs::is_regular_file(folder, code)) return std::vector{folder};
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
    const fs::path extension = it->path().extension();
    if (it->is_regular_file(code) && (extension == ".note" || extension == ".conflict"))
      files.push_back(it->path());
  }
  if (code) return unusable(folder, code.message());
  if (files.empty()) return unusable(folder, "there is no note in it");
  std::ranges::sort(files);
  return files;
}

Result<std::string> contents(const fs::path& file) {
  std::string bytes(proof::kNoteBytesMax + 1, '\0');
  std::ifstream in(file, std::ios::binary);
  if (!in) return unusable(file, "it cannot be read");
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

}  // namespace

Result<Promise> promise_in(std::string_view encoded, const std::string& from,
                           const std::vector<proof::NoteKey>& keys) {
  const auto note = proof::Note::parse(encoded);
  if (!note) return fail(note.error().code, fmt::format("{}: {}", from, note.error().message));
  Error no{Reason::NotSigned, "no key was named"};
  for (const proof::NoteKey& key : keys) {
    auto checkpoint = proof::open_checkpoint(*note, key);
    if (checkpoint) return Promise{*std::move(checkpoint), from};
    no = checkpoint.error();
  }
  return fail(no.code, fmt::format("{}: {}", from, no.message));
}

Result<std::vector<Promise>> read_notes(const fs::path& folder, const std::vector<proof::NoteKey>& keys) {
  const auto files = files_of(folder);
  if (!files) return fail(files.error());
  std::vector<Promise> promises;
  for (const fs::path& file : *files) {
    const auto bytes = contents(file);
    if (!bytes) return fail(bytes.error());
    auto promise = promise_in(*bytes, file.string(), keys);
    if (!promise) return fail(promise.error());
    promises.push_back(*std::move(promise));
  }
  return promises;
}

}  // namespace kontor::replay
