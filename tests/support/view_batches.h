#pragma once
// Batches of views, row by row.

#include <string>
#include <utility>
#include <vector>

#include "projections/view_store.h"

namespace kontor::test {

struct OwnedRow {
  std::string key;
  Position position = 0;
  std::string value;
};

[[nodiscard]] inline views::ViewBatch batch_of(const views::Checkpoint& checkpoint,
                                               const std::vector<OwnedRow>& rows,
                                               std::vector<views::ViewBatch::Mark> marks = {}) {
  views::ViewBatch batch{.checkpoint = checkpoint, .rows = {}, .marks = std::move(marks), .bytes = nullptr};
  for (const OwnedRow& row : rows) batch.add(row.key, row.position, row.value);
  return batch;
}

}  // namespace kontor::test
