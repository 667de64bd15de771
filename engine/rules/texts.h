#pragma once
// Texts one behind the other, numbered in the order in which they were added. A text costs its bytes, one or
// two for its length, and an eighth of a pointer; what was given out never moves.

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

/// Where every eighth text begins is written down, and the seven behind it follow without a gap. One thread.
class Texts {
 public:
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Before: number < size(). Good for as long as the text is there.
  [[nodiscard]] std::string_view operator[](std::size_t number) const { return text_at(start_of(number)); }
  /// Calls `each` with the texts `first` to `end` - 1, faster than one by one. Before: end <= size().
  void each_of(std::size_t first, std::size_t end, const auto& each) const {
    const char* at = nullptr;
    for (std::size_t number = first; number < end; ++number) {
      if (at == nullptr || number % kGroup == 0) at = start_of(number);
      const std::string_view text = text_at(at);
      each(text);
      at = text.data() + text.size();
    }
  }

  void push_back(std::string_view text) {
    const std::size_t bytes = std::size_t{kLengthBytesMax} + text.size();
    if (size_ % kGroup == 0) {
      starts_.emplace_back(room(bytes));
    } else if (behind_ != next_ || static_cast<std::size_t>(end_ - next_) < bytes) {
      // Those before it in its group come along; who has a view of them keeps what it sees.
      const char*& start = starts_[starts_.size() - 1];
      const auto before = static_cast<std::size_t>(behind_ - start);
      char* const moved = room(before + bytes);
      std::memcpy(moved, start, before);
      start = moved;
      next_ = moved + before;
    }
    char* at = next_;
    std::size_t left = text.size();
    for (; left >= kMore; left >>= kLengthBits) *at++ = static_cast<char>((left & (kMore - 1)) | kMore);
    *at++ = static_cast<char>(left);
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    behind_ = next_ = at + text.size();
    ++size_;
  }
  /// Adds `count` texts that lie in these bytes one behind the other, each behind its length, as they lie
  /// here: the way an ArchiveWriter puts them. False when they do not; then all of them are empty.
  [[nodiscard]] bool adopt(std::unique_ptr<char[]> bytes, std::size_t size, std::size_t count) {
    const char* at = bytes.get();
    const char* const end = at + size;
    for (std::size_t left = count; left != 0 && at != nullptr; --left) at = behind_text(at, end);
    if (at != end) {
      for (; count != 0; --count) push_back({});
      return false;
    }
    at = bytes.get();
    if (size_ % kGroup != 0) {
      for (; count != 0; --count) {
        push_back(text_at(at));
        at = behind(at);
      }
      return true;
    }
    chunks_.push_back(std::move(bytes));
    next_ = end_ = nullptr;  // what is added later gets a chunk of its own
    behind_ = end;
    for (const std::span<const char*> starts : starts_.extend((count + kGroup - 1) / kGroup))
      for (const char*& start : starts) {
        std::construct_at(&start, at);
        for (std::size_t left = std::min(count, kGroup); left != 0; --left, --count, ++size_) at = behind(at);
      }
    return true;
  }
  /// Before: size() > 0. Its bytes are used again where they are at the end of the newest chunk.
  void pop_back() {
    char* const start = const_cast<char*>(start_of(size_ - 1));
    const char* const chunk = chunks_.back().get();
    if (!std::less<>()(start, chunk) && std::less<>()(start, next_)) next_ = start;
    behind_ = start;
    if (--size_ % kGroup == 0) starts_.pop_back();
  }

 private:
  static constexpr std::size_t kGroup = 8;
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
  [[nodiscard]] static std::string_view text_at(const char* at) {
    const std::size_t size = length(at);
    return {at, size};
  }
  [[nodiscard]] static const char* behind(const char* at) {
    const std::size_t size = length(at);
    return at + size;
  }
  [[nodiscard]] const char* start_of(std::size_t number) const {
    const char* at = starts_[number / kGroup];
    for (std::size_t before = number % kGroup; before != 0; --before) at = behind(at);
    return at;
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

  InBlocks<const char*> starts_;  // of groups
  std::size_t size_ = 0;
  const char* behind_ = nullptr;  // the last text
  std::vector<std::unique_ptr<char[]>> chunks_;
  std::size_t chunk_bytes_ = kFirstChunkBytes / 2;  // of the newest
  char* next_ = nullptr;                            // free, to `end_`
  char* end_ = nullptr;
};

}  // namespace kontor::rules
