#pragma once
// Today's types to frames for a client. Each function appends one whole frame, in one segment, to `out`.
// Pure.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/writer/submission.h"
#include "server/protocol/wire.capnp.h"

namespace kontor::protocol {

struct WelcomeInfo {
  std::string store_id;
  Position position = 0;
  std::uint32_t frame_bytes_max = 0;
  std::uint32_t in_flight_max = 0;
  std::uint32_t batch_commands_max = 0;
  std::uint32_t idle_seconds = 0;
};

struct StatusInfo {
  std::string store_id;
  Instant started_at;
  std::uint64_t group = 0;
  std::uint64_t events = 0;
  Digest root{};
  Position position = 0;
  Position view_position = 0;
  Instant timeline_at;
  std::string timeline;
  Digest state{};
  std::uint32_t connections = 0;
  std::uint32_t queue = 0;
};

void encode_welcome(std::uint64_t request, const WelcomeInfo& welcome, std::string& out);
/// Receipt, refusal or error. NotDecided is no answer to a command that came alone.
void encode_outcome(std::uint64_t request, const Outcome& outcome, std::string& out);
void encode_batch_result(std::uint64_t request, std::span<const Outcome> outcomes, std::string& out);
void encode_refusal(std::uint64_t request, const rules::Refusal& refusal, std::string& out);
void encode_error(std::uint64_t request, const Error& error, std::string& out);
void encode_answer(std::uint64_t request, wire::Answer::Reader answer, std::string& out);

/// An event, and a number before and after it. Nothing: there was no such number, which counts as 0.
struct ExplainedStepInfo {
  Position position = 0;
  std::optional<std::int64_t> before;
  std::optional<std::int64_t> after;
  std::string event;  // stored bytes
};
struct ExplanationInfo {
  Position position = 0;
  Instant effective_at;
  std::optional<std::int64_t> value;
  std::optional<std::int64_t> first;
  std::vector<ExplainedStepInfo> steps;
  std::int64_t by_time = 0;
  std::uint64_t left_out = 0;
  std::uint64_t looked = 0;
};
void encode_explanation(std::uint64_t request, const ExplanationInfo& explanation, std::string& out);
void encode_event_page(std::uint64_t request, std::span<const std::string> events, Position head,
                       std::string& out);
void encode_status(std::uint64_t request, const StatusInfo& status, std::string& out);
/// How much of a roster waits on the connection.
void encode_roster_staged(std::uint64_t request, std::uint32_t rows, std::uint64_t bytes, std::string& out);
void encode_pong(std::uint64_t request, std::string& out);
void encode_goaway(std::string_view reason, std::string& out);

}  // namespace kontor::protocol
