// docs/storage-format.md, "The signing key"
#include "engine/checkpoints/key_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "engine/keys/bytes.h"
#include "events/core/base64.h"

namespace kontor::checkpoints {
namespace {

constexpr std::string_view kFirstLine = "kontor-key 1";
constexpr std::size_t kFileBytesMax = 4'096;

tl::unexpected<Error> refuse(std::string why) { return fail(Reason::SigningKey, std::move(why)); }
tl::unexpected<Error> system_refuses(std::string_view doing, const std::string& path) {
  return refuse(fmt::format("cannot {} the signing key {}: {}", doing, path, std::strerror(errno)));
}

std::string checksum(std::string_view text) { return hex(sha256(bytes_of(text))); }

/// A descriptor that is closed when it goes.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool good() const { return number_ >= 0; }

 private:
  int number_;
};

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Status sync_directory_of(const std::string& path) {
  const std::string directory = directory_of(path);
  const Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.good() || ::fsync(opened.number()) != 0) return system_refuses("make durable", path);
  return {};
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

SigningKey StoredKey::signing_key() const { return SigningKey(seed.bytes().first<SigningKey::kSeedBytes>()); }

proof::NoteKey StoredKey::note_key() const {
  return {name, proof::KeyType::Ed25519, signing_key().public_key()};
}

std::string key_file_text(const StoredKey& key) {
  std::string text = fmt::format("{}\n{}\n{}\n", kFirstLine, key.name, base64(key.seed.bytes()));
  text += checksum(text) + "\n";
  return text;
}

Result<StoredKey> parse_key_file(std::string_view text) {
  std::string_view rest = text;
  if (take_line(rest) != kFirstLine)
    return refuse(fmt::format("the file of the signing key does not begin with \"{}\"", kFirstLine));
  StoredKey key;
  key.name = take_line(rest);
  auto seed = parse_base64(take_line(rest));
  const bool whole = seed && seed->size() == keys::Secret::kBytes;
  if (whole) std::memcpy(key.seed.fill().data(), seed->data(), seed->size());
  if (seed) keys::wipe(*seed);
  std::string again = key_file_text(key);
  const bool same = again == text;
  keys::wipe(again);
  if (!whole || !same || key.name.empty()) return refuse("the file of the signing key is damaged");
  return key;
}

KeyFile look_for_key(const std::string& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 || errno != ENOENT ? KeyFile::Present : KeyFile::Absent;
}

Result<StoredKey> read_key_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.good()) return system_refuses("open", path);
  struct stat about {};
  if (::fstat(file.number(), &about) != 0) return system_refuses("look at", path);
  constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
  if ((about.st_mode & kOthers) != 0)
    return refuse(fmt::format("others than its owner may use the signing key {} (mode {:04o}, must be 0400)",
                              path, about.st_mode & 07777));
  std::array<char, kFileBytesMax> bytes{};
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = ::read(file.number(), bytes.data() + size, bytes.size() - size);
    if (got < 0) return system_refuses("read", path);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  Result<StoredKey> key = parse_key_file({bytes.data(), size});
  keys::wipe(std::span(reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()));
  if (!key) return refuse(fmt::format("{}: {}", path, key.error().message));
  return key;
}

Status write_key_file(const std::string& path, const StoredKey& key) {
  const std::string draft = path + ".draft";
  if (::unlink(draft.c_str()) != 0 && errno != ENOENT) return system_refuses("make", draft);
  {
    const Descriptor file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR));
    if (!file.good()) return system_refuses("make", draft);
    std::string text = key_file_text(key);
    std::size_t written = 0;
    while (written < text.size()) {
      const ssize_t put = ::write(file.number(), text.data() + written, text.size() - written);
      if (put < 0) break;
      written += static_cast<std::size_t>(put);
    }
    const bool all = written == text.size();
    keys::wipe(text);
    if (!all || ::fsync(file.number()) != 0) return system_refuses("write", draft);
  }
  return rename_key_file(draft, path);
}

Status rename_key_file(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return system_refuses("put in place", to);
  return sync_directory_of(to);
}

}  // namespace kontor::checkpoints
