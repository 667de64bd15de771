#include "projections/sort_entries.h"

#include <algorithm>
#include <bit>
#include <boost/sort/pdqsort/pdqsort.hpp>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace kontor::views {
namespace {

constexpr std::size_t kPieceBytes = 8;

/// An entry by the piece of its key that is compared next.
struct Piece {
  std::uint64_t bytes = 0;  // sorts like them; zero bytes behind the end of the key
  std::uint32_t entry = 0;
};

std::uint64_t piece_at(std::string_view key, std::size_t at) {
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t bytes = 0;
  if (at < key.size()) std::memcpy(&bytes, key.data() + at, std::min(kPieceBytes, key.size() - at));
  return __builtin_bswap64(bytes);
}

/// How far `key` begins like `first`, of which the first `most` bytes matter.
std::size_t common(std::string_view first, std::string_view key, std::size_t most) {
  most = std::min(most, key.size());
  if (std::memcmp(first.data(), key.data(), most) == 0) return most;
  const auto differs =
      std::mismatch(key.begin(), key.begin() + static_cast<std::ptrdiff_t>(most), first.begin());
  return static_cast<std::size_t>(differs.first - key.begin());
}

/// Most comparisons of keys would fetch both and find them alike for thirty bytes. So the keys are fetched
/// once for every eight bytes that matter, and what is compared lies side by side.
class Sorting {
 public:
  explicit Sorting(std::span<const BytesView> entries) : entries_(entries), pieces_(entries.size()) {
    const std::string_view first = entries_.front().key;
    std::size_t begin = first.size();
    for (const BytesView& entry : entries_) begin = common(first, entry.key, begin);
    for (std::uint32_t i = 0; i < pieces_.size(); ++i) pieces_[i] = {piece_at(entries_[i].key, begin), i};
    sort(pieces_, begin);
  }
  [[nodiscard]] std::span<const Piece> sorted() const { return pieces_; }

 private:
  // All keys are alike in front of `at`, where their pieces are.
  void sort(std::span<Piece> pieces, std::size_t at) {
    boost::sort::pdqsort_branchless(pieces.begin(), pieces.end(),
                                    [](const Piece& a, const Piece& b) { return a.bytes < b.bytes; });
    for (std::size_t begin = 0; begin < pieces.size();) {
      std::size_t end = begin + 1;
      while (end < pieces.size() && pieces[end].bytes == pieces[begin].bytes) ++end;
      if (end - begin > 1) sort_alike(pieces.subspan(begin, end - begin), at + kPieceBytes);
      begin = end;
    }
  }

  // All keys are alike in front of `at`, but for zero bytes that one has and another ends before.
  void sort_alike(std::span<Piece> pieces, std::size_t at) {
    for (const Piece& piece : pieces)
      if (entries_[piece.entry].key.size() <= at) return sort_by_end(pieces);
    for (Piece& piece : pieces) piece.bytes = piece_at(entries_[piece.entry].key, at);
    sort(pieces, at);
  }

  // Mostly one key several times.
  void sort_by_end(std::span<Piece> pieces) {
    std::ranges::sort(pieces, [this](const Piece& a, const Piece& b) {
      const int order = entries_[a.entry].key.compare(entries_[b.entry].key);
      return order != 0 ? order < 0 : a.entry < b.entry;
    });
  }

  const std::span<const BytesView> entries_;
  std::vector<Piece> pieces_;
};

}  // namespace

void sort_entries(std::span<BytesView> entries) {
  if (entries.size() < 2) return;
  const Sorting sorting(entries);
  std::vector<BytesView> sorted;
  sorted.reserve(entries.size());
  for (const Piece& piece : sorting.sorted()) sorted.push_back(entries[piece.entry]);
  std::ranges::copy(sorted, entries.begin());
}

}  // namespace kontor::views
