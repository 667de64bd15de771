#pragma once
// Groups of made-up events for tests of logs: the log looks at no more of an event than its message frame.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/log/event_log.h"

namespace kontor::test {

/// A single-segment message of `words` words whose contents follow from the seed.
[[nodiscard]] std::string sample_event(std::uint64_t seed, std::uint32_t words);

/// How many events of a tenant the next group shall have.
struct Share {
  std::string tenant;
  std::uint32_t count = 1;
};

/// Makes groups that continue each other: numbers and positions without gaps, contents different everywhere.
class SampleGroups {
 public:
  SampleGroups() = default;
  /// Continues after what the log holds.
  explicit SampleGroups(log::EventLog& log);

  /// Goes on after this group.
  void adopt(const log::Group& group);

  /// Shares in rising order of tenant.
  [[nodiscard]] log::Group next(const std::vector<Share>& shares);
  /// A group of one event of tenant "t".
  [[nodiscard]] log::Group next() { return next({{"t", 1}}); }

 private:
  std::uint64_t number_ = 0;
  std::map<std::string, Position> last_;
};

/// Everything the log holds, by a scan that must succeed.
[[nodiscard]] std::vector<log::Group> all_groups(log::EventLog& log);

}  // namespace kontor::test
