// Keys are described in docs/views.md.
#include "projections/sorted_view_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <utility>

#include "events/core/assert.h"
#include "projections/view_layout.h"

namespace kontor::views {
namespace {

// Versions of one row that are stepped over before a seek is cheaper.
constexpr int kStepsMax = 4;

std::string section(const TenantId& tenant, char name) {
  std::string key = tenant.value;
  key.push_back('\0');
  key.push_back(name);
  return key;
}

// Numbers that must sort newest first are stored as their complement: one forward seek finds "newest not
// after".
std::string newest_first(std::string key, std::uint64_t number) {
  append_number(key, ~number);
  return key;
}

// Behind every version of this row and before the next row (rows' keys are never the beginning of one
// another).
std::string behind(std::string_view row_key) {
  std::string key(row_key);
  key.append(kNumberBytes + 1, '\xFF');
  return key;
}

void append_digest(std::string& out, const Digest& digest) {
  out.append(reinterpret_cast<const char*>(digest.data()), digest.size());
}

Digest digest_at(const std::string& bytes, std::size_t at) {
  Digest digest{};
  std::copy_n(bytes.data() + at, digest.size(), reinterpret_cast<char*>(digest.data()));
  return digest;
}

tl::unexpected<Error> damaged(std::string what) {
  return fail(Reason::Rebuilding, "the views are damaged: " + std::move(what));
}

Result<std::optional<RowVersion>> newest_version(BytesCursor& cursor, const ViewKey& key, Position as_of) {
  std::array<char, 256> near{};
  const std::string_view row = key.view();
  if (row.size() + kNumberBytes <= near.size()) {
    std::copy(row.begin(), row.end(), near.begin());
    put_number(~as_of, near.data() + row.size());
    cursor.seek({near.data(), row.size() + kNumberBytes});
  } else {
    cursor.seek(newest_first(key.bytes(), as_of));
  }
  if (!cursor.valid()) {
    if (const Status status = cursor.status(); !status) return fail(status.error());
    return std::optional<RowVersion>();
  }
  const std::string_view found = cursor.key();
  if (found.size() != row.size() + kNumberBytes || !found.starts_with(row))
    return std::optional<RowVersion>();
  return std::optional<RowVersion>(
      RowVersion{~number_at(found.substr(row.size())), std::string(cursor.value())});
}

/// The entries of one mark.
struct MarkEntries {
  const TenantId& tenant;
  const TenantMark& mark;
  BatchBytes& bytes;
  std::vector<BytesView>& entries;

  void add_position() const {
    entries.push_back({numbered(kPositionSection, ~mark.position), number(effective_at())});
  }
  void add_time(char section, Instant at) const {
    entries.push_back({numbered(section, ~static_cast<std::uint64_t>(at.ns)), number(mark.position)});
  }
  void add_mark() const {
    char* const both = bytes.room(2 * kNumberBytes);
    put_number(mark.position, both);
    put_number(effective_at(), both + kNumberBytes);
    const std::size_t name = tenant.value.size() + 2;
    entries.push_back({{begin(kMarkSection, name), name}, {both, 2 * kNumberBytes}});
  }

 private:
  [[nodiscard]] std::uint64_t effective_at() const {
    return static_cast<std::uint64_t>(mark.effective_at.ns);
  }
  [[nodiscard]] std::string_view number(std::uint64_t number) const {
    char* const at = bytes.room(kNumberBytes);
    put_number(number, at);
    return {at, kNumberBytes};
  }
  [[nodiscard]] std::string_view numbered(char section, std::uint64_t number) const {
    const std::size_t name = tenant.value.size() + 2;
    char* const at = begin(section, name + kNumberBytes);
    put_number(number, at + name);
    return {at, name + kNumberBytes};
  }
  [[nodiscard]] char* begin(char section, std::size_t size) const {
    const std::string& name = tenant.value;
    char* const at = bytes.room(size);
    std::memcpy(at, name.data(), name.size());
    at[name.size()] = '\0';
    at[name.size() + 1] = section;
    return at;
  }
};

class SortedRowReader final : public RowReader {
 public:
  explicit SortedRowReader(std::unique_ptr<BytesCursor> cursor) : cursor_(std::move(cursor)) {}

  Result<std::optional<RowVersion>> get(const ViewKey& key, Position as_of) override {
    return newest_version(*cursor_, key, as_of);
  }

 private:
  const std::unique_ptr<BytesCursor> cursor_;
};

class SortedViewStore final : public ViewStore {
 public:
  SortedViewStore(std::unique_ptr<SortedBytes> bytes, std::uint32_t shape)
      : bytes_(std::move(bytes)), shape_(shape) {}

  Status apply(ViewBatch batch) override {
    BatchBytes bytes;  // of what is not rows
    std::vector<BytesView> entries;
    entries.reserve(batch.rows.size() + 3 * batch.marks.size() + 8);
    for (const ViewBatch::Row& row : batch.rows) entries.push_back({row.stored_key(), row.value});
    if (Status added = add_marks(batch.marks, bytes, entries); !added) return added;
    std::string checkpoint;
    append_number(checkpoint, batch.checkpoint.group);
    append_digest(checkpoint, batch.checkpoint.fingerprint);
    append_digest(checkpoint, batch.checkpoint.ahead);
    append_number(checkpoint, shape_);
    entries.push_back({kCheckpointKey, checkpoint});
    return bytes_->put(entries);
  }

  Status reset() override { return bytes_->clear(); }

  Result<Checkpoint> checkpoint() const override {
    const Result<std::optional<std::string>> value = exact(kCheckpointKey);
    if (!value) return fail(value.error());
    Checkpoint found;
    if (!*value) return found;
    // The shape is the last number, whatever else a checkpoint of that shape says.
    if ((*value)->size() < kNumberBytes) return damaged("their checkpoint");
    const std::uint64_t shape = number_at((*value)->substr((*value)->size() - kNumberBytes));
    if (shape != shape_)
      return fail(Reason::Rebuilding,
                  fmt::format("the views have shape {}, this program has {}", shape, shape_));
    if ((*value)->size() != 2 * kNumberBytes + 2 * sizeof(Digest)) return damaged("their checkpoint");
    found.group = number_at(**value);
    found.fingerprint = digest_at(**value, kNumberBytes);
    found.ahead = digest_at(**value, kNumberBytes + sizeof(Digest));
    return found;
  }

  Result<TenantMark> tenant(const TenantId& tenant) const override {
    const Result<std::optional<std::string>> value = exact(section(tenant, kMarkSection));
    if (!value) return fail(value.error());
    if (!*value) return TenantMark{};
    if ((*value)->size() != 2 * kNumberBytes) return damaged("the mark of tenant " + tenant.value);
    return TenantMark{number_at(**value),
                      Instant{static_cast<std::int64_t>(number_at((*value)->substr(kNumberBytes)))}};
  }

  Result<Position> position_at(const TenantId& tenant, Instant time) const override {
    return newest_not_after(section(tenant, kTimeSection), time, tenant);
  }

  Result<Position> position_known_at(const TenantId& tenant, Instant time) const override {
    return newest_not_after(section(tenant, kRecordedSection), time, tenant);
  }

  Result<Instant> effective_at(const TenantId& tenant, Position position) const override {
    const std::string prefix = section(tenant, kPositionSection);
    const auto cursor = bytes_->cursor();
    cursor->seek(newest_first(prefix, position));
    if (!cursor->valid()) {
      if (const Status status = cursor->status(); !status) return fail(status.error());
      return Instant{};
    }
    if (!cursor->key().starts_with(prefix)) return Instant{};
    if (cursor->value().size() != kNumberBytes)
      return damaged("the position index of tenant " + tenant.value);
    return Instant{static_cast<std::int64_t>(number_at(cursor->value()))};
  }

  Result<std::optional<RowVersion>> get(const ViewKey& key, Position as_of) const override {
    return newest_version(*bytes_->row_cursor(), key, as_of);
  }
  std::unique_ptr<RowReader> reader() const override {
    return std::make_unique<SortedRowReader>(bytes_->row_cursor());
  }

  Status scan(const ViewKey& prefix, std::string_view after, Position as_of,
              const RowVisitor& visit) const override {
    const auto cursor = bytes_->cursor();
    cursor->seek(after.empty() ? prefix.bytes() : behind(after));
    while (cursor->valid() && cursor->key().starts_with(prefix.bytes())) {
      if (cursor->key().size() < prefix.bytes().size() + kNumberBytes)
        return damaged("a row's key is cut short");
      const std::string row(cursor->key().substr(0, cursor->key().size() - kNumberBytes));
      if (!to_version(*cursor, row, as_of)) continue;
      const RowVersion version{~number_at(cursor->key().substr(row.size())), std::string(cursor->value())};
      if (visit(row, version) == Scan::Stop) return {};
      leave(*cursor, row);
    }
    return cursor->valid() ? Status() : cursor->status();
  }

  Status versions(const RowRange& rows, Position from, Position to,
                  const VersionVisitor& visit) const override {
    const std::string& prefix = rows.prefix.bytes();
    const auto cursor = bytes_->cursor();
    cursor->seek(rows.after.empty() ? prefix : behind(rows.after));
    while (cursor->valid() && cursor->key().starts_with(prefix)) {
      if (cursor->key().size() < prefix.size() + kNumberBytes) return damaged("a row's key is cut short");
      const std::string row(cursor->key().substr(0, cursor->key().size() - kNumberBytes));
      if (!rows.until.empty() && row > rows.until) return {};
      if (!to_version(*cursor, row, to)) continue;
      for (; at_row(*cursor, row); cursor->next()) {
        const Position position = ~number_at(cursor->key().substr(row.size()));
        if (position < from) {
          cursor->seek(behind(row));
          break;
        }
        if (visit(row, position, cursor->value()) == Scan::Stop) return {};
      }
    }
    return cursor->valid() ? Status() : cursor->status();
  }

  std::unique_ptr<BytesCursor> walk() const override { return bytes_->cursor(); }
  std::unique_ptr<ViewStore> frozen() const override {
    return std::make_unique<SortedViewStore>(bytes_->frozen(), shape_);
  }
  Status sync() override { return bytes_->sync(); }

 private:
  Result<Position> newest_not_after(const std::string& prefix, Instant time, const TenantId& tenant) const {
    if (time.ns < 0) return Position{0};
    const auto cursor = bytes_->cursor();
    cursor->seek(newest_first(prefix, static_cast<std::uint64_t>(time.ns)));
    if (!cursor->valid()) {
      if (const Status status = cursor->status(); !status) return fail(status.error());
      return Position{0};
    }
    if (!cursor->key().starts_with(prefix)) return Position{0};
    if (cursor->value().size() != kNumberBytes) return damaged("a time index of tenant " + tenant.value);
    return number_at(cursor->value());
  }

  // A moment is remembered with its last position, and with its first: which entries there are does not
  // depend on how events were put into batches.
  Status add_marks(const std::vector<ViewBatch::Mark>& marks, BatchBytes& bytes,
                   std::vector<BytesView>& entries) const {
    std::map<TenantId, TenantMark> newest;
    TenantMark* before = nullptr;
    for (std::size_t i = 0; i < marks.size(); ++i) {
      const auto& [tenant, mark, recorded_at] = marks[i];
      if (i == 0 || marks[i - 1].tenant != tenant) {
        const auto [at, added] = newest.try_emplace(tenant);
        before = &at->second;
        const Result<TenantMark> stored = added ? this->tenant(tenant) : Result<TenantMark>(*before);
        if (!stored) return fail(stored.error());
        *before = *stored;
      }
      KONTOR_ASSERT(mark.effective_at.ns >= 0);
      const MarkEntries out{tenant, mark, bytes, entries};
      if (before->position == 0 || before->effective_at != mark.effective_at) out.add_position();
      *before = mark;
      const bool last = i + 1 == marks.size() || marks[i + 1].tenant != tenant;
      if (last || marks[i + 1].recorded_at != recorded_at) out.add_time(kRecordedSection, recorded_at);
      if (!last && marks[i + 1].mark.effective_at == mark.effective_at) continue;
      out.add_time(kTimeSection, mark.effective_at);
      if (last) out.add_mark();
    }
    return {};
  }

  static bool at_row(const BytesCursor& cursor, std::string_view row) {
    return cursor.valid() && cursor.key().size() == row.size() + kNumberBytes &&
           cursor.key().starts_with(row);
  }
  // From a row's newest version to its newest one not after `as_of`. False when it has none: the cursor then
  // stands behind the row.
  static bool to_version(BytesCursor& cursor, std::string_view row, Position as_of) {
    if (~number_at(cursor.key().substr(row.size())) <= as_of) return true;
    cursor.seek(newest_first(std::string(row), as_of));
    return at_row(cursor, row);
  }
  static void leave(BytesCursor& cursor, std::string_view row) {
    for (int step = 0; step < kStepsMax; ++step) {
      cursor.next();
      if (!at_row(cursor, row)) return;
    }
    cursor.seek(behind(row));
  }

  Result<std::optional<std::string>> exact(std::string_view key) const {
    const auto cursor = bytes_->cursor();
    cursor->seek(key);
    if (!cursor->valid()) {
      if (const Status status = cursor->status(); !status) return fail(status.error());
      return std::optional<std::string>();
    }
    if (cursor->key() != key) return std::optional<std::string>();
    return std::optional<std::string>(cursor->value());
  }

  const std::unique_ptr<SortedBytes> bytes_;
  const std::uint32_t shape_;
};

}  // namespace

std::unique_ptr<ViewStore> sorted_view_store(std::unique_ptr<SortedBytes> bytes, std::uint32_t shape) {
  return std::make_unique<SortedViewStore>(std::move(bytes), shape);
}

}  // namespace kontor::views
