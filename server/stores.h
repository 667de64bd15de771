#pragma once
// The stores a server works on: opened from a data directory, or given by a test.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/checkpoints/checkpoint_store.h"
#include "engine/checkpoints/signer.h"
#include "engine/keys/key_store.h"
#include "engine/keys/randomness.h"
#include "engine/log/event_log.h"
#include "engine/snapshots/snapshot_shelf.h"
#include "projections/view_shelf.h"
#include "server/config.h"
#include "server/subscriptions/group_store.h"

namespace kontor::server {

struct Stores {
  std::unique_ptr<log::EventLog> log;
  std::unique_ptr<views::ViewShelf> views;
  std::string store_id;  // as text; tells one store from another
  std::unique_ptr<GroupStore> groups;
  std::unique_ptr<keys::Randomness> randomness = nullptr;  // used by the keys
  std::unique_ptr<keys::KeyStore> keys = nullptr;          // none: no personal data can be read or written
  std::uint64_t epoch = 1;                                 // the log's
  std::string log_name = {};                               // what signatures call it
  std::unique_ptr<checkpoints::CheckpointStore> checkpoints = nullptr;  // none: nothing is signed
  std::unique_ptr<checkpoints::Signer> signer = nullptr;                // none: nothing new is signed
  std::unique_ptr<snapshots::SnapshotShelf> snapshots = nullptr;        // none: none are made
  log::StoreId store_number{};                                          // `store_id` as bytes
  std::optional<WriterState> start = std::nullopt;    // what the log was opened from; none: read all of it
  std::optional<log::LogHead> unread = std::nullopt;  // up to where opening the log did not read it
};

/// What opening has to say to an operator: "cut 37 unsynced bytes of 000012.log".
using Note = std::function<void(std::string_view)>;

/// Opens or creates the stores of `config.data_dir`. AlreadyRunning names the process that has them; all
/// other refusals are those of the log (8xxx, 90xx). Damaged views are dropped, said so, and derived again.
/// What is remembered of consumer groups nobody can derive: it is whole (8008), and of this log (8011), or
/// the server does not start. The key store is only opened: the ledger knows whether one may be made. Without
/// its signing key the store opens only if `checkpoint.required` is false (8013).
[[nodiscard]] Result<Stores> open_stores(const Config& config, const Note& note);

/// Where the configuration says the signing key of a store is.
[[nodiscard]] checkpoints::KeyPlace key_place(const Config& config, const std::string& store_id);

}  // namespace kontor::server
