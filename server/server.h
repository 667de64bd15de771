#pragma once
// Everything that runs, put together: log, views, ledger, query service, door (ARCHITECTURE, "Threads").

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "engine/clock.h"
#include "engine/ledger.h"
#include "projections/live_views.h"
#include "projections/projector.h"
#include "projections/query_service.h"
#include "projections/runner.h"
#include "server/checkpointer.h"
#include "server/config.h"
#include "server/door.h"
#include "server/proof_desk.h"
#include "server/snapshotter.h"
#include "server/stores.h"
#include "server/view_rebuilder.h"

namespace kontor::server {

/// What a start found, for the lines an operator sees.
struct StartReport {
  std::string address;
  std::uint64_t events = 0;
  std::uint64_t groups = 0;
  std::uint64_t groups_applied = 0;  // to the views
  std::string views;                 // how the views were found
  std::uint64_t unread = 0;          // events in the snapshot that it went on from
};

class Server {
 public:
  /// Brings the views level with the log, reads the log into memory and listens. `door` is bound already, so
  /// that an address that is taken costs no reading. `clock` must outlive the server. `note` takes what is
  /// worth a line of the log, from any thread.
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(std::unique_ptr<Door> door, Stores stores,
                                                             Clock& clock, const Config& config, Note note);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] const StartReport& report() const { return report_; }
  [[nodiscard]] std::uint16_t port() const { return door_->port(); }
  [[nodiscard]] Ledger& ledger() { return *ledger_; }

  /// Serves on the calling thread until `stop`, then answers what has arrived and closes everything. Fails
  /// with OutcomeUnknown when the storage did: connections are dropped without an answer, because there is
  /// none.
  [[nodiscard]] Status run();
  /// Any thread.
  void stop() { door_->stop(Stop::AfterAnswering); }
  /// `run` also stops at SIGTERM and SIGINT, and at a second one without answering; `said` is told so first.
  void stop_on_signals(std::function<void(int)> said);

 private:
  Server(std::unique_ptr<Door> door, Stores stores, Note note);
  [[nodiscard]] Status open(Clock& clock, const Config& config);
  [[nodiscard]] Status open_checkpoints(Clock& clock, const CheckpointConfig& config);
  void open_snapshots(const SnapshotConfig& config);
  void note_keys(const KeysReport& report);
  void storage_failed(Error error);

  std::unique_ptr<Door> door_;
  Note note_;
  std::unique_ptr<views::ViewShelf> shelf_;
  views::LiveViews views_;
  std::unique_ptr<log::EventLog> log_;  // until the ledger owns it
  std::string store_id_;
  std::unique_ptr<GroupStore> groups_;
  LiveEdge edge_;
  std::unique_ptr<keys::Randomness> randomness_;
  std::unique_ptr<keys::KeyStore> keys_;
  std::unique_ptr<views::Projector> projector_;
  std::unique_ptr<ViewRebuilder> rebuilder_;
  std::unique_ptr<views::QueryService> queries_;
  // Proofs read the log, which the ledger owns: they are made no more once it is closed.
  std::uint64_t epoch_ = 1;
  std::string log_name_;
  std::unique_ptr<checkpoints::CheckpointStore> checkpoints_;
  std::unique_ptr<checkpoints::Signer> signer_;
  std::unique_ptr<log::LogProver> prover_;
  std::unique_ptr<checkpoints::CheckpointKeeper> keeper_;
  std::unique_ptr<ProofDesk> proofs_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<Checkpointer> checkpointer_;  // ends before the ledger does
  std::unique_ptr<snapshots::SnapshotShelf> snapshots_;
  const log::StoreId store_number_;
  std::optional<WriterState> start_;
  std::optional<log::LogHead> unread_;
  std::unique_ptr<Snapshotter> snapshotter_;  // ends before the ledger does, too
  StartReport report_;

  std::mutex failure_mutex_;  // guards the failure, which comes from the committing thread
  std::optional<Error> failure_;
};

}  // namespace kontor::server
