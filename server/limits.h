#pragma once
// Every limit of the door in one place (docs/operations.md lists them with their configuration keys).

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "server/protocol/frame_gate.h"
#include "server/roster_stage.h"

namespace kontor::server {

struct SessionLimits {
  protocol::GateLimits before_hello{.frame_bytes_max = 4u << 10, .segments_max = 1};
  protocol::GateLimits gate;          // after it
  std::size_t in_flight_max = 1'024;  // commands of one connection without an answer
  std::size_t batch_commands_max = 1'000;
  RosterLimits roster;                      // uploaded and not forgotten
  std::size_t unsent_bytes_max = 4u << 20;  // beyond: nothing more is read
  std::size_t event_page_bytes_max = 1u << 20;
  std::size_t subscriptions_max = 64;               // of one connection
  std::size_t subscription_bytes_max = 1u << 20;    // unsent; beyond: no more items are read
  std::chrono::milliseconds heartbeat{10'000};      // of a subscription that has nothing to say
  std::chrono::milliseconds progress_after{1'000};  // it is told how far the server looked, at most so often
  std::chrono::milliseconds hello_timeout{5'000};
  std::chrono::milliseconds frame_timeout{10'000};  // to complete a started frame
  std::chrono::milliseconds idle_timeout{120'000};
  std::chrono::milliseconds stuck_timeout{30'000};  // beyond unsent_bytes_max without any progress
  std::chrono::milliseconds query_patience{5'000};  // for views that are not far enough
};

struct ListenerLimits {
  std::size_t connections_max = 4'096;
  std::chrono::milliseconds drain_timeout{10'000};  // to answer what is queued before a stop
  std::chrono::milliseconds linger_timeout{2'000};  // for a peer to take the last words
};

}  // namespace kontor::server
