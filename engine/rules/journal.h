#pragma once
// State containers that can take back what was done while a scope is open (ARCHITECTURE D3). A dry run and an
// all-or-nothing batch are "apply, then roll back"; outside a scope nothing is remembered and nothing is
// paid.
//
// Rows are numbered densely in the order of their creation, which is the order of the log: iteration is by
// number and therefore the same on every machine. The writer's thread owns all of this.
//
// `save`, `load` and `shape` are for snapshots (archive.h). `load` fills a container that was just made,
// outside any scope; rows are there, and found, only when the work it puts off is done.

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/rules/in_blocks.h"
#include "engine/rules/in_parts.h"
#include "engine/rules/rows_by_hash.h"
#include "engine/rules/texts.h"
#include "events/core/assert.h"

namespace kontor::rules {

/// The undo list shared by all containers of one state.
class Journal {
 public:
  Journal() = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  [[nodiscard]] bool recording() const { return recording_; }
  /// Starts remembering. Scopes do not nest.
  void open() {
    KONTOR_ASSERT(!recording_);
    recording_ = true;
  }
  /// Keeps everything done since `open`.
  void commit() {
    KONTOR_ASSERT(recording_);
    recording_ = false;
    undo_.clear();
  }
  /// Takes back everything done since `open`, newest first.
  void roll_back() {
    KONTOR_ASSERT(recording_);  // INV-16: everything since `open` is remembered
    recording_ = false;
    while (!undo_.empty()) {
      undo_.back()();
      undo_.pop_back();
    }
  }
  /// How to take back what was just done. Only while recording: whoever asks first need not even make up
  /// `undo` when nobody will ever call it.
  template <class Undo>
  void remember(Undo&& undo) {
    KONTOR_ASSERT(recording_);
    undo_.emplace_back(std::forward<Undo>(undo));
  }

 private:
  std::vector<std::function<void()>> undo_;
  bool recording_ = false;
};

/// Rows of one kind; never erased, a row that has ended says so in a field.
template <class T>
class Table {
 public:
  explicit Table(Journal& journal) : journal_(journal) {}

  [[nodiscard]] Row size() const { return static_cast<Row>(rows_.size()); }
  [[nodiscard]] const T& operator[](Row row) const { return rows_[row]; }
  Row append(T value) {
    rows_.emplace_back(std::move(value));
    if (journal_.recording()) journal_.remember([this] { rows_.pop_back(); });
    return size() - 1;
  }
  /// The row to change; its content of now comes back on a roll-back.
  [[nodiscard]] T& edit(Row row) {
    if (journal_.recording())
      journal_.remember([this, row, before = rows_[row]]() mutable { rows_[row] = std::move(before); });
    return rows_[row];
  }

  void save(auto& out) const {
    out.rows(rows_.size(), [this](auto& part, std::size_t first, std::size_t end) {
      for (; first < end; ++first) part.put(rows_[first]);
    });
  }
  void load(auto& in) {
    in.rows(in.number(), [&](std::size_t count) {
      if constexpr (std::is_trivially_destructible_v<T>) {
        in.part_later(count, [room = rows_.extend(count)](auto& part) {
          for (const std::span<T> rows : room)
            for (T& row : rows) part.get(*std::construct_at(&row));
        });
      } else {
        in.part([&](auto& part) {
          for (; count != 0; --count) part.get(rows_.emplace_back());
        });
      }
    });
  }
  static void shape(auto& out) {
    out.word("table");
    out.template add<T>();
  }

 private:
  Journal& journal_;
  InBlocks<T> rows_;
};

/// Look-up from a key to a row or another small value.
template <class Key, class Value, class Hash = boost::hash<Key>>
class Index {
 public:
  explicit Index(Journal& journal) : journal_(journal) {}

  [[nodiscard]] const Value* find(const auto& key) const {
    const auto& map = maps_.of(key);
    const auto at = map.find(key);
    return at == map.end() ? nullptr : &at->second;
  }
  /// Inserts or replaces.
  void put(const Key& key, Value value) {
    const auto [at, added] = maps_.of(key).try_emplace(key, value);
    if (journal_.recording()) {
      if (added)
        journal_.remember([this, key] { maps_.of(key).erase(key); });
      else
        journal_.remember([this, key, before = at->second] { maps_.of(key).find(key)->second = before; });
    }
    if (!added)
      at->second = std::move(value);
    else
      maps_.inserted();
  }
  void erase(const Key& key) {
    auto& map = maps_.of(key);
    const auto at = map.find(key);
    if (at == map.end()) return;
    if (journal_.recording())
      journal_.remember([this, key, before = at->second] { maps_.of(key).emplace(key, before); });
    map.erase(at);
  }
  [[nodiscard]] std::size_t size() const { return maps_.size(); }

  void save(auto& out) const {
    std::vector<const std::pair<const Key, Value>*> entries;
    entries.reserve(size());
    maps_.each([&entries](const auto& entry) { entries.push_back(&entry); });
    std::ranges::sort(entries, {}, [](const auto* entry) -> const Key& { return entry->first; });
    out.number(entries.size());
    for (const auto* entry : entries) {
      out.put(entry->first);
      out.put(entry->second);
    }
  }
  void load(auto& in) {
    std::vector<std::pair<Key, Value>> entries;
    for (std::uint64_t left = in.number(); left != 0 && in.ok(); --left) in.get(entries.emplace_back());
    in.later([this, entries = std::move(entries)]() mutable {
      maps_.reserve(entries.size());
      for (auto& [key, value] : entries) {
        auto& map = maps_.of(key);
        map.emplace(std::move(key), std::move(value));
      }
    });
  }
  static void shape(auto& out) {
    out.word("index");
    out.template add<Key>();
    out.template add<Value>();
  }

 private:
  using Map = boost::unordered_flat_map<Key, Value, Hash, std::equal_to<>>;

  Journal& journal_;
  InParts<Map> maps_;
};

/// Texts numbered in the order of their first appearance. The texts never move.
class Interner {
 public:
  explicit Interner(Journal& journal) : journal_(journal) {}
  Interner(const Interner&) = delete;
  Interner& operator=(const Interner&) = delete;

  [[nodiscard]] Row find(std::string_view text) const { return find(hash_of(text), text); }
  /// The number of a text, new or old. For `evolve` only: `decide` looks, it never adds.
  Row intern(std::string_view text) {
    const RowsByHash::Hash hash = hash_of(text);
    if (const Row row = find(hash, text); row != kNone) return row;
    const Row added = size();
    texts_.push_back(text);
    rows_.insert(hash, added);
    if (journal_.recording())
      journal_.remember([this, hash, added] {
        rows_.erase(hash, added);
        texts_.pop_back();
      });
    return added;
  }
  /// Good for as long as the text is there.
  [[nodiscard]] std::string_view text(Row row) const { return texts_[row]; }
  [[nodiscard]] Row size() const { return static_cast<Row>(texts_.size()); }

  void save(auto& out) const {
    out.rows(size(), [this](auto& part, std::size_t first, std::size_t end) {
      texts_.each_of(first, end, [&part](std::string_view text) { part.text(text); });
    });
  }
  void load(auto& in) {
    in.rows(in.number(), [&](std::size_t count) {
      auto [bytes, size] = in.block();
      if (!texts_.adopt(std::move(bytes), size, count)) in.fail_here();
    });
    in.later([this] {
      rows_.reserve(size());
      std::vector<RowsByHash::Hash> hashes;
      for (std::size_t first = 0; first < size(); first += hashes.size()) {
        hashes.clear();
        const std::size_t end = std::min<std::size_t>(size(), first + RowsByHash::kAtOnce);
        texts_.each_of(first, end, [&](std::string_view text) { hashes.push_back(hash_of(text)); });
        rows_.insert_all(static_cast<Row>(first), hashes);
      }
    });
  }
  static void shape(auto& out) { out.word("interner"); }

 private:
  [[nodiscard]] static RowsByHash::Hash hash_of(std::string_view text) {
    return RowsByHash::narrow(std::hash<std::string_view>()(text));
  }
  [[nodiscard]] Row find(RowsByHash::Hash hash, std::string_view text) const {
    return rows_.find(hash, [&](Row row) { return texts_[row] == text; });
  }

  Journal& journal_;
  Texts texts_;
  RowsByHash rows_;
};

/// An ordered set, such as the timers that are due next.
template <class Key, class Less = std::less<Key>>
class OrderedSet {
 public:
  explicit OrderedSet(Journal& journal, Less less = {}) : journal_(journal), set_(less) {}

  [[nodiscard]] const Key* first() const { return set_.empty() ? nullptr : &*set_.begin(); }
  /// The smallest element greater than `key`.
  [[nodiscard]] const Key* after(const Key& key) const {
    const auto at = set_.upper_bound(key);
    return at == set_.end() ? nullptr : &*at;
  }
  void insert(const Key& key) {
    if (set_.insert(key).second && journal_.recording()) journal_.remember([this, key] { set_.erase(key); });
  }
  void erase(const Key& key) {
    if (set_.erase(key) != 0 && journal_.recording()) journal_.remember([this, key] { set_.insert(key); });
  }
  [[nodiscard]] std::size_t size() const { return set_.size(); }
  [[nodiscard]] auto begin() const { return set_.begin(); }
  [[nodiscard]] auto end() const { return set_.end(); }

  void save(auto& out) const {
    out.number(set_.size());
    for (const Key& key : set_) out.put(key);
  }
  void load(auto& in) {
    for (std::uint64_t left = in.number(); left != 0 && in.ok(); --left) {
      Key key{};
      in.get(key);
      set_.emplace_hint(set_.end(), std::move(key));
    }
  }
  static void shape(auto& out) {
    out.word("set");
    out.template add<Key>();
  }

 private:
  Journal& journal_;
  std::set<Key, Less> set_;
};

/// A single value.
template <class T>
class Cell {
 public:
  explicit Cell(Journal& journal, T initial = {}) : journal_(journal), value_(std::move(initial)) {}

  [[nodiscard]] const T& get() const { return value_; }
  void set(T value) {
    if (journal_.recording()) journal_.remember([this, before = value_] { value_ = before; });
    value_ = std::move(value);
  }

  void save(auto& out) const { out.put(value_); }
  void load(auto& in) { in.get(value_); }
  static void shape(auto& out) {
    out.word("cell");
    out.template add<T>();
  }

 private:
  Journal& journal_;
  T value_;
};

}  // namespace kontor::rules
