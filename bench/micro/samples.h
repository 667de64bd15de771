#pragma once
// The events and commands that the benchmarks share: an invitation with a course seat, the most frequent of
// all.

#include <string>

#include "engine/log/event_log.h"
#include "events/envelope.h"

namespace kontor::bench {

[[nodiscard]] inline Envelope sample_envelope() {
  Envelope envelope;
  envelope.tenant = TenantId("university");
  envelope.position = 4711;
  envelope.stream = "course/statistics-101";
  envelope.version = 37;
  envelope.recorded_at = Instant{1'800'000'000 * kNanosecondsPerSecond};
  envelope.effective_at = envelope.recorded_at;
  envelope.actor = Actor{Role::CampusManager, "m-17", "web"};
  envelope.command_id.bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  envelope.payload_digest = {16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
  return envelope;
}

[[nodiscard]] inline Event sample_event() {
  return seats::Event{seats::CampusSeatGranted{CampusId("leuven"), 12, PersonId("p-100011"),
                                               CourseId("statistics-101"), PeriodId("2027")}};
}

/// Groups of `events` copies of the sample event, numbered and placed so that a log takes them one after the
/// other.
class SampleLog {
 public:
  explicit SampleLog(std::uint32_t events) : events_(events) {
    encode(sample_envelope(), sample_event(), event_);
  }

  [[nodiscard]] log::Group next() {
    log::TenantSlice slice{TenantId("university"), position_ + 1, events_, {}};
    slice.bytes.reserve(event_.size() * events_);
    for (std::uint32_t i = 0; i < events_; ++i) slice.bytes += event_;
    position_ += events_;
    return {++group_, {std::move(slice)}};
  }

 private:
  std::uint32_t events_;
  std::string event_;
  Position position_ = 0;
  std::uint64_t group_ = 0;
};

}  // namespace kontor::bench
