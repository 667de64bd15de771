#pragma once
// Bytes of a view store that lie elsewhere: a second store can look at them after the first was stopped,
// which it is after so many writes.

#include <cstddef>
#include <limits>
#include <memory>
#include <span>

#include "projections/sorted_bytes.h"

namespace kontor::test {

class LimitedBytes final : public views::SortedBytes {
 public:
  explicit LimitedBytes(views::SortedBytes& bytes,
                        std::size_t writes_max = std::numeric_limits<std::size_t>::max())
      : bytes_(bytes), writes_left_(writes_max) {}

  Status put(std::span<views::BytesView> entries) override {
    if (writes_left_ == 0) return fail(Reason::Rebuilding, "stopped");
    --writes_left_;
    return bytes_.put(entries);
  }
  Status clear() override { return bytes_.clear(); }
  std::unique_ptr<views::BytesCursor> cursor() const override { return bytes_.cursor(); }
  std::unique_ptr<views::BytesCursor> row_cursor() const override { return bytes_.row_cursor(); }
  std::unique_ptr<views::SortedBytes> frozen() const override { return bytes_.frozen(); }
  Status sync() override { return bytes_.sync(); }

 private:
  views::SortedBytes& bytes_;
  std::size_t writes_left_;
};

}  // namespace kontor::test
