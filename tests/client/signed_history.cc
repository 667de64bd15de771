#include "tests/client/signed_history.h"

#include <bit>

#include "events/core/merkle.h"
#include "events/envelope.h"

namespace kontor::client::test {
namespace {

constexpr std::uint8_t kSeed = 7;

// RFC 6962, 2.1.2: SUBPROOF(m, D[n], b).
proof::Path subproof(std::uint64_t m, std::span<const Digest> leaves, bool whole) {
  if (m == leaves.size()) return whole ? proof::Path() : proof::Path{proof::root_of(leaves)};
  const std::uint64_t left = std::bit_floor(leaves.size() - 1);
  proof::Path path;
  if (m <= left) {
    path = subproof(m, leaves.first(left), whole);
    path.push_back(proof::root_of(leaves.subspan(left)));
  } else {
    path = subproof(m - left, leaves.subspan(left), false);
    path.push_back(proof::root_of(leaves.first(left)));
  }
  return path;
}

}  // namespace

SigningKey key_of_seed(std::uint8_t seed) {
  std::array<std::uint8_t, SigningKey::kSeedBytes> bytes{};
  bytes.fill(seed);
  return SigningKey(bytes);
}

CommandId command_numbered(std::uint64_t number) {
  CommandId id;
  id.bytes.fill(1);
  for (std::size_t i = 0; i < 8; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return id;
}

SignedHistory::SignedHistory(std::uint64_t events) {
  while (size() < events) append();
}

void SignedHistory::append(const std::string& what) { append(command_numbered(size() + 1), what); }

void SignedHistory::append(const CommandId& command, const std::string& what) {
  const CampusId campus(what + "-" + std::to_string(size() + 1));
  append(command, seats::Event(seats::CampusOpened{campus, seats::CampusKind::Flat, "Europe/Berlin"}));
}

void SignedHistory::append(const CommandId& command, const Event& event) {
  Envelope envelope;
  envelope.tenant = kAcme;
  envelope.position = size() + 1;
  envelope.stream = stream_of(event);
  envelope.version = 1;
  envelope.recorded_at = Instant{1'800'000'000'000'000'000 + static_cast<std::int64_t>(size())};
  envelope.effective_at = envelope.recorded_at;
  envelope.actor = {.role = Role::Backend, .id = "b-1", .channel = "test"};
  envelope.command_id = command;
  std::string stored;
  encode(envelope, event, stored);
  leaves_.push_back(leaf_hash(bytes_of(stored)));
  events_.push_back(std::move(stored));
}

SignedHistory SignedHistory::fork(std::uint64_t size) const {
  SignedHistory other = *this;
  other.events_.resize(size);
  other.leaves_.resize(size);
  return other;
}

proof::Checkpoint SignedHistory::checkpoint(std::uint64_t size) const {
  return {.origin = {.log = kLog, .epoch = epoch, .tenant = kAcme},
          .size = size,
          .root = proof::root_of(leaves().first(size))};
}

proof::Path SignedHistory::inclusion(Position position, std::uint64_t size) const {
  return proof::path_of(leaves().first(size), position - 1);
}

proof::Path SignedHistory::consistency(std::uint64_t old_size, std::uint64_t new_size) const {
  return old_size == 0 ? proof::Path() : subproof(old_size, leaves().first(new_size), true);
}

proof::Promise SignedHistory::promise(const CommandId& command, Position first, Position last) const {
  return {kAcme, command, first, last, proof::root_of(leaves().subspan(first - 1, last - first + 1))};
}

proof::Note SignedHistory::sign(const proof::Checkpoint& checkpoint) {
  const std::string text = checkpoint.text();
  return {text, {proof::sign_text(text, kLog, key_of_seed(kSeed))}};
}

proof::NoteKey SignedHistory::key() {
  return {kLog, proof::KeyType::Ed25519, key_of_seed(kSeed).public_key()};
}

}  // namespace kontor::client::test
