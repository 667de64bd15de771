#include "client/cli/heap/huge_pages.h"

#include <gperftools/malloc_extension.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <new>
#include <utility>

#include "client/cli/heap/touch_ahead.h"
#include "engine/thread_name.h"

namespace kontor::heap {
namespace {

std::size_t up_to_multiple(std::size_t size, std::size_t of) { return (size + of - 1) / of * of; }

/// nullptr when the system has no more. `size` and `alignment` are multiples of a huge page.
void* map_aligned(std::size_t size, std::size_t alignment) {
  if (size + alignment < size) return nullptr;
  void* const mapped =
      mmap(nullptr, size + alignment, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  // What was mapped too much, before and behind, goes back.
  char* const begin = static_cast<char*>(mapped);
  const std::size_t before = up_to_multiple(reinterpret_cast<std::uintptr_t>(begin), alignment) -
                             reinterpret_cast<std::uintptr_t>(begin);
  char* const piece = begin + before;
  if (before != 0) munmap(begin, before);
  if (alignment != before) munmap(piece + size, alignment - before);
  return piece;
}

/// Called by the allocator under a lock of its own, so nothing here may allocate.
class HugePageSource final : public SysAllocator {
 public:
  explicit HugePageSource(SysAllocator& small) : small_(small) {}

  void* Alloc(std::size_t size, std::size_t* actual_size, std::size_t alignment) override {
    if (given_ >= kSmallHeapBytes && size <= kLargestPiece)
      if (void* const piece = huge(size, actual_size, alignment)) return piece;
    void* const piece = small_.Alloc(size, actual_size, alignment);
    if (piece != nullptr) given_ += size;
    return piece;
  }

  /// Any thread.
  void grow_ahead(bool ahead) { ahead_ = ahead; }
  [[nodiscard]] TouchList& to_touch() { return to_touch_; }

 private:
  static constexpr std::size_t kLargestPiece = SIZE_MAX / 2;  // beyond it rounding up would overflow
  static constexpr std::size_t kReserveBytes = std::size_t{1} << 30;
  static constexpr std::size_t kNamedBytes = GrowingAhead::kAheadBytes / 4;  // at a time, at least

  void* huge(std::size_t size, std::size_t* actual_size, std::size_t alignment) {
    const std::size_t whole = up_to_multiple(size, kHugePageBytes);
    const bool from_reserve = ahead_ && whole <= GrowingAhead::kAheadBytes && alignment <= kHugePageBytes;
    void* const piece =
        from_reserve ? next_of_reserve(whole) : map_huge(whole, std::max(alignment, kHugePageBytes));
    if (piece == nullptr) return nullptr;
    if (actual_size != nullptr) *actual_size = whole;
    return piece;
  }

  /// nullptr when the system has no more.
  void* next_of_reserve(std::size_t size) {
    if (reserve_.size < size) {
      // Mapped in one piece and rarely: to map anything waits for what is being touched.
      void* const mapped = map_huge(kReserveBytes, kHugePageBytes);
      if (mapped == nullptr) return nullptr;
      if (reserve_.size != 0) munmap(reserve_.begin, reserve_.size);
      reserve_ = {static_cast<char*>(mapped), kReserveBytes};
      named_ = reserve_.begin;
    }
    char* const taken = reserve_.begin;
    reserve_ = {taken + size, reserve_.size - size};
    named_ = std::max(named_, reserve_.begin);
    name_to_touch(reserve_.begin + std::min(reserve_.size, GrowingAhead::kAheadBytes));
    return taken;
  }
  void name_to_touch(char* end) {
    const std::size_t size = static_cast<std::size_t>(end - named_);
    if (size < kNamedBytes || !to_touch_.add({named_, size})) return;
    named_ = end;
  }

  static void* map_huge(std::size_t size, std::size_t alignment) {
    void* const piece = map_aligned(size, alignment);
    // Refused where the kernel was built without; the piece is as good as any other then.
    if (piece != nullptr) static_cast<void>(madvise(piece, size, MADV_HUGEPAGE));
    return piece;
  }

  SysAllocator& small_;
  std::size_t given_ = 0;  // in small pages
  std::atomic<bool> ahead_ = false;
  Range reserve_;          // mapped, and nobody's
  char* named_ = nullptr;  // up to here it is touched, or will be
  TouchList to_touch_;
};

HugePageSource* source = nullptr;  // once there is one

}  // namespace

void use_huge_pages() {
  MallocExtension& allocator = *MallocExtension::instance();
  SysAllocator* const small = allocator.GetSystemAllocator();
  if (small == nullptr) return;
  // The heap asks it until the last destructor has run, so it has none.
  alignas(HugePageSource) static std::byte place[sizeof(HugePageSource)];
  source = new (place) HugePageSource(*small);
  allocator.SetSystemAllocator(source);
}

GrowingAhead::GrowingAhead() {
  if (source == nullptr) return;
  thread_ = std::jthread([](const std::stop_token& stop) {
    name_this_thread("heap");
    source->to_touch().touch(stop);
  });
  source->grow_ahead(true);
}

GrowingAhead::~GrowingAhead() {
  if (source != nullptr) source->grow_ahead(false);
}

}  // namespace kontor::heap
