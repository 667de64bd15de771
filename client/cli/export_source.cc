#include "client/cli/export_source.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <csignal>

#include "events/proof/checkpoint.h"
#include "events/proof/note.h"
#include "events/reasons.h"
#include "server/protocol/decode.h"
#include "server/protocol/json.h"
#include "server/protocol/message.h"

namespace kontor::cli {
namespace {

constexpr std::uint32_t kNotesPerPage = 1'000;

volatile std::sig_atomic_t stopped = 0;
void stop(int) { stopped = 1; }

std::string text(capnp::Text::Reader value) { return {value.begin(), value.size()}; }

Error error_of(const client::Failure& failure) {
  const auto reason = reason_from_number(failure.code);
  return {reason ? *reason : Reason::SessionEnded, failure.message};
}

/// Sends a frame and hands its answer to `read`; what the server refuses is the error it named.
Status ask_for(client::Connection& connection, client::Connection::Timeout timeout,
               capnp::MessageBuilder& request, const std::function<void(wire::Frame::Reader)>& read) {
  connection.put(request);
  if (const auto sent = connection.flush(timeout); !sent) return fail(error_of(sent.error()));
  const auto words = connection.receive(timeout);
  if (!words) return fail(error_of(words.error()));
  Status no;
  const Status opened = protocol::read_message<wire::Frame>(*words, [&](wire::Frame::Reader answer) {
    if (!answer.isError()) return read(answer);
    const auto reason = reason_from_number(answer.getError().getCode());
    no = fail(reason ? *reason : Reason::SessionEnded, text(answer.getError().getWhat()));
  });
  return no ? opened : no;
}

/// Asks for one thing about the tree of the connection's tenant.
Status prove(client::Connection& connection, client::Connection::Timeout timeout,
             const std::function<void(wire::ProofRequest::Builder)>& fill,
             const std::function<void(wire::Proof::Reader)>& read) {
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(1);
  auto request = frame.initProve();
  request.setTree(wire::Tree::TENANT);
  fill(request);
  return ask_for(connection, timeout, message, [&](wire::Frame::Reader answer) { read(answer.getProof()); });
}

/// Log and epoch as the notes say them: the bundle is about the tree that they are about.
Status name_log(exports::BundleParts& parts) {
  if (parts.notes.empty())
    return fail(Reason::NotSigned,
                "the server gives no signed checkpoint, and without one a bundle proves nothing");
  const auto note = proof::Note::parse(parts.notes.back());
  if (!note) return fail(note.error());
  const auto checkpoint = proof::Checkpoint::parse(note->text);
  if (!checkpoint) return fail(checkpoint.error());
  parts.log = checkpoint->origin.log;
  parts.epoch = checkpoint->origin.epoch;
  return {};
}

}  // namespace

std::uint64_t size_of_note(const std::string& encoded) {
  const auto note = proof::Note::parse(encoded);
  if (!note) return 0;
  const auto checkpoint = proof::Checkpoint::parse(note->text);
  return checkpoint ? checkpoint->size : 0;
}

exports::Readable readable_events() {
  return [](std::string_view stored) -> Result<std::string> {
    const auto event = protocol::stored_event_to_json(stored);
    if (!event) return fail(event.error());
    return boost::json::serialize(*event);
  };
}

exports::EventPages pages_of(log::EventLog& log, const TenantId& tenant) {
  return [&log, tenant](Position first, std::size_t count_max) { return log.read(tenant, first, count_max); };
}

exports::EventPages pages_of(client::Connection& connection, client::Connection::Timeout timeout) {
  return [&connection, timeout](Position first, std::size_t count_max) -> Result<std::vector<std::string>> {
    capnp::MallocMessageBuilder message;
    auto frame = message.initRoot<wire::Frame>();
    frame.setRequestId(1);
    auto request = frame.initEvents();
    request.setFrom(first);
    request.setLimit(
        static_cast<std::uint32_t>(std::min<std::size_t>(count_max, protocol::kEventsPerPageMax)));
    std::vector<std::string> events;
    const Status asked = ask_for(connection, timeout, message, [&](wire::Frame::Reader answer) {
      for (const auto stored : answer.getEventPage().getEvents())
        events.emplace_back(reinterpret_cast<const char*>(stored.begin()), stored.size());
    });
    if (!asked) return fail(asked.error());
    return events;
  };
}

Result<exports::BundleParts> parts_of(client::Connection& connection, client::Connection::Timeout timeout,
                                      Position to) {
  exports::BundleParts parts;
  parts.last = exports::LastCheckpoint::AsKept;
  std::uint64_t after = 0;
  for (bool more = true; more;) {
    more = false;
    const Status page = prove(
        connection, timeout,
        [&](wire::ProofRequest::Builder request) {
          auto notes = request.initCheckpoints();
          notes.setAfter(after);
          notes.setLimit(kNotesPerPage);
        },
        [&](wire::Proof::Reader proof) {
          for (const auto note : proof.getCheckpoints()) {
            parts.notes.push_back(text(note));
            more = size_of_note(parts.notes.back()) > after;
            after = std::max(after, size_of_note(parts.notes.back()));
          }
        });
    if (!page) return fail(page.error());
  }
  const Status now = prove(
      connection, timeout, [&](wire::ProofRequest::Builder request) { request.setCheckpoint(to); },
      [&](wire::Proof::Reader proof) { parts.notes.push_back(text(proof.getCheckpoint())); });
  if (!now) return fail(now.error());
  const Status keys = prove(
      connection, timeout, [](wire::ProofRequest::Builder request) { request.setKeys(); },
      [&](wire::Proof::Reader proof) {
        for (const auto key : proof.getKeys().getKeys()) parts.keys.push_back(text(key));
        for (const auto rotation : proof.getKeys().getRotations()) parts.rotations.push_back(text(rotation));
      });
  if (!keys) return fail(keys.error());
  if (Status named = name_log(parts); !named) return fail(named.error());
  return parts;
}

void note_interrupts() {
  struct sigaction action = {};
  action.sa_handler = stop;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return stopped != 0; }

}  // namespace kontor::cli
