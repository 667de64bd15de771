#include "engine/log/memory/memory_log.h"
#include "tests/log/contract/log_under_test.h"

namespace kontor::test {
namespace {

class MemoryUnderTest final : public LogUnderTest {
 public:
  log::EventLog& log() override { return log_; }
  void reopen() override {}

 private:
  log::MemoryLog log_;
};

}  // namespace

LogKind memory_kind() {
  return {"Memory", [] { return std::make_unique<MemoryUnderTest>(); }};
}

}  // namespace kontor::test
