#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "client/cli/context.h"
#include "server/protocol/json.h"
#include "server/protocol/subscription_frames.h"

namespace kontor::cli {
namespace {

struct GroupsOptions {
  std::string group;
  std::uint64_t after = 0;
  std::uint32_t limit = 100;
  std::vector<std::uint64_t> positions;
  bool all = false;
  bool yes = false;
};

using Fill = std::function<void(wire::GroupsRequest::Builder)>;
using Read = std::function<void(wire::GroupReport::Reader)>;

void ask_groups(Context& context, const Fill& fill, const Read& read) {
  const auto connection = context.connect();
  if (!connection) return;
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(1);
  fill(frame.initGroups());
  static_cast<void>(ask(context, *connection, message, [&](wire::Frame::Reader answer) {
    if (!report_no(context, answer, "")) read(answer.getGroupReport());
  }));
}

template <class List>
void show_list(Context& context, List list) {
  boost::json::array rows;
  for (const auto one : list) rows.push_back(protocol::struct_to_json(one));
  fmt::print("{}", render_list(rows, context.output()));
}

void list(Context& context) {
  ask_groups(
      context, [](wire::GroupsRequest::Builder request) { request.setList(); },
      [&](wire::GroupReport::Reader report) { show_list(context, report.getGroups()); });
}

void parked(Context& context, const GroupsOptions& options) {
  ask_groups(
      context,
      [&](wire::GroupsRequest::Builder request) {
        auto wish = request.initParked();
        wish.setGroup(options.group);
        wish.setAfter(options.after);
        wish.setLimit(options.limit);
      },
      [&](wire::GroupReport::Reader report) { show_list(context, report.getParked()); });
}

enum class Handling : std::uint8_t { Retry, Drop };

void handle(Context& context, const GroupsOptions& options, Handling how) {
  if (options.positions.empty() != options.all)
    return context.fail(kUsage, "name positions, or say --all", "", "kontor groups parked GROUP lists them");
  ask_groups(
      context,
      [&](wire::GroupsRequest::Builder request) {
        auto wish = how == Handling::Retry ? request.initRetry() : request.initDrop();
        wish.setGroup(options.group);
        auto to = wish.initPositions(static_cast<unsigned>(options.positions.size()));
        for (unsigned i = 0; i < to.size(); ++i) to.set(i, options.positions[i]);
      },
      [&](wire::GroupReport::Reader report) {
        const auto changed = report.getChanged();
        boost::json::array rows;
        for (const auto position : changed)
          rows.push_back(boost::json::object{{"position", std::to_string(position)},
                                             {"now", how == Handling::Retry ? "retried" : "dropped"}});
        fmt::print("{}", render_list(rows, context.output()));
        if (changed.size() < options.positions.size())
          context.fail(kNotFound,
                       fmt::format("{} of {} positions are not parked",
                                   options.positions.size() - changed.size(), options.positions.size()),
                       "", "kontor groups parked " + options.group);
      });
}

void remove(Context& context, const GroupsOptions& options) {
  if (!options.yes)
    return context.fail(kUsage, "this forgets what group " + options.group + " has dealt with",
                        "a group of that name would begin anew", "say --yes to do it");
  ask_groups(
      context, [&](wire::GroupsRequest::Builder request) { request.setRemove(options.group); },
      [&](wire::GroupReport::Reader) { fmt::print(stderr, "group {} is forgotten\n", options.group); });
}

}  // namespace

void add_groups(CLI::App& app, Context& context) {
  auto options = std::make_shared<GroupsOptions>();
  CLI::App* command = app.add_subcommand("groups", "consumer groups: how far they are, and what they parked");
  command->require_subcommand(1);
  const auto verb = [&](const char* name, const char* says) {
    CLI::App* one = command->add_subcommand(name, says);
    add_server_options(*one, context);
    return one;
  };
  const auto of_group = [&](const char* name, const char* says) {
    CLI::App* one = verb(name, says);
    one->add_option("group", options->group, "name of the group")->required();
    return one;
  };
  verb("list", "all groups of the tenant")->callback([&context] { list(context); });
  CLI::App* parked_verb = of_group("parked", "what a group has put aside, and why");
  parked_verb->add_option("--after", options->after, "only behind this position");
  parked_verb->add_option("--limit", options->limit, "how many to show at most")
      ->check(CLI::Range(1u, protocol::kParkedPerPageMax))
      ->capture_default_str();
  parked_verb->callback([&context, options] { parked(context, *options); });
  for (const Handling how : {Handling::Retry, Handling::Drop}) {
    CLI::App* one = how == Handling::Retry ? of_group("retry", "hand parked events out again")
                                           : of_group("drop", "never hand these parked events out again");
    one->add_option("positions", options->positions, "which of them");
    one->add_flag("--all", options->all, "all that are parked");
    one->callback([&context, options, how] { handle(context, *options, how); });
  }
  CLI::App* remove_verb = of_group("remove", "forget a group that has no members");
  remove_verb->add_flag("--yes", options->yes, "really");
  remove_verb->callback([&context, options] { remove(context, *options); });
}

}  // namespace kontor::cli
