#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <map>

#include "client/cli/context.h"
#include "events/core/instant.h"
#include "server/protocol/json.h"

namespace kontor::cli {
namespace {

struct EffectsOptions {
  std::string kind;
  std::string person;
  std::string tried;
  std::uint64_t older_than = 0;  // seconds
  std::uint32_t limit = 0;
  std::string after;
};

using Fill = std::function<void(wire::Query::Question::Builder)>;
using Read = std::function<void(wire::Answer::Body::Reader)>;

/// Asks for the present; false after a failure that has been reported.
bool ask_now(Context& context, client::Connection& connection, const Fill& fill, const Read& read) {
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(1);
  fill(frame.initQuery().getQuestion());
  bool said_no = false;
  const bool asked = ask(context, connection, message, [&](wire::Frame::Reader answer) {
    said_no = report_no(context, answer, "");
    if (!said_no) read(answer.getAnswer().getBody());
  });
  return asked && !said_no;
}

std::string age_text(std::uint64_t seconds) {
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3'600) return fmt::format("{} min", seconds / 60);
  if (seconds < 86'400) return fmt::format("{} h", seconds / 3'600);
  return fmt::format("{} d", seconds / 86'400);
}

void fill_backlog(const EffectsOptions& options, wire::BacklogQuestion::Builder to) {
  static const std::map<std::string, wire::EffectKind> kKinds{
      {"", wire::EffectKind::ANY},
      {"tagGrant", wire::EffectKind::TAG_GRANT},
      {"tagRevoke", wire::EffectKind::TAG_REVOKE},
      {"notification", wire::EffectKind::NOTIFICATION},
      {"registration", wire::EffectKind::REGISTRATION},
      {"alert", wire::EffectKind::ALERT},
      {"orderMail", wire::EffectKind::ORDER_MAIL}};
  to.setKind(kKinds.at(options.kind));
  to.setPerson(options.person);
  to.setAfter(options.after);
  to.setLimit(options.limit);
  to.setOlderThanSeconds(options.older_than);
  if (options.tried == "never") to.setTried(wire::EffectTried::NEVER);
  if (options.tried == "failed") to.setTried(wire::EffectTried::FAILED);
}

/// With columns that people read: how old it is, not only since when.
template <class List>
boost::json::array rows_of(Context& context, List list) {
  boost::json::array rows;
  for (const auto one : list) {
    boost::json::object row = protocol::struct_to_json(one);
    if (context.output() == OutputForm::Table) {
      row.erase("ageSeconds");
      row["age"] = age_text(one.getAgeSeconds());
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

void say_next(capnp::Text::Reader next, std::string_view verb) {
  if (next.size() != 0)
    fmt::print(stderr, "there is more; continue with: kontor effects {} --after '{}'\n", verb, next.cStr());
}

void backlog(Context& context, const EffectsOptions& options) {
  const auto connection = context.connect();
  if (!connection) return;
  static_cast<void>(ask_now(
      context, *connection,
      [&](wire::Query::Question::Builder question) {
        fill_backlog(options, question.initIntegrationBacklog());
      },
      [&](wire::Answer::Body::Reader body) {
        const auto answer = body.getIntegrationBacklog();
        fmt::print("{}", render_list(rows_of(context, answer.getRequests()), context.output()));
        if (answer.getOpen() != 0)
          fmt::print(stderr, "{} waiting, the oldest since {}\n", answer.getOpen(),
                     Instant{answer.getOldestAt()}.text());
        say_next(answer.getNext(), "backlog");
      }));
}

/// Open requests of one kind.
struct KindAges {
  std::uint64_t open = 0;
  std::uint64_t failed = 0;
  std::int64_t oldest = 0;
  std::uint64_t age = 0;  // of the oldest
};

void age(Context& context) {
  const auto connection = context.connect();
  if (!connection) return;
  std::map<std::string, KindAges> kinds;
  EffectsOptions page;
  page.limit = 10'000;
  for (bool more = true; more;) {
    more = false;
    const bool answered = ask_now(
        context, *connection,
        [&](wire::Query::Question::Builder question) {
          fill_backlog(page, question.initIntegrationBacklog());
        },
        [&](wire::Answer::Body::Reader body) {
          const auto answer = body.getIntegrationBacklog();
          for (const auto request : answer.getRequests()) {
            const auto row = protocol::struct_to_json(request);
            KindAges& kind = kinds[cell(row.at("kind"))];
            if (kind.open++ == 0) {
              kind.oldest = request.getRequestedAt();
              kind.age = request.getAgeSeconds();
            }
            if (request.getFailures() != 0) ++kind.failed;
          }
          page.after = std::string(answer.getNext());
          more = !page.after.empty();
        });
    if (!answered) return;
  }
  boost::json::array rows;
  for (const auto& [name, kind] : kinds)
    rows.push_back(boost::json::object{{"kind", name},
                                       {"open", std::to_string(kind.open)},
                                       {"failed", std::to_string(kind.failed)},
                                       {"oldestAt", Instant{kind.oldest}.text()},
                                       {"age", age_text(kind.age)}});
  fmt::print("{}", render_list(rows, context.output()));
}

void drift(Context& context, const EffectsOptions& options) {
  const auto connection = context.connect();
  if (!connection) return;
  static_cast<void>(ask_now(
      context, *connection,
      [&](wire::Query::Question::Builder question) {
        auto wish = question.initTagDrift();
        wish.setAfter(options.after);
        wish.setLimit(options.limit);
      },
      [&](wire::Answer::Body::Reader body) {
        const auto answer = body.getTagDrift();
        fmt::print("{}", render_list(rows_of(context, answer.getTags()), context.output()));
        if (answer.getTags().size() == 0) fmt::print(stderr, "every tag is as it should be\n");
        say_next(answer.getNext(), "drift");
      }));
}

}  // namespace

void add_effects(CLI::App& app, Context& context) {
  auto options = std::make_shared<EffectsOptions>();
  CLI::App* command =
      app.add_subcommand("effects", "what was asked of other systems, and what they confirmed");
  command->require_subcommand(1);
  command->footer(
      "kontor submit AckTagChange person=p-1 tag=T change=grant --as backend:crm\n"
      "kontor submit AckEffect request=48131 --as backend:mailer");
  const auto verb = [&](const char* name, const char* says) {
    CLI::App* one = command->add_subcommand(name, says);
    add_server_options(*one, context);
    return one;
  };
  const auto paged = [&](const char* name, const char* says) {
    CLI::App* one = verb(name, says);
    one->add_option("--limit", options->limit, "how many to show at most");
    one->add_option("--after", options->after, "behind this page");
    return one;
  };
  CLI::App* backlog_verb = paged("backlog", "requests that nobody has confirmed yet, oldest first");
  backlog_verb->add_option("--kind", options->kind, "only these")
      ->check(CLI::IsMember({"tagGrant", "tagRevoke", "notification", "registration", "alert", "orderMail"}));
  backlog_verb->add_option("--person", options->person, "only about this person");
  backlog_verb->add_option("--older-than", options->older_than,
                           "only those that have waited so many seconds");
  backlog_verb->add_option("--tried", options->tried, "never: nobody reported; failed: somebody could not")
      ->check(CLI::IsMember({"never", "failed"}));
  backlog_verb->callback([&context, options] { backlog(context, *options); });
  verb("age", "how many of each kind wait, and for how long")->callback([&context] { age(context); });
  paged("drift", "tags that are not as they should be")->callback([&context, options] {
    drift(context, *options);
  });
}

}  // namespace kontor::cli
