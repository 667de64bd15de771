// docs/wire-protocol.md
#include "server/protocol/decode.h"

#include <capnp/message.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "server/protocol/decode_body.h"
#include "server/protocol/decode_domains.h"
#include "server/protocol/field_reader.h"
#include "server/protocol/message.h"

namespace kontor::protocol {
namespace {

constexpr std::size_t kScratchWords = 64;

Result<HelloRequest> read_hello(wire::Hello::Reader hello) {
  if (hello.getProtocol() != kProtocolVersion)
    return fail(Reason::Unsupported,
                fmt::format("protocol {}; this server speaks {}", hello.getProtocol(), kProtocolVersion));
  FieldReader fields;
  HelloRequest out;
  out.tenant = fields.id<TenantId>("tenant", hello.getTenant());
  out.client_name = fields.text("clientName", hello.getClientName(), TextLimits::client_name);
  out.highest_position = hello.getHighestPosition();
  out.receipts = hello.getBoundReceipts() ? Receipts::Bound : Receipts::Plain;
  if (fields.problem()) return fail(*fields.problem());
  return out;
}

Result<EventsRequest> read_events(wire::EventsRequest::Reader events) {
  if (events.getFrom() == 0) return fail(Reason::InvalidArgument, "from is missing: positions begin at 1");
  if (events.getLimit() == 0 || events.getLimit() > kEventsPerPageMax)
    return fail(Reason::InvalidArgument,
                fmt::format("limit is {}, must be 1 to {}", events.getLimit(), kEventsPerPageMax));
  return EventsRequest{.from = events.getFrom(), .limit = events.getLimit()};
}

/// Texts of a question, which its answerer takes as they are.
std::optional<Error> question_problem(wire::Query::Question::Reader question) {
  FieldReader f;
  const auto id = [&f](std::string_view field, capnp::Text::Reader text) { (void)f.id_text(field, text); };
  const auto optional_id = [&](std::string_view field, capnp::Text::Reader text) {
    if (text.size() > 0) id(field, text);
  };
  using Question = wire::Query::Question;
  switch (question.which()) {
    case Question::REMAINING_SEATS: id("course", question.getRemainingSeats().getCourse()); break;
    case Question::USAGE_STATISTICS: id("campus", question.getUsageStatistics().getCampus()); break;
    case Question::USAGE_DETAIL: id("campus", question.getUsageDetail().getCampus()); break;
    case Question::COURSE_SEAT_PERIODS: {
      const auto periods = question.getCourseSeatPeriods();
      optional_id("campus", periods.getCampus());
      optional_id("course", periods.getCourse());
      (void)f.text("after", periods.getAfter(), TextLimits::cursor);
      break;
    }
    case Question::SEAT_OF: id("person", question.getSeatOf().getPerson()); break;
    case Question::COURSES_OF: id("person", question.getCoursesOf().getPerson()); break;
    case Question::PERSON_DETAIL: id("person", question.getPersonDetail().getPerson()); break;
    case Question::COURSE_SETTLEMENT:
      id("course", question.getCourseSettlement().getCourse());
      (void)f.text("after", question.getCourseSettlement().getAfter(), TextLimits::cursor);
      break;
    case Question::INTEGRATION_BACKLOG: {
      const auto backlog = question.getIntegrationBacklog();
      (void)f.choice("kind", backlog.getKind(), wire::EffectKind::ORDER_MAIL);
      (void)f.choice("tried", backlog.getTried(), wire::EffectTried::FAILED);
      optional_id("person", backlog.getPerson());
      (void)f.text("after", backlog.getAfter(), TextLimits::cursor);
      break;
    }
    case Question::TAG_DRIFT:
      (void)f.text("after", question.getTagDrift().getAfter(), TextLimits::cursor);
      break;
    case Question::ROLLOVER_PREVIEW:
      id("campus", question.getRolloverPreview().getCampus());
      optional_id("period", question.getRolloverPreview().getPeriod());
      (void)f.text("after", question.getRolloverPreview().getAfter(), TextLimits::cursor);
      break;
    case Question::COMMUNITY_POOL: id("community", question.getCommunityPool().getCommunity()); break;
    case Question::CHEAPER_SEAT_HINT: id("course", question.getCheaperSeatHint().getCourse()); break;
    default:
      if (check_billing_question(f, question) || check_credits_question(f, question) ||
          check_access_question(f, question))
        break;
      return Error{Reason::Unsupported, fmt::format("question kind {} is not known to this server",
                                                    static_cast<unsigned>(question.which()))};
  }
  return f.problem();
}

Result<QueryRequest> read_query(wire::Query::Reader query) {
  if (const auto problem = question_problem(query.getQuestion())) return fail(*problem);
  using AsOf = wire::Query::AsOf;
  const auto as_of = query.getAsOf();
  if (static_cast<unsigned>(as_of.which()) > static_cast<unsigned>(AsOf::TIME))
    return fail(Reason::Unsupported, fmt::format("asOf kind {} is not known to this server",
                                                 static_cast<unsigned>(as_of.which())));
  if (as_of.isTime() && !Instant{as_of.getTime()}.valid())
    return fail(Reason::InvalidArgument, "asOf is outside of the years 1970 to 2199");
  QueryRequest out{std::make_unique<capnp::MallocMessageBuilder>(64)};
  out.query->setRoot(query);
  return out;
}

Result<ExplainRequest> read_explain(wire::ExplainRequest::Reader explain) {
  FieldReader fields;
  ExplainRequest out;
  out.number = fields.text("number", explain.getNumber(), TextLimits::number_path);
  if (out.number.empty()) fields.refuse("number is missing: name one of the answer's numbers");
  out.steps = explain.getLimit() == 0 ? kExplainedStepsDefault : explain.getLimit();
  if (out.steps > kExplainedStepsMax)
    fields.refuse(fmt::format("limit is {}, must be 1 to {}", out.steps, kExplainedStepsMax));
  if (fields.problem()) return fail(*fields.problem());
  Result<QueryRequest> query = read_query(explain.getQuery());
  if (!query) return fail(query.error().code, "query: " + query.error().message);
  out.query = std::move(query->query);
  return out;
}

Result<RosterRowsRequest> read_roster_rows(wire::RosterRows::Reader upload) {
  FieldReader fields;
  RosterRowsRequest out;
  out.file_hash = fields.id_text("fileHash", upload.getFileHash());
  out.first = upload.getFirst();
  out.rows = read_rows(fields, upload.getRows());
  if (fields.problem()) return fail(*fields.problem());
  for (const auto& row : out.rows)
    out.bytes += sizeof(row) + row.contact.email.size() + row.contact.name.size();
  return out;
}

template <class Request>
void put(ClientFrame& out, Result<Request> request) {
  if (request)
    out.request = std::move(*request);
  else
    out.request = InvalidRequest{std::move(request).error()};
}

}  // namespace

Decoder::Decoder(std::size_t batch_commands_max)
    : batch_commands_max_(batch_commands_max), scratch_(kj::heapArray<capnp::word>(kScratchWords)) {
  std::memset(scratch_.begin(), 0, scratch_.asBytes().size());
}

Result<ClientFrame> Decoder::decode(FrameWords words) {
  ClientFrame out;
  const Status read =
      read_message<wire::Frame>(words, [this, &out](wire::Frame::Reader frame) { decode_into(out, frame); });
  if (!read) return tl::unexpected(read.error());
  return out;
}

void Decoder::decode_into(ClientFrame& out, wire::Frame::Reader frame) {
  out.request_id = frame.getRequestId();
  switch (frame.which()) {
    case wire::Frame::HELLO: return put(out, read_hello(frame.getHello()));
    case wire::Frame::COMMAND: return put(out, single(frame.getCommand()));
    case wire::Frame::BATCH: return put(out, batch(frame.getBatch()));
    case wire::Frame::QUERY: return put(out, read_query(frame.getQuery()));
    case wire::Frame::EXPLAIN: return put(out, read_explain(frame.getExplain()));
    case wire::Frame::EVENTS: return put(out, read_events(frame.getEvents()));
    case wire::Frame::STATUS: out.request = StatusRequest{}; return;
    case wire::Frame::PING: out.request = PingRequest{}; return;
    case wire::Frame::SUBSCRIBE: return put(out, read_subscribe(frame.getSubscribe()));
    case wire::Frame::CREDIT: return put(out, read_credit(frame.getCredit()));
    case wire::Frame::ACK: return put(out, read_ack(frame.getAck()));
    case wire::Frame::PARK: return put(out, read_park(frame.getPark()));
    case wire::Frame::CANCEL: out.request = CancelRequest{}; return;
    case wire::Frame::GROUPS: return put(out, read_groups(frame.getGroups()));
    case wire::Frame::ROSTER_ROWS: return put(out, read_roster_rows(frame.getRosterRows()));
    case wire::Frame::REBUILD: return put(out, read_rebuild(frame.getRebuild()));
    case wire::Frame::PROVE: return put(out, read_prove(frame.getProve()));
    default:
      out.request =
          InvalidRequest{{Reason::Unsupported, fmt::format("frame kind {} is not known to this server",
                                                           static_cast<unsigned>(frame.which()))}};
  }
}

Result<CommandRequest> Decoder::command(wire::Command::Reader command) {
  CommandRequest out;
  FieldReader fields;
  const capnp::Data::Reader id = command.getId();
  if (id.size() == out.id.bytes.size()) std::memcpy(out.id.bytes.data(), id.begin(), id.size());
  if (out.id.is_zero()) return fail(Reason::InvalidArgument, "id must be 16 bytes, not all zero");
  if (!command.hasContent()) return fail(Reason::InvalidArgument, "content is missing");
  const wire::CommandContent::Reader content = command.getContent();

  if (!content.hasActor()) return fail(Reason::InvalidArgument, "actor is missing");
  const auto role = fields.choice("actor.role", content.getActor().getRole(), Role::Author);
  if (role == Role::Unknown) fields.refuse("actor.role is missing");
  out.actor = {role, fields.id_text("actor.id", content.getActor().getId()),
               fields.text("actor.channel", content.getActor().getChannel(), TextLimits::channel)};
  if (content.hasExpectedVersion()) out.expected_version = content.getExpectedVersion().getValue();
  out.effective_at = fields.optional_instant("effectiveAt", content.getEffectiveAt());
  if (content.hasHistory()) {
    const auto history = content.getHistory();
    out.history =
        HistoryTime{fields.instant("history.at", history.getAt()), {history.getSource(), history.getLine()}};
    if (history.getLine() == 0) fields.refuse("history.line is missing: lines begin at 1");
  }
  out.deadline = fields.optional_instant("deadline", command.getDeadline());
  out.correlation = fields.text("correlation", command.getCorrelation(), TextLimits::correlation);
  if (fields.problem()) return fail(*fields.problem());

  auto body = decode_body(content.getBody());
  if (!body) return tl::unexpected(std::move(body).error());
  out.body = std::move(*body);
  out.payload = payload_digest(content);
  return out;
}

Result<SubmitRequest> Decoder::single(wire::Command::Reader reader) {
  auto one = command(reader);
  if (!one) return tl::unexpected(std::move(one).error());
  SubmitRequest out{
      .framing = Framing::Single, .mode = reader.getDryRun() ? Mode::DryRun : Mode::Each, .commands = {}};
  out.commands.push_back(std::move(*one));
  return out;
}

Result<SubmitRequest> Decoder::batch(wire::Batch::Reader batch) {
  const auto commands = batch.getCommands();
  if (commands.size() == 0 || commands.size() > batch_commands_max_)
    return fail(Reason::InvalidArgument, fmt::format("commands has {} entries, must be 1 to {}",
                                                     commands.size(), batch_commands_max_));
  FieldReader fields;
  SubmitRequest out{.framing = Framing::Batch, .mode = Mode::Each, .commands = {}};
  if (fields.choice("mode", batch.getMode(), wire::BatchMode::EACH) == wire::BatchMode::ALL_OR_NOTHING)
    out.mode = Mode::AllOrNothing;
  if (fields.problem()) return fail(*fields.problem());

  const bool dry = commands[0].getDryRun();
  if (dry && out.mode == Mode::AllOrNothing)
    return fail(Reason::InvalidArgument,
                "commands[0].dryRun: a batch is all-or-nothing or a dry run, not both");
  if (dry) out.mode = Mode::DryRun;
  for (unsigned i = 0; i < commands.size(); ++i) {
    if (commands[i].getDryRun() != dry)
      return fail(Reason::InvalidArgument,
                  fmt::format("commands[{}].dryRun differs from that of commands[0]", i));
    auto one = command(commands[i]);
    if (!one) return fail(one.error().code, fmt::format("commands[{}]: {}", i, one.error().message));
    out.commands.push_back(std::move(*one));
  }
  return out;
}

PayloadDigest Decoder::payload_digest(wire::CommandContent::Reader content) {
  // Builders lay the same fields out in different bytes; their canonical form is one.
  capnp::MallocMessageBuilder message(scratch_);
  message.getRoot<capnp::AnyPointer>().setCanonicalAs<wire::CommandContent>(content);
  const auto segments = message.getSegmentsForOutput();
  if (segments.size() == 1) return digest_of(segments[0]);
  return digest_of(capnp::canonicalize(content));
}

PayloadDigest Decoder::digest_of(kj::ArrayPtr<const capnp::word> canonical) {
  const auto bytes = canonical.asBytes();
  sha_.update({bytes.begin(), bytes.size()});
  const Digest digest = sha_.finish();
  PayloadDigest payload{};
  std::copy_n(digest.begin(), payload.size(), payload.begin());
  return payload;
}

}  // namespace kontor::protocol
