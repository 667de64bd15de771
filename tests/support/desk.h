#pragma once
// A writer and the log behind it, driven by hand: what was asked is decided into a group, appended and
// answered before the call returns, unless a test takes the steps apart.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/keys/memory/memory_key_store.h"
#include "engine/log/memory/memory_log.h"
#include "engine/writer/personal_data.h"
#include "engine/writer/writer.h"
#include "tests/support/seeded_randomness.h"

namespace kontor::test {

/// A command with a fresh id, sent by a role that may send it.
[[nodiscard]] CommandRequest request(rules::Command body);
[[nodiscard]] CommandRequest request(rules::seats::Command body);
[[nodiscard]] CommandRequest create_tenant(tenancy::Timeline timeline = tenancy::Timeline::Live);
[[nodiscard]] CommandRequest finish_history();
[[nodiscard]] CommandRequest open_campus(const std::string& id);
/// The same command as a row of an imported history.
[[nodiscard]] CommandRequest row(CommandRequest command, std::uint64_t line, Instant at);

[[nodiscard]] Instant at(std::string_view rfc3339);

class Desk {
 public:
  explicit Desk(LedgerLimits limits = {}) : limits_(limits) {
    (void)keys_.create();
    make_writer();
  }

  /// The server's clock shows this from now on.
  Desk& clock(std::string_view rfc3339) {
    now_ = at(rfc3339);
    return *this;
  }

  /// One submission, in a group of its own.
  std::vector<kontor::Outcome> ask(Mode mode, std::vector<CommandRequest> commands);
  kontor::Outcome ask(CommandRequest command) { return ask(Mode::Each, {std::move(command)}).front(); }
  std::variant<Position, rules::Refusal> tick(Instant moment, Instant recorded_by = {});

  /// The process ends; a new one reads the log and makes its keys fit.
  void restart();

  /// Of tenant "t", as recorded.
  [[nodiscard]] std::vector<RecordedEvent> events() const;
  [[nodiscard]] std::vector<std::string> kinds() const;
  [[nodiscard]] TenantStatus status() const { return writer_->status(kTenant); }

  [[nodiscard]] Writer& writer() { return *writer_; }
  [[nodiscard]] log::MemoryLog& log() { return log_; }
  [[nodiscard]] kontor::keys::MemoryKeyStore& keys() { return keys_; }
  void commit(DecidedGroup decided);

  inline static const TenantId kTenant{"t"};

 private:
  void make_writer();

  LedgerLimits limits_;
  mutable log::MemoryLog log_;
  SeededRandomness randomness_{1};
  kontor::keys::MemoryKeyStore keys_{randomness_};
  std::unique_ptr<Sealing> sealing_;
  std::unique_ptr<Writer> writer_;
  Instant now_ = at("2027-01-01T00:00:00Z");
};

/// The refusal's code, or nullopt when it is something else.
[[nodiscard]] std::optional<Reason> code(const kontor::Outcome& outcome);
[[nodiscard]] bool accepted(const kontor::Outcome& outcome);
[[nodiscard]] const Receipt& receipt(const kontor::Outcome& outcome);

}  // namespace kontor::test
