// docs/storage-format.md, "Snapshots"
#include <algorithm>
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
  if (!in.ok() || left == 0) return;
  // One list after the other, so that lists lie where those before them lay.
  constexpr std::size_t kListed = 1u << 14;
  const auto filling = std::make_shared<std::mutex>();  // who fills the table
  answered_.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(left, facts_.last)));
  Answered answer;
  while (left != 0 && in.ok()) {
    std::vector<std::pair<CommandId, Answered>> list;
    for (list.reserve(std::min<std::uint64_t>(left, kListed)); left != 0 && in.ok() && list.size() < kListed;
         --left) {
      CommandId id;
      in.get(id);
      in.get(answer.payload);
      answer.first += in.number();
      answer.last = answer.first + in.number();
      answer.recorded_at.ns += rules::archive::unzigzag(in.number());
      answer.version = in.number();
      answer.stream = static_cast<rules::Row>(in.number());
      if (answer.stream >= state_.streams.size()) return in.fail_here();
      list.emplace_back(id, answer);
    }
    in.later([this, list = std::move(list), filling] {
      const std::lock_guard lock(*filling);
      for (const auto& [id, answered] : list) answered_.of(id).emplace(id, answered);
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
