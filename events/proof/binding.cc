#include "events/proof/binding.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "events/core/base64.h"
#include "events/core/merkle.h"
#include "events/proof/merkle_proof.h"

namespace kontor::proof {
namespace {

constexpr std::string_view kReceipts = "/receipts";

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

/// Root over leaves whose paths go on being built from below.
Digest build_paths(std::span<const Digest> leaves, std::span<Path> paths) {
  if (leaves.size() == 1) return leaves.front();
  const std::size_t left = std::bit_floor(leaves.size() - 1);
  const Digest left_root = build_paths(leaves.first(left), paths.first(left));
  const Digest right_root = build_paths(leaves.subspan(left), paths.subspan(left));
  for (Path& path : paths.first(left)) path.push_back(right_root);
  for (Path& path : paths.subspan(left)) path.push_back(left_root);
  return node_hash(left_root, right_root);
}

}  // namespace

Digest Promise::leaf() const {
  return leaf_hash(bytes_of(fmt::format("kontor receipt\n{}\n{}\n{}\n{}\n{}\n", tenant.value, command.text(),
                                        first, last, base64(events_root))));
}

std::string PromisedGroup::text() const {
  return fmt::format("{}/{}{}\n{}\n{}\n{}\n{}\n", log, epoch, kReceipts, group, recorded_at.ns, receipts,
                     base64(root));
}

Result<PromisedGroup> PromisedGroup::parse(std::string_view text) {
  const auto unusable = [] { return fail(Reason::BundleUnusable, "this is no signed group of receipts"); };
  std::array<std::string_view, 5> lines;
  std::string_view rest = text;
  for (std::string_view& line : lines) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (!lines[0].ends_with(kReceipts)) return unusable();
  lines[0].remove_suffix(kReceipts.size());
  const std::size_t slash = lines[0].rfind('/');
  const auto root = parse_base64(lines[4]);
  PromisedGroup group;
  if (slash == std::string_view::npos || !root || root->size() != group.root.size() ||
      !read_number(lines[0].substr(slash + 1), group.epoch) || !read_number(lines[1], group.group) ||
      !read_number(lines[2], group.recorded_at.ns) || !read_number(lines[3], group.receipts))
    return unusable();
  group.log = lines[0].substr(0, slash);
  std::ranges::copy(bytes_of(*root), group.root.begin());
  if (group.text() != text) return unusable();
  return group;
}

Digest root_of(std::span<const Digest> leaves) {
  MerkleFrontier tree;
  for (const Digest& leaf : leaves) tree.append_hash(leaf);
  return tree.root();
}

Path path_of(std::span<const Digest> leaves, std::uint64_t index) {
  Path path;
  while (leaves.size() > 1) {
    const std::size_t left = std::bit_floor(leaves.size() - 1);
    const bool goes_left = index < left;
    path.push_back(root_of(goes_left ? leaves.subspan(left) : leaves.first(left)));
    if (!goes_left) index -= left;
    leaves = goes_left ? leaves.first(left) : leaves.subspan(left);
  }
  std::ranges::reverse(path);
  return path;
}

std::vector<Path> paths_of(std::span<const Digest> leaves) {
  std::vector<Path> paths(leaves.size());
  if (!leaves.empty()) static_cast<void>(build_paths(leaves, paths));
  return paths;
}

Result<PromisedGroup> open_promise(const Promise& promise, const Note& note, const NoteKey& key,
                                   std::uint64_t index, std::span<const Digest> path) {
  Result<PromisedGroup> group = PromisedGroup::parse(note.text);
  if (!group) return group;
  if (!is_signed_by(note, key) || group->log != key.name)
    return fail(Reason::NotSigned, fmt::format("the receipt is not signed by the key {}", key.name));
  if (!is_included(promise.leaf(), index, group->receipts, path, group->root))
    return fail(Reason::ProofWrong, "the receipt is not one of those that were signed");
  return group;
}

}  // namespace kontor::proof
