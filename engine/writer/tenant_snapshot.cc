// docs/storage-format.md, "Snapshots"
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "engine/rules/snapshot.h"
#include "engine/writer/tenant.h"

namespace kontor {
namespace {

/// Signed, because an imported line may have been recorded by a clock that went back.
std::uint64_t difference(Instant later, Instant earlier) {
  return rules::archive::zigzag(later.ns - earlier.ns);
}

void put_answer(const Answered& answer, const Answered& before, rules::ArchiveWriter& out) {
  out.put(answer.id);
  out.put(answer.payload);
  out.number(answer.first - before.first);
  out.number(answer.events);
  out.number(difference(answer.recorded_at, before.recorded_at));
  out.number(answer.version);
  out.number(answer.stream);
}

/// `answer` is the one before.
void take_answer(Answered& answer, rules::ArchiveReader& in) {
  in.get(answer.id);
  in.get(answer.payload);
  answer.first += in.number();
  answer.events = static_cast<std::uint32_t>(in.number());
  answer.recorded_at.ns += rules::archive::unzigzag(in.number());
  answer.version = in.number();
  answer.stream = static_cast<rules::Row>(in.number());
}

}  // namespace

void Tenant::save(rules::ArchiveWriter& out) const {
  KONTOR_ASSERT(!in_scope_);
  out.put(facts_);
  rules::save(state_, out);

  // In the order of the log, so that positions and times differ little from one to the next.
  out.rows(answers_.size(), [this](rules::ArchiveWriter& part, std::size_t first, std::size_t end) {
    for (Answered before; first < end; before = answers_[first++]) put_answer(answers_[first], before, part);
  });
}

void Tenant::load(rules::ArchiveReader& in) {
  KONTOR_ASSERT(facts_.last == 0);
  in.get(facts_);
  rules::load(state_, in);

  const std::uint64_t answers = in.number();
  if (!in.ok() || answers > facts_.last) return in.fail_here();
  const auto indexing = std::make_shared<std::mutex>();  // who fills the table
  answers_.reserve(static_cast<std::size_t>(answers));
  in.rows(answers, [&](std::size_t count) {
    const auto first = static_cast<rules::Row>(answers_.size());
    in.part_later(count, [this, first, indexing, room = answers_.extend(count)](rules::ArchiveReader& part) {
      std::vector<Answers::Hash> hashes;
      Answered answer;
      for (const std::span<Answered> side_by_side : room)
        for (Answered& one : side_by_side) {
          take_answer(answer, part);
          if (answer.stream >= state_.streams.size()) part.fail_here();
          hashes.push_back(Answers::hash_of(std::construct_at(&one, answer)->id));
        }
      const std::lock_guard lock(*indexing);
      answers_.index(first, hashes);
    });
  });
}

std::string Tenant::shape() {
  rules::ArchiveShape out;
  out.add<Facts>();
  out.add<Answered>();
  return out.text() + rules::state_shape();
}

}  // namespace kontor
