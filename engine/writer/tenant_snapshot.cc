// docs/storage-format.md, "Snapshots"
#include <memory>
#include <mutex>
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

}  // namespace

void Tenant::save(rules::ArchiveWriter& out) const {
  KONTOR_ASSERT(!in_scope_);
  out.put(facts_);
  rules::save(state_, out);

  // In the order of the log, so that positions and times differ little from one to the next.
  Answered before;
  out.number(answers_.size());
  for (std::size_t at = 0; at < answers_.size(); ++at) {
    const Answered& answer = answers_[at];
    out.put(answer.id);
    out.put(answer.payload);
    out.number(answer.first - before.first);
    out.number(answer.events);
    out.number(difference(answer.recorded_at, before.recorded_at));
    out.number(answer.version);
    out.number(answer.stream);
    before = answer;
  }
}

void Tenant::load(rules::ArchiveReader& in) {
  KONTOR_ASSERT(facts_.last == 0);
  in.get(facts_);
  rules::load(state_, in);

  std::uint64_t left = in.number();
  if (!in.ok() || left > facts_.last) return in.fail_here();
  const auto indexing = std::make_shared<std::mutex>();  // who fills the table
  answers_.reserve(static_cast<std::size_t>(left));
  Answered answer;
  while (left != 0 && in.ok()) {
    const auto first = static_cast<rules::Row>(answers_.size());
    std::vector<Answers::Hash> hashes;
    for (; left != 0 && in.ok() && hashes.size() < rules::RowsByHash::kAtOnce; --left) {
      in.get(answer.id);
      in.get(answer.payload);
      answer.first += in.number();
      answer.events = static_cast<std::uint32_t>(in.number());
      answer.recorded_at.ns += rules::archive::unzigzag(in.number());
      answer.version = in.number();
      answer.stream = static_cast<rules::Row>(in.number());
      if (answer.stream >= state_.streams.size()) return in.fail_here();
      hashes.push_back(answers_.append(answer));
    }
    in.later([this, first, hashes = std::move(hashes), indexing] {
      const std::lock_guard lock(*indexing);
      answers_.index(first, hashes);
    });
  }
}

std::string Tenant::shape() {
  rules::ArchiveShape out;
  out.add<Facts>();
  out.add<Answered>();
  return out.text() + rules::state_shape();
}

}  // namespace kontor
