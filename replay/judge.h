#pragma once
// What must hold of an event beside that it follows (docs/auditing.md). One tenant, one thread.

#include <boost/unordered/unordered_flat_set.hpp>

#include "replay/fold.h"

namespace kontor::replay {

class Judge {
 public:
  /// What can be said of the event alone; any thread.
  [[nodiscard]] static Status judge_alone(const RecordedEvent& event);
  /// Judges the event that is about to be taken into `fold`, by all else. StoreDamaged names what does not
  /// hold.
  [[nodiscard]] Status judge(const RecordedEvent& event, const TenantFold& fold);

 private:
  [[nodiscard]] Status judge_command(const Envelope& envelope, const TenantFold& fold);

  boost::unordered_flat_set<CommandId, std::hash<CommandId>> finished_;
  CommandId open_;  // whose events are being read; zero: none
  PayloadDigest open_payload_{};
};

}  // namespace kontor::replay
