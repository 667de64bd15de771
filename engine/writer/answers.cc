#include "engine/writer/answers.h"

#include "events/core/assert.h"

namespace kontor {
const Answered* Answers::find(const CommandId& id) const {
  const rules::Row row = rows_.find(hash_of(id), [&](rules::Row at) { return answered_[at].id == id; });
  return row == rules::kNone ? nullptr : &answered_[row];
}

Answered& Answers::add(const Answered& answered) {
  const auto row = static_cast<rules::Row>(answered_.size());
  KONTOR_ASSERT(row != rules::kNone);
  rows_.insert(hash_of(answered_.emplace_back(answered).id), row);
  return newest();
}

void Answers::shrink(std::size_t count) {
  for (std::size_t size = answered_.size(); size > count; --size) {
    rows_.erase(hash_of(newest().id), static_cast<rules::Row>(size - 1));
    answered_.pop_back();
  }
}

}  // namespace kontor
