#include "projections/row_cache.h"

#include <cstring>

namespace kontor::views {
namespace {

constexpr std::size_t kWordBytes = sizeof(std::uint64_t);

// All room is taken in whole words, so all of it begins at one.
char* room_for(BatchBytes& bytes, std::size_t size) {
  return bytes.room((size + kWordBytes - 1) / kWordBytes * kWordBytes);
}

}  // namespace

RowCache::Row& RowCache::Rows::add(std::string_view key, Words words) {
  char* const at = room_for(bytes, key.size());
  std::memcpy(at, key.data(), key.size());
  Row& row = rows[{at, key.size()}];
  write(row, words);
  return row;
}

void RowCache::Rows::write(Row& row, Words words) {
  if (words.size() > row.room) {
    row.words = reinterpret_cast<std::uint64_t*>(room_for(bytes, words.size_bytes()));
    row.room = static_cast<std::uint32_t>(words.size());
  }
  row.size = static_cast<std::uint32_t>(words.size());
  if (!words.empty()) std::memcpy(row.words, words.data(), words.size_bytes());
}

void RowCache::Rows::clear() {
  rows.clear();
  bytes.clear();
}

RowCache::Row* RowCache::touch(std::string_view key) {
  if (const auto found = lately().rows.find(key); found != lately().rows.end()) return &found->second;
  const auto found = before().rows.find(key);
  if (found == before().rows.end()) return nullptr;
  const Row& old = found->second;
  Row& row = lately().add(key, {old.words, old.size});
  row.first = old.first;
  return &row;
}

std::optional<Words> RowCache::find(std::string_view key) {
  const Row* row = touch(key);
  if (row == nullptr) return std::nullopt;
  return Words(row->words, row->size);
}

Words RowCache::add(std::string_view key, Words words) {
  const Row& row = lately().add(key, words);
  return {row.words, row.size};
}

void RowCache::put(std::string_view key, Words words, Position position) {
  Row* const row = touch(key);
  if (row == nullptr) {
    lately().add(key, words);
    return;
  }
  if (row->size == 0) row->first = position;
  lately().write(*row, words);
}

bool RowCache::is_new(std::string_view key, Position position) const {
  const auto found = lately().rows.find(key);
  return found != lately().rows.end() && found->second.first == position;
}

void RowCache::forget_untouched() {
  lately_ = 1 - lately_;
  lately().clear();
}

void RowCache::clear() {
  lately().clear();
  before().clear();
}

}  // namespace kontor::views
