#include "client/bench/views_probe.h"

#include <algorithm>
#include <string>

#include "events/reasons.h"

namespace kontor::bench {
namespace {

constexpr std::uint64_t kEveryNs = 100'000'000;

}  // namespace

client::Outcome<std::uint64_t> ViewsProbe::ask(std::uint64_t wait_position, std::uint64_t now) {
  if (const auto sent = channel_.ask_views(wait_position, now); !sent) return tl::unexpected(sent.error());
  return ++asked_;
}

client::Done ViewsProbe::tick(std::uint64_t now, std::uint64_t newest) {
  newest_ = std::max(newest_, newest);
  if (source_ == Source::Silent || now < next_at_ || newest == 0) return {};
  next_at_ = now + kEveryNs;
  for (std::uint64_t* const request : {&plain_, &waiting_}) {
    if (*request != 0 || !channel_.has_room()) continue;
    const bool waits = request == &waiting_;
    const auto asked = ask(waits ? newest_ : 0, now);
    if (!asked) return tl::unexpected(asked.error());
    *request = *asked;
    if (waits) waiting_since_ = now;
  }
  return {};
}

client::Done ViewsProbe::receive(ReadBuffer& buffer) {
  return channel_.receive(
      buffer, [this](const Reply& reply, std::uint64_t started) { take(reply, started); },
      [](std::uint16_t) {});
}

void ViewsProbe::take(const Reply& reply, std::uint64_t started) {
  const bool late = reply.code == static_cast<std::uint16_t>(Reason::DeadlineExceeded);
  if (reply.kind != ReplyKind::Answer && !late) {
    source_ = Source::Silent;  // a server that has no views, such as the bare pipeline
    return;
  }
  if (reply.request == waiting_) {
    behind_.add(now_ns() - started);
    waiting_ = 0;
    return;
  }
  plain_ = 0;
  if (newest_ > reply.position) events_max_ = std::max(events_max_, newest_ - reply.position);
}

void ViewsProbe::begin() {
  behind_ = {};
  events_max_ = 0;
}

void ViewsProbe::end(std::uint64_t now) {
  if (waiting_ != 0 && source_ == Source::Answers) behind_.add(now - std::min(now, waiting_since_));
}

}  // namespace kontor::bench
