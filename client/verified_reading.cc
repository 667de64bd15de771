// docs/evidence.md
#include "client/verified_reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/core/merkle.h"
#include "events/envelope.h"
#include "server/protocol/decode.h"
#include "server/protocol/message.h"

namespace kontor::client {
namespace {

/// Takes the events of a tenant one after the other and holds them against the checkpoints.
class Reader {
 public:
  Reader(const TenantId& tenant, std::span<const proof::Checkpoint> checkpoints, const OnEvent& on_event)
      : tenant_(tenant), checkpoints_(checkpoints), on_event_(on_event) {}

  [[nodiscard]] Position next() const { return tree_.size() + 1; }
  [[nodiscard]] bool done() const { return checkpoints_.size() == checked_.checkpoints; }
  [[nodiscard]] const EventsChecked& checked() const { return checked_; }
  [[nodiscard]] std::uint64_t size_wanted() const { return checkpoints_.back().size; }

  Done take(std::string_view stored) {
    const Position position = next();
    const auto event = decode(stored);
    if (!event)
      return disproved(Reason::ProofWrong,
                       fmt::format("what the server sent for position {} is no event", position));
    const Envelope& envelope = event->envelope;
    if (envelope.position != position || envelope.tenant != tenant_)
      return disproved(
          Reason::ProofWrong,
          fmt::format("position {} of tenant {} was due, the server sent position {} of tenant {}", position,
                      tenant_.value, envelope.position, envelope.tenant.value));
    tree_.append(bytes_of(stored));
    if (on_event_) on_event_(position, stored);
    ++checked_.events;
    return compare();
  }

  /// At a size of which there is a checkpoint, the roots are equal.
  Done compare() {
    while (!done() && checkpoints_[checked_.checkpoints].size == tree_.size()) {
      const proof::Checkpoint& now = checkpoints_[checked_.checkpoints];
      if (now.root != tree_.root())
        return disproved(
            Reason::ProofWrong,
            fmt::format("between position {} and {} the server sent an event that is not the one "
                        "that was signed: the root over {} events is another",
                        good_up_to_ + 1, now.size, now.size));
      good_up_to_ = now.size;
      ++checked_.checkpoints;
    }
    return {};
  }

 private:
  const TenantId& tenant_;
  std::span<const proof::Checkpoint> checkpoints_;
  const OnEvent& on_event_;
  MerkleFrontier tree_;
  std::uint64_t good_up_to_ = 0;
  EventsChecked checked_;
};

/// One page. ProofWrong when it ends before it should.
Done read_page(Connection& connection, Connection::Timeout timeout, Reader& reader) {
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(1);
  auto request = frame.initEvents();
  request.setFrom(reader.next());
  request.setLimit(static_cast<std::uint32_t>(
      std::min<std::uint64_t>(protocol::kEventsPerPageMax, reader.size_wanted() + 1 - reader.next())));
  connection.put(message);
  if (auto sent = connection.flush(timeout); !sent) return sent;
  const auto words = connection.receive(timeout);
  if (!words) return tl::unexpected(words.error());
  Done done = tl::unexpected(Failure{Trouble::Garbled, "the server answered what was not asked", 0});
  const auto whole = protocol::read_message<wire::Frame>(*words, [&](wire::Frame::Reader answer) {
    if (answer.isError()) {
      const auto error = answer.getError();
      done = tl::unexpected(Failure{Trouble::Refused, std::string(error.getWhat()), error.getCode()});
    }
    if (!answer.isEventPage()) return;
    const auto page = answer.getEventPage();
    done = Done();
    if (page.getHead() < reader.size_wanted())
      done =
          disproved(Reason::ServerBehindClient,
                    fmt::format("the server says that position {} is the last, a checkpoint of {} events is "
                                "signed",
                                page.getHead(), reader.size_wanted()));
    else if (page.getEvents().size() == 0)
      done = disproved(Reason::ProofWrong, fmt::format("the server sends nothing from position {} on, a "
                                                       "checkpoint of {} events is signed",
                                                       reader.next(), reader.size_wanted()));
    for (const auto stored : page.getEvents()) {
      if (!done || reader.done()) break;
      done = reader.take({reinterpret_cast<const char*>(stored.begin()), stored.size()});
    }
  });
  if (!whole) return tl::unexpected(Failure{Trouble::Garbled, whole.error().message, 0});
  return done;
}

std::string promise_text(const proof::Promise& promise) {
  return fmt::format("the receipt of command {} for positions {} to {}", promise.command.text(),
                     promise.first, promise.last);
}

Done check_receipt(Proofs& proofs, const proof::Promise& promise, const proof::Checkpoint& against) {
  MerkleFrontier promised;
  for (Position position = promise.first; position <= promise.last; ++position) {
    const auto proven = proofs.event(position, against);
    if (!proven) return tl::unexpected(proven.error());
    const auto event = decode(proven->stored);
    if (!event || event->envelope.command_id != promise.command || event->envelope.tenant != promise.tenant)
      return disproved(Reason::ProofWrong, fmt::format("{} was broken: at position {} is an event of another "
                                                       "command",
                                                       promise_text(promise), position));
    promised.append(bytes_of(proven->stored));
  }
  if (promised.root() == promise.events_root) return {};
  return disproved(
      Reason::ProofWrong,
      fmt::format("{} was broken: the events there are not those it promised", promise_text(promise)));
}

}  // namespace

Outcome<EventsChecked> check_events(Connection& connection, const TenantId& tenant,
                                    std::span<const proof::Checkpoint> checkpoints,
                                    Connection::Timeout timeout, const OnEvent& on_event) {
  Reader reader(tenant, checkpoints, on_event);
  if (auto empty = reader.compare(); !empty) return tl::unexpected(empty.error());
  while (!reader.done()) {
    if (auto page = read_page(connection, timeout, reader); !page) return tl::unexpected(page.error());
  }
  return reader.checked();
}

Done check_receipts(Proofs& proofs, std::span<const BoundReceipt> receipts, const proof::Checkpoint& against,
                    std::span<const proof::NoteKey> earlier) {
  const auto is_bound = [](const BoundReceipt& one, const proof::NoteKey& key) {
    return proof::open_promise(one.promise, one.note, key, one.index, one.path).has_value();
  };
  for (const BoundReceipt& one : receipts) {
    if (against.origin.tenant != one.promise.tenant) continue;
    if (!is_bound(one, proofs.key()) &&
        std::ranges::none_of(earlier, [&](const proof::NoteKey& key) { return is_bound(one, key); }))
      return disproved(Reason::NotSigned, fmt::format("{} is not signed by the key {}",
                                                      promise_text(one.promise), proofs.key().name));
    if (one.promise.last > against.size)
      return tl::unexpected(Failure{
          Trouble::Usage,
          fmt::format("{} lies beyond the checkpoint of {} events", promise_text(one.promise), against.size),
          static_cast<std::uint16_t>(Reason::InvalidArgument)});
    if (auto kept = check_receipt(proofs, one.promise, against); !kept) return kept;
  }
  return {};
}

}  // namespace kontor::client
