#pragma once
// One event of every kind with every field filled, for codecs, golden files and whoever needs an event.

#include <string>
#include <vector>

#include "events/envelope.h"

namespace kontor::test {

struct SampleEvent {
  std::string name;  // of its golden file: the kind, and what is special about it
  RecordedEvent event;
};

/// At least one of every kind, in the order of the schema. Adding a field to an event means adding a new
/// sample: the old one, and its golden file, stay as they are.
[[nodiscard]] std::vector<SampleEvent> sample_events();

/// Those of community seats, which are among the above.
[[nodiscard]] std::vector<SampleEvent> community_samples();

/// An envelope with every field filled.
[[nodiscard]] Envelope sample_envelope(const Event& event);

}  // namespace kontor::test
