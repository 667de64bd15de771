#pragma once
// Bundles of hand-made and recorded histories, signed with a key of the test's own.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/log/event_log.h"
#include "events/core/ed25519.h"
#include "events/proof/bundle.h"
#include "events/proof/note.h"

namespace kontor::test {

/// The same key for the same number.
[[nodiscard]] SigningKey signing_key(std::uint8_t number = 1);

struct BundleOf {
  std::string log = "ledger.example.org/7f3a9c";
  std::uint64_t epoch = 1;
  std::optional<TenantId> tenant{};          // none: the store
  std::optional<std::uint64_t> to{};         // how many events; all when left out
  std::vector<std::uint64_t> checkpoints{};  // sizes of the notes inside; one at its end when empty
};

/// What an auditor pins.
[[nodiscard]] proof::NoteKey pinned(const SigningKey& key, const BundleOf& what = {});
/// Number of events that the bundle would hold.
[[nodiscard]] std::uint64_t events_in(const std::vector<log::Group>& groups, const BundleOf& what);
[[nodiscard]] std::string signed_checkpoint(const std::vector<log::Group>& groups, const BundleOf& what,
                                            std::uint64_t size, const SigningKey& key);
/// A whole bundle: header, notes, events.
[[nodiscard]] std::string bundle_of(const std::vector<log::Group>& groups, const BundleOf& what,
                                    const SigningKey& key);
/// The same events with these notes.
[[nodiscard]] std::string bundle_with(const std::vector<log::Group>& groups, const BundleOf& what,
                                      const std::vector<std::string>& notes);

/// All groups of a log, in memory.
[[nodiscard]] std::vector<log::Group> groups_of(log::EventLog& log);
/// Reads the bytes from memory.
[[nodiscard]] proof::ByteSource source_of(std::string_view bytes);

}  // namespace kontor::test
