#include "replay/verifier/leaves.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "events/core/merkle.h"

namespace kontor::verifier {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kLeaves = "leaves.sha256";
constexpr std::string_view kUnfinished = ".leaves.new";

bool make_durable(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool synced = ::fsync(file) == 0;
  ::close(file);
  return synced;
}

bool put(const fs::path& unfinished, const fs::path& name) {
  std::error_code code;
  if (!make_durable(unfinished)) return false;
  fs::rename(unfinished, name, code);
  return !code && make_durable(name.parent_path());
}

}  // namespace

std::optional<Unusable> RememberedLeaves::open(const fs::path& folder, const SignedRoots& notes) {
  const fs::path file = folder / kLeaves;
  std::error_code code;
  if (!fs::exists(file, code)) return std::nullopt;
  const std::uint64_t bytes = fs::file_size(file, code);
  in_.open(file, std::ios::binary);
  left_ = bytes / sizeof(Digest);
  MerkleFrontier tree;
  while (const auto leaf = next()) tree.append_hash(*leaf);
  const auto note = notes.find(bytes / sizeof(Digest));
  if (code || bytes % sizeof(Digest) != 0 || tree.size() != bytes / sizeof(Digest) || note == notes.end() ||
      note->second.root != tree.root())
    return Unusable{0, file.string() + " does not hold the leaves of a checkpoint that is kept beside it"};
  in_.clear();
  in_.seekg(0);
  left_ = tree.size();
  return std::nullopt;
}

std::optional<Digest> RememberedLeaves::next() {
  Digest leaf{};
  if (left_ == 0 || !in_.read(reinterpret_cast<char*>(leaf.data()), sizeof leaf)) return std::nullopt;
  --left_;
  return leaf;
}

LeafWriter::~LeafWriter() {
  std::error_code code;
  out_.close();
  fs::remove(folder_ / kUnfinished, code);
}

void LeafWriter::add(const Digest& leaf) {
  std::error_code code;
  if (!out_.is_open()) {
    fs::create_directories(folder_, code);
    out_.open(folder_ / kUnfinished, std::ios::binary | std::ios::trunc);
  }
  out_.write(reinterpret_cast<const char*>(leaf.data()), sizeof leaf);
}

bool LeafWriter::finish(std::uint64_t size, std::string_view note) {
  out_.close();
  if (!out_) return false;
  const fs::path name = folder_ / fmt::format("{:020}.note", size);
  if (!fs::exists(name)) {
    std::ofstream file(folder_ / ".note.new", std::ios::binary | std::ios::trunc);
    file.write(note.data(), static_cast<std::streamsize>(note.size()));
    file.close();
    if (!file || !put(folder_ / ".note.new", name)) return false;
  }
  return put(folder_ / kUnfinished, folder_ / kLeaves);
}

}  // namespace kontor::verifier
