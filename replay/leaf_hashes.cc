// docs/auditing.md, "Leaf hashes"
#include "replay/leaf_hashes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

namespace kontor::replay {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "KONTORL1";
constexpr std::size_t kStoreIdBytes = 16;
constexpr std::size_t kHeaderBytes = kMagic.size() + kStoreIdBytes + sizeof(std::uint64_t);
constexpr std::size_t kDigestBytes = sizeof(Digest);
constexpr std::size_t kReadBytes = std::size_t{1} << 20;

using Header = std::array<std::uint8_t, kHeaderBytes>;

std::uint8_t nibble(char c) { return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); }

Header encode(const StoreName& store) {
  Header header{};
  std::memcpy(header.data(), kMagic.data(), kMagic.size());
  for (std::size_t i = 0; i < kStoreIdBytes; ++i)
    header[kMagic.size() + i] =
        static_cast<std::uint8_t>(nibble(store.id[2 * i]) << 4 | nibble(store.id[2 * i + 1]));
  for (std::size_t i = 0; i < sizeof(std::uint64_t); ++i)
    header[kMagic.size() + kStoreIdBytes + i] = static_cast<std::uint8_t>(store.epoch >> 8 * i);
  return header;
}

StoreName decode(const Header& header) {
  StoreName store{hex(Bytes(header).subspan(kMagic.size(), kStoreIdBytes)), 0};
  for (std::size_t i = 0; i < sizeof(std::uint64_t); ++i)
    store.epoch |= std::uint64_t{header[kMagic.size() + kStoreIdBytes + i]} << 8 * i;
  return store;
}

char* chars(std::uint8_t* bytes) { return reinterpret_cast<char*>(bytes); }

tl::unexpected<Error> unusable(const fs::path& path, std::string_view why) {
  return fail(Reason::BundleUnusable, fmt::format("{}: {}", path.string(), why));
}

/// Everything but the digest at the end has that digest.
bool is_whole(std::ifstream& in, std::uint64_t size) {
  Sha256 sha;
  std::vector<std::uint8_t> buffer(kReadBytes);
  for (std::uint64_t left = size - kDigestBytes; left > 0;) {
    const std::size_t piece = static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size()));
    if (!in.read(chars(buffer.data()), static_cast<std::streamsize>(piece))) return false;
    sha.update(Bytes(buffer).first(piece));
    left -= piece;
  }
  Digest stored{};
  return in.read(chars(stored.data()), kDigestBytes) && stored == sha.finish();
}

Status sync(const fs::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (synced) return {};
  return fail(Reason::DataDirectory,
              fmt::format("{} cannot be synced: {}", path.string(), std::strerror(error)));
}

}  // namespace

Result<LeafHashReader> LeafHashReader::open(const fs::path& path) {
  std::error_code code;
  const std::uint64_t size = fs::file_size(path, code);
  if (code) return unusable(path, code.message());
  if (size < kHeaderBytes + kDigestBytes || (size - kHeaderBytes) % kDigestBytes != 0)
    return unusable(path, "it has not the size of a file of leaf hashes");
  LeafHashReader reader;
  reader.path_ = path.string();
  reader.in_.open(path, std::ios::binary);
  if (!is_whole(reader.in_, size)) return unusable(path, "it is not as it was written");
  reader.in_.seekg(0);
  Header header{};
  if (!reader.in_.read(chars(header.data()), kHeaderBytes) ||
      std::memcmp(header.data(), kMagic.data(), kMagic.size()) != 0)
    return unusable(path, "it is no file of leaf hashes");
  reader.store_ = decode(header);
  reader.count_ = (size - kHeaderBytes) / kDigestBytes - 1;
  return reader;
}

Result<std::optional<Digest>> LeafHashReader::next() {
  if (read_ == count_) return std::optional<Digest>();
  Digest leaf{};
  if (!in_.read(chars(leaf.data()), kDigestBytes)) return unusable(path_, "it has changed while it was read");
  ++read_;
  return std::optional<Digest>(leaf);
}

Result<LeafHashWriter> LeafHashWriter::create(const fs::path& path, const StoreName& store) {
  LeafHashWriter writer;
  writer.path_ = path;
  writer.out_.open(writer.unfinished(), std::ios::binary | std::ios::trunc);
  if (!writer.out_)
    return fail(Reason::DataDirectory, fmt::format("{} cannot be written", writer.unfinished().string()));
  writer.put(encode(store));
  return writer;
}

void LeafHashWriter::append(const Digest& leaf) {
  put(leaf);
  ++count_;
}

Status LeafHashWriter::finish() {
  put(sha_->finish());
  out_.close();
  if (!out_) return fail(Reason::DataDirectory, fmt::format("{} cannot be written", unfinished().string()));
  if (Status synced = sync(unfinished(), O_RDONLY); !synced) return synced;
  std::error_code code;
  fs::rename(unfinished(), path_, code);
  if (code) return fail(Reason::DataDirectory, fmt::format("{}: {}", path_.string(), code.message()));
  const fs::path folder = path_.parent_path();
  return sync(folder.empty() ? fs::path(".") : folder, O_RDONLY | O_DIRECTORY);
}

void LeafHashWriter::put(Bytes bytes) {
  sha_->update(bytes);
  out_.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

fs::path LeafHashWriter::unfinished() const {
  fs::path path = path_;
  path += ".unfinished";
  return path;
}

}  // namespace kontor::replay
