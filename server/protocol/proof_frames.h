#pragma once
// The frames of proofs (docs/proofs.md): a client's to today's types, and ours to bytes. What comes out of
// here has been checked as in decode.h. Pure.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "events/core/digest.h"
#include "events/core/ids.h"
#include "events/core/result.h"
#include "server/protocol/wire.capnp.h"

namespace kontor::protocol {

constexpr std::uint32_t kCheckpointsPerPageMax = 1'000;

enum class Tree : std::uint8_t { Tenant, Store };

struct CheckpointWish {
  std::uint64_t size = 0;  // at least; 0: as the tree is now
};
struct InclusionWish {
  Position position = 1;
  std::uint64_t size = 0;  // 0: as the tree is now
};
struct ConsistencyWish {
  std::uint64_t old_size = 0;
  std::uint64_t new_size = 0;
};
struct CheckpointsWish {
  std::uint64_t after = 0;
  std::uint32_t limit = 1;
};
struct KeysWish {};

struct ProveRequest {
  Tree tree = Tree::Tenant;
  std::variant<CheckpointWish, InclusionWish, ConsistencyWish, CheckpointsWish, KeysWish> what;
};

struct CheckpointNote {
  std::string note;
};
struct Inclusion {
  std::string event;
  std::uint64_t size = 0;
  std::vector<Digest> path;
};
struct Consistency {
  std::vector<Digest> path;
};
struct CheckpointNotes {
  std::vector<std::string> notes;
};
struct Keys {
  std::vector<std::string> keys;
  std::vector<std::string> rotations;
};
using ProofAnswer = std::variant<CheckpointNote, Inclusion, Consistency, CheckpointNotes, Keys>;

[[nodiscard]] Result<ProveRequest> read_prove(wire::ProofRequest::Reader from);

void encode_proof(std::uint64_t request, const ProofAnswer& answer, std::string& out);

}  // namespace kontor::protocol
