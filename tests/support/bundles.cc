#include "tests/support/bundles.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>

#include "events/core/assert.h"
#include "events/core/merkle.h"
#include "events/proof/checkpoint.h"

namespace kontor::test {
namespace {

proof::Origin origin_of(const BundleOf& what) {
  return {.log = what.log, .epoch = what.epoch, .tenant = what.tenant};
}

struct OneEvent {
  std::uint64_t group = 0;
  const TenantId& tenant;
  Position position = 0;
  std::string_view stored;
};

/// The events of the scope, in order.
void each_event(const std::vector<log::Group>& groups, const BundleOf& what,
                const std::function<void(const OneEvent&)>& visit) {
  std::uint64_t left = what.to.value_or(std::numeric_limits<std::uint64_t>::max());
  for (const log::Group& group : groups)
    for (const log::TenantSlice& slice : group.slices) {
      if (what.tenant && slice.tenant != *what.tenant) continue;
      std::vector<std::string_view> events;
      KONTOR_ASSERT(log::split_events(slice.bytes, slice.count, events));
      Position position = slice.first;
      for (const std::string_view stored : events) {
        if (left-- == 0) return;
        visit({group.number, slice.tenant, position++, stored});
      }
    }
}

void must(const Status& status) { KONTOR_ASSERT(status.has_value()); }

}  // namespace

SigningKey signing_key(std::uint8_t number) {
  std::array<std::uint8_t, SigningKey::kSeedBytes> seed{};
  seed.fill(number);
  return SigningKey(seed);
}

proof::NoteKey pinned(const SigningKey& key, const BundleOf& what) {
  return {what.log, proof::KeyType::Ed25519, key.public_key()};
}

std::uint64_t events_in(const std::vector<log::Group>& groups, const BundleOf& what) {
  std::uint64_t count = 0;
  each_event(groups, what, [&](const OneEvent&) { ++count; });
  return count;
}

std::string signed_checkpoint(const std::vector<log::Group>& groups, const BundleOf& what, std::uint64_t size,
                              const SigningKey& key) {
  BundleOf up_to = what;
  up_to.to = size;
  MerkleFrontier tree;
  each_event(groups, up_to, [&](const OneEvent& event) { tree.append(bytes_of(event.stored)); });
  const proof::Checkpoint checkpoint{.origin = origin_of(what), .size = size, .root = tree.root()};
  return proof::Note{checkpoint.text(), {proof::sign_text(checkpoint.text(), what.log, key)}}.encoded();
}

std::string bundle_of(const std::vector<log::Group>& groups, const BundleOf& what, const SigningKey& key) {
  std::vector<std::uint64_t> sizes = what.checkpoints;
  if (sizes.empty()) sizes.push_back(events_in(groups, what));
  std::vector<std::string> notes;
  for (const std::uint64_t size : sizes) notes.push_back(signed_checkpoint(groups, what, size, key));
  return bundle_with(groups, what, notes);
}

std::string bundle_with(const std::vector<log::Group>& groups, const BundleOf& what,
                        const std::vector<std::string>& notes) {
  std::string out;
  proof::BundleWriter writer([&out](std::string_view bytes) -> Status {
    out.append(bytes);
    return {};
  });
  must(writer.header({.origin = origin_of(what), .from = 1, .to = events_in(groups, what)}));
  for (const std::string& note : notes) must(writer.note(note));
  std::uint64_t group = 0;
  each_event(groups, what, [&](const OneEvent& event) {
    if (!what.tenant && event.group != group) must(writer.group(event.group));
    group = event.group;
    must(writer.event(event.tenant, event.position, event.stored));
  });
  must(writer.finish());
  return out;
}

std::vector<log::Group> groups_of(log::EventLog& log) {
  std::vector<log::Group> groups;
  must(log.scan(1, [&](const log::Group& group) {
    groups.push_back(group);
    return true;
  }));
  return groups;
}

proof::ByteSource source_of(std::string_view bytes) {
  return [bytes](std::span<char> room) mutable -> Result<std::size_t> {
    const std::size_t count = std::min(room.size(), bytes.size());
    std::ranges::copy(bytes.substr(0, count), room.begin());
    bytes.remove_prefix(count);
    return count;
  };
}

}  // namespace kontor::test
