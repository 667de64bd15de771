#pragma once
// What the contract suite needs to know about one kind of log.

#include <functional>
#include <memory>
#include <string>

#include "engine/log/event_log.h"

namespace kontor::test {

/// One log and where it lives.
class LogUnderTest {
 public:
  LogUnderTest() = default;
  LogUnderTest(const LogUnderTest&) = delete;
  LogUnderTest& operator=(const LogUnderTest&) = delete;
  virtual ~LogUnderTest() = default;

  [[nodiscard]] virtual log::EventLog& log() = 0;
  /// Closes the log and opens what it left. A log without a home keeps what it has.
  virtual void reopen() = 0;
};

struct LogKind {
  std::string name;
  std::function<std::unique_ptr<LogUnderTest>()> make;
};

/// Each of these is one line in contract_test.cc.
[[nodiscard]] LogKind memory_kind();
[[nodiscard]] LogKind rocksdb_kind();
[[nodiscard]] LogKind rocksdb_inline_kind();
[[nodiscard]] LogKind rocksdb_strict_kind();

}  // namespace kontor::test
