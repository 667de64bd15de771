#include "client/cli/heap/huge_pages.h"

#include <gperftools/malloc_extension.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <new>

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

 private:
  static constexpr std::size_t kLargestPiece = SIZE_MAX / 2;  // beyond it rounding up would overflow

  static void* huge(std::size_t size, std::size_t* actual_size, std::size_t alignment) {
    const std::size_t whole = up_to_multiple(size, kHugePageBytes);
    void* const piece = map_aligned(whole, std::max(alignment, kHugePageBytes));
    if (piece == nullptr) return nullptr;
    // Refused where the kernel was built without; the piece is as good as any other then.
    static_cast<void>(madvise(piece, whole, MADV_HUGEPAGE));
    if (actual_size != nullptr) *actual_size = whole;
    return piece;
  }

  SysAllocator& small_;
  std::size_t given_ = 0;  // in small pages
};

}  // namespace

void use_huge_pages() {
  MallocExtension& allocator = *MallocExtension::instance();
  SysAllocator* const small = allocator.GetSystemAllocator();
  if (small == nullptr) return;
  // The heap asks it until the last destructor has run, so it has none.
  alignas(HugePageSource) static std::byte place[sizeof(HugePageSource)];
  allocator.SetSystemAllocator(new (place) HugePageSource(*small));
}

}  // namespace kontor::heap
