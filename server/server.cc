#include "server/server.h"

#include <utility>

#include "projections/catalog.h"

namespace kontor::server {

Server::Server(std::unique_ptr<Door> door, Stores stores, Note note)
    : door_(std::move(door)),
      note_(std::move(note)),
      shelf_(std::move(stores.views)),
      views_(shelf_->live()),
      log_(std::move(stores.log)),
      store_id_(std::move(stores.store_id)),
      groups_(std::move(stores.groups)),
      randomness_(std::move(stores.randomness)),
      keys_(std::move(stores.keys)),
      epoch_(stores.epoch),
      log_name_(std::move(stores.log_name)),
      checkpoints_(std::move(stores.checkpoints)),
      signer_(std::move(stores.signer)),
      snapshots_(std::move(stores.snapshots)),
      store_number_(stores.store_number),
      start_(std::move(stores.start)),
      unread_(stores.unread) {}

Result<std::unique_ptr<Server>> Server::start(std::unique_ptr<Door> door, Stores stores, Clock& clock,
                                              const Config& config, Note note) {
  std::unique_ptr<Server> server(new Server(std::move(door), std::move(stores), std::move(note)));
  if (const Status opened = server->open(clock, config); !opened) return tl::unexpected(opened.error());
  return server;
}

Status Server::open(Clock& clock, const Config& config) {
  const auto runner = views::Runner::holding(shelf_->live(), views::all_projections());
  const auto caught_up = runner->catch_up(*log_, {});
  if (!caught_up) return tl::unexpected(caught_up.error());
  report_.groups_applied = caught_up->groups;
  report_.views = views::start_name(caught_up->start);

  if (const Status signing = open_checkpoints(clock, config.checkpoint); !signing) return signing;
  projector_ = views::Projector::start(
      runner, {}, [this] { queries_->advanced(); },
      [this](const Error& error) {
        note_("the views cannot be kept, `kontor projections rebuild --adopt-anyway` makes others: " +
              error.message);
        queries_->views_failed(error);
      });
  rebuilder_ = ViewRebuilder::start({.log = *log_,  // which the ledger keeps for as long as we live
                                     .live = views_,
                                     .shelf = *shelf_,
                                     .projector = *projector_,
                                     .clock = clock,
                                     .projections = views::all_projections(),
                                     .note = note_,
                                     .adopted = [this] { queries_->views_recovered(); }});
  queries_ = views::QueryService::start(
      views_, [this](Tick tick) { return ledger_->tick(std::move(tick)); }, {}, keys_.get(),
      [&clock] { return clock.now(); }, [this] { projector_->hurry(); });

  open_snapshots(config.snapshot);
  // Groups of the past were applied by catch_up; what the ledger shows of them again is passed over.
  auto ledger = Ledger::open(
      std::move(log_), clock, config.ledger,
      [this](const std::shared_ptr<const log::Group>& group) {
        edge_.durable(*group);
        if (checkpointer_) checkpointer_->observe(*group);
        projector_->observe(group);
        rebuilder_->durable();
        if (snapshotter_) snapshotter_->observe();
      },
      [this](Error error) { storage_failed(std::move(error)); }, {keys_.get(), randomness_.get()},
      {signer_.get(), epoch_}, std::move(start_));
  if (!ledger) return tl::unexpected(std::move(ledger).error());
  ledger_ = std::move(*ledger);
  if (checkpointer_) checkpointer_->start();
  if (snapshotter_) snapshotter_->start();
  note_keys(ledger_->keys());

  const log::LogHead head = ledger_->head();
  report_.events = head.events;
  report_.groups = head.group;
  report_.address = door_->address();
  return door_->listen({.ledger = *ledger_,
                        .queries = *queries_,
                        .views = views_,
                        .store_id = store_id_,
                        .started_at = clock.now(),
                        .edge = edge_,
                        .groups = *groups_,
                        .clock = clock,
                        .rebuilder = *rebuilder_,
                        .secrets = keys_.get(),
                        .proofs = proofs_.get(),
                        .sign_aside = [this](std::function<void()> work) {
                          if (checkpointer_) return checkpointer_->ask(std::move(work));
                          work();
                        }});
}

void Server::open_snapshots(const SnapshotConfig& config) {
  // What the ledger will not be shown again.
  if (start_)
    for (const auto& [id, tenant] : start_->tenants) edge_.begin(id, tenant->last());
  report_.unread = unread_ ? unread_->events : 0;
  if (!snapshots_) return;
  snapshotter_ = std::make_unique<Snapshotter>(
      Snapshotter::Parts{.log = *log_,
                         .shelf = *snapshots_,
                         .store = store_number_,
                         .config = config,
                         .unread = unread_,
                         .newest = report_.unread,
                         .note = note_,
                         .damaged = [this](Error error) { storage_failed(std::move(error)); }});
}

/// What was signed before is compared with the log before anything is served.
Status Server::open_checkpoints(Clock& clock, const CheckpointConfig& config) {
  prover_ = std::make_unique<log::LogProver>(*log_);
  if (checkpoints_) {
    auto keeper = checkpoints::CheckpointKeeper::open(
        {.store = *checkpoints_, .prover = *prover_, .signer = signer_.get(), .clock = clock}, log_name_,
        epoch_);
    if (!keeper) return fail(keeper.error());
    keeper_ = std::move(*keeper);
    const auto broken = keeper_->broken();
    if (!broken.empty() && config.required == KeyNeed::Required) return fail(broken.front());
    for (const Error& error : broken)
      note_("CRITICAL 8014 TWO_HISTORIES: nothing more is signed of this tree: " + error.message);
    checkpointer_ = std::make_unique<Checkpointer>(*keeper_, config.every, log_->head().group, note_);
  }
  proofs_ = std::make_unique<ProofDesk>(
      *prover_, keeper_.get(), signer_ ? ProofDesk::Receipts::CanBind : ProofDesk::Receipts::CannotBind);
  return {};
}

void Server::note_keys(const KeysReport& report) {
  if (report.found == KeysFound::Missing)
    note_("the key store is missing: personal data can be neither read nor written until it is restored");
  if (report.reconciled.missing != 0)
    note_("the key store has no keys for " + std::to_string(report.reconciled.missing) +
          " persons: what was sealed of them cannot be read");
  if (report.reconciled.destroyed != 0)
    note_("destroyed the keys of " + std::to_string(report.reconciled.destroyed) +
          " persons who are erased or never became known");
}

Status Server::run() {
  door_->serve();
  // In the order of a command's way: nothing is accepted any more, so each part finishes what it has.
  rebuilder_->close();
  if (snapshotter_) snapshotter_->close();
  ledger_->close();
  if (checkpointer_) checkpointer_->close();
  projector_->close();
  queries_->close();
  const std::lock_guard lock(failure_mutex_);
  if (failure_) return tl::unexpected(*failure_);
  if (snapshotter_) snapshotter_->at_stop(*ledger_);
  return {};
}

Server::~Server() {
  if (rebuilder_) rebuilder_->close();
  if (snapshotter_) snapshotter_->close();
  if (ledger_) ledger_->close();
  if (checkpointer_) checkpointer_->close();
  if (projector_) projector_->close();
  if (queries_) queries_->close();
}

void Server::stop_on_signals(std::function<void(int)> said) {
  door_->on_signals([this, said = std::move(said), how = Stop::AfterAnswering](int signal) mutable {
    said(signal);
    door_->stop(std::exchange(how, Stop::Now));
  });
}

void Server::storage_failed(Error error) {
  {
    const std::lock_guard lock(failure_mutex_);
    if (!failure_) failure_ = std::move(error);
  }
  door_->stop(Stop::Now);
}

}  // namespace kontor::server
