#pragma once
// A tenant's log that signs and proves what a server would, in memory and in the plainest way: what the lying
// server lies about. Its proofs follow the definitions of RFC 6962, not the product's tiles.

#include <cstdint>
#include <string>
#include <vector>

#include "events/envelope.h"
#include "events/proof/binding.h"
#include "events/proof/checkpoint.h"
#include "events/proof/note.h"

namespace kontor::client::test {

const TenantId kAcme{"acme"};
const std::string kLog = "ledger.example.org/7f3a9c";

[[nodiscard]] SigningKey key_of_seed(std::uint8_t seed);
[[nodiscard]] CommandId command_numbered(std::uint64_t number);

class SignedHistory {
 public:
  explicit SignedHistory(std::uint64_t events = 0);

  /// An event of the command that has the position's number; `what` makes it another event.
  void append(const std::string& what = "c");
  void append(const CommandId& command, const std::string& what);
  /// Any other event; its stream's version is 1.
  void append(const CommandId& command, const Event& event);
  /// The same beginning, for another continuation.
  [[nodiscard]] SignedHistory fork(std::uint64_t size) const;

  [[nodiscard]] std::uint64_t size() const { return events_.size(); }
  [[nodiscard]] const std::string& event(Position position) const { return events_[position - 1]; }
  [[nodiscard]] std::span<const Digest> leaves() const { return leaves_; }

  [[nodiscard]] proof::Checkpoint checkpoint(std::uint64_t size) const;
  [[nodiscard]] proof::Note note(std::uint64_t size) const { return sign(checkpoint(size)); }
  [[nodiscard]] proof::Path inclusion(Position position, std::uint64_t size) const;
  [[nodiscard]] proof::Path consistency(std::uint64_t old_size, std::uint64_t new_size) const;
  [[nodiscard]] proof::Promise promise(const CommandId& command, Position first, Position last) const;

  [[nodiscard]] static proof::Note sign(const proof::Checkpoint& checkpoint);
  [[nodiscard]] static proof::NoteKey key();

  std::uint64_t epoch = 1;

 private:
  std::vector<std::string> events_;
  std::vector<Digest> leaves_;
};

}  // namespace kontor::client::test
