// docs/storage-format.md, "Snapshots"
#include <algorithm>

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
  std::vector<const std::pair<const CommandId, Answered>*> entries;
  entries.reserve(answered_.size());
  answered_.each([&entries](const auto& entry) { entries.push_back(&entry); });
  std::ranges::sort(entries, {}, [](const auto* entry) { return entry->second.first; });
  Answered before;
  out.number(entries.size());
  for (const auto* entry : entries) {
    const Answered& answer = entry->second;
    out.put(entry->first);
    out.put(answer.payload);
    out.number(answer.first - before.first);
    out.number(answer.last - answer.first);
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
  answered_.reserve(static_cast<std::size_t>(in.ok() ? left : 0));
  Answered answer;
  for (; left != 0 && in.ok(); --left) {
    CommandId id;
    in.get(id);
    in.get(answer.payload);
    answer.first += in.number();
    answer.last = answer.first + in.number();
    answer.recorded_at.ns += rules::archive::unzigzag(in.number());
    answer.version = in.number();
    answer.stream = static_cast<rules::Row>(in.number());
    if (answer.stream >= state_.streams.size()) return in.fail_here();
    answered_.of(id).emplace(id, answer);
  }
}

std::string Tenant::shape() {
  rules::ArchiveShape out;
  out.add<Facts>();
  out.add<Answered>();
  return out.text() + rules::state_shape();
}

}  // namespace kontor
