#include "client/bench/tenant_opening.h"

#include <fmt/format.h>

#include <algorithm>

#include "client/bench/channel.h"
#include "events/reasons.h"

namespace kontor::bench {
namespace {

using client::Done;
using client::Failure;
using client::Trouble;

constexpr std::size_t kCommandsAtOnce = 500;
constexpr std::size_t kRequestsUnderWay = 32;
// Connections of the run have smaller numbers, so that no command has the id of another.
constexpr std::uint64_t kOpeningConnection = 0xF0000;

/// One step of the opening as frames: many whole ones, and one for what is left.
class Bulk {
 public:
  explicit Bulk(OpeningStep step)
      : json_(std::move(step.json)),
        whole_(step.times / kCommandsAtOnce),
        rest_(step.times % kCommandsAtOnce) {
    const auto frame_of = [&](std::size_t commands) {
      std::vector<PlannedCommand> planned;  // each a cycle of its own: entities are chosen anew
      for (std::uint32_t cycle = 0; cycle < commands; ++cycle) planned.push_back({json_, cycle});
      return FrameTemplate::batch(planned, wire::BatchMode::EACH);
    };
    if (whole_ > 0) frames_.push_back(frame_of(kCommandsAtOnce));
    if (rest_ > 0) frames_.push_back(frame_of(rest_));
  }

  [[nodiscard]] const std::string& json() const { return json_; }
  [[nodiscard]] std::uint64_t commands() const { return whole_ * kCommandsAtOnce + rest_; }
  [[nodiscard]] std::uint64_t requests() const { return whole_ + (rest_ > 0 ? 1 : 0); }
  [[nodiscard]] const FrameTemplate& frame(std::uint64_t request) const {
    return request < whole_ ? frames_.front() : frames_.back();
  }

 private:
  std::string json_;
  std::uint64_t whole_;
  std::uint64_t rest_;
  std::vector<FrameTemplate> frames_;
};

class Opener {
 public:
  Opener(Channel& channel, client::Connection::Timeout timeout) : channel_(channel), timeout_(timeout) {}

  /// Sends one step; waits only when much is under way, since a connection's commands are decided in order.
  Done play(const Bulk& bulk, std::uint64_t number) {
    channel_.speaker.connection = kOpeningConnection + number;
    channel_.speaker.sequence = 0;
    channel_.speaker.cycle = 0;
    std::string bytes;
    for (std::uint64_t request = 0; request < bulk.requests(); ++request) {
      const FrameTemplate& frame = bulk.frame(request);
      bytes.resize(frame.size());
      channel_.write(frame, bytes.data(), now_ns());
      channel_.speaker.cycle += frame.commands();
      sent_.push_back(&bulk);
      if (const Done sent = channel_.send(bytes); !sent) return sent;
      if (channel_.in_flight() < kRequestsUnderWay) continue;
      if (const Done answered = finish(); !answered) return answered;
    }
    return {};
  }

  Done finish() {
    const auto on_reply = [this](const Reply& reply, std::uint64_t) {
      code_ = std::max(code_, reply.code);
      if (code_ != 0 && wrong_ == nullptr) wrong_ = sent_[reply.request - first_request_];
      newest_ = std::max(newest_, reply.position);
    };
    const auto on_code = [this](std::uint16_t refused) { code_ = std::max(code_, refused); };
    if (const Done done = channel_.finish(buffer_, on_reply, on_code, timeout_); !done) return done;
    first_request_ += sent_.size();
    sent_.clear();
    if (wrong_ == nullptr) return {};
    return tl::unexpected<Failure>(
        Failure{Trouble::Refused, "the tenant cannot be opened by " + wrong_->json(), code_});
  }

  /// Waits until the views have what was done: otherwise a run would begin with their backlog.
  Done wait_for_views() {
    constexpr int kRoundsMax = 1'000;  // each as long as the server's patience
    bool level = false;
    const auto on_reply = [&](const Reply& reply, std::uint64_t) {
      level = reply.code != static_cast<std::uint16_t>(Reason::DeadlineExceeded);
    };
    for (int round = 0; round < kRoundsMax && !level; ++round) {
      if (const Done asked = channel_.ask_views(newest_, now_ns()); !asked) return asked;
      if (const Done done = channel_.finish(
              buffer_, on_reply, [](std::uint16_t) {}, timeout_);
          !done)
        return done;
    }
    return {};
  }

 private:
  Channel& channel_;
  client::Connection::Timeout timeout_;
  ReadBuffer buffer_;
  std::vector<const Bulk*> sent_;  // of which no answer has been looked at, by request from ...
  std::uint64_t first_request_ = 1;
  std::uint16_t code_ = 0;
  const Bulk* wrong_ = nullptr;  // the first step that was refused
  std::uint64_t newest_ = 0;
};

}  // namespace

std::string tenant_name(const LoadOptions& options, std::uint32_t number) {
  return options.tenants == 1 ? options.tenant : fmt::format("{}-{}", options.tenant, number);
}

Done open_tenants(const LoadOptions& options, const std::function<void(const std::string&)>& say) {
  std::vector<Bulk> steps;
  for (OpeningStep& step : opening(options.mix, options.size, options.wall_ns))
    steps.emplace_back(std::move(step));
  for (std::uint32_t tenant = 0; tenant < options.tenants; ++tenant) {
    auto channel =
        Channel::open(options.server, tenant_name(options, tenant), kRequestsUnderWay, options.timeout);
    if (!channel) return tl::unexpected(channel.error());
    channel->speaker.seed = options.seed + tenant;
    channel->speaker.entities = options.size.entities;
    Opener opener(*channel, options.timeout);
    for (std::size_t number = 0; number < steps.size(); ++number) {
      if (steps[number].commands() >= 100'000)
        say(fmt::format("opening tenant {}: {} commands, step {} of {}", tenant_name(options, tenant),
                        steps[number].commands(), number + 1, steps.size()));
      if (const Done played = opener.play(steps[number], number); !played) return played;
    }
    if (const Done opened = opener.finish(); !opened) return opened;
    // Groups are derived in the log's order: what the last tenant's views have, all others have as well.
    if (tenant + 1 == options.tenants)
      if (const Done level = opener.wait_for_views(); !level) return level;
  }
  return {};
}

}  // namespace kontor::bench
