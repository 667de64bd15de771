#pragma once
// What is done to personal data on its way into the log (docs/personal-data.md): look-up keys for the e-mails
// of a command before it is decided, seals for what its events say afterwards. Nothing behind the writer sees
// a name or an e-mail in clear.

#include <cstddef>
#include <deque>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/keys/key_store.h"
#include "engine/keys/randomness.h"
#include "engine/ledger.h"
#include "engine/writer/submission.h"
#include "engine/writer/writer.h"

namespace kontor {

/// Fills in what commands need beside what the caller says: entropy, and for those that carry contacts the
/// look-up keys and a payload digest that cannot be guessed from outside. Any thread. KeysMissing: a command
/// carries personal data and there is no key store; nothing must be decided then.
[[nodiscard]] Status prepare(Submission& submission, const LedgerKeys& keys);

/// The look-up keys of rows that will come with a later command of the tenant; `prepare` then has nothing
/// left to do for them. Any thread. KeysMissing as above.
[[nodiscard]] Status look_up(const TenantId& tenant, std::span<rules::access::RosterRow> rows,
                             const LedgerKeys& keys);

/// Seals what new events say in clear. The writer's thread.
class Sealing {
 public:
  /// `keys` must outlive this object; the store is only read.
  explicit Sealing(const LedgerKeys& keys) : keys_(keys) {}

  /// Seals the events of one command, whose first gets position `first`: with the person's key, or for a
  /// person who is registered with a new one. KeysMissing: a key is not there; then nothing of these events
  /// is kept.
  [[nodiscard]] Status seal(const TenantId& tenant, Position first, std::vector<Event>& events);

  /// What was sealed since a mark can be taken back: dry runs and batches that are rolled back leave no key.
  struct Mark {
    std::size_t added = 0;
    std::size_t destroyed = 0;
  };
  [[nodiscard]] Mark mark() const { return {changes_.added.size(), changes_.destroyed.size()}; }
  void truncate(Mark mark);

  /// The changes of the group that is complete.
  [[nodiscard]] KeyChanges take();

 private:
  [[nodiscard]] Status seal_one(const TenantId& tenant, Position position, Event& event);
  [[nodiscard]] Result<keys::Secret> key_of(const keys::KeyOwner& owner) const;

  LedgerKeys keys_;
  using KeysOfGroup = std::map<TenantId, std::unordered_map<PersonId, keys::Secret>>;
  [[nodiscard]] bool has_arrived(const KeysOfGroup& group) const;

  KeyChanges changes_;                    // of the group under construction
  std::deque<KeysOfGroup> on_their_way_;  // of groups before, until the store has them; oldest first
};

}  // namespace kontor
