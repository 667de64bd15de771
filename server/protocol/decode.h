#pragma once
// Frames of a client to today's types: the door's side of trust. Whatever comes out of here has been checked:
// ids are valid id texts, other texts are UTF-8 without hidden characters and within their limits, instants
// lie in the valid range, enumerators are known. Without I/O; one decoder per thread.

#include <capnp/message.h>

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "engine/rules/contract_limits.h"
#include "engine/writer/submission.h"
#include "events/core/digest.h"
#include "server/protocol/commands.capnp.h"
#include "server/protocol/frame_gate.h"
#include "server/protocol/proof_frames.h"
#include "server/protocol/rebuild_frames.h"
#include "server/protocol/subscription_frames.h"
#include "server/protocol/wire.capnp.h"

namespace kontor::protocol {

constexpr std::uint16_t kProtocolVersion = 1;
constexpr std::uint32_t kEventsPerPageMax = 10'000;
constexpr std::uint32_t kExplainedStepsMax = 10'000;
constexpr std::uint32_t kExplainedStepsDefault = 1'000;

/// Bytes that free texts may have. Ids have kIdBytesMax.
struct TextLimits {
  static constexpr std::size_t client_name = 128;
  static constexpr std::size_t correlation = 128;
  static constexpr std::size_t channel = 64;
  static constexpr std::size_t time_zone = 64;
  static constexpr std::size_t invoice_ref = rules::kInvoiceRefBytesMax;
  static constexpr std::size_t cursor = 512;
  static constexpr std::size_t number_path = 512;
  static constexpr std::size_t email =
      1'024;  // longer than any valid one: the rules say what is wrong with it
  static constexpr std::size_t person_name = 256;
  static constexpr std::size_t reason = 512;
  static constexpr std::size_t tag = 128;
  static constexpr std::size_t title = 1'024;  // the rules name the limit in characters
  static constexpr std::size_t reference = 128;
};

struct HelloRequest {
  TenantId tenant;
  std::string client_name;
  Position highest_position = 0;
  Receipts receipts = Receipts::Plain;
};
enum class Framing : std::uint8_t { Single, Batch };
struct SubmitRequest {
  Framing framing = Framing::Single;  // how the client asked, and so how it is answered
  Mode mode = Mode::Each;
  std::vector<CommandRequest> commands;  // at least one
};
struct QueryRequest {
  std::unique_ptr<capnp::MallocMessageBuilder> query;  // root wire::Query
};
/// Which events made a number of an answer what it is.
struct ExplainRequest {
  std::unique_ptr<capnp::MallocMessageBuilder> query;  // root wire::Query
  std::string number;                                  // projections/answer_numbers.h
  std::uint32_t steps = 0;
};
struct EventsRequest {
  Position from = 1;
  std::uint32_t limit = 1;
};
struct StatusRequest {};
struct PingRequest {};
/// Rows for an ImportRoster to come. `bytes` is what their texts take.
struct RosterRowsRequest {
  std::string file_hash;
  std::uint32_t first = 0;
  std::vector<rules::access::RosterRow> rows;
  std::size_t bytes = 0;
};
/// Understood well enough to be answered, and no more: the connection goes on.
struct InvalidRequest {
  Error error;
};

struct ClientFrame {
  std::uint64_t request_id = 0;
  std::variant<HelloRequest, SubmitRequest, QueryRequest, ExplainRequest, EventsRequest, StatusRequest,
               PingRequest, SubscribeRequest, CreditRequest, AckRequest, ParkRequest, CancelRequest,
               GroupsRequest, RosterRowsRequest, RebuildRequest, ProveRequest, InvalidRequest>
      request;
};

class Decoder {
 public:
  explicit Decoder(std::size_t batch_commands_max);

  /// FrameMalformed ends the connection. Everything else that is wrong with a frame is an InvalidRequest
  /// naming the field, or in a batch the field's whole path.
  [[nodiscard]] Result<ClientFrame> decode(FrameWords words);

  /// One command, as a frame would carry it. For histories and tests; `command` must be well formed.
  [[nodiscard]] Result<CommandRequest> command(wire::Command::Reader command);

 private:
  [[nodiscard]] Result<SubmitRequest> single(wire::Command::Reader command);
  [[nodiscard]] Result<SubmitRequest> batch(wire::Batch::Reader batch);
  [[nodiscard]] PayloadDigest payload_digest(wire::CommandContent::Reader content);
  [[nodiscard]] PayloadDigest digest_of(kj::ArrayPtr<const capnp::word> canonical);
  void decode_into(ClientFrame& out, wire::Frame::Reader frame);

  std::size_t batch_commands_max_;
  Sha256 sha_;
  kj::Array<capnp::word> scratch_;  // zeroed, for the canonical form of most commands
};

}  // namespace kontor::protocol
