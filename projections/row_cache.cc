#include "projections/row_cache.h"

#include <cstring>
#include <new>

#include "projections/key_hash.h"

namespace kontor::views {
namespace {

constexpr std::size_t kWordBytes = sizeof(std::uint64_t);

// All room is taken in whole words, so all of it begins at one.
constexpr std::size_t whole_words(std::size_t bytes) {
  return (bytes + kWordBytes - 1) / kWordBytes * kWordBytes;
}

}  // namespace

RowCache::Row* RowCache::Rows::find(const Sought& sought) const {
  const auto found = rows.find(sought);
  return found == rows.end() ? nullptr : found->row;
}

RowCache::Row& RowCache::Rows::add(const Sought& sought, Words words) {
  const std::size_t head = sizeof(Row) + whole_words(sought.key.size());
  char* const at = bytes.room(head + words.size_bytes());
  Row& row = *new (at) Row;
  row.key_size_ = sought.key.size();
  std::memcpy(at + sizeof(Row), sought.key.data(), sought.key.size());
  row.words_ = reinterpret_cast<std::uint64_t*>(at + head);
  row.room_ = static_cast<std::uint32_t>(words.size());
  write(row, words);
  rows.insert({sought.hash, &row});
  return row;
}

void RowCache::Rows::write(Row& row, Words words) {
  if (words.size() > row.room_) {
    row.words_ = reinterpret_cast<std::uint64_t*>(bytes.room(words.size_bytes()));
    row.room_ = static_cast<std::uint32_t>(words.size());
  }
  row.size_ = static_cast<std::uint32_t>(words.size());
  if (!words.empty()) std::memcpy(row.words_, words.data(), words.size_bytes());
}

void RowCache::Rows::clear() {
  rows.clear();
  bytes.clear();
}

// An address differs from run to run.
RowCache::Sought RowCache::sought(std::string_view key) const {
  return {key, key_hash(key, reinterpret_cast<std::uintptr_t>(this) * 0xD6E8'FEB8'6659'FD93)};
}

RowCache::Row* RowCache::touch(const Sought& sought) {
  if (Row* const row = lately().find(sought)) return row;
  const Row* const old = before().find(sought);
  if (old == nullptr) return nullptr;
  Row& row = lately().add(sought, old->words());
  row.first_ = old->first_;
  return &row;
}

void RowCache::put(std::string_view key, Words words, Position position) {
  const Sought sought = this->sought(key);
  if (Row* const row = touch(sought))
    put(*row, words, position);
  else
    lately().add(sought, words);
}

void RowCache::put(Row& row, Words words, Position position) {
  if (row.size_ == 0) row.first_ = position;
  lately().write(row, words);
}

bool RowCache::is_new(std::string_view key, Position position) const {
  const Row* const row = lately().find(sought(key));
  return row != nullptr && row->first_ == position;
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
