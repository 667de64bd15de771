#include "client/cli/export_signing.h"

#include <fmt/format.h>

#include <memory>

#include "engine/checkpoints/checkpoint_store.h"
#include "engine/checkpoints/key_file.h"
#include "engine/log/rocksdb/rocksdb_log.h"
#include "events/core/digest.h"
#include "events/proof/note.h"
#include "projections/data_directory.h"

namespace kontor::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNotesPerPage = 1'000;

/// A folder that is gone when it goes.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (fs::temp_directory_path() / "kontor-export-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

Status read_notes(checkpoints::CheckpointStore& store, const proof::Origin& origin,
                  exports::BundleParts& parts) {
  std::uint64_t after = 0;
  while (true) {
    const auto page = store.list(origin, after, kNotesPerPage);
    if (!page) return fail(page.error());
    for (const checkpoints::KeptCheckpoint& kept : *page) {
      parts.notes.push_back(kept.note);
      after = kept.checkpoint.size;
    }
    if (page->size() < kNotesPerPage) return {};
  }
}

}  // namespace

fs::path default_key_file(const fs::path& data_dir) { return DataDirectory{data_dir}.signing_key(); }

Result<exports::Signer> load_signer(const fs::path& key_file) {
  const auto stored = checkpoints::read_key_file(key_file.string());
  if (!stored) return fail(stored.error());
  // Held by the function, which may be copied.
  const auto key = std::make_shared<SigningKey>(stored->signing_key());
  return exports::Signer{stored->name, [key, name = stored->name](std::string_view text) {
                           return proof::sign_text(text, name, *key);
                         }};
}

Result<exports::BundleParts> parts_of(const fs::path& data_dir, log::EventLog& log,
                                      const std::optional<TenantId>& tenant, const exports::Signer* signer) {
  const auto& stored_log = static_cast<const log::RocksDbLog&>(log);
  exports::BundleParts parts;
  parts.epoch = stored_log.epoch();
  if (signer != nullptr) parts.log = signer->key_name;
  const fs::path kept = DataDirectory{data_dir}.checkpoints();
  std::error_code error;
  if (fs::exists(kept, error)) {
    const Scratch scratch;
    fs::copy(kept, scratch.path() / "checkpoints", fs::copy_options::recursive, error);
    if (error)
      return fail(Reason::DataDirectory,
                  fmt::format("{} cannot be read: {}", kept.string(), error.message()));
    const auto opened =
        checkpoints::open_checkpoint_store(scratch.path() / "checkpoints", hex(stored_log.store_id()));
    if (!opened) return fail(opened.error());
    const auto key = opened->store->key();
    if (!key) return fail(key.error());
    if (!key->empty()) {
      const auto parsed = proof::NoteKey::parse(*key);
      if (!parsed) return fail(parsed.error());
      parts.log = parsed->name;
      parts.keys.push_back(*key);
    }
    auto rotations = opened->store->rotations();
    if (!rotations) return fail(rotations.error());
    parts.rotations = *std::move(rotations);
    if (Status read = read_notes(*opened->store, {parts.log, parts.epoch, tenant}, parts); !read)
      return fail(read.error());
  }
  if (parts.log.empty())
    return fail(Reason::SigningKey, "nobody ever signed for this store, so that a bundle of it has no name");
  return parts;
}

}  // namespace kontor::cli
