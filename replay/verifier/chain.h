#pragma once
// The events of one tenant, one after the other: does each belong behind those before it? Asks nothing about
// what they mean. One thread.

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <limits>
#include <optional>
#include <string>

#include "events/envelope.h"
#include "replay/verifier/finding.h"

namespace kontor::verifier {

class Chain {
 public:
  explicit Chain(TenantId tenant) : tenant_(std::move(tenant)) {}

  [[nodiscard]] Position next() const { return position_ + 1; }
  /// Takes the event if it follows. `recorded_before` is when the event before it in the bundle was recorded.
  [[nodiscard]] std::optional<Finding> take(const RecordedEvent& event, Instant recorded_before);
  [[nodiscard]] Finding finding(std::string kind, std::string message) const;

 private:
  [[nodiscard]] std::optional<Finding> envelope(const RecordedEvent& event, Instant recorded_before);
  [[nodiscard]] Objection command(const Envelope& envelope);

  TenantId tenant_;
  Position position_ = 0;
  Instant effective_at_{std::numeric_limits<std::int64_t>::min()};  // nothing came before
  boost::unordered_flat_map<std::string, Version> versions_;
  Version* version_ = nullptr;  // of the stream of the event that is being taken
  // Commands whose events have all been seen; the open one may have further events.
  boost::unordered_flat_set<CommandId, std::hash<CommandId>> finished_;
  CommandId open_;
  PayloadDigest open_payload_{};
};

}  // namespace kontor::verifier
