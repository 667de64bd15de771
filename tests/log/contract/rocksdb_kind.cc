#include <gtest/gtest.h>

#include "engine/log/rocksdb/rocksdb_log.h"
#include "tests/log/contract/log_under_test.h"
#include "tests/support/temporary_directory.h"

namespace kontor::test {
namespace {

class RocksDbUnderTest final : public LogUnderTest {
 public:
  RocksDbUnderTest(log::HeadMode mode, log::HeadExecution execution) : mode_(mode), execution_(execution) {
    open();
  }

  log::EventLog& log() override { return *log_; }
  void reopen() override {
    log_.reset();
    open();
  }

 private:
  void open() {
    auto opened = log::RocksDbLog::open({.path = directory_ / "store",
                                         .second_head_directory = directory_ / "second",
                                         .head_mode = mode_,
                                         .head_execution = execution_});
    if (!opened) ADD_FAILURE() << opened.error().message;
    log_ = std::move(opened).value();
  }

  TemporaryDirectory directory_;
  log::HeadMode mode_;
  log::HeadExecution execution_;
  std::unique_ptr<log::RocksDbLog> log_;
};

LogKind kind(std::string name, log::HeadMode mode, log::HeadExecution execution) {
  return {std::move(name), [=] { return std::make_unique<RocksDbUnderTest>(mode, execution); }};
}

}  // namespace

LogKind rocksdb_kind() { return kind("RocksDb", log::HeadMode::Lagging, log::HeadExecution::OwnThread); }
LogKind rocksdb_inline_kind() {
  return kind("RocksDbInline", log::HeadMode::Lagging, log::HeadExecution::Inline);
}
LogKind rocksdb_strict_kind() {
  return kind("RocksDbStrict", log::HeadMode::Strict, log::HeadExecution::OwnThread);
}

}  // namespace kontor::test
