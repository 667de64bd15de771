#include "client/import_runner.h"

#include <algorithm>
#include <utility>

#include "events/reasons.h"
#include "server/protocol/message.h"

namespace kontor::client {

namespace {

using Next = HistoryImport::Next;
using std::chrono::milliseconds;

constexpr milliseconds kPauseMin{20};
constexpr milliseconds kPauseMax{1'000};
constexpr milliseconds kBusyPause{20};

// A server that is away, stopping, still starting or full may be back; one that understands us and says no
// will not change its mind.
bool may_pass(const Failure& failure) {
  if (failure.trouble == Trouble::Usage || failure.trouble == Trouble::Garbled) return false;
  if (failure.trouble != Trouble::Refused) return true;
  switch (reason_from_number(failure.code).value_or(Reason::InvalidArgument)) {
    case Reason::Overloaded:
    case Reason::SessionEnded:
    case Reason::TooManyConnections:
    case Reason::Rebuilding:
    case Reason::OutcomeUnknown: return true;
    default: return false;
  }
}

}  // namespace

ImportRunner::ImportRunner(HistoryImport& import, ImportRun run, Pipeline::Waiting waiting,
                           std::function<void()> moved)
    : import_(import), run_(std::move(run)), waiting_(std::move(waiting)), moved_(std::move(moved)) {}

Done ImportRunner::run() {
  for (;;) {
    if (!connection_) {
      if (auto connected = connect(); !connected) return connected;
    }
    if (import_.next() != Next::Send) return {};
    if (auto sent = send(); !sent) {
      if (!may_pass(sent.error())) return sent;
      connection_.reset();
    }
  }
}

Done ImportRunner::connect() {
  const milliseconds give_up = waiting_.elapsed() + run_.retry_for;
  for (milliseconds pause = kPauseMin;; pause = std::min(2 * pause, kPauseMax)) {
    auto connection = Connection::open(run_.address, run_.greeting, run_.answer_within);
    if (connection) {
      connection_ = std::move(*connection);
      import_.connected(connection_->welcome().position, limits());
      return {};
    }
    if (!may_pass(connection.error()) || waiting_.elapsed() + pause > give_up)
      return tl::unexpected(connection.error());
    waiting_.pause(pause);
  }
}

ImportLimits ImportRunner::limits() const {
  ImportLimits limits;
  const Welcome& welcome = connection_->welcome();
  limits.batch_commands_max = std::min<std::size_t>(run_.batch_commands_max, welcome.batch_commands_max);
  // A line is about as long as the command it becomes; this leaves room for the difference.
  limits.batch_bytes_max = std::min<std::size_t>(limits.batch_bytes_max, welcome.frame_bytes_max / 4);
  return limits;
}

Done ImportRunner::send() {
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(1);
  import_.batch(frame);
  connection_->put(message);
  if (auto flushed = connection_->flush(run_.answer_within); !flushed) return flushed;
  const auto next = take_answer();
  if (!next) return tl::unexpected(next.error());
  moved_();
  if (*next == Next::Wait) waiting_.pause(kBusyPause);
  return {};
}

Outcome<Next> ImportRunner::take_answer() {
  const auto words = connection_->receive(run_.answer_within);
  if (!words) return tl::unexpected(words.error());
  Outcome<Next> next =
      tl::unexpected(Failure{Trouble::Garbled, "a batch was answered with something else", 0});
  const Status read = protocol::read_message<wire::Frame>(*words, [&](wire::Frame::Reader answer) {
    if (answer.isBatchResult()) {
      next = import_.answered(answer.getBatchResult());
    } else if (answer.isError()) {
      next = import_.failed(answer.getError());
    }
  });
  if (!read) return tl::unexpected(Failure{Trouble::Garbled, read.error().message, 0});
  return next;
}

}  // namespace kontor::client
