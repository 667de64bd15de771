#pragma once
// A session without a socket: what a peer says goes in, what the peer would hear comes out, and the test says
// what the ledger answers and when.

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "engine/log/memory/memory_log.h"
#include "projections/memory_view_store.h"
#include "server/session.h"

namespace kontor::server::test {

/// Keeps what is submitted until the test answers it.
class FakeLedger final : public Ledger {
 public:
  std::vector<Submission> submitted;
  TenantStatus tenant{.position = 10, .timeline_at = {5}, .timeline = tenancy::Timeline::Live, .state = {}};
  std::optional<Error> refuses;  // what every call answers, if set
  std::vector<std::string> events;

  Status submit(Submission submission) override;
  Status look_up(const TenantId&, std::span<rules::access::RosterRow>) override {
    return refuses ? Status(fail(*refuses)) : Status();
  }
  Status tick(Tick) override { return {}; }
  Status status(TenantId, StatusDetail, std::function<void(TenantStatus)> done) override;
  Result<std::vector<std::string>> read(const TenantId&, Position first, std::size_t count_max) override;
  log::LogHead head() const override { return {.group = 3, .events = 10, .root = {}}; }
  std::size_t waiting() const override { return submitted.size(); }
  KeysReport keys() const override { return {}; }
  void close() override {}
  void save(rules::ArchiveWriter&) const override {}

  /// Answers the oldest submission with receipts.
  void answer_first();
};

/// Answers every question at once, that it knows nothing; or never.
class FakeQueries final : public views::QueryService {
 public:
  void ask(const TenantId&, wire::Query::Reader, std::chrono::milliseconds, Done done) override {
    if (!silent) done(rules::Refusal{Reason::NotFound, "nothing is known", {}, {}});
  }
  void wait(const TenantId&, wire::Query::Reader, std::chrono::milliseconds,
            std::function<void(std::optional<views::AnswerOutcome>)> done) override {
    if (!silent) done(rules::Refusal{Reason::NotFound, "nothing is known", {}, {}});
  }
  void advanced() override {}
  void views_failed(Error) override {}
  void views_recovered() override {}
  void close() override {}

  bool silent = false;
};

/// Remembers what it is asked, and answers with what the test says.
class FakeRebuilder final : public ViewRebuilder {
 public:
  void handle(protocol::RebuildRequest request, Done done) override {
    asked.push_back(request);
    done(answer);
  }
  void durable() override {}
  void close() override {}

  std::vector<protocol::RebuildRequest> asked;
  Result<protocol::RebuildInfo> answer{};
};

class FakeClock final : public Clock {
 public:
  Instant now() override { return {7}; }
};

/// In memory; does nothing more once it fails.
class FragileGroupStore final : public GroupStore {
 public:
  std::optional<Error> fails;

  Result<std::vector<StoredGroup>> load() override { return store_->load(); }
  Status make(const GroupKey& key, const GroupSettings& settings, Position floor) override {
    return fails ? Status(fail(*fails)) : store_->make(key, settings, floor);
  }
  Status change(const GroupKey& key, const GroupChanges& changes) override {
    return fails ? Status(fail(*fails)) : store_->change(key, changes);
  }
  Status remove(const GroupKey& key) override { return fails ? Status(fail(*fails)) : store_->remove(key); }

 private:
  std::unique_ptr<GroupStore> store_ = memory_group_store();
};

class Conversation {
 public:
  using Fill = std::function<void(wire::Frame::Builder)>;

  explicit Conversation(SessionLimits limits = {});

  /// Sends a frame; letters that are ready are delivered.
  void say(std::uint64_t request, const Fill& fill);
  void say_bytes(std::string_view bytes);
  /// Sends several frames at once: nothing comes back for the session in between.
  void say_together(const std::vector<std::pair<std::uint64_t, Fill>>& frames);
  /// Hello and welcome.
  void greet();
  /// Hands over what has come back for the session.
  void deliver();
  void wait(std::chrono::milliseconds time);

  /// Everything the peer has heard since the last call, a line a frame: "3 receipt", "0 error 6002", ...
  [[nodiscard]] std::vector<std::string> heard();
  /// What the peer has heard since the last call, byte for byte, without taking it as frames.
  [[nodiscard]] std::string heard_bytes();
  /// The log has these events more, and says so: streams of campuses, positions as they come.
  void happened(const std::vector<std::string>& campuses);

  FakeLedger ledger;
  FakeQueries queries;
  FakeRebuilder rebuilder;
  LiveEdge edge;
  FragileGroupStore group_store;
  /// What is proven and signed, apart from what the ledger says. Without a signer nothing is signed.
  log::MemoryLog proven_log;
  void sign_with(std::unique_ptr<checkpoints::Signer> signer);
  [[nodiscard]] checkpoints::CheckpointKeeper& keeper() { return *keeper_; }
  Session& session() { return *session_; }
  /// Requests of the session for which a letter is to come.
  [[nodiscard]] std::size_t unanswered() const { return services_.unanswered; }

 private:
  SessionLimits limits_;
  FakeClock clock_;
  log::LogProver prover_{proven_log};
  std::unique_ptr<checkpoints::CheckpointStore> checkpoints_ = checkpoints::memory_checkpoint_store();
  std::unique_ptr<checkpoints::Signer> signer_;
  std::unique_ptr<checkpoints::CheckpointKeeper> keeper_;
  std::unique_ptr<ProofDesk> proofs_;
  views::LiveViews views_{views::memory_view_store()};
  Mailbox mailbox_{[] {}};
  Monotonic now_{0};
  Followers followers_;
  std::deque<std::function<void()>> back_;  // work for the sessions' thread
  ConsumerGroups groups_;
  Explainer explainer_;
  SessionServices services_;
  std::unique_ptr<Session> session_;
};

/// A hello to tenant "main".
[[nodiscard]] Conversation::Fill hello(Position highest = 0);
/// The same, asking for receipts that bind.
[[nodiscard]] Conversation::Fill hello_for_bound_receipts();
/// One invitation, with an id made of `number`.
[[nodiscard]] Conversation::Fill invitation(std::uint8_t number = 1);

}  // namespace kontor::server::test
