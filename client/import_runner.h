#pragma once
// Runs an import over connections: sends its batches, waits while the server is busy, connects again when it
// went away. One thread, the caller's; returns when the import is done, has stopped, or nobody answers any
// more.

#include <chrono>
#include <functional>
#include <memory>

#include "client/client.h"
#include "client/history_import.h"
#include "client/pipeline.h"

namespace kontor::client {

struct ImportRun {
  Address address;
  Greeting greeting;
  std::size_t batch_commands_max = 1'000;
  Connection::Timeout answer_within{30'000};
  std::chrono::milliseconds retry_for{30'000};  // how long to look for a server before giving up
};

class ImportRunner {
 public:
  /// `moved` is called after every answer.
  ImportRunner(HistoryImport& import, ImportRun run, Pipeline::Waiting waiting, std::function<void()> moved);

  /// Fails when no server was found for `retry_for`, or one understood us and refused the conversation. What
  /// was sent last may then have happened or not; the same import started again finds out. An import that
  /// stopped by itself is no failure here: see HistoryImport::failure.
  [[nodiscard]] Done run();

 private:
  [[nodiscard]] Done connect();
  [[nodiscard]] ImportLimits limits() const;
  [[nodiscard]] Done send();
  [[nodiscard]] Outcome<HistoryImport::Next> take_answer();

  HistoryImport& import_;
  ImportRun run_;
  Pipeline::Waiting waiting_;
  std::function<void()> moved_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace kontor::client
