#pragma once
// What a checkpoint says: a tree had this size and this root. As text three lines, the body of a signed note
// (C2SP tlog-checkpoint). Pure; any thread.
//
//   ledger.example.org/7f3a9c…/1/tenant/acme     the log's name, its store, its epoch, which tree
//   48131                                        size
//   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I= root
//
// The key that signs has the name "ledger.example.org/7f3a9c…" for all trees of a store.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/core/ids.h"
#include "events/core/result.h"
#include "events/proof/note.h"

namespace kontor::proof {

/// Which tree: that of a tenant's events in their order, or that of all events in the order of the store.
struct Origin {
  std::string log;                 // name of the key
  std::uint64_t epoch = 1;         // raised by a restore
  std::optional<TenantId> tenant;  // none: the store's tree

  [[nodiscard]] std::string text() const;
  /// BundleUnusable unless it is what `text` writes.
  [[nodiscard]] static Result<Origin> parse(std::string_view text);

  friend bool operator==(const Origin&, const Origin&) = default;
};

struct Checkpoint {
  Origin origin;
  std::uint64_t size = 0;
  Digest root{};

  [[nodiscard]] std::string text() const;
  /// The body of a note; BundleUnusable for leading zeros, further lines, or anything that `text` would not
  /// write.
  [[nodiscard]] static Result<Checkpoint> parse(std::string_view text);

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// The checkpoint in a note that this key has signed. NotSigned when it has not, or is another log's;
/// BundleUnusable when it is no checkpoint.
[[nodiscard]] Result<Checkpoint> open_checkpoint(const Note& note, const NoteKey& key);

}  // namespace kontor::proof
