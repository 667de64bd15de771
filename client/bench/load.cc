#include "client/bench/load.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "client/bench/channel.h"
#include "client/bench/tenant_opening.h"
#include "client/bench/views_probe.h"

namespace kontor::bench {
namespace {

using client::Done;

constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
constexpr std::uint64_t kTickNs = 50'000;  // the open loop gathers what is due in such a time

std::uint64_t to_ns(double seconds) { return static_cast<std::uint64_t>(std::llround(seconds * 1e9)); }

FrameTemplate question_about(const std::string& campus) {
  capnp::MallocMessageBuilder message;
  message.initRoot<wire::Frame>().initQuery().getQuestion().initUsageStatistics().setCampus(campus);
  return FrameTemplate::fixed(message);
}

/// What is sent, in order, again and again.
struct Script {
  std::vector<FrameTemplate> frames;
  std::uint64_t cycles = 1;  // of the recipe in one pass
  std::size_t size_max = 0;
  std::size_t commands = 1;  // of a frame
};

Script make_script(const LoadOptions& options) {
  Script script;
  const bool all_or_nothing = options.batch > 0 && options.mode == BatchMode::AllOrNothing;
  const auto steps = recipe(options.mix, all_or_nothing ? Refusals::None : Refusals::Some);
  if (!options.ask.empty()) {
    script.frames.push_back(question_about(options.ask));
  } else if (options.batch > 0) {
    const BatchPlan plan = plan_batch(steps, options.batch);
    const auto mode = all_or_nothing ? wire::BatchMode::ALL_OR_NOTHING : wire::BatchMode::EACH;
    script.frames.push_back(FrameTemplate::batch(plan.commands, mode));
    script.cycles = plan.cycles;
    script.commands = options.batch;
  } else {
    for (const Step& step : steps) script.frames.push_back(FrameTemplate::command({step.json, 0}));
  }
  for (const FrameTemplate& frame : script.frames) script.size_max = std::max(script.size_max, frame.size());
  return script;
}

class Run {
 public:
  Run(const LoadOptions& options, const std::atomic<bool>& stop)
      : options_(options), stop_(stop), script_(make_script(options)) {}
  Run(const Run&) = delete;
  ~Run() {
    if (epoll_ >= 0) ::close(epoll_);
  }

  Done connect();
  Done go();
  [[nodiscard]] Measured& measured() { return measured_; }

 private:
  [[nodiscard]] bool open_loop() const { return options_.rate > 0; }
  [[nodiscard]] bool rotates() const { return channels_.size() > options_.clients; }
  Done watch(const Channel& channel, std::uint32_t number, int how);
  Done fill(std::size_t at, std::size_t requests, std::uint64_t now);
  Done refill(std::size_t at, std::uint64_t now);
  Done start_due(std::uint64_t now);
  Done start_first(std::uint64_t now);
  Done rested(std::uint64_t now);
  Done serve(const epoll_event& event);
  Done wait(std::uint64_t now);
  void take(const Reply& reply, std::uint64_t started);
  void begin(std::uint64_t now);
  void end(std::uint64_t now);

  const LoadOptions& options_;
  const std::atomic<bool>& stop_;
  const Script script_;
  std::vector<Channel> channels_;
  std::optional<ViewsProbe> probe_;
  int epoll_ = -1;
  ReadBuffer buffer_;
  std::vector<char> out_;
  std::size_t under_way_max_ = 1;  // of one channel
  std::size_t cursor_ = 0;  // the channel whose turn it is, in an open loop or when there are spare ones

  std::uint64_t first_ns_ = 0;      // when the open loop began
  std::uint64_t requests_due_ = 0;  // of the open loop, started so far
  bool counting_ = false;
  std::size_t current_ = 0;    // channel that is being read
  std::uint64_t read_ns_ = 0;  // when; 0: not looked at the clock yet
  std::uint64_t last_reply_ns_ = 0;
  std::uint64_t begun_ns_ = 0;
  std::uint64_t newest_ = 0;  // position of the first tenant
  Usage client_before_;
  std::optional<Usage> server_before_;
  Measured measured_;
  const Channel::OnReply on_reply_ = [this](const Reply& reply, std::uint64_t started) {
    take(reply, started);
  };
  const OnCode on_code_ = [this](std::uint16_t code) {
    if (counting_) ++measured_.codes[code], ++measured_.commands;
  };
};

Done Run::connect() {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  // Channels of an open loop have room for what piles up while the server stalls.
  constexpr std::size_t kPiledUpMax = 1'024;
  const std::size_t piled_up = std::max<std::size_t>(1, kPiledUpMax / script_.commands);
  under_way_max_ = open_loop() ? piled_up : options_.depth;
  out_.resize(script_.size_max * under_way_max_);
  const std::uint32_t count = std::max(options_.clients, options_.tenants);
  channels_.reserve(count);
  for (std::uint32_t number = 0; number < count; ++number) {
    auto channel = Channel::open(options_.server, tenant_name(options_, number % options_.tenants),
                                 under_way_max_, options_.timeout);
    if (!channel) return tl::unexpected(channel.error());
    constexpr std::uint32_t kMembersInAll = 900'000;  // of a campus
    channel->speaker = {.seed = options_.seed,
                        .connection = number,
                        .entities = options_.size.entities,
                        .members = std::clamp(kMembersInAll / count, 1u, 4'096u)};
    channels_.push_back(std::move(*channel));
    if (const Done watched = watch(channels_.back(), number, EPOLL_CTL_ADD); !watched) return watched;
  }
  measured_.welcome = channels_.front().welcome();
  if (!options_.ask.empty()) return {};
  // One question may wait for seconds while ten others a second are answered.
  constexpr std::size_t kQuestionsMeanwhile = 128;
  auto probing =
      Channel::open(options_.server, tenant_name(options_, 0), kQuestionsMeanwhile, options_.timeout);
  if (!probing) return tl::unexpected(probing.error());
  probe_.emplace(std::move(*probing));
  epoll_event event{.events = EPOLLIN, .data = {.u32 = count}};
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, probe_->descriptor(), &event);
  return {};
}

Done Run::watch(const Channel& channel, std::uint32_t number, int how) {
  epoll_event event{.events = channel.has_unsent() ? EPOLLIN | EPOLLOUT : std::uint32_t{EPOLLIN},
                    .data = {.u32 = number}};
  if (::epoll_ctl(epoll_, how, channel.descriptor(), &event) == 0) return {};
  return tl::unexpected<client::Failure>({client::Trouble::Lost, "too many connections for epoll", 0});
}

/// Starts requests of a channel: closed loops now, open ones when each was due. One send for all of them.
Done Run::fill(std::size_t at, std::size_t requests, std::uint64_t now) {
  Channel& channel = channels_[at];
  if (channel.has_unsent()) return {};
  std::size_t bytes = 0;
  for (; requests > 0 && channel.has_room(); --requests) {
    std::uint64_t started = now;
    if (open_loop()) {
      const double after = static_cast<double>(requests_due_++ * script_.commands) / options_.rate;
      started = first_ns_ + to_ns(after);
    }
    const FrameTemplate& frame = script_.frames[channel.step];
    channel.write(frame, out_.data() + bytes, started);
    bytes += frame.size();
    if (++channel.step == script_.frames.size()) {
      channel.step = 0;
      channel.speaker.cycle += script_.cycles;
    }
  }
  if (bytes == 0) return {};
  if (options_.pace_seconds > 0) channel.rests_until_ns = now + to_ns(options_.pace_seconds);
  if (const Done sent = channel.send({out_.data(), bytes}); !sent) return sent;
  return channel.has_unsent() ? watch(channel, static_cast<std::uint32_t>(at), EPOLL_CTL_MOD) : Done{};
}

/// After answers, in a closed loop. Where there are more connections than may be busy the turn is passed on.
Done Run::refill(std::size_t at, std::uint64_t now) {
  Channel& channel = channels_[at];
  if (open_loop() || now < channel.rests_until_ns) return {};
  if (!rotates()) return fill(at, options_.depth - channel.in_flight(), now);
  if (channel.in_flight() > 0) return {};
  do {
    cursor_ = (cursor_ + 1) % channels_.size();
  } while (channels_[cursor_].in_flight() > 0);
  return fill(cursor_, options_.depth, now);
}

Done Run::start_first(std::uint64_t now) {
  first_ns_ = now;
  if (open_loop()) return {};
  for (std::size_t at = 0; at < std::min<std::size_t>(options_.clients, channels_.size()); ++at)
    if (const Done filled = fill(at, options_.depth, now); !filled) return filled;
  cursor_ = options_.clients - 1;
  return {};
}

/// The open loop: whatever is due goes to the next channel that has room.
Done Run::start_due(std::uint64_t now) {
  const double passed = static_cast<double>(now - first_ns_) / 1e9;
  const auto due =
      static_cast<std::uint64_t>(passed * options_.rate / static_cast<double>(script_.commands)) + 1;
  for (std::size_t tried = 0; requests_due_ < due && tried < channels_.size(); ++tried) {
    cursor_ = (cursor_ + 1) % channels_.size();
    const std::size_t room = under_way_max_ - std::min(under_way_max_, channels_[cursor_].in_flight());
    const auto requests = std::min<std::uint64_t>(due - requests_due_, room);
    if (const Done filled = fill(cursor_, requests, now); !filled) return filled;
  }
  return {};
}

/// Those of a closed loop with pace that have rested.
Done Run::rested(std::uint64_t now) {
  for (std::size_t at = 0; at < channels_.size(); ++at)
    if (channels_[at].in_flight() < options_.depth)
      if (const Done filled = refill(at, now); !filled) return filled;
  return {};
}

Done Run::serve(const epoll_event& event) {
  if (event.data.u32 == channels_.size()) return probe_->receive(buffer_);
  current_ = event.data.u32;
  Channel& channel = channels_[current_];
  if ((event.events & EPOLLOUT) != 0) {
    if (const Done sent = channel.send_rest(); !sent) return sent;
    if (!channel.has_unsent())
      if (const Done watched = watch(channel, event.data.u32, EPOLL_CTL_MOD); !watched) return watched;
  }
  read_ns_ = 0;
  if (const Done received = channel.receive(buffer_, on_reply_, on_code_); !received) return received;
  return read_ns_ == 0 ? Done{} : refill(current_, read_ns_);
}

Done Run::wait(std::uint64_t now) {
  std::array<epoll_event, 256> events;
  std::uint64_t patience = kNsPerSecond / 20;
  if (options_.pace_seconds > 0) patience = kNsPerSecond / 1'000;
  if (open_loop()) {
    const double after = static_cast<double>(requests_due_ * script_.commands) / options_.rate;
    const std::uint64_t next = first_ns_ + to_ns(after);
    patience = std::max(kTickNs, next > now ? next - now : 0);
    patience = std::min(patience, kNsPerSecond / 20);
  }
  const timespec timeout{.tv_sec = 0, .tv_nsec = static_cast<long>(patience)};
  const int count = ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &timeout, nullptr);
  for (int i = 0; i < count; ++i)
    if (const Done served = serve(events[static_cast<std::size_t>(i)]); !served) return served;
  return {};
}

void Run::take(const Reply& reply, std::uint64_t started) {
  if (read_ns_ == 0) {
    read_ns_ = now_ns();
    if (counting_)
      measured_.longest_silence_ns = std::max(measured_.longest_silence_ns, read_ns_ - last_reply_ns_);
    last_reply_ns_ = read_ns_;
  }
  if (current_ % options_.tenants == 0) newest_ = std::max(newest_, reply.position);
  if (!counting_) return;
  ++measured_.requests;
  const std::uint64_t took = read_ns_ - std::min(read_ns_, started);
  measured_.latency.add(took, script_.commands);
  measured_.receipts += reply.receipts;
  measured_.duplicates += reply.duplicates;
  measured_.undecided += reply.undecided;
  measured_.commands += reply.receipts + reply.undecided;
  if (reply.kind == ReplyKind::Refusal || reply.kind == ReplyKind::Error) on_code_(reply.code);
  if (reply.kind == ReplyKind::Answer) ++measured_.commands;
}

void Run::begin(std::uint64_t now) {
  counting_ = true;
  begun_ns_ = last_reply_ns_ = now;
  client_before_ = own_usage();
  if (options_.server_pid) server_before_ = usage_of(*options_.server_pid);
  if (probe_) probe_->begin();
}

void Run::end(std::uint64_t now) {
  counting_ = false;
  measured_.seconds = static_cast<double>(now - begun_ns_) / 1e9;
  measured_.client = difference(own_usage(), client_before_);
  if (server_before_) {
    if (const auto after = usage_of(*options_.server_pid)) {
      measured_.server = difference(*after, *server_before_);
      measured_.server_memory_max_bytes = after->memory_max_bytes;
    }
  }
  if (!probe_) return;
  probe_->end(now);
  measured_.views_behind = probe_->behind();
  measured_.views_behind_events_max = probe_->events_max();
}

Done Run::go() {
  ::prctl(PR_SET_TIMERSLACK, 1UL);
  std::uint64_t now = now_ns();
  const std::uint64_t begin_at = now + to_ns(options_.warm_up_seconds);
  const std::uint64_t end_at = begin_at + to_ns(options_.seconds);
  if (const Done started = start_first(now); !started) return started;
  while (now < end_at && !stop_) {
    if (!counting_ && now >= begin_at) begin(now);
    if (open_loop())
      if (const Done started = start_due(now); !started) return started;
    if (options_.pace_seconds > 0)
      if (const Done filled = rested(now); !filled) return filled;
    if (probe_)
      if (const Done asked = probe_->tick(now, newest_); !asked) return asked;
    if (const Done served = wait(now); !served) return served;
    now = now_ns();
  }
  if (!counting_) begin(now);
  end(now);
  // What is under way is answered before the connections end: a server that loses them has more to do.
  for (Channel& channel : channels_)
    if (!channel.finish(buffer_, on_reply_, on_code_, client::Connection::Timeout(5'000))) break;
  return {};
}

}  // namespace

namespace {

std::uint64_t memory_of(const LoadOptions& options) {
  if (!options.server_pid) return 0;
  const auto usage = usage_of(*options.server_pid);
  return usage ? usage->memory_bytes : 0;
}

}  // namespace

client::Outcome<Measured> run_load(const LoadOptions& options, const std::atomic<bool>& stop,
                                   const std::function<void(const std::string&)>& say) {
  const std::uint64_t begin = now_ns();
  const std::uint64_t held = memory_of(options);
  Run run(options, stop);
  if (options.ask.empty()) {
    if (const Done opened = open_tenants(options, say); !opened) return tl::unexpected(opened.error());
  }
  if (const Done connected = run.connect(); !connected) return tl::unexpected(connected.error());
  run.measured().opening_seconds = static_cast<double>(now_ns() - begin) / 1e9;
  const std::uint64_t opened = memory_of(options);
  run.measured().opening_memory_bytes = opened - std::min(opened, held);
  if (const Done gone = run.go(); !gone) return tl::unexpected(gone.error());
  return std::move(run.measured());
}

std::vector<std::uint16_t> meant_codes(Mix mix) {
  std::vector<std::uint16_t> codes;
  for (const Step& step : recipe(mix, Refusals::Some))
    if (step.refused) codes.push_back(static_cast<std::uint16_t>(*step.refused));
  return codes;
}

}  // namespace kontor::bench
