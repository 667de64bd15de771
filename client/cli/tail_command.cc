#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <cstdio>

#include "client/cli/context.h"
#include "client/cli/event_lines.h"
#include "client/subscription.h"
#include "server/protocol/json.h"

namespace kontor::cli {
namespace {

constexpr client::Connection::Timeout kLookUpEvery{200};

volatile std::sig_atomic_t stopped = 0;
void stop(int) { stopped = 1; }

struct TailOptions {
  std::uint64_t from = 0;
  std::uint64_t limit = 0;
  std::vector<std::string> types;
  std::vector<std::string> streams;
  bool no_follow = false;
  std::string group;
  std::uint32_t ack_seconds = 0;
  std::uint32_t deliveries_max = 0;
  std::string after_parked;
  bool no_ack = false;
  std::uint32_t window = 256;
};

client::SubscriptionWish wish_of(const TailOptions& options) {
  client::SubscriptionWish wish;
  wish.from = options.from;
  wish.filter = {options.types, options.streams};
  wish.window = options.window;
  if (options.group.empty()) return wish;
  protocol::GroupTerms& terms = wish.group.emplace();
  terms.name = options.group;
  if (options.ack_seconds != 0) terms.ack_seconds = options.ack_seconds;
  if (options.deliveries_max != 0) terms.deliveries_max = options.deliveries_max;
  if (options.after_parked == "hold") terms.after_parked = protocol::AfterParked::Hold;
  if (options.after_parked == "goOn") terms.after_parked = protocol::AfterParked::GoOn;
  return wish;
}

class Tail {
 public:
  Tail(Context& context, const TailOptions& options) : context_(context), options_(options) {}

  void run() {
    const auto address = client::parse_address(context_.server);
    if (!address) return context_.fail(address.error());
    client::Subscription following(*address, context_.greeting(), wish_of(options_),
                                   {.answer_within = context_.timeout(), .retry_for = context_.timeout()},
                                   real_waiting());
    if (const auto opened = following.open(); !opened) return context_.fail(opened.error());
    std::signal(SIGINT, stop);
    std::signal(SIGTERM, stop);
    bool failed = false;
    while (stopped == 0 && !failed && !enough(following)) {
      auto heard = following.next(kLookUpEvery);
      if (heard)
        hear(following, *heard);
      else
        failed = (context_.fail(heard.error()), true);
    }
    if (!failed)
      if (const auto closed = following.close(context_.timeout()); !closed) context_.fail(closed.error());
    finish(following);
  }

 private:
  [[nodiscard]] bool enough(const client::Subscription& following) const {
    if (options_.limit != 0 && shown_ >= options_.limit) return true;
    return options_.no_follow && following.seen() >= following.head_at_first();
  }

  void hear(client::Subscription& following, const client::Heard& heard) {
    if (const auto* event = std::get_if<client::Event>(&heard)) {
      if (!show(*event)) return;
      if (!options_.group.empty() && !options_.no_ack) following.ack(event->position);
    } else if (const auto* noted = std::get_if<client::Noted>(&heard)) {
      for (const Position position : noted->late)
        fmt::print(stderr, "kontor: position {} was acknowledged too late: it goes to somebody again\n",
                   position);
    }
  }

  bool show(const client::Event& event) {
    auto json = protocol::stored_event_to_json(event.stored);
    if (!json) {
      context_.fail(kFailed, json.error().message, "", "is the server of another version?");
      return false;
    }
    ++shown_;
    last_ = event.position;
    if (event.deliveries > 1) (*json)["deliveries"] = event.deliveries;
    switch (context_.output()) {
      case OutputForm::Json: rows_.push_back(std::move(*json)); return true;
      case OutputForm::Ndjson: fmt::print("{}\n", boost::json::serialize(*json)); break;
      default: fmt::print("{}\n", event_line(*json)); break;
    }
    std::fflush(stdout);
    return true;
  }

  void finish(const client::Subscription& following) {
    if (context_.output() == OutputForm::Json) fmt::print("{}", render_list(rows_, OutputForm::Json));
    std::fflush(stdout);
    std::string again = "kontor tail";
    for (const std::string& type : options_.types) again += fmt::format(" --type '{}'", type);
    for (const std::string& stream : options_.streams) again += fmt::format(" --stream {}", stream);
    again += options_.group.empty() ? fmt::format(" --from {}", following.seen() + 1)
                                    : fmt::format(" --group {}", options_.group);
    fmt::print(stderr, "stopped after position {}; continue with: {}\n",
               options_.group.empty() ? following.seen() : last_, again);
    if (stopped != 0 && context_.exit_code == kDone) context_.exit_code = kInterrupted;
  }

  Context& context_;
  const TailOptions& options_;
  boost::json::array rows_;
  std::uint64_t shown_ = 0;
  Position last_ = 0;
};

}  // namespace

void add_tail(CLI::App& app, Context& context) {
  auto options = std::make_shared<TailOptions>();
  CLI::App* command = app.add_subcommand("tail", "follow a tenant's events as they happen");
  command->footer(
      "kontor tail --type 'Credit*' --from 48000\n"
      "kontor tail --stream course/k-1 --stream person/\n"
      "kontor tail --group mailer --type NotificationRequested -o ndjson   (acknowledges what it has shown)");
  command->add_option("--from", options->from, "first position; without it only what comes from now on");
  command->add_option("--limit", options->limit, "stop after so many");
  command->add_flag("--no-follow", options->no_follow, "stop at what is the end now");
  command->add_option("--type", options->types, "only this kind, such as CampusOpened or 'Credit*'");
  command->add_option("--stream", options->streams,
                      "only this stream, such as course/k-1, or course/ for all");
  command->add_option("--window", options->window, "items under way")
      ->check(CLI::Range(1u, protocol::kCreditsMax))
      ->capture_default_str();
  command->add_option("--group", options->group, "as a member of this consumer group");
  command->add_flag("--no-ack", options->no_ack, "of a group: look, and leave everything to the others");
  command->add_option("--ack-seconds", options->ack_seconds, "of a new group: time to acknowledge an event");
  command->add_option("--deliveries-max", options->deliveries_max,
                      "of a new group: after so many an event is parked");
  command
      ->add_option("--after-parked", options->after_parked,
                   "of a new group: whether later events of a stream wait for a parked one")
      ->check(CLI::IsMember({"hold", "goOn"}));
  add_server_options(*command, context);
  command->callback([&context, options] { Tail(context, *options).run(); });
}

}  // namespace kontor::cli
