#pragma once
// Texts one behind the other, numbered in the order in which they were added. A text costs its bytes, one or
// two for its length, and a pointer; it never moves.

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
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
    const std::size_t size = length(at);
    return {at, size};
  }

  void push_back(std::string_view text) {
    char* at = room(std::size_t{kLengthBytesMax} + text.size());
    starts_.emplace_back(at);
    std::size_t left = text.size();
    for (; left >= kMore; left >>= kLengthBits) *at++ = static_cast<char>((left & (kMore - 1)) | kMore);
    *at++ = static_cast<char>(left);
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    next_ = at + text.size();
  }
  /// Adds `count` texts that lie in these bytes one behind the other, each behind its length, as they lie
  /// here: the way an ArchiveWriter puts them. False when they do not; then those that are not whole are
  /// empty.
  [[nodiscard]] bool adopt(std::unique_ptr<char[]> bytes, std::size_t size, std::size_t count) {
    static constexpr char kEmpty = 0;
    const char* at = bytes.get();
    const char* const end = at + size;
    chunks_.push_back(std::move(bytes));
    next_ = end_ = nullptr;  // what is added later gets a chunk of its own
    for (const std::span<const char*> starts : starts_.extend(count))
      for (const char*& start : starts) {
        const char* const behind = at == nullptr ? nullptr : behind_text(at, end);
        std::construct_at(&start, behind == nullptr ? &kEmpty : at);
        at = behind;
      }
    return at == end;
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
  static constexpr std::ptrdiff_t kLengthBytesMax = 10;
  static constexpr std::size_t kFirstChunkBytes = 128;
  static constexpr std::size_t kChunkBytesMax = std::size_t{1} << 18;

  /// Steps over a length.
  [[nodiscard]] static std::size_t length(const char*& at) {
    std::size_t byte = static_cast<unsigned char>(*at++);
    std::size_t size = byte & (kMore - 1);
    for (unsigned shift = kLengthBits; byte >= kMore; shift += kLengthBits) {
      byte = static_cast<unsigned char>(*at++);
      size |= (byte & (kMore - 1)) << shift;
    }
    return size;
  }
  /// Null when no whole text lies there.
  [[nodiscard]] static const char* behind_text(const char* at, const char* end) {
    const char* const last = end - at < kLengthBytesMax ? end : at + kLengthBytesMax - 1;
    if (std::all_of(at, last, [](char byte) { return static_cast<unsigned char>(byte) >= kMore; }))
      return nullptr;
    const std::size_t size = length(at);
    return size <= static_cast<std::size_t>(end - at) ? at + size : nullptr;
  }

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
