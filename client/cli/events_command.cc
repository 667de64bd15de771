#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "client/cli/context.h"
#include "client/cli/event_lines.h"
#include "server/protocol/decode.h"
#include "server/protocol/json.h"

namespace kontor::cli {
namespace {

struct EventsOptions {
  std::uint64_t from = 1;
  std::uint64_t limit = 100;
  std::string stream;
  std::string type;
};

class Reader {
 public:
  Reader(Context& context, const EventsOptions& options) : context_(context), options_(options) {}

  void run() {
    const auto connection = context_.connect();
    if (!connection) return;
    std::uint64_t next = options_.from;
    while (shown_ < options_.limit && context_.exit_code == kDone) {
      const std::uint64_t before = next;
      if (!page(*connection, next) || next == before) break;
    }
    if (context_.output() != OutputForm::Ndjson && context_.exit_code == kDone)
      fmt::print("{}", render_list(rows_, context_.output()));
  }

 private:
  bool page(client::Connection& connection, std::uint64_t& next) {
    capnp::MallocMessageBuilder message;
    auto frame = message.initRoot<wire::Frame>();
    frame.setRequestId(1);
    auto request = frame.initEvents();
    request.setFrom(next);
    request.setLimit(
        static_cast<std::uint32_t>(std::min<std::uint64_t>(options_.limit, protocol::kEventsPerPageMax)));
    return ask(context_, connection, message, [&](wire::Frame::Reader answer) {
      if (report_no(context_, answer, "")) return;
      for (const auto stored : answer.getEventPage().getEvents()) {
        if (shown_ == options_.limit) return;
        ++next;
        show({reinterpret_cast<const char*>(stored.begin()), stored.size()});
      }
    });
  }

  void show(std::string_view stored) {
    auto event = protocol::stored_event_to_json(stored);
    if (!event) return context_.fail(kFailed, event.error().message, "", "is the server of another version?");
    if (!options_.stream.empty() && cell(event->at("stream")) != options_.stream) return;
    if (!options_.type.empty() && cell(event->at("type")) != options_.type) return;
    ++shown_;
    if (context_.output() == OutputForm::Ndjson) {
      fmt::print("{}\n", boost::json::serialize(*event));
    } else {
      rows_.push_back(context_.output() == OutputForm::Table ? short_form(*event) : std::move(*event));
    }
  }

  Context& context_;
  const EventsOptions& options_;
  boost::json::array rows_;
  std::uint64_t shown_ = 0;
};

}  // namespace

void add_events(CLI::App& app, Context& context) {
  auto options = std::make_shared<EventsOptions>();
  CLI::App* command = app.add_subcommand("events", "show a tenant's events in order of position");
  command->add_option("--from", options->from, "first position")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--limit", options->limit, "how many to show at most")->capture_default_str();
  command->add_option("--stream", options->stream, "only this stream, such as course/k-1");
  command->add_option("--type", options->type, "only this type, such as CampusSeatGranted");
  add_server_options(*command, context);
  command->callback([&context, options] { Reader(context, *options).run(); });
}

}  // namespace kontor::cli
