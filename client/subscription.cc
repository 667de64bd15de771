// docs/subscriptions.md
#include "client/subscription.h"

#include <algorithm>
#include <utility>

#include "server/protocol/message.h"

namespace kontor::client {
namespace {

constexpr std::uint64_t kRequest = 1;
constexpr std::chrono::milliseconds kPauseFirst{20};
constexpr std::chrono::milliseconds kPauseLongest{1'000};
constexpr std::size_t kAcksAtOnce = 256;

tl::unexpected<Failure> refused(wire::Error::Reader error) {
  return tl::unexpected<Failure>(Failure{Trouble::Refused, std::string(error.getWhat()), error.getCode()});
}

tl::unexpected<Failure> garbled(std::string what) {
  return tl::unexpected<Failure>(Failure{Trouble::Garbled, std::move(what), 0});
}

template <class List>
void fill(List to, const std::vector<std::string>& from) {
  for (unsigned i = 0; i < to.size(); ++i) to.set(i, from[i]);
}

std::vector<Position> positions(capnp::List<std::uint64_t>::Reader from) {
  std::vector<Position> out;
  for (const std::uint64_t position : from) out.push_back(position);
  return out;
}

void fill_terms(wire::GroupTerms::Builder to, const protocol::GroupTerms& from) {
  to.setName(from.name);
  to.setAckSeconds(from.ack_seconds.value_or(0));
  to.setDeliveriesMax(from.deliveries_max.value_or(0));
  if (from.after_parked)
    to.setAfterParked(*from.after_parked == protocol::AfterParked::Hold ? wire::AfterParked::HOLD
                                                                        : wire::AfterParked::GO_ON);
}

/// Worth another attempt: the server may only be restarting.
bool passes(const Failure& failure) {
  constexpr std::uint16_t kSessionEnded = 7002;
  return failure.trouble == Trouble::Unreachable || failure.trouble == Trouble::Lost ||
         failure.code == kSessionEnded;
}

}  // namespace

Subscription::Subscription(Address address, Greeting greeting, SubscriptionWish wish, Limits limits,
                           Pipeline::Waiting waiting)
    : address_(std::move(address)),
      greeting_(std::move(greeting)),
      wish_(std::move(wish)),
      limits_(limits),
      waiting_(std::move(waiting)) {}

Done Subscription::open() {
  auto opened = Connection::open(address_, greeting_, limits_.answer_within);
  if (!opened) return tl::unexpected(opened.error());
  connection_ = std::move(*opened);
  return subscribe();
}

Done Subscription::subscribe() {
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(kRequest);
  auto wish = frame.initSubscribe();
  wish.setFrom(begun_ && !wish_.group ? seen_ + 1 : wish_.from);
  fill(wish.initTypes(static_cast<unsigned>(wish_.filter.types.size())), wish_.filter.types);
  fill(wish.initStreams(static_cast<unsigned>(wish_.filter.streams.size())), wish_.filter.streams);
  wish.setWindow(wish_.window);
  if (wish_.group) fill_terms(wish.initGroup(), *wish_.group);
  to_ack_.clear();
  unnoted_.clear();
  to_credit_ = 0;
  ended_ = false;
  connection_->put(message);
  if (auto sent = connection_->flush(limits_.answer_within); !sent) return sent;
  const auto words = connection_->receive(limits_.answer_within);
  if (!words) return tl::unexpected(words.error());
  Done answered = garbled("the server did not answer the subscription");
  const auto read = protocol::read_message<wire::Frame>(*words, [&](wire::Frame::Reader answer) {
    if (answer.isError()) answered = refused(answer.getError());
    if (!answer.isSubscribed()) return;
    if (!begun_) head_at_first_ = answer.getSubscribed().getHead();
    if (!begun_) seen_ = answer.getSubscribed().getFrom() - 1;
    begun_ = true;
    answered = Done{};
  });
  if (!read) return garbled(read.error().message);
  return answered;
}

Done Subscription::reconnect(const Failure& lost) {
  const auto began = waiting_.elapsed();
  Failure last = lost;
  for (std::chrono::milliseconds pause = kPauseFirst; passes(last);
       pause = std::min(pause * 2, kPauseLongest)) {
    if (waiting_.elapsed() - began >= limits_.retry_for) break;
    waiting_.pause(pause);
    const Done opened = open();
    if (opened) return opened;
    last = opened.error();
  }
  return tl::unexpected(std::move(last));
}

Outcome<Heard> Subscription::next(Connection::Timeout within) {
  if (auto sent = flush(); !sent) {
    if (auto again = reconnect(sent.error()); !again) return tl::unexpected(again.error());
  }
  auto words = connection_->poll(within);
  Outcome<Heard> heard = Heard(Silence{});
  if (words && !*words) return heard;
  if (words) {
    const auto read =
        protocol::read_message<wire::Frame>(**words, [&](wire::Frame::Reader frame) { heard = take(frame); });
    if (!read) return garbled(read.error().message);
  } else {
    heard = tl::unexpected(words.error());
  }
  if (heard || !passes(heard.error())) return heard;
  if (auto again = reconnect(heard.error()); !again) return tl::unexpected(again.error());
  return Heard(Silence{});
}

Outcome<Heard> Subscription::take(wire::Frame::Reader frame) {
  if (frame.isItem()) {
    const auto item = frame.getItem();
    const auto stored = item.getEvent();
    if (!wish_.group) {
      seen_ = std::max(seen_, item.getPosition());
      used_one();
    }
    return Event{item.getPosition(),
                 item.getDeliveries(),
                 {reinterpret_cast<const char*>(stored.begin()), stored.size()}};
  }
  if (frame.isProgress()) {
    const auto progress = frame.getProgress();
    seen_ = std::max(seen_, progress.getPosition());
    return Looked{progress.getPosition(), progress.getHead()};
  }
  if (frame.isNoted()) {
    Noted noted{positions(frame.getNoted().getPositions()), positions(frame.getNoted().getLate())};
    for (const Position position : noted.positions) unnoted_.erase(position);
    for (const Position position : noted.late) unnoted_.erase(position);
    return noted;
  }
  if (frame.isError()) return refused(frame.getError());
  if (frame.isEnded()) {
    ended_ = true;
    const auto end = frame.getEnded();
    return tl::unexpected(Failure{Trouble::Refused, std::string(end.getWhat()), end.getCode()});
  }
  return Silence{};
}

/// Credit goes back by halves of the window: a frame now and then, and never a dry subscription.
void Subscription::used_one() {
  if (++to_credit_ < std::max<std::uint32_t>(1, wish_.window / 2)) return;
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(kRequest);
  frame.initCredit().setItems(std::exchange(to_credit_, 0));
  connection_->put(message);
}

void Subscription::ack(Position position) {
  to_ack_.push_back(position);
  unnoted_.insert(position);
  used_one();
}

void Subscription::park(Position position, std::string_view reason) {
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(kRequest);
  auto park = frame.initPark();
  park.setPosition(position);
  park.setReason(std::string(reason));
  connection_->put(message);
  unnoted_.insert(position);
  used_one();
}

Done Subscription::flush() {
  for (std::size_t first = 0; first < to_ack_.size(); first += kAcksAtOnce) {
    const std::size_t count = std::min(kAcksAtOnce, to_ack_.size() - first);
    capnp::MallocMessageBuilder message;
    auto frame = message.initRoot<wire::Frame>();
    frame.setRequestId(kRequest);
    auto to = frame.initAck().initPositions(static_cast<unsigned>(count));
    for (unsigned i = 0; i < to.size(); ++i) to.set(i, to_ack_[first + i]);
    connection_->put(message);
  }
  to_ack_.clear();
  return connection_->flush(limits_.answer_within);
}

Done Subscription::take_next(Connection::Timeout within) {
  const auto words = connection_->receive(within);
  if (!words) return tl::unexpected(words.error());
  const auto read = protocol::read_message<wire::Frame>(
      *words, [&](wire::Frame::Reader answer) { static_cast<void>(take(answer).has_value()); });
  if (!read) return garbled(read.error().message);
  return {};
}

Done Subscription::close(Connection::Timeout within) {
  if (!connection_ || ended_) return {};
  if (auto sent = flush(); !sent) return sent;
  while (!unnoted_.empty() && !ended_) {
    if (auto taken = take_next(within); !taken) return taken;
  }
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(kRequest);
  frame.setCancel();
  connection_->put(message);
  if (auto sent = connection_->flush(within); !sent) return sent;
  while (!ended_) {
    if (auto taken = take_next(within); !taken) return taken;
  }
  return {};
}

}  // namespace kontor::client
