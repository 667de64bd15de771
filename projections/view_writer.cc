#include "projections/view_writer.h"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "events/core/assert.h"

namespace kontor::views {

void ViewBatch::add(std::string_view key, Position position, std::string_view value) {
  if (bytes == nullptr) bytes = std::make_shared<BatchBytes>();
  char* const at = bytes->room(key.size() + kNumberBytes);
  if (!key.empty()) std::memcpy(at, key.data(), key.size());
  put_number(~position, at + key.size());
  rows.push_back({BytesThere({at, key.size()}), position, BytesThere(bytes->copy(value))});
}

ViewWriter::ViewWriter(const ViewStore& store) : store_(store) {}

// Of a moment the store needs the first mark and the last; a group may have half a million of one.
void ViewWriter::begin_event(const TenantId& tenant, Position position, Instant timeline,
                             Instant recorded_at) {
  if (tenant_ != tenant) tenant_ = tenant;
  position_ = position;
  const auto same = [&](const ViewBatch::Mark& other) {
    return other.recorded_at == recorded_at && other.mark.effective_at == timeline && other.tenant == tenant;
  };
  std::vector<ViewBatch::Mark>& marks = batch_.marks;
  if (marks.size() >= 2 && same(marks.back()) && same(marks[marks.size() - 2]))
    marks.back().mark.position = position;
  else
    marks.push_back({tenant, {position, timeline}, recorded_at});
}

void ViewWriter::fail_event(std::string what) {
  if (failure_) return;
  failure_ =
      Error{Reason::Rebuilding, fmt::format("the views do not fit the event at position {} of tenant {}: {}",
                                            position_, tenant_.value, what)};
}

void ViewWriter::unreadable(const kj::Exception& error) {
  fail_event(fmt::format("a row cannot be read: {}", error.getDescription().cStr()));
}

Result<ViewBatch> ViewWriter::take(Checkpoint checkpoint) {
  if (failure_) {
    const Error first = *failure_;
    forget();
    return fail(first);
  }
  Result<ViewBatch> batch = take_rows(checkpoint);
  batch->marks = std::exchange(batch_.marks, {});
  return batch;
}

Result<ViewBatch> ViewWriter::take_rows(Checkpoint checkpoint) {
  if (failure_) return take(checkpoint);
  reader_.reset();
  late_.clear();
  late_rows_ = 0;
  rows_usual_ = batch_.rows.size();
  return ViewBatch{.checkpoint = checkpoint,
                   .rows = std::exchange(batch_.rows, {}),
                   .marks = {},
                   .bytes = std::exchange(batch_.bytes, nullptr)};
}

void ViewWriter::forget() {
  reader_.reset();
  batch_ = {};
  late_.clear();
  late_rows_ = 0;
  cache_.clear();
  failure_.reset();
}

void ViewWriter::forget_rows() {
  KONTOR_ASSERT(batch_.rows.empty());
  reader_.reset();
  cache_.forget_untouched();
}

RowCache::Row* ViewWriter::newest(const ViewKey& key) {
  KONTOR_ASSERT(position_ > 0);
  if (failure_) return nullptr;
  RowCache::Row* const cached = cache_.find(key.view());
  return cached != nullptr ? cached : read_stored(key);
}

RowCache::Row* ViewWriter::read_stored(const ViewKey& key) {
  // As it was before this event: a version at its own position may be there if the views were on their way
  // through a large group when they were stopped, and must not be taken for the one to go on from.
  if (!reader_) reader_ = store_.reader();
  const Result<std::optional<RowVersion>> stored = reader_->get(key, position_ - 1);
  if (!stored) {
    failure_ = stored.error();
    return nullptr;
  }
  stored_.clear();
  if (*stored && !(*stored)->value.empty()) {
    const std::string& bytes = (*stored)->value;
    stored_.resize(bytes.size() / sizeof(std::uint64_t));
    if (!stored_.empty()) std::memcpy(stored_.data(), bytes.data(), stored_.size() * sizeof(std::uint64_t));
    // Looked through once: rows are built from the cache without looking.
    try {
      if (bytes.size() % sizeof(std::uint64_t) != 0 || !is_canonical(stored_)) {
        fail_event("a row cannot be read: it is not as rows are written");
        return nullptr;
      }
    } catch (const kj::Exception& error) {
      unreadable(error);
      return nullptr;
    }
  }
  return &cache_.add(key.view(), stored_);
}

// Rows that were written for good are in no cache: they are in this batch, on their way, or stored.
Words ViewWriter::newest_late(const ViewKey& key) {
  if (failure_) return {};
  if (const RowCache::Row* const cached = cache_.find(key.view())) return cached->words();
  for (; late_rows_ < batch_.rows.size(); ++late_rows_)
    late_.insert_or_assign(std::string(batch_.rows[late_rows_].key), late_rows_);
  const auto here = late_.find(key.view());
  if (here == late_.end()) {
    if (settle_ && settle_() == Settled::Now) reader_.reset();
    return words_of(newest(key));
  }
  const std::string_view bytes = batch_.rows[here->second].value;
  late_row_.resize(bytes.size() / sizeof(std::uint64_t));
  std::memcpy(late_row_.data(), bytes.data(), bytes.size());
  return late_row_;
}

std::shared_ptr<BatchBytes> ViewWriter::unused_bytes() {
  // In turns: of the batch before the last one it is known that nobody reads it any more.
  if (memory_.size() == 2) {
    std::swap(memory_.front(), memory_.back());
    if (memory_.back().use_count() == 1) {
      memory_.back()->clear();
      return memory_.back();
    }
    memory_.pop_back();
  }
  memory_.push_back(std::make_shared<BatchBytes>());
  return memory_.back();
}

void ViewWriter::put(const ViewKey& key, std::string_view value) {
  if (failure_) return;
  if (batch_.bytes == nullptr) {
    batch_.bytes = unused_bytes();
    batch_.rows.reserve(rows_usual_);
  }
  batch_.add(key.view(), position_, value);
}

void ViewWriter::put_built(const ViewKey& key) {
  put(key, bytes_of(built_));
  cache_.put(key.view(), built_, position_);
}

void ViewWriter::put_built(const ViewKey& key, RowCache::Row& row) {
  put(key, bytes_of(built_));
  cache_.put(row, built_, position_);
}

void ViewWriter::missing(const ViewKey& key) {
  std::string shown;
  for (const char c : key.view()) shown.push_back(c >= ' ' && c <= '~' ? c : '/');
  fail_event("there is no row " + shown);
}

}  // namespace kontor::views
