#include "server/signing_key.h"

#include <fmt/format.h>

#include "engine/log/rocksdb/rocksdb_log.h"
#include "projections/data_directory.h"
#include "server/stores.h"

namespace kontor::server {
namespace {

/// A store nobody else uses for as long as this lives.
struct HeldStore {
  std::unique_ptr<log::RocksDbLog> log;
  std::unique_ptr<checkpoints::CheckpointStore> checkpoints;

  [[nodiscard]] std::string id() const { return hex(log->store_id()); }
};

Result<HeldStore> hold(const Config& config) {
  const DataDirectory directory{config.data_dir};
  auto log = log::RocksDbLog::open({.path = directory.log().string(), .access = log::Access::ReadOnly});
  if (!log) return fail(log.error());
  HeldStore held{std::move(*log), nullptr};
  auto checkpoints = checkpoints::open_checkpoint_store(directory.checkpoints(), held.id());
  if (!checkpoints) return fail(checkpoints.error());
  held.checkpoints = std::move(checkpoints->store);
  return held;
}

}  // namespace

Result<SigningKeys> signing_keys(const Config& config) {
  const auto held = hold(config);
  if (!held) return fail(held.error());
  auto key = held->checkpoints->key();
  if (!key) return fail(key.error());
  auto rotations = held->checkpoints->rotations();
  if (!rotations) return fail(rotations.error());
  return SigningKeys{std::move(*key), std::move(*rotations)};
}

Result<checkpoints::KeyChange> change_signing_key(const Config& config, Clock& clock) {
  const auto held = hold(config);
  if (!held) return fail(held.error());
  const auto randomness = keys::system_randomness();
  return checkpoints::rotate_key(key_place(config, held->id()), *held->checkpoints, *randomness, clock.now());
}

}  // namespace kontor::server
