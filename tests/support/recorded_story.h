#pragma once
// Hand-made histories: events with chosen bodies and times, put into groups with the positions and versions
// that the writer would give them. For everything that reads a log.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/log/event_log.h"
#include "engine/log/memory/memory_log.h"
#include "events/envelope.h"

namespace kontor::test {

class RecordedStory {
 public:
  explicit RecordedStory(std::string tenant = "t") : tenant_(std::move(tenant)) {}

  /// What follows is effective, and was recorded, at this moment: "2027-03-01T00:00:00Z".
  RecordedStory& at(std::string_view time);
  /// What follows until the next `at` is a correction: recorded now, true since then.
  RecordedStory& true_since(std::string_view time);
  /// Adds events to the open group.
  template <class... Bodies>
  RecordedStory& record(Bodies... bodies) {
    (add(Event(domain_event(std::move(bodies)))), ...);
    return *this;
  }
  /// Closes the group; the next event begins another one. Without events nothing happens.
  RecordedStory& end_group();

  /// All closed groups.
  [[nodiscard]] const std::vector<log::Group>& groups() const { return groups_; }
  [[nodiscard]] TenantId tenant() const { return tenant_; }
  [[nodiscard]] Position last() const { return position_; }

 private:
  [[nodiscard]] static tenancy::Event domain_event(tenancy::Event body) { return body; }
  [[nodiscard]] static seats::Event domain_event(seats::Event body) { return body; }
  [[nodiscard]] static effects::Event domain_event(effects::Event body) { return body; }
  [[nodiscard]] static people::Event domain_event(people::Event body) { return body; }
  void add(const Event& body);

  TenantId tenant_;
  Instant now_;
  std::optional<Instant> since_;
  Position position_ = 0;
  std::map<std::string, Version> versions_;
  log::TenantSlice open_;
  std::vector<log::Group> groups_;
};

/// Appends all groups; every one must be taken.
void append_all(log::EventLog& log, const std::vector<log::Group>& groups);

}  // namespace kontor::test
