#pragma once
// Words that must not stand anywhere, in every spelling that a program could have given them. One thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace kontor::search {

/// A word that is looked for, and what it was put into.
struct Canary {
  std::string label;
  std::string word;  // letters and digits, at least kShortest of them

  static constexpr std::size_t kShortest = 20;
};

/// One spelling of one word: its bytes, its UTF-16, hexadecimal, base64, JSON or URL escapes; and its halves,
/// which are what remains visible when a compressor, or the edge of a block, has cut it in two.
struct Needle {
  std::size_t canary = 0;
  std::string spelling;
  std::string bytes;
};

class Needles {
 public:
  explicit Needles(const std::vector<Canary>& canaries);

  /// Calls back for every needle in the bytes, whatever the case of its letters; base64, where case counts,
  /// as it stands.
  template <class Found>
  void find(std::string_view bytes, const Found& found) const {
    as_it_stands_.find(bytes, found);
    small_letters_.find(lower(bytes), found);
  }
  [[nodiscard]] std::size_t size() const { return as_it_stands_.size() + small_letters_.size(); }

 private:
  /// Finds needles by their first eight bytes.
  class Index {
   public:
    void add(Needle needle);
    [[nodiscard]] std::size_t size() const { return count_; }
    template <class Found>
    void find(std::string_view bytes, const Found& found) const {
      if (bytes.size() < kHead) return;
      for (std::size_t at = 0; at + kHead <= bytes.size(); ++at) {
        const std::uint64_t head = head_of(bytes.data() + at);
        if (!perhaps_[slot(head)]) continue;
        const auto needles = by_head_.find(head);
        if (needles == by_head_.end()) continue;
        for (const Needle& needle : needles->second)
          if (bytes.substr(at).starts_with(needle.bytes)) found(needle, at);
      }
    }

   private:
    static constexpr std::size_t kHead = 8;
    static constexpr std::size_t kSlots = std::size_t{1} << 16;
    [[nodiscard]] static std::uint64_t head_of(const char* bytes);
    [[nodiscard]] static std::size_t slot(std::uint64_t head) {
      return static_cast<std::size_t>((head * 0x9E3779B97F4A7C15U) >> 48);
    }

    std::vector<bool> perhaps_ = std::vector<bool>(kSlots);
    std::unordered_map<std::uint64_t, std::vector<Needle>> by_head_;
    std::size_t count_ = 0;
  };

  [[nodiscard]] static std::string lower(std::string_view bytes);

  Index as_it_stands_;
  Index small_letters_;
};

}  // namespace kontor::search
