#include "client/bench/views_probe.h"

#include <algorithm>
#include <string>

#include "events/reasons.h"

namespace kontor::bench {
namespace {

constexpr std::uint64_t kEveryNs = 100'000'000;

}  // namespace

client::Done ViewsProbe::ask(std::uint64_t wait_position, std::uint64_t now) {
  capnp::MallocMessageBuilder message;
  auto query = message.initRoot<wire::Frame>().initQuery();
  query.setWaitPosition(wait_position);
  query.getQuestion().initPackageList();
  const FrameTemplate frame = FrameTemplate::fixed(message);
  std::string bytes(frame.size(), '\0');
  channel_.write(frame, bytes.data(), now);
  return channel_.send(bytes);
}

client::Done ViewsProbe::tick(std::uint64_t now, std::uint64_t newest) {
  newest_ = std::max(newest_, newest);
  if (source_ == Source::Silent || channel_.in_flight() > 0 || now < next_at_ || newest == 0) return {};
  next_at_ = now + kEveryNs;
  if (const auto asked = ask(0, now); !asked) return asked;
  waiting_since_ = now;
  return ask(newest_, now);
}

client::Done ViewsProbe::receive(ReadBuffer& buffer) {
  return channel_.receive(
      buffer, [this](const Reply& reply, std::uint64_t started) { take(reply, started); },
      [](std::uint16_t) {});
}

// Requests are numbered from 1: the odd ones ask how far the views are, the even ones wait.
void ViewsProbe::take(const Reply& reply, std::uint64_t started) {
  const bool late = reply.code == static_cast<std::uint16_t>(Reason::DeadlineExceeded);
  if (reply.kind != ReplyKind::Answer && !late) {
    source_ = Source::Silent;  // a server that has no views, such as the bare pipeline
    return;
  }
  if (reply.request % 2 == 0) {
    behind_.add(now_ns() - started);
    waiting_since_.reset();
  } else if (newest_ > reply.position) {
    events_max_ = std::max(events_max_, newest_ - reply.position);
  }
}

void ViewsProbe::begin() {
  behind_ = {};
  events_max_ = 0;
}

void ViewsProbe::end(std::uint64_t now) {
  if (waiting_since_ && source_ == Source::Answers) behind_.add(now - std::min(now, *waiting_since_));
}

}  // namespace kontor::bench
