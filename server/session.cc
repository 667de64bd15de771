// docs/wire-protocol.md
#include "server/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "events/core/assert.h"
#include "server/protocol/encode.h"
#include "server/protocol/text_checks.h"

namespace kontor::server {
namespace {

namespace pr = protocol;

std::string_view timeline_name(const std::optional<tenancy::Timeline>& timeline) {
  if (!timeline) return "unknown";
  return *timeline == tenancy::Timeline::Live ? "live" : "history";
}

/// Stored events from `request.from` on, as one page that is neither too long nor too large.
std::string event_page(Ledger& ledger, const TenantId& tenant, std::uint64_t request_id,
                       const pr::EventsRequest& request, std::size_t bytes_max, Position head) {
  std::string out;
  auto events = ledger.read(tenant, request.from, request.limit);
  if (!events) {
    pr::encode_error(request_id, events.error(), out);
    return out;
  }
  std::size_t bytes = 0;
  std::size_t count = 0;
  while (count < events->size() && (count == 0 || bytes + (*events)[count].size() <= bytes_max))
    bytes += (*events)[count++].size();
  events->resize(count);
  pr::encode_event_page(request_id, *events, head, out);
  return out;
}

std::string encode_answer_outcome(std::uint64_t request, const views::AnswerOutcome& outcome) {
  std::string out;
  if (const auto* answer = std::get_if<views::AnswerMessage>(&outcome))
    pr::encode_answer(request, (*answer)->getRoot<wire::Answer>().asReader(), out);
  else if (const auto* refusal = std::get_if<rules::Refusal>(&outcome))
    pr::encode_refusal(request, *refusal, out);
  else
    pr::encode_error(request, std::get<Error>(outcome), out);
  return out;
}

/// Whether a frame speaks to a subscription that is open, by its id, instead of asking for something new.
constexpr auto kIsToSubscription = [](const auto& request) {
  using Request = std::decay_t<decltype(request)>;
  return std::is_same_v<Request, pr::CreditRequest> || std::is_same_v<Request, pr::AckRequest> ||
         std::is_same_v<Request, pr::ParkRequest> || std::is_same_v<Request, pr::CancelRequest>;
};

constexpr std::string_view kHttpAnswer =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
    "6001 WRONG_DOOR: this is the binary door, it speaks Cap'n Proto messages. Use the kontor command "
    "line.\n";

}  // namespace

Session::Session(SessionId id, const SessionLimits& limits, SessionServices& services, Monotonic now)
    : id_(id),
      limits_(limits),
      services_(services),
      gate_(limits.before_hello),
      decoder_(limits.batch_commands_max),
      roster_(limits.roster),
      subscriptions_(id, limits, services, output_),
      now_(now),
      opened_at_(now),
      heard_at_(now),
      progress_at_(now) {}

bool Session::may_process() const {
  if (ending_ != Ending::Open) return false;
  if (phase_ == Phase::Welcoming) return false;  // what follows the hello waits for the welcome
  return in_flight_ < limits_.in_flight_max && output_.size() + unsent_ < limits_.unsent_bytes_max;
}

bool Session::wants_bytes() const { return may_process() && phase_ != Phase::Draining; }

void Session::received(std::size_t count, Monotonic now) {
  heard_at_ = now_ = now;
  gate_.filled(count);
  process();
  if (gate_.bytes_waiting() == 0)
    frame_since_.reset();
  else if (!frame_since_)
    frame_since_ = now;
}

/// Takes whole frames for as long as there are any and the limits allow.
void Session::process() {
  while (may_process()) {
    const auto frame = gate_.next();
    if (!frame) return refuse_bytes(frame.error());
    if (!*frame) break;
    frame_since_.reset();
    take_frame(**frame);
  }
  settle();
}

void Session::settle() {
  const bool room = ending_ == Ending::Open && output_.size() + unsent_ < limits_.subscription_bytes_max;
  subscriptions_.advance(room ? Subscriptions::Room::Some : Subscriptions::Room::None);
  if (phase_ == Phase::Draining && ending_ == Ending::Open && in_flight_ == 0) ending_ = Ending::AfterSending;
}

void Session::refuse_bytes(const Error& error) {
  if (gate_.foreign_peer() == pr::ForeignPeer::Http) output_ += kHttpAnswer;
  if (gate_.foreign_peer() == pr::ForeignPeer::None) return end(error, 0);
  trouble_ = error.message;
  ending_ = Ending::AfterSending;
}

/// Says why, and closes.
void Session::end(Error error, std::uint64_t request) {
  pr::encode_error(request, error, output_);
  trouble_ = std::move(error.message);
  ending_ = Ending::AfterSending;
}

void Session::take_frame(pr::FrameWords words) {
  auto frame = decoder_.decode(words);
  if (!frame) return end(std::move(frame).error(), 0);
  const std::uint64_t request = frame->request_id;
  const bool hello = std::holds_alternative<pr::HelloRequest>(frame->request);
  const bool invalid = std::holds_alternative<pr::InvalidRequest>(frame->request);
  if (phase_ == Phase::Greeting && !hello) {
    // Whatever is wrong with the first frame, nobody has said hello.
    if (invalid) return end(std::get<pr::InvalidRequest>(frame->request).error, request);
    return end({Reason::OutOfOrder, "the first frame must be a hello"}, request);
  }
  if (phase_ != Phase::Greeting && hello)
    return end({Reason::OutOfOrder, "there was a hello already"}, request);
  const bool to_subscription = std::visit(kIsToSubscription, frame->request);
  if (!invalid && !to_subscription && (open_.contains(request) || subscriptions_.has(request)))
    return answer_error(request,
                        {Reason::RequestIdInUse, fmt::format("request {} has no answer yet", request)});
  std::visit([&](auto& one) { on(request, std::move(one)); }, frame->request);
}

// Requests

void Session::on(std::uint64_t request, pr::HelloRequest&& hello) {
  tenant_ = std::move(hello.tenant);
  client_position_ = hello.highest_position;
  receipts_ = hello.receipts;
  if (receipts_ == Receipts::Bound)
    if (const Status binds = can_bind(); !binds) return end(binds.error(), request);
  phase_ = Phase::Welcoming;
  gate_.set_limits(limits_.gate);
  ask_status(request, StatusDetail::Brief);
}

void Session::on(std::uint64_t request, pr::SubmitRequest&& submit) {
  const std::size_t commands = submit.commands.size();
  for (CommandRequest& command : submit.commands)
    if (const Status filled = roster_.fill(command.body); !filled)
      return answer_error(request, filled.error());
  const Status accepted = services_.ledger.submit(
      {.tenant = tenant_,
       .mode = submit.mode,
       .commands = std::move(submit.commands),
       .done =
           [&mailbox = services_.mailbox, session = id_, request](std::vector<Outcome> outcomes) {
             mailbox.post({session, request, std::move(outcomes)});
           },
       .receipts = receipts_});
  if (!accepted) return answer_error(request, accepted.error());
  opened(request, {.framing = submit.framing, .commands = commands, .weight = commands});
}

void Session::on(std::uint64_t request, pr::QueryRequest&& query) {
  opened(request, {.weight = weight_of_page()});
  services_.queries.ask(
      tenant_, query.query->getRoot<wire::Query>().asReader(), limits_.query_patience,
      [&mailbox = services_.mailbox, session = id_, request](views::AnswerOutcome outcome) {
        mailbox.post({session, request, EncodedFrame{encode_answer_outcome(request, outcome)}});
      });
}

void Session::on(std::uint64_t request, pr::ExplainRequest&& explain) {
  opened(request, {.weight = weight_of_page()});
  services_.explainer.explain(request, tenant_, std::move(explain), limits_.query_patience,
                              [&mailbox = services_.mailbox, session = id_, request](std::string frame) {
                                mailbox.post({session, request, EncodedFrame{std::move(frame)}});
                              });
}

void Session::on(std::uint64_t request, pr::EventsRequest&& events) {
  // The head is asked first, so that the page can only be more complete than it says.
  const Status asked = services_.ledger.status(
      tenant_, StatusDetail::Brief,
      [&services = services_, tenant = tenant_, session = id_, request, events,
       bytes_max = limits_.event_page_bytes_max](const TenantStatus& status) {
        services.read_aside([&services, tenant, session, request, events, bytes_max, head = status.position] {
          services.mailbox.post(
              {session, request,
               EncodedFrame{event_page(services.ledger, tenant, request, events, bytes_max, head)}});
        });
      });
  if (!asked) return answer_error(request, asked.error());
  opened(request, {.weight = weight_of_page()});
}

void Session::on(std::uint64_t request, pr::StatusRequest&&) {
  ask_status(request, StatusDetail::WithDigest);
}

void Session::on(std::uint64_t request, pr::RosterRowsRequest&& upload) {
  if (const Status looked_up = services_.ledger.look_up(tenant_, upload.rows); !looked_up)
    return answer_error(request, looked_up.error());
  if (const Status added = roster_.add(std::move(upload)); !added)
    return answer_error(request, added.error());
  pr::encode_roster_staged(request, roster_.rows(), roster_.bytes(), output_);
}

void Session::on(std::uint64_t request, pr::PingRequest&&) { pr::encode_pong(request, output_); }

void Session::on(std::uint64_t request, pr::SubscribeRequest&& subscribe) {
  if (phase_ == Phase::Draining)
    return answer_error(request, {Reason::SessionEnded, "the server is stopping"});
  subscriptions_.subscribe(request, tenant_, std::move(subscribe), now_);
}

void Session::on(std::uint64_t request, pr::CreditRequest&& credit) {
  subscriptions_.credit(request, credit.items);
}
void Session::on(std::uint64_t request, pr::AckRequest&& ack) { subscriptions_.ack(request, ack); }
void Session::on(std::uint64_t request, pr::ParkRequest&& park) {
  subscriptions_.park(request, std::move(park));
}
void Session::on(std::uint64_t request, pr::CancelRequest&&) { subscriptions_.cancel(request); }

void Session::on(std::uint64_t request, pr::GroupsRequest&& groups) {
  opened(request, {.weight = weight_of_page()});
  services_.groups.handle({id_, request}, tenant_, std::move(groups));
}

void Session::on(std::uint64_t request, pr::RebuildRequest&& rebuild) {
  opened(request, {});
  services_.rebuilder.handle(
      rebuild, [&mailbox = services_.mailbox, session = id_, request](const Result<pr::RebuildInfo>& report) {
        std::string out;
        if (report)
          pr::encode_rebuild_report(request, *report, out);
        else
          pr::encode_error(request, report.error(), out);
        mailbox.post({session, request, EncodedFrame{std::move(out)}});
      });
}

void Session::on(std::uint64_t request, pr::ProveRequest&& prove) {
  if (services_.proofs == nullptr)
    return answer_error(request, {Reason::Unsupported, "this server proves nothing"});
  const auto& aside = ProofDesk::may_sign(prove) ? services_.sign_aside : services_.read_aside;
  opened(request, {.weight = weight_of_page()});
  aside([&services = services_, tenant = tenant_, session = id_, request, prove = std::move(prove)] {
    const auto answer = services.proofs->answer(tenant, prove);
    std::string frame;
    if (answer)
      pr::encode_proof(request, *answer, frame);
    else
      pr::encode_error(request, answer.error(), frame);
    services.mailbox.post({session, request, EncodedFrame{std::move(frame)}});
  });
}

Status Session::can_bind() const {
  if (services_.proofs != nullptr) return services_.proofs->can_bind();
  return fail(Reason::SigningKey, "this server signs nothing: its receipts cannot bind it");
}

void Session::on(std::uint64_t request, pr::InvalidRequest&& invalid) {
  answer_error(request, invalid.error);
}

void Session::ask_status(std::uint64_t request, StatusDetail detail) {
  const Status asked = services_.ledger.status(
      tenant_, detail, [&mailbox = services_.mailbox, session = id_, request](TenantStatus status) {
        mailbox.post({session, request, std::move(status)});
      });
  if (!asked) return answer_error(request, asked.error());
  opened(request, {});
}

void Session::opened(std::uint64_t request, Open open) {
  open_[request] = open;
  ++services_.unanswered;
  in_flight_ += open.weight;
}

/// Answers to questions and pages of events may be a megabyte each: a few of them fill a connection.
std::size_t Session::weight_of_page() const { return std::max<std::size_t>(1, limits_.in_flight_max / 8); }

void Session::answer_error(std::uint64_t request, const Error& error) {
  // The ledger's word for "closed" is about the order of its calls; a client hears that its session is over.
  const bool closing = error.code == Reason::OutOfOrder;
  pr::encode_error(request, closing ? Error{Reason::SessionEnded, error.message} : error, output_);
  if (closing) ending_ = Ending::AfterSending;
}

void Session::gone() {
  services_.unanswered -= open_.size();
  open_.clear();
  subscriptions_.gone();
}

// Answers

void Session::deliver(Letter letter, Monotonic now) {
  now_ = now;
  if (auto* page = std::get_if<PageLetter>(&letter.content)) {
    subscriptions_.deliver(letter.request, std::move(*page), now);
    return settle();
  }
  if (auto* word = std::get_if<GroupLetter>(&letter.content)) {
    subscriptions_.deliver(letter.request, std::move(*word));
    return settle();
  }
  const auto open = open_.find(letter.request);
  KONTOR_ASSERT(open != open_.end());
  const Open request = open->second;
  open_.erase(open);
  --services_.unanswered;
  in_flight_ -= request.weight;
  heard_at_ = now;

  if (auto* outcomes = std::get_if<std::vector<Outcome>>(&letter.content)) {
    KONTOR_ASSERT(outcomes->size() == request.commands);
    if (request.framing == pr::Framing::Batch)
      pr::encode_batch_result(letter.request, *outcomes, output_);
    else
      pr::encode_outcome(letter.request, outcomes->front(), output_);
  } else if (auto* frame = std::get_if<EncodedFrame>(&letter.content)) {
    output_ += frame->bytes;
  } else if (phase_ == Phase::Welcoming) {
    welcome(letter.request, std::get<TenantStatus>(letter.content));
  } else {
    report(letter.request, std::get<TenantStatus>(letter.content));
  }
  process();
}

void Session::welcome(std::uint64_t request, const TenantStatus& status) {
  if (client_position_ > status.position)
    return end({Reason::ServerBehindClient,
                fmt::format("the client holds position {} of tenant {}, the server's last is {}",
                            client_position_, tenant_.value, status.position)},
               request);
  phase_ = Phase::Talking;
  pr::encode_welcome(request,
                     {.store_id = services_.store_id,
                      .position = status.position,
                      .frame_bytes_max = static_cast<std::uint32_t>(limits_.gate.frame_bytes_max),
                      .in_flight_max = static_cast<std::uint32_t>(limits_.in_flight_max),
                      .batch_commands_max = static_cast<std::uint32_t>(limits_.batch_commands_max),
                      .idle_seconds = static_cast<std::uint32_t>(limits_.idle_timeout.count() / 1'000)},
                     output_);
}

void Session::report(std::uint64_t request, const TenantStatus& status) {
  const auto views_at = services_.views.current()->tenant(tenant_);
  const log::LogHead head = services_.ledger.head();
  pr::encode_status(request,
                    {.store_id = services_.store_id,
                     .started_at = services_.started_at,
                     .group = head.group,
                     .events = head.events,
                     .root = head.root,
                     .position = status.position,
                     .view_position = views_at ? views_at->position : 0,
                     .timeline_at = status.timeline_at,
                     .timeline = std::string(timeline_name(status.timeline)),
                     .state = status.state,
                     .connections = services_.connections(),
                     .queue = static_cast<std::uint32_t>(services_.ledger.waiting())},
                    output_);
}

// Time and the end

bool Session::is_reader_stuck(std::size_t unsent_max) const {
  return output_.size() + unsent_ >= unsent_max && now_ - progress_at_ >= limits_.stuck_timeout;
}

void Session::tick(Monotonic now) {
  if (ending_ != Ending::Open) return;
  now_ = now;
  const auto seconds = [](std::chrono::milliseconds limit) {
    return static_cast<double>(limit.count()) / 1'000;
  };
  if (phase_ == Phase::Greeting && now - opened_at_ >= limits_.hello_timeout)
    return end({Reason::HelloTimeout, fmt::format("no hello within {} s", seconds(limits_.hello_timeout))},
               0);
  if (frame_since_ && wants_bytes() && now - *frame_since_ >= limits_.frame_timeout)
    return end(
        {Reason::FrameTimeout, fmt::format("{} of {} bytes of a frame within {} s", gate_.bytes_waiting(),
                                           gate_.bytes_announced(), seconds(limits_.frame_timeout))},
        0);
  if (is_reader_stuck(limits_.unsent_bytes_max)) {
    trouble_ = fmt::format("{} bytes of answers were not read within {} s (7107 SLOW_CONSUMER)",
                           output_.size() + unsent_, seconds(limits_.stuck_timeout));
    ending_ = Ending::Now;
    return;
  }
  if (!subscriptions_.empty() && is_reader_stuck(limits_.subscription_bytes_max))
    subscriptions_.end_all(
        {Reason::SlowConsumer, fmt::format("{} bytes of items were not read within {} s",
                                           output_.size() + unsent_, seconds(limits_.stuck_timeout))},
        Leaving::Lost);
  subscriptions_.tick(now);
  settle();
  if (in_flight_ == 0 && subscriptions_.empty() && now - heard_at_ >= limits_.idle_timeout) {
    pr::encode_goaway(fmt::format("nothing was heard for {} s", seconds(limits_.idle_timeout)), output_);
    ending_ = Ending::AfterSending;
  }
}

void Session::drain() {
  if (ending_ != Ending::Open || phase_ == Phase::Draining) return;
  pr::encode_goaway("the server is stopping", output_);
  if (phase_ == Phase::Greeting || phase_ == Phase::Welcoming) {
    ending_ = Ending::AfterSending;
    return;
  }
  phase_ = Phase::Draining;
  subscriptions_.end_all({Reason::SessionEnded, "the server is stopping"}, Leaving::Saying);
  process();
}

std::string Session::take_output() {
  if (unsent_ == 0) progress_at_ = now_;  // a peer that had nothing to read is not stuck
  unsent_ += output_.size();
  return std::exchange(output_, {});
}

void Session::sent(std::size_t count, Monotonic now) {
  KONTOR_ASSERT(count <= unsent_);
  unsent_ -= count;
  progress_at_ = now_ = now;
  process();
}

}  // namespace kontor::server
