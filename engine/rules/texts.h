#pragma once
// Texts one behind the other, numbered in the order in which they were added. A text costs its bytes, one or
// two for its length, and a pointer; it never moves.

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/rules/in_blocks.h"

namespace kontor::rules {

/// One thread.
class Texts {
 public:
  [[nodiscard]] std::size_t size() const { return starts_.size(); }
  /// Before: number < size(). Good for as long as the text is there.
  [[nodiscard]] std::string_view operator[](std::size_t number) const {
    const char* at = starts_[number];
    std::size_t byte = static_cast<unsigned char>(*at++);
    std::size_t size = byte & (kMore - 1);
    for (unsigned shift = kLengthBits; byte >= kMore; shift += kLengthBits) {
      byte = static_cast<unsigned char>(*at++);
      size |= (byte & (kMore - 1)) << shift;
    }
    return {at, size};
  }

  void push_back(std::string_view text) {
    char* at = room(kLengthBytesMax + text.size());
    starts_.emplace_back(at);
    std::size_t left = text.size();
    for (; left >= kMore; left >>= kLengthBits) *at++ = static_cast<char>((left & (kMore - 1)) | kMore);
    *at++ = static_cast<char>(left);
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    next_ = at + text.size();
  }
  /// Before: size() > 0. Its bytes are used again where they are at the end of the newest chunk.
  void pop_back() {
    char* const start = const_cast<char*>(starts_[starts_.size() - 1]);
    const char* const chunk = chunks_.back().get();
    if (!std::less<>()(start, chunk) && std::less<>()(start, next_)) next_ = start;
    starts_.pop_back();
  }

 private:
  static constexpr std::size_t kMore = 0x80;  // in a byte of the length: another follows
  static constexpr unsigned kLengthBits = 7;
  static constexpr std::size_t kLengthBytesMax = 10;
  static constexpr std::size_t kFirstChunkBytes = 128;
  static constexpr std::size_t kChunkBytesMax = std::size_t{1} << 18;

  [[nodiscard]] char* room(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - next_) < bytes) {
      const std::size_t chunk = std::max(bytes, std::min(2 * chunk_bytes_, kChunkBytesMax));
      chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunk));
      chunk_bytes_ = chunk;
      next_ = chunks_.back().get();
      end_ = next_ + chunk;
    }
    return next_;
  }

  InBlocks<const char*> starts_;
  std::vector<std::unique_ptr<char[]>> chunks_;
  std::size_t chunk_bytes_ = kFirstChunkBytes / 2;  // of the newest
  char* next_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace kontor::rules
