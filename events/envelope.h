#pragma once
// A recorded event: what is stored, hashed and exported (ARCHITECTURE D4, docs/storage-format.md). Pure; any
// thread.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "events/access.h"
#include "events/billing.h"
#include "events/communities.h"
#include "events/core/actor.h"
#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/result.h"
#include "events/credits.h"
#include "events/effects.h"
#include "events/people.h"
#include "events/seats.h"
#include "events/tenancy.h"

namespace kontor {

/// The body of an event, by domain. A class of its own, like that of each domain: copying and destroying so
/// many alternatives is compiled once, and not wherever an event is held.
struct Event : std::variant<tenancy::Event, seats::Event, people::Event, effects::Event, access::Event,
                            communities::Event, credits::Event, billing::Event> {
  using variant::variant;
  Event();
  Event(const Event&);
  Event(Event&&) noexcept;
  Event& operator=(const Event&);
  Event& operator=(Event&&) noexcept;
  ~Event();
};

/// First 16 bytes of SHA-256 over the canonical command: tells a retry from another command with the same id.
using PayloadDigest = std::array<std::uint8_t, 16>;

/// Where in an imported file a command came from.
struct HistoryStamp {
  std::uint64_t source = 0;  // first 8 bytes of the file's SHA-256
  std::uint64_t line = 0;    // from 1

  friend bool operator==(const HistoryStamp&, const HistoryStamp&) = default;
};

/// Everything an event says about itself beside its body (DOMAIN 1.2).
struct Envelope {
  TenantId tenant;
  Position position = 0;
  std::string stream;
  Version version = 0;
  Instant recorded_at;
  Instant effective_at;
  Actor actor;
  CommandId command_id;  // zero for events of timers
  PayloadDigest payload_digest{};
  std::optional<HistoryStamp> history;
  std::string correlation;

  friend bool operator==(const Envelope&, const Envelope&) = default;
};

struct RecordedEvent {
  Envelope envelope;
  Event body;

  friend bool operator==(const RecordedEvent&, const RecordedEvent&) = default;
};

/// Whether the event may be true since before the newest event of its tenant: corrections by an admin or by
/// support (DOMAIN 1.2). Timers and everybody else go forward.
[[nodiscard]] inline bool may_be_back_dated(const Envelope& envelope) {
  return !envelope.command_id.is_zero() &&
         (envelope.actor.role == Role::Admin || envelope.actor.role == Role::Support);
}

/// Appends the stored bytes of an event to `out`: a single-segment Cap'n Proto message with its segment
/// table.
void encode(const Envelope& envelope, const Event& body, std::string& out);

/// Reads stored bytes of any age into today's types. Fails with StoreDamaged when they are not an event.
[[nodiscard]] Result<RecordedEvent> decode(std::string_view stored);

/// Name of an event's kind in PascalCase, as shown to people: "CampusSeatGranted".
[[nodiscard]] std::string_view type_name(const Event& event);
/// The stream an event belongs to: "campus/c-1", "course/k-1", "person/p-1", "tenant".
[[nodiscard]] std::string stream_of(const Event& event);

}  // namespace kontor
