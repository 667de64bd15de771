// C2SP signed-note and tlog-cosignature; docs/witness.md
#include "client/witness/cosigner_key.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "client/durable_file.h"
#include "events/core/base64.h"

namespace kontor::witness {
namespace {

constexpr std::string_view kBegin = "PRIVATE+KEY+";
constexpr std::size_t kKeyFileBytesMax = 4'096;

tl::unexpected<Error> wrong(std::string_view what) {
  return fail(Reason::InvalidArgument, fmt::format("the witness's key is unusable: {}", what));
}

}  // namespace

proof::NoteKey CosignerKey::verifier() const { return {name, proof::KeyType::Cosignature, key.public_key()}; }

std::string private_key_text(const std::string& name, const Seed& seed) {
  const proof::NoteKey verifier{name, proof::KeyType::Cosignature, SigningKey(seed).public_key()};
  std::array<std::uint8_t, 1 + SigningKey::kSeedBytes> material{};
  material[0] = static_cast<std::uint8_t>(proof::KeyType::Cosignature);
  std::ranges::copy(seed, material.begin() + 1);
  return fmt::format("{}{}+{:08x}+{}\n", kBegin, name, verifier.id(), base64(material));
}

Result<CosignerKey> CosignerKey::parse(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (!text.starts_with(kBegin)) return wrong("it does not begin with PRIVATE+KEY+");
  const std::string_view rest = text.substr(kBegin.size());
  const std::size_t first = rest.find('+');
  const std::size_t second = first == std::string_view::npos ? first : rest.find('+', first + 1);
  if (second == std::string_view::npos) return wrong("it has less than three parts");
  const auto material = parse_base64(rest.substr(second + 1));
  Seed seed{};
  if (!material || material->size() != 1 + seed.size())
    return wrong("its last part is not 33 bytes in base64");
  if (material->front() != static_cast<char>(proof::KeyType::Cosignature))
    return wrong("it is of another type than 4, that of cosignatures");
  std::ranges::copy(bytes_of(*material).subspan(1), seed.begin());
  CosignerKey key{std::string(rest.substr(0, first)), SigningKey(seed)};
  // Parsing what others pin checks the name and, with the text compared, the id.
  const auto verifier = proof::NoteKey::parse(key.verifier().text());
  if (!verifier || fmt::format("{:08x}", verifier->id()) != rest.substr(first + 1, second - first - 1))
    return wrong("its id is not that of its name and key");
  return key;
}

Result<CosignerKey> CosignerKey::read(const std::filesystem::path& file) {
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0)
    return fail(Reason::SigningKey, fmt::format("cannot read {}: {}", file.string(), std::strerror(errno)));
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return fail(Reason::SigningKey, fmt::format("{} may be read by others; chmod 0400 it", file.string()));
  const auto text = client::read_file(file, kKeyFileBytesMax);
  if (!text) return fail(Reason::SigningKey, text.error().message);
  return parse(*text);
}

Result<CosignerKey> make_key_file(const std::string& name, const std::filesystem::path& file) {
  Seed seed{};
  if (::getrandom(seed.data(), seed.size(), 0) != static_cast<ssize_t>(seed.size()))
    return fail(Reason::SigningKey, "the machine has no randomness");
  const std::string text = private_key_text(name, seed);
  auto key = CosignerKey::parse(text);
  if (!key) return key;
  // Made for its owner alone from the first byte on, and not over another key.
  const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR);
  if (made < 0)
    return fail(Reason::SigningKey, fmt::format("cannot make {}: {}", file.string(), std::strerror(errno)));
  const bool whole =
      ::write(made, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(made) == 0;
  const int why = errno;
  ::close(made);
  if (!whole)
    return fail(Reason::SigningKey, fmt::format("cannot write {}: {}", file.string(), std::strerror(why)));
  return key;
}

}  // namespace kontor::witness
