#include "client/pipeline.h"

#include <algorithm>
#include <utility>

#include "server/protocol/message.h"

namespace kontor::client {
namespace {

constexpr std::size_t kFlushEvery = 64;
constexpr std::chrono::milliseconds kPauseFirst{20};
constexpr std::chrono::milliseconds kPauseLongest{1'000};

/// Worth another attempt: the server may only be restarting.
bool passes(const Failure& failure) {
  return failure.trouble == Trouble::Unreachable || failure.trouble == Trouble::Lost;
}

}  // namespace

Pipeline::Pipeline(Address address, Greeting greeting, PipelineLimits limits, Waiting waiting,
                   OnAnswer on_answer)
    : address_(std::move(address)),
      greeting_(std::move(greeting)),
      limits_(limits),
      waiting_(std::move(waiting)),
      on_answer_(std::move(on_answer)) {}

std::size_t Pipeline::window() const {
  const std::size_t allowed = connection_ ? connection_->welcome().in_flight_max : 1;
  return std::max<std::size_t>(1, std::min(limits_.window, allowed));
}

Done Pipeline::connect() {
  if (connection_) return {};
  auto opened = Connection::open(address_, greeting_, limits_.answer_within);
  if (!opened) return tl::unexpected(opened.error());
  connection_ = std::move(*opened);
  for (const Stored& frame : under_way_) connection_->put(*frame);
  unsent_ = under_way_.size();
  return {};
}

Done Pipeline::attempt(const std::function<Done()>& step) {
  const auto began = waiting_.elapsed();
  std::chrono::milliseconds pause = kPauseFirst;
  while (true) {
    const std::uint64_t before = first_;
    Done done = connect();
    if (done) done = step();
    if (done) return done;
    connection_.reset();
    if (!passes(done.error()) || waiting_.elapsed() - began >= limits_.retry_for) return done;
    if (first_ != before) pause = kPauseFirst;
    waiting_.pause(pause);
    pause = std::min(pause * 2, kPauseLongest);
  }
}

Done Pipeline::submit(wire::Command::Reader command) {
  auto frame = std::make_unique<capnp::MallocMessageBuilder>();
  auto root = frame->initRoot<wire::Frame>();
  root.setRequestId(first_ + under_way_.size() + 1);
  root.setCommand(command);
  if (connection_) {
    connection_->put(*frame);
    ++unsent_;
  }
  under_way_.push_back(std::move(frame));
  answers_.emplace_back();
  return attempt([this]() -> Done {
    while (under_way_.size() > window()) {
      if (auto answer = take_answer(); !answer) return answer;
    }
    if (unsent_ < kFlushEvery) return {};
    unsent_ = 0;
    return connection_->flush(limits_.answer_within);
  });
}

Done Pipeline::finish() {
  if (under_way_.empty()) return {};
  return attempt([this]() -> Done {
    while (!under_way_.empty()) {
      if (auto answer = take_answer(); !answer) return answer;
    }
    return {};
  });
}

Done Pipeline::take_answer() {
  unsent_ = 0;
  if (auto flushed = connection_->flush(limits_.answer_within); !flushed) return flushed;
  const auto words = connection_->receive(limits_.answer_within);
  if (!words) return tl::unexpected(words.error());
  auto copy = std::make_unique<capnp::MallocMessageBuilder>();
  std::uint64_t number = 0;
  const auto read = protocol::read_message<wire::Frame>(*words, [&](wire::Frame::Reader frame) {
    number = frame.getRequestId() - 1;
    copy->setRoot(frame);
  });
  if (!read || number < first_ || number - first_ >= under_way_.size())
    return tl::unexpected(Failure{Trouble::Garbled, "the server answered what was not asked", 0});
  answers_[number - first_] = std::move(copy);
  while (!answers_.empty() && answers_.front()) {
    on_answer_(first_, answers_.front()->getRoot<wire::Frame>().asReader());
    answers_.pop_front();
    under_way_.pop_front();
    ++first_;
  }
  return {};
}

}  // namespace kontor::client
