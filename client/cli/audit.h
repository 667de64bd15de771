#pragma once
// What replay and verify share: a store that is only looked at, by a process that may die of it.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "client/cli/context.h"
#include "engine/log/event_log.h"
#include "replay/leaf_hashes.h"
#include "replay/replay.h"

namespace kontor::cli {

/// Does the work in a process of its own and takes over its exit code. A store can be damaged in ways that
/// stop whoever reads it (STYLE 6, and the storage library's own assertions): that is a finding, exit code 8.
/// Call before anything starts a thread.
void guarded(Context& context, const std::function<void()>& work);

/// Opens the log of a data directory for reading; reports a refusal and returns null otherwise.
[[nodiscard]] std::unique_ptr<log::EventLog> open_for_audit(Context& context,
                                                            const std::filesystem::path& data_dir);
/// The same, and which store it is.
struct AuditedStore {
  std::unique_ptr<log::EventLog> log;  // null after a refusal
  replay::StoreName name;
};
[[nodiscard]] AuditedStore open_store_for_audit(Context& context, const std::filesystem::path& data_dir);

/// Reports what was found, or what could not be read.
void report_finding(Context& context, const Error& error, std::string_view headline);

/// Counts events while they are read; on a terminal it shows how far it is.
class Meter {
 public:
  explicit Meter(std::uint64_t events_in_all);
  ~Meter();
  Meter(const Meter&) = delete;
  Meter& operator=(const Meter&) = delete;

  [[nodiscard]] replay::Progress progress();
  [[nodiscard]] double seconds() const;
  /// "612 k events/s".
  [[nodiscard]] std::string rate(std::uint64_t events) const;

 private:
  void show(std::uint64_t events);

  std::uint64_t all_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_;
};

/// "48 131".
[[nodiscard]] std::string grouped(std::uint64_t number);

}  // namespace kontor::cli
