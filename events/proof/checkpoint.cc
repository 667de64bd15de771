#include "events/proof/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "events/core/base64.h"

namespace kontor::proof {
namespace {

constexpr std::string_view kStoreTree = "store";
constexpr std::string_view kTenantTree = "tenant";

tl::unexpected<Error> unusable(std::string_view what) {
  return fail(Reason::BundleUnusable, fmt::format("this is no checkpoint: {}", what));
}

/// A number as `fmt` writes it: no sign, no leading zero.
std::optional<std::uint64_t> read_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || fmt::format("{}", value) != text)
    return std::nullopt;
  return value;
}

}  // namespace

std::string Origin::text() const {
  return tenant ? fmt::format("{}/{}/{}/{}", log, epoch, kTenantTree, tenant->value)
                : fmt::format("{}/{}/{}", log, epoch, kStoreTree);
}

Result<Origin> Origin::parse(std::string_view text) {
  Origin origin;
  std::string_view head = text;
  // From behind: names of tenants have no slash, names of logs may have any.
  const auto last_part = [&head] {
    const std::size_t slash = head.rfind('/');
    if (slash == std::string_view::npos) return std::string_view();
    const std::string_view part = head.substr(slash + 1);
    head = head.substr(0, slash);
    return part;
  };
  const std::string_view tree = last_part();
  std::string_view before = last_part();
  if (before == kTenantTree) {
    if (!valid_id_text(tree)) return unusable("its origin names no tenant");
    origin.tenant = TenantId(tree);
    before = last_part();
  } else if (tree != kStoreTree) {
    return unusable("its origin names no tree");
  }
  const auto epoch = read_number(before);
  if (!epoch) return unusable("its origin names no epoch");
  origin.epoch = *epoch;
  origin.log = head;
  if (origin.log.empty() || origin.text() != text) return unusable("its origin is malformed");
  return origin;
}

std::string Checkpoint::text() const {
  return fmt::format("{}\n{}\n{}\n", origin.text(), size, base64(root));
}

Result<Checkpoint> Checkpoint::parse(std::string_view text) {
  std::array<std::string_view, 3> lines;
  std::string_view rest = text;
  for (std::string_view& line : lines) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return unusable("it has less than three lines");
    line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
  }
  if (!rest.empty()) return unusable("it has more than three lines");
  const auto origin = Origin::parse(lines[0]);
  if (!origin) return fail(origin.error());
  const auto size = read_number(lines[1]);
  if (!size) return unusable("its size is not a plain number");
  const auto root = parse_base64(lines[2]);
  Checkpoint checkpoint{.origin = *origin, .size = *size, .root = {}};
  if (!root || root->size() != checkpoint.root.size()) return unusable("its root is not 32 bytes in base64");
  std::ranges::copy(bytes_of(*root), checkpoint.root.begin());
  return checkpoint;
}

Result<Checkpoint> open_checkpoint(const Note& note, const NoteKey& key) {
  Result<Checkpoint> checkpoint = Checkpoint::parse(note.text);
  if (!checkpoint) return checkpoint;
  if (!is_signed_by(note, key))
    return fail(Reason::NotSigned, fmt::format("the checkpoint of {} at size {} is not signed by the key {}",
                                               checkpoint->origin.text(), checkpoint->size, key.name));
  if (checkpoint->origin.log != key.name)
    return fail(Reason::NotSigned, fmt::format("the checkpoint is of the log {}, the key is that of {}",
                                               checkpoint->origin.log, key.name));
  return checkpoint;
}

}  // namespace kontor::proof
