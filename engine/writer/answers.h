#pragma once
// The first answer to every command id, kept for ever (INV-10, idempotency). The writer's thread owns it.

#include <cstdint>
#include <span>
#include <vector>

#include "engine/rules/in_blocks.h"
#include "engine/rules/rows_by_hash.h"
#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/envelope.h"

namespace kontor {

/// There is one for each command that was ever accepted: no byte more than need be.
struct Answered {
  CommandId id;
  PayloadDigest payload{};
  Position first = 0;
  Instant recorded_at;
  Version version = 0;               // of the stream, after the command
  rules::Row stream = rules::kNone;  // of State::streams
  std::uint32_t events = 0;

  [[nodiscard]] Position last() const { return first + events - 1; }
};
static_assert(sizeof(Answered) == 64);

/// In the order of the log.
class Answers {
 public:
  [[nodiscard]] std::size_t size() const { return answered_.size(); }
  /// Before: at < size().
  [[nodiscard]] const Answered& operator[](std::size_t at) const { return answered_[at]; }
  /// nullptr when the id was never used. Good until it is taken back.
  [[nodiscard]] const Answered* find(const CommandId& id) const;
  /// Before: the id was never used.
  Answered& add(const Answered& answered);
  /// The newest one, while its command's events are still coming. Before: size() > 0.
  [[nodiscard]] Answered& newest() { return answered_[answered_.size() - 1]; }
  /// Takes back all but the first `count`.
  void shrink(std::size_t count);

  /// For loading many: room for `count` more, from number size() on, as rules::InBlocks::extend says; nothing
  /// is found before `index` has been called for all that was put there. One thread extends while one
  /// indexes.
  void reserve(std::size_t count) { rows_.reserve(count); }
  [[nodiscard]] std::vector<std::span<Answered>> extend(std::size_t count) { return answered_.extend(count); }
  using Hash = rules::RowsByHash::Hash;
  [[nodiscard]] static Hash hash_of(const CommandId& id) {
    return rules::RowsByHash::narrow(std::hash<CommandId>()(id));
  }
  void index(rules::Row first, std::span<const Hash> hashes) { rows_.insert_all(first, hashes); }

 private:
  rules::InBlocks<Answered> answered_;
  rules::RowsByHash rows_;
};

}  // namespace kontor
