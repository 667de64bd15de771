#pragma once
// A log that shows whatever groups it is given and says whatever head it is told: what an attacker, or a
// broken disk, can leave behind.

#include <vector>

#include "engine/log/event_log.h"
#include "engine/log/trees.h"
#include "events/envelope.h"

namespace kontor::test {

class TamperedLog final : public log::EventLog {
 public:
  TamperedLog(std::vector<log::Group> groups, log::LogHead head) : groups_(std::move(groups)), head_(head) {}

  [[nodiscard]] log::AppendOutcome append(const log::Group&) override {
    return log::AppendOutcome::NotWritten;
  }
  [[nodiscard]] Status scan(std::uint64_t first, const log::GroupVisitor& visit) override;
  [[nodiscard]] Result<std::vector<std::string>> read(const TenantId&, Position, std::size_t) override {
    return std::vector<std::string>();
  }
  [[nodiscard]] Result<std::vector<log::SliceRange>> slices(std::uint64_t, std::uint64_t) override {
    return std::vector<log::SliceRange>();
  }
  [[nodiscard]] log::LogHead head() const override { return head_; }
  [[nodiscard]] const log::Trees& trees() const override { return trees_; }
  void idle() override {}

 private:
  std::vector<log::Group> groups_;
  log::LogHead head_;
  log::Trees trees_;  // of nothing
};

/// The head that belongs to these groups: an attacker can count and hash, too.
[[nodiscard]] log::LogHead head_of(const std::vector<log::Group>& groups);

/// The events of groups of one tenant, and groups of events: one each.
[[nodiscard]] std::vector<RecordedEvent> events_of(const std::vector<log::Group>& groups);
[[nodiscard]] std::vector<log::Group> groups_of(const std::vector<RecordedEvent>& events);

}  // namespace kontor::test
