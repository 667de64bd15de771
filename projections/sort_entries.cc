#include "projections/sort_entries.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <tuple>
#include <vector>

namespace kontor::views {
namespace {

// So few are compared key by key.
constexpr std::size_t kFew = 12;
constexpr std::size_t kWordBytes = sizeof(std::uint64_t);

/// One entry, and the next bytes of its key as a number that sorts like them.
struct Item {
  std::uint64_t word = 0;
  std::size_t index = 0;
};
using Items = std::span<Item>;

// Keys of a batch begin alike (tenant, kind), and comparing them byte by byte would do so again and again.
// What a range of them has in common is passed over once; then eight bytes at a time are compared as a
// number.
class Sorting {
 public:
  explicit Sorting(std::span<const BytesView> entries) : entries_(entries) {}

  void sort(Items items, std::size_t depth) const {
    if (items.size() > 1 && (items.size() <= kFew || !sort_by_words(items, depth)))
      sort_by_keys(items, depth);
  }

 private:
  [[nodiscard]] std::string_view key(const Item& item) const { return entries_[item.index].key; }

  void sort_by_keys(Items items, std::size_t depth) const {
    std::ranges::sort(items, [&](const Item& a, const Item& b) {
      const int order = key(a).substr(depth).compare(key(b).substr(depth));
      return order != 0 ? order < 0 : a.index < b.index;
    });
  }

  // False where one key is the beginning of another.
  [[nodiscard]] bool sort_by_words(Items items, std::size_t depth) const {
    const std::size_t from = depth + in_common(items, depth);
    for (Item& item : items) {
      const std::string_view rest = key(item).substr(from);
      if (rest.empty()) return false;
      item.word = first_word(rest);
    }
    std::ranges::sort(items, [](const Item& a, const Item& b) {
      return std::tie(a.word, a.index) < std::tie(b.word, b.index);
    });
    for (std::size_t begin = 0, end = 1; begin < items.size(); begin = end++) {
      while (end < items.size() && items[end].word == items[begin].word) ++end;
      sort_alike(items.subspan(begin, end - begin), from);
    }
    return true;
  }

  // Their words at `depth` are the same, or end with zero bytes that one has and the other has not.
  void sort_alike(Items items, std::size_t depth) const {
    const auto is_whole = [&](const Item& item) { return key(item).size() >= depth + kWordBytes; };
    if (items.size() <= kFew || !std::ranges::all_of(items, is_whole))
      sort_by_keys(items, depth);
    else
      sort(items, depth + kWordBytes);
  }

  [[nodiscard]] std::size_t in_common(Items items, std::size_t depth) const {
    std::string_view common = key(items.front()).substr(depth);
    for (const Item& item : items) {
      const std::string_view rest = key(item).substr(depth);
      if (rest.starts_with(common)) continue;
      const auto differs = std::ranges::mismatch(common, rest);
      common = common.substr(0, static_cast<std::size_t>(differs.in1 - common.begin()));
    }
    return common.size();
  }

  static std::uint64_t first_word(std::string_view bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), std::min(bytes.size(), kWordBytes));
    return __builtin_bswap64(word);
  }

  std::span<const BytesView> entries_;
};

}  // namespace

void sort_entries(std::span<BytesView> entries) {
  const std::vector<BytesView> unsorted(entries.begin(), entries.end());
  std::vector<Item> items(entries.size());
  for (std::size_t i = 0; i < items.size(); ++i) items[i].index = i;
  Sorting(unsorted).sort(items, 0);
  for (std::size_t i = 0; i < items.size(); ++i) entries[i] = unsorted[items[i].index];
}

}  // namespace kontor::views
