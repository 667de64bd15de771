#include "tests/server/conversation.h"

#include <capnp/serialize.h>
#include <fmt/format.h>

#include "server/protocol/message.h"

namespace kontor::server::test {
namespace {

std::string line_of(wire::Frame::Reader frame) {
  using Frame = wire::Frame;
  const auto id = frame.getRequestId();
  switch (frame.which()) {
    case Frame::WELCOME: return fmt::format("{} welcome", id);
    case Frame::RECEIPT: return fmt::format("{} receipt", id);
    case Frame::REFUSAL: return fmt::format("{} refusal {}", id, frame.getRefusal().getCode());
    case Frame::BATCH_RESULT:
      return fmt::format("{} batch of {}", id, frame.getBatchResult().getResults().size());
    case Frame::EVENT_PAGE: return fmt::format("{} page of {}", id, frame.getEventPage().getEvents().size());
    case Frame::STATUS_REPORT: return fmt::format("{} status", id);
    case Frame::PONG: return fmt::format("{} pong", id);
    case Frame::ERROR: return fmt::format("{} error {}", id, frame.getError().getCode());
    case Frame::GOAWAY: return "goaway";
    case Frame::SUBSCRIBED: return fmt::format("{} subscribed from {}", id, frame.getSubscribed().getFrom());
    case Frame::ITEM: {
      const auto item = frame.getItem();
      return fmt::format("{} item {}{}", id, item.getPosition(),
                         item.getDeliveries() > 1 ? fmt::format(" again {}", item.getDeliveries()) : "");
    }
    case Frame::PROGRESS: {
      const auto progress = frame.getProgress();
      return fmt::format("{} progress {} of {}{}", id, progress.getPosition(), progress.getHead(),
                         progress.getWaitsForCredit() ? " without credit" : "");
    }
    case Frame::NOTED: {
      std::string line = fmt::format("{} noted", id);
      for (const auto position : frame.getNoted().getPositions()) line += fmt::format(" {}", position);
      for (const auto position : frame.getNoted().getLate()) line += fmt::format(" late {}", position);
      return line;
    }
    case Frame::ENDED: return fmt::format("{} ended {}", id, frame.getEnded().getCode());
    case Frame::GROUP_REPORT: {
      const auto report = frame.getGroupReport();
      std::string line = fmt::format("{} groups", id);
      for (const auto group : report.getGroups())
        line += fmt::format(" {} at {}", group.getName().cStr(), group.getPosition());
      for (const auto parked : report.getParked())
        line += fmt::format(" parked {} {}", parked.getPosition(), parked.getReason().cStr());
      for (const auto position : report.getChanged()) line += fmt::format(" changed {}", position);
      return line;
    }
    case Frame::REBUILD_REPORT: {
      const auto report = frame.getRebuildReport();
      std::string line = fmt::format("{} rebuild {}: {} of {}", id, static_cast<unsigned>(report.getState()),
                                     report.getGroup(), report.getOfGroup());
      if (report.getEntriesDiffering() != 0)
        line += fmt::format(", first {} {} {}", report.getTenant().cStr(), report.getPosition(),
                            report.getFirstDifference().cStr());
      return line;
    }
    case Frame::PROOF: {
      const auto proof = frame.getProof();
      switch (proof.which()) {
        case wire::Proof::CHECKPOINT: return fmt::format("{} checkpoint", id);
        case wire::Proof::INCLUSION:
          return fmt::format("{} inclusion in {}, path of {}", id, proof.getInclusion().getSize(),
                             proof.getInclusion().getPath().size());
        case wire::Proof::CONSISTENCY:
          return fmt::format("{} consistency, path of {}", id, proof.getConsistency().size());
        case wire::Proof::CHECKPOINTS:
          return fmt::format("{} checkpoints {}", id, proof.getCheckpoints().size());
        case wire::Proof::KEYS:
          return fmt::format("{} keys {} rotations {}", id, proof.getKeys().getKeys().size(),
                             proof.getKeys().getRotations().size());
      }
      return "?";
    }
    default: return "?";
  }
}

}  // namespace

Status FakeLedger::submit(Submission submission) {
  if (refuses) return fail(*refuses);
  submitted.push_back(std::move(submission));
  return {};
}

Status FakeLedger::status(TenantId, StatusDetail, std::function<void(TenantStatus)> done) {
  if (refuses) return fail(*refuses);
  done(tenant);
  return {};
}

Result<std::vector<std::string>> FakeLedger::read(const TenantId&, Position first, std::size_t count_max) {
  std::vector<std::string> page;
  for (std::size_t at = first - 1; at < events.size() && page.size() < count_max; ++at)
    page.push_back(events[at]);
  return page;
}

void FakeLedger::answer_first() {
  Submission submission = std::move(submitted.front());
  submitted.erase(submitted.begin());
  submission.done(std::vector<Outcome>(submission.commands.size(), Receipt{}));
}

Conversation::Conversation(SessionLimits limits)
    : limits_(limits),
      groups_(
          {.ledger = ledger,
           .edge = edge,
           .store = group_store,
           .mailbox = mailbox_,
           .elsewhere = {.reading = [](const std::function<void()>& work) { work(); },
                         .remembering = [](const std::function<void()>& work) { work(); },
                         .back = [this](std::function<void()> work) { back_.push_back(std::move(work)); }},
           .monotonic = [this] { return now_; },
           .clock = clock_},
          {}),
      explainer_({.ledger = ledger, .queries = queries, .views = views_, .secrets = nullptr, .clock = clock_},
                 {}),
      services_{.ledger = ledger,
                .queries = queries,
                .views = views_,
                .mailbox = mailbox_,
                .read_aside = [](const std::function<void()>& work) { work(); },
                .connections = [] { return 1U; },
                .store_id = "store",
                .started_at = {1},
                .edge = edge,
                .followers = followers_,
                .groups = groups_,
                .rebuilder = rebuilder,
                .explainer = explainer_,
                .proofs = nullptr,
                .sign_aside = [](const std::function<void()>& work) { work(); }},
      session_(std::make_unique<Session>(1, limits_, services_, now_)) {
  sign_with(nullptr);
}

void Conversation::sign_with(std::unique_ptr<checkpoints::Signer> signer) {
  signer_ = std::move(signer);
  keeper_ = checkpoints::CheckpointKeeper::open(
                {.store = *checkpoints_, .prover = prover_, .signer = signer_.get(), .clock = clock_},
                "ledger.example.org/store", 1)
                .value();
  using Receipts = ProofDesk::Receipts;
  proofs_ =
      std::make_unique<ProofDesk>(prover_, keeper_.get(), signer_ ? Receipts::CanBind : Receipts::CannotBind);
  services_.proofs = proofs_.get();
}

void Conversation::say(std::uint64_t request, const Fill& fill) { say_together({{request, fill}}); }

void Conversation::say_together(const std::vector<std::pair<std::uint64_t, Fill>>& frames) {
  std::string bytes;
  for (const auto& [request, fill] : frames) {
    capnp::MallocMessageBuilder message;
    auto frame = message.initRoot<wire::Frame>();
    frame.setRequestId(request);
    fill(frame);
    const auto words = capnp::messageToFlatArray(message);
    bytes.append(words.asChars().begin(), words.asChars().size());
  }
  say_bytes(bytes);
}

void Conversation::say_bytes(std::string_view bytes) {
  while (!bytes.empty() && session_->wants_bytes()) {
    const auto room = session_->space();
    const std::size_t count = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), count);
    bytes.remove_prefix(count);
    session_->received(count, now_);
  }
  deliver();
}

void Conversation::greet() {
  say(1, hello());
  EXPECT_EQ(heard(), std::vector<std::string>{"1 welcome"});
}

void Conversation::deliver() {
  for (bool quiet = false; !quiet;) {
    quiet = true;
    for (; !back_.empty(); quiet = false) {
      const auto work = std::move(back_.front());
      back_.pop_front();
      work();
    }
    for (Letter& letter : mailbox_.take()) {
      quiet = false;
      session_->deliver(std::move(letter), now_);
    }
  }
}

void Conversation::wait(std::chrono::milliseconds time) {
  now_ += time;
  session_->tick(now_);
  groups_.tick();
  deliver();
}

void Conversation::happened(const std::vector<std::string>& campuses) {
  for (const std::string& campus : campuses) {
    Envelope envelope;
    envelope.tenant = TenantId("main");
    envelope.position = ledger.events.size() + 1;
    envelope.stream = "campus/" + campus;
    envelope.version = 1;
    const seats::CampusOpened opened{CampusId(campus), seats::CampusKind::Flat, "Europe/Berlin"};
    encode(envelope, seats::Event(opened), ledger.events.emplace_back());
  }
  edge.durable({1, {{TenantId("main"), 1, static_cast<std::uint32_t>(ledger.events.size()), {}}}});
  for (const auto& [tenant, head] : edge.take_moved()) groups_.head_moved(tenant);
  session_->events_moved();
  deliver();
}

std::string Conversation::heard_bytes() {
  std::string bytes = session_->take_output();
  session_->sent(bytes.size(), now_);
  return bytes;
}

std::vector<std::string> Conversation::heard() {
  const std::string bytes = heard_bytes();
  std::vector<std::string> lines;
  protocol::FrameGate gate({.frame_bytes_max = 64u << 20, .segments_max = 1});
  auto rest = std::as_bytes(std::span(bytes));
  while (!rest.empty()) {
    rest = rest.subspan(gate.feed(rest));
    for (auto frame = gate.next(); frame && *frame; frame = gate.next())
      EXPECT_TRUE(protocol::read_message<wire::Frame>(
          **frame, [&](wire::Frame::Reader reader) { lines.push_back(line_of(reader)); }));
  }
  return lines;
}

Conversation::Fill hello(Position highest) {
  return [highest](wire::Frame::Builder frame) {
    auto to = frame.initHello();
    to.setProtocol(1);
    to.setTenant("main");
    to.setClientName("test");
    to.setHighestPosition(highest);
  };
}

Conversation::Fill hello_for_bound_receipts() {
  return [](wire::Frame::Builder frame) {
    hello()(frame);
    frame.getHello().setBoundReceipts(true);
  };
}

Conversation::Fill invitation(std::uint8_t number) {
  return [number](wire::Frame::Builder frame) {
    auto command = frame.initCommand();
    auto id = command.initId(16);
    id[0] = number;
    id[15] = 1;
    auto content = command.initContent();
    content.initActor().setRole(schema::Role::COURSE_MANAGER);
    content.getActor().setId("m-1");
    auto invite = content.getBody().initInviteToCourse();
    invite.setCourse("k-1");
    invite.setPerson("p-1");
  };
}

}  // namespace kontor::server::test
