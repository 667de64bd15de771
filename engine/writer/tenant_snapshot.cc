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

  // In the order of the log, so that positions and times differ little from one to the next. Streams are
  // numbered as they come: the interner may know names that no event has.
  std::vector<const std::pair<const CommandId, Answered>*> entries;
  entries.reserve(answered_.size());
  for (const auto& entry : answered_) entries.push_back(&entry);
  std::ranges::sort(entries, {}, [](const auto* entry) { return entry->second.first; });
  std::vector<rules::Row> numbers(stream_names_.size(), rules::kNone);
  rules::Row named = 0;
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
    rules::Row& number = numbers[answer.stream];
    const bool is_new = number == rules::kNone;
    if (is_new) number = named++;
    out.number(number);
    if (is_new) out.text(stream_names_.text(answer.stream));
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
  std::string stream;
  for (; left != 0 && in.ok(); --left) {
    CommandId id;
    in.get(id);
    in.get(answer.payload);
    answer.first += in.number();
    answer.last = answer.first + in.number();
    answer.recorded_at.ns += rules::archive::unzigzag(in.number());
    answer.version = in.number();
    answer.stream = static_cast<rules::Row>(in.number());
    if (answer.stream == stream_names_.size()) {
      in.text(stream);
      answer.stream = stream_names_.intern(stream);
    }
    if (answer.stream >= stream_names_.size()) return in.fail_here();
    answered_.emplace(id, answer);
  }
}

std::string Tenant::shape() {
  rules::ArchiveShape out;
  out.add<Facts>();
  out.add<Answered>();
  return out.text() + rules::state_shape();
}

}  // namespace kontor
