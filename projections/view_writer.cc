#include "projections/view_writer.h"

#include <kj/exception.h>

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "events/core/assert.h"

namespace kontor::views {
namespace {

constexpr std::size_t kScratchWords = 1'024;

}  // namespace

ViewWriter::ViewWriter(const ViewStore& store)
    : store_(store), scratch_(kj::heapArray<capnp::word>(kScratchWords)) {
  std::memset(scratch_.begin(), 0, scratch_.size() * sizeof(capnp::word));
}

void ViewWriter::begin_event(const TenantId& tenant, Position position, Instant timeline,
                             Instant recorded_at) {
  if (batch_.rows.empty() && cache_.size() > kCachedRowsMax) cache_.clear();
  tenant_ = tenant;
  position_ = position;
  mark({tenant, {position, timeline}, recorded_at});
}

// Of a moment the store needs the first mark and the last; a group may have half a million of one.
void ViewWriter::mark(ViewBatch::Mark mark) {
  const auto same = [&mark](const ViewBatch::Mark& other) {
    return other.tenant == mark.tenant && other.recorded_at == mark.recorded_at &&
           other.mark.effective_at == mark.mark.effective_at;
  };
  std::vector<ViewBatch::Mark>& marks = batch_.marks;
  if (marks.size() >= 2 && same(marks.back()) && same(marks[marks.size() - 2]))
    marks.back() = std::move(mark);
  else
    marks.push_back(std::move(mark));
}

void ViewWriter::fail_event(std::string what) {
  if (failure_) return;
  failure_ =
      Error{Reason::Rebuilding, fmt::format("the views do not fit the event at position {} of tenant {}: {}",
                                            position_, tenant_.value, what)};
}

Result<ViewBatch> ViewWriter::take(Checkpoint checkpoint) {
  reader_.reset();
  ViewBatch batch = std::exchange(batch_, {});
  if (failure_) {
    cache_.clear();
    return fail(*std::exchange(failure_, std::nullopt));
  }
  batch.checkpoint = checkpoint;
  return batch;
}

Result<ViewBatch> ViewWriter::take_rows(Checkpoint checkpoint) {
  if (failure_) return take(checkpoint);
  reader_.reset();
  return ViewBatch{.checkpoint = checkpoint, .rows = std::exchange(batch_.rows, {}), .marks = {}};
}

void ViewWriter::forget() {
  reader_.reset();
  batch_ = {};
  cache_.clear();
  failure_.reset();
}

const std::string* ViewWriter::newest(const ViewKey& key) {
  KONTOR_ASSERT(position_ > 0);
  if (failure_) return nullptr;
  const auto cached = cache_.find(key.bytes());
  if (cached != cache_.end()) return cached->second ? &*cached->second : nullptr;
  // As it was before this event: a version at its own position may be there if the views were on their way
  // through a large group when they were stopped, and must not be taken for the one to go on from.
  if (!reader_) reader_ = store_.reader();
  Result<std::optional<RowVersion>> stored = reader_->get(key, position_ - 1);
  if (!stored) {
    failure_ = stored.error();
    return nullptr;
  }
  std::optional<std::string> bytes;
  if (*stored) bytes = std::move((*stored)->value);
  const auto& kept = cache_.emplace(key.bytes(), std::move(bytes)).first->second;
  return kept ? &*kept : nullptr;
}

const std::string* ViewWriter::in_batch(const ViewKey& key) const {
  for (auto row = batch_.rows.rbegin(); row != batch_.rows.rend(); ++row)
    if (row->key == key.bytes()) return &row->value;
  return nullptr;
}

kj::ArrayPtr<capnp::word> ViewWriter::scratch() { return scratch_; }

void ViewWriter::guarded(const std::function<void()>& work) {
  try {
    work();
  } catch (const kj::Exception& e) {
    fail_event(fmt::format("a row cannot be read: {}", e.getDescription().cStr()));
  }
}

void ViewWriter::put(const ViewKey& key, std::string value, Keep keep) {
  if (failure_) return;
  if (keep == Keep::Yes) cache_.insert_or_assign(key.bytes(), value);
  batch_.rows.push_back({key.bytes(), position_, std::move(value)});
}

void ViewWriter::missing(const ViewKey& key) {
  std::string shown;
  for (const char c : key.bytes()) shown.push_back(c >= ' ' && c <= '~' ? c : '/');
  fail_event("there is no row " + shown);
}

}  // namespace kontor::views
