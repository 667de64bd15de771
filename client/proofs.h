#pragma once
// What a server proves about its trees, checked with a key that was pinned before: the server is believed in
// nothing (docs/evidence.md). Synchronous, on somebody's connection. One thread per object.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "client/client.h"
#include "client/kept_checkpoints.h"
#include "events/proof/merkle_proof.h"
#include "events/proof/tiled_tree.h"

namespace kontor::client {

/// A failure that says what does not hold.
[[nodiscard]] tl::unexpected<Failure> disproved(Reason code, std::string message);
[[nodiscard]] tl::unexpected<Failure> disproved(const Error& error);

/// The machine's no, or none at all: it says nothing about what can be proven, and may be another one later.
[[nodiscard]] bool may_pass(const Failure& failure);

struct SignedCheckpoint {
  proof::Checkpoint checkpoint;
  proof::Note note;
};

/// An event that is at its position in a tree of this size and root.
struct ProvenEvent {
  Position position = 0;
  std::string stored;  // events/envelope.h
  proof::Path path;
};

/// What the server says its keys are: for people to compare.
struct ServerKeys {
  std::vector<std::string> keys;
  std::vector<std::string> rotations;
};

class Proofs {
 public:
  enum class Scope : std::uint8_t { Tenant, Store };

  /// The tenant is that of the connection's greeting.
  Proofs(Connection& connection, const TenantId& tenant, Scope scope, proof::NoteKey key,
         Connection::Timeout timeout);

  [[nodiscard]] Tree tree() const;
  /// How large the server said the tree is when it was greeted: a checkpoint has to be at least so large. 0
  /// of the store, of which a greeting says nothing.
  [[nodiscard]] std::uint64_t claimed() const;
  [[nodiscard]] const proof::NoteKey& key() const { return key_; }

  /// A checkpoint that the key has signed, of this tree and of at least this size; 0: the newest. NotSigned;
  /// ProofWrong when it is another tree's; ServerBehindClient, with both sizes, when the tree is smaller.
  [[nodiscard]] Outcome<SignedCheckpoint> checkpoint(std::uint64_t size_min);
  /// TwoHistories unless the server shows that the older tree is the beginning of the newer one. Epochs only
  /// rise.
  [[nodiscard]] Done consistent(const proof::Checkpoint& older, const proof::Checkpoint& newer);
  /// The same, with the path that shows it: for a witness, which wants to see for itself.
  [[nodiscard]] Outcome<proof::Path> consistency(std::uint64_t old_size, std::uint64_t new_size);
  /// The event at a position (of the store: the number of the event), proven against a checkpoint.
  /// ProofWrong; InvalidArgument when the checkpoint is of a smaller tree.
  [[nodiscard]] Outcome<ProvenEvent> event(Position position, const proof::Checkpoint& against);
  /// Signed checkpoints that the server has kept, of sizes above `after`: each is signed, and they rise.
  [[nodiscard]] Outcome<std::vector<SignedCheckpoint>> checkpoints(std::uint64_t after, std::uint32_t limit);
  [[nodiscard]] Outcome<ServerKeys> keys();

 private:
  using Fill = std::function<void(wire::ProofRequest::Builder)>;
  using Read = std::function<Done(wire::Proof::Reader)>;
  [[nodiscard]] Done ask(const Fill& fill, const Read& read);
  [[nodiscard]] Outcome<SignedCheckpoint> opened(std::string_view encoded);
  [[nodiscard]] Outcome<SignedCheckpoint> fetch(std::uint64_t size_min);

  Connection& connection_;
  TenantId tenant_;
  Scope scope_;
  proof::NoteKey key_;
  Connection::Timeout timeout_;
};

struct Saved {
  SignedCheckpoint newest;
  std::uint64_t compared = 0;  // checkpoints kept before, each the beginning of the next
  std::uint64_t size_before = 0;
};

/// Fetches a checkpoint of all there is, asks for the way to it from all those kept, and keeps it. Those kept
/// must be signed by the key or by one of `earlier`. What contradicts them is kept as a conflict before the
/// call fails.
[[nodiscard]] Outcome<Saved> save_checkpoint(Proofs& proofs, KeptCheckpoints& kept,
                                             std::span<const proof::NoteKey> earlier);

/// Those of the folder for this tree, each signed by one of the keys. NotSigned names the file.
[[nodiscard]] Outcome<std::vector<KeptCheckpoint>> checked(const KeptCheckpoints& kept, const Tree& tree,
                                                           const proof::NoteKey& key,
                                                           std::span<const proof::NoteKey> earlier);

}  // namespace kontor::client
