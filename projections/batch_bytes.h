#pragma once
// Bytes of the rows of one batch, side by side, and given back together. One thread writes; who reads must
// come after it.

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::views {

class BatchBytes {
 public:
  BatchBytes() = default;
  BatchBytes(const BatchBytes&) = delete;
  BatchBytes& operator=(const BatchBytes&) = delete;

  /// Room for so many bytes, which does not move.
  [[nodiscard]] char* room(std::size_t bytes) {
    if (bytes > left_) begin_chunk(bytes);
    char* const at = next_;
    next_ += bytes;
    left_ -= bytes;
    return at;
  }
  [[nodiscard]] std::string_view copy(std::string_view bytes) {
    char* const at = room(bytes.size());
    if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
    return {at, bytes.size()};
  }
  /// Forgets what was written and keeps the memory: fresh memory costs more than what is put there.
  void clear() {
    used_ = 0;
    left_ = 0;
    next_ = nullptr;
  }

 private:
  static constexpr std::size_t kFirstChunkBytes = 16u << 10;
  static constexpr std::size_t kChunkBytesMax = 1u << 20;
  struct Chunk {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };

  void begin_chunk(std::size_t bytes) {
    while (used_ < chunks_.size() && chunks_[used_].size < bytes) ++used_;
    if (used_ == chunks_.size()) {
      const std::size_t grown = chunks_.empty() ? kFirstChunkBytes : 2 * chunks_.back().size;
      const std::size_t size = std::max(bytes, std::min(grown, kChunkBytesMax));
      chunks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
    }
    next_ = chunks_[used_].bytes.get();
    left_ = chunks_[used_].size;
    ++used_;
  }

  std::vector<Chunk> chunks_;
  std::size_t used_ = 0;  // chunks, of those that are there
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

/// Bytes that lie elsewhere, for as long as those do.
struct BytesThere : std::string_view {
  BytesThere() = default;
  explicit BytesThere(std::string_view bytes) : std::string_view(bytes) {}
  operator std::string() const { return {data(), size()}; }  // NOLINT: a copy
};

}  // namespace kontor::views
