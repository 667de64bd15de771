#pragma once
// Histories made by the real writer and rules, group by group.

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "engine/keys/memory/memory_key_store.h"
#include "engine/writer/personal_data.h"
#include "engine/writer/writer.h"
#include "tests/support/seeded_randomness.h"

namespace kontor::test {

/// What `writer` writes into a snapshot.
[[nodiscard]] std::string saved(const Writer& writer);

class LiveHistory {
 public:
  /// A live tenant, created at the start of 2026.
  explicit LiveHistory(const TenantId& tenant = TenantId("t"));

  /// Goes on to this moment, firing what is due, and decides the command there, sent by the role that may.
  kontor::Outcome submit(Instant at, const rules::Command& command,
                         std::optional<Instant> true_since = std::nullopt);
  /// Must be accepted.
  void done(Instant at, const rules::Command& command);
  /// Goes on to this moment.
  void wait(Instant at);

  [[nodiscard]] const TenantId& tenant() const { return tenant_; }
  [[nodiscard]] const std::vector<log::Group>& groups() const { return groups_; }
  [[nodiscard]] Writer& writer() { return *writer_; }
  /// From here on the writer is replaced by one restored from its snapshot, before every so many commands.
  void restore_every(std::uint64_t commands) { restore_every_ = commands; }
  /// What was answered, as text.
  [[nodiscard]] const std::vector<std::string>& said() const { return said_; }
  /// Of the persons in this history.
  [[nodiscard]] const keys::KeyStore& key_store() const { return keys_; }

 private:
  void finish();
  void restore();

  TenantId tenant_;
  SeededRandomness randomness_{1};
  keys::MemoryKeyStore keys_{randomness_};
  Sealing sealing_{LedgerKeys{&keys_, &randomness_}};
  std::unique_ptr<Writer> writer_ = std::make_unique<Writer>(LedgerLimits{}, &sealing_);
  std::uint64_t restore_every_ = 0;
  std::uint64_t commands_ = 0;
  std::vector<std::string> said_;
  std::vector<log::Group> groups_;
};

/// Campuses, courses and people with random things happening to them over a year and more: all kinds of
/// seats, roundings, resized flats, activations, early ends, settlements and further runs. The same for the
/// same seed.
[[nodiscard]] std::vector<log::Group> random_history(std::uint64_t seed, int steps);

/// The same events, each in a group of its own.
[[nodiscard]] std::vector<log::Group> one_by_one(const std::vector<log::Group>& groups);

}  // namespace kontor::test
