#pragma once
// A sequence that grows in blocks: growing moves nothing, so nobody waits for it and what was given out stays
// where it is. An empty one has no memory of its own: a tenant has some sixty of them, mostly small.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace kontor::rules {

/// Blocks double from eight elements to about a mebibyte; all behind those are as large. One thread.
template <class T>
class InBlocks {
 public:
  InBlocks() = default;
  InBlocks(const InBlocks&) = delete;
  InBlocks& operator=(const InBlocks&) = delete;
  ~InBlocks() {
    while (size_ != 0) pop_back();
    for (std::size_t block = 0; block < blocks_.size(); ++block)
      std::allocator<T>().deallocate(blocks_[block], size_of(block));
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Before: at < size().
  [[nodiscard]] T& operator[](std::size_t at) { return *place(at); }
  [[nodiscard]] const T& operator[](std::size_t at) const { return *place(at); }

  template <class... Args>
  T& emplace_back(Args&&... args) {
    const auto [block, offset] = where(size_);
    if (block == blocks_.size()) blocks_.push_back(std::allocator<T>().allocate(size_of(block)));
    T& added = *std::construct_at(blocks_[block] + offset, std::forward<Args>(args)...);
    ++size_;
    return added;
  }
  /// Room for `count` elements more, in pieces that lie side by side. They are there when this returns, and
  /// constructing each of them is the caller's next step, on whichever threads.
  [[nodiscard]] std::vector<std::span<T>> extend(
      std::size_t count) requires std::is_trivially_destructible_v<T> {
    std::vector<std::span<T>> room;
    for (std::size_t left = count; left != 0; left -= room.back().size()) {
      const auto [block, offset] = where(size_);
      if (block == blocks_.size()) blocks_.push_back(std::allocator<T>().allocate(size_of(block)));
      room.emplace_back(blocks_[block] + offset, std::min(left, size_of(block) - offset));
      size_ += room.back().size();
    }
    return room;
  }
  /// Before: size() > 0. Keeps the memory.
  void pop_back() {
    std::destroy_at(place(size_ - 1));
    --size_;
  }

 private:
  static constexpr unsigned kFirstBits = 3;
  static constexpr std::size_t kBlockBytes = std::size_t{1} << 20;
  static constexpr unsigned kLargestBits =
      std::max<unsigned>(kFirstBits, std::bit_width(kBlockBytes / sizeof(T)) - 1);

  struct Where {
    std::size_t block;
    std::size_t offset;
  };
  // Counted from 2^kFirstBits, the leading bit of a number is its block and the rest the place in it.
  [[nodiscard]] static Where where(std::size_t at) {
    const std::size_t counted = at + (std::size_t{1} << kFirstBits);
    if (counted >> kLargestBits == 0) {
      const auto leading = static_cast<unsigned>(std::bit_width(counted)) - 1;
      return {leading - kFirstBits, counted ^ std::size_t{1} << leading};
    }
    return {(counted >> kLargestBits) + kLargestBits - kFirstBits - 1,
            counted & ((std::size_t{1} << kLargestBits) - 1)};
  }
  [[nodiscard]] static std::size_t size_of(std::size_t block) {
    return std::size_t{1} << std::min<std::size_t>(block + kFirstBits, kLargestBits);
  }
  [[nodiscard]] T* place(std::size_t at) const {
    const auto [block, offset] = where(at);
    return blocks_[block] + offset;
  }

  std::vector<T*> blocks_;
  std::size_t size_ = 0;
};

}  // namespace kontor::rules
