#include "tests/scenarios/player.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <set>

#include "server/protocol/json.h"
#include "tests/scenarios/requests.h"
#include "tests/scenarios/stage.h"
#include "tests/scenarios/times.h"

namespace kontor::scenarios {
namespace {

namespace json = boost::json;
using Kind = Expectation::Kind;

constexpr std::uint32_t kEventsPerPage = 10'000;

bool expects_an_answer(const Expectation& expected) {
  return expected.kind == Kind::Accepted || expected.kind == Kind::Refused ||
         expected.kind == Kind::AsBefore || expected.kind == Kind::NotDecided;
}

Position number_in(const std::string& text) { return static_cast<Position>(std::stoull(text)); }

std::string fields_text(const std::vector<Field>& fields) {
  std::string out;
  for (const auto& [key, value] : fields) out += fmt::format(" {}={}", key, value);
  return out;
}

/// What an event says beyond its envelope.
std::string shown(const json::object& event) {
  static const std::set<std::string_view> envelope{"type",    "version",      "recordedAt", "tenant",
                                                   "stream",  "actor",        "commandId",  "correlation",
                                                   "history", "payloadDigest"};
  json::object own;
  for (const auto& [key, value] : event)
    if (!envelope.contains(key)) own[key] = value;
  return plain(event.at("type")) + "  " + one_line(own);
}

std::string list_of(const std::vector<json::object>& events) {
  std::string out;
  for (const json::object& event : events) out += "\n      " + shown(event);
  return out.empty() ? "nothing happened" : out;
}

/// What a refusal says in numbers, and whether it is worth trying again.
json::object facts_of(const Reply& reply) {
  json::object facts{{"retry", reply.body.contains("retry") ? reply.body.at("retry") : json::value("")}};
  if (const json::value* list = reply.body.if_contains("facts"))
    for (const json::value& fact : list->as_array())
      facts[plain(fact.at("name"))] = fact.as_object().contains("value") ? fact.at("value") : json::value("");
  return facts;
}

class Player {
 public:
  Player(const Script& script, const Scenario& scenario, const PlayOptions& options)
      : script_(script), scenario_(scenario), options_(options) {}

  std::vector<Failure> run() {
    auto stage = Stage::open(options_.folder);
    if (!stage) {
      fail_at(scenario_.line, "a server on an empty store", stage.error().message);
      return failures_;
    }
    stage_ = std::move(*stage);
    for (const Step& step : script_.background)
      if (!play_step(step)) return failures_;
    for (const Step& step : scenario_.steps)
      if (!play_step(step)) return failures_;
    check_traces();
    if (const Status verified = stage_->close_and_verify(); !verified)
      fail_at(scenario_.line, "at the end: the replay is what the server was, and the store verifies",
              verified.error().message);
    return failures_;
  }

 private:
  // Failures

  void fail_at(std::size_t line, std::string expected, std::string got) {
    failures_.push_back({line, std::move(expected), std::move(got)});
  }
  bool trouble(const Step& step, const Error& error) {
    fail_at(step.line, "the step can be played", error.message);
    return false;
  }
  void say(const std::string& text) const {
    if (options_.say) options_.say(text);
  }

  // Steps

  bool play_step(const Step& step) {
    say(fmt::format("{:>4}  {}", step.line, script_.lines[step.line - 1]));
    if (step.kind != Step::Kind::Query) {
      begin_ = known_;
      events_.reset();
      cursor_ = 0;
    }
    if (step.kind != Step::Kind::At && step.kind != Step::Kind::Tenant && !timed_)
      return trouble(step, {Reason::InvalidArgument, "say first when this is: at 2027-03-01 00:00"});
    return do_step(step) && hold(step);
  }

  bool do_step(const Step& step) {
    switch (step.kind) {
      case Step::Kind::At: return move_to(step);
      case Step::Kind::Tenant: tenant_ = TenantId(step.name); return refresh(step);
      case Step::Kind::Command: return one_command(step, Dry::No);
      case Step::Kind::DryRun: return one_command(step, Dry::Yes);
      case Step::Kind::Batch:
      case Step::Kind::BatchEach: return batch(step);
      case Step::Kind::Again: return again(step);
      case Step::Kind::Race: return race(step);
      case Step::Kind::Query: return query(step);
      case Step::Kind::Restart: return restart(step, Views::Keep);
      case Step::Kind::Rebuild: return restart(step, Views::ThrowAway);
    }
    return false;
  }

  bool move_to(const Step& step) {
    timed_ = true;
    if (const Status moved = stage_->move_to(step.time); !moved) return trouble(step, moved.error());
    known_ = std::max(known_, stage_->position(tenant_));
    return true;
  }

  bool refresh(const Step& step) {
    if (!timed_) return true;
    const bool settled = settle(step);
    begin_ = known_;
    return settled;
  }

  bool restart(const Step& step, Views views) {
    const Status restarted = stage_->restart(views);
    return restarted ? true : trouble(step, restarted.error());
  }

  enum class Dry : std::uint8_t { No, Yes };

  std::string fresh_id() { return fmt::format("00000000-0000-7000-8000-{:012x}", ++ids_); }
  std::string id_of(const CommandText& command) {
    if (command.label.empty()) return fresh_id();
    auto& id = label_ids_[command.label];
    if (id.empty()) id = fresh_id();
    return id;
  }

  bool one_command(const Step& step, Dry dry) {
    const CommandText& command = step.commands[0];
    capnp::MallocMessageBuilder request;
    auto frame = request.initRoot<wire::Frame>();
    frame.setRequestId(++requests_);
    const std::string id = id_of(command);
    const Status filled = fill_command(command, id, script_.zone, bindings_, frame.initCommand());
    if (!filled) return trouble(step, filled.error());
    if (dry == Dry::Yes) frame.getCommand().setDryRun(true);
    replies_.clear();
    const Status asked =
        stage_->ask(tenant_, request, [this](auto answer) { replies_ = {reply_of(answer)}; });
    if (!asked) return trouble(step, asked.error());
    remember(command, id, replies_[0]);
    if (dry == Dry::Yes) {
      untraced_.insert(id);
      events_ = replies_[0].events;
    }
    return judged(step);
  }

  bool batch(const Step& step) {
    capnp::MallocMessageBuilder request;
    auto frame = request.initRoot<wire::Frame>();
    frame.setRequestId(++requests_);
    auto batch = frame.initBatch();
    batch.setMode(step.kind == Step::Kind::Batch ? wire::BatchMode::ALL_OR_NOTHING : wire::BatchMode::EACH);
    auto commands = batch.initCommands(static_cast<unsigned>(step.commands.size()));
    std::vector<std::string> ids;
    for (unsigned i = 0; i < commands.size(); ++i) {
      ids.push_back(id_of(step.commands[i]));
      const Status filled = fill_command(step.commands[i], ids.back(), script_.zone, bindings_, commands[i]);
      if (!filled) return trouble(step, filled.error());
    }
    replies_.clear();
    const Status asked = stage_->ask(tenant_, request, [this](wire::Frame::Reader answer) {
      replies_ =
          answer.isBatchResult() ? replies_of(answer.getBatchResult()) : std::vector<Reply>{reply_of(answer)};
    });
    if (!asked) return trouble(step, asked.error());
    if (replies_.size() != ids.size()) return trouble(step, {Reason::SessionEnded, replies_[0].text()});
    for (std::size_t i = 0; i < ids.size(); ++i) remember(step.commands[i], ids[i], replies_[i]);
    return judged(step);
  }

  /// Keeps what later steps refer to.
  void remember(const CommandText& command, const std::string& id, const Reply& reply) {
    say("      " + reply.text());
    if (reply.kind == Reply::Kind::Accepted) {
      if (!reply.body.contains("dryRun") || !reply.body.at("dryRun").as_bool())
        known_ = std::max(known_, number_in(plain(reply.body.at("last"))));
      traced_.insert(id);
    } else {
      untraced_.insert(id);
    }
    if (!command.label.empty() && !first_replies_.contains(command.label)) {
      first_replies_[command.label] = reply;
      labelled_[command.label] = command;
    }
  }

  bool again(const Step& step) {
    Step repeated = step;
    repeated.commands = {labelled_[step.name]};
    return one_command(repeated, Dry::No);
  }

  bool race(const Step& step) {
    std::vector<std::unique_ptr<capnp::MallocMessageBuilder>> requests;
    std::vector<std::string> ids;
    Bindings numbered = bindings_;
    for (std::size_t i = 0; i < step.count; ++i) {
      numbered["n"] = std::to_string(i + 1);
      ids.push_back(fresh_id());
      requests.push_back(std::make_unique<capnp::MallocMessageBuilder>());
      auto frame = requests.back()->initRoot<wire::Frame>();
      frame.setRequestId(1);
      const Status filled =
          fill_command(step.commands[0], ids.back(), script_.zone, numbered, frame.initCommand());
      if (!filled) return trouble(step, filled.error());
    }
    replies_.assign(step.count, {});
    const Status raced = stage_->race(tenant_, requests,
                                      [this](std::size_t i, auto answer) { replies_[i] = reply_of(answer); });
    if (!raced) return trouble(step, raced.error());
    for (std::size_t i = 0; i < step.count; ++i) {
      remember(step.commands[0], ids[i], replies_[i]);
      if (replies_[i].kind == Reply::Kind::Accepted) say(fmt::format("      number {} was accepted", i + 1));
    }
    return finished(step);
  }

  /// Every answer is one of those that are written, and there are as many of each.
  bool finished(const Step& step) {
    std::vector<bool> counted(step.count, false);
    const std::size_t before = failures_.size();
    for (const Expectation& expected : step.expectations) {
      if (expected.kind != Kind::SoMany) continue;
      std::uint64_t count = 0;
      for (std::size_t i = 0; i < step.count; ++i) {
        const bool accepted = replies_[i].kind == Reply::Kind::Accepted;
        const bool same = expected.name.empty() ? accepted : refused_so(expected, replies_[i]);
        if (same && !counted[i]) ++count;
        if (same) counted[i] = true;
      }
      if (count != expected.count)
        fail_at(expected.line, fmt::format("{} so", expected.count), fmt::format("{}", count));
    }
    for (std::size_t i = 0; i < step.count; ++i)
      if (!counted[i])
        fail_at(step.line, fmt::format("number {}: one of the answers below", i + 1), replies_[i].text());
    return failures_.size() == before;
  }

  bool refused_so(const Expectation& expected, const Reply& reply) {
    return reply.kind == Reply::Kind::Refused && plain(reply.body.at("name")) == expected.name &&
           compare(facts_of(reply), expected.fields, script_.zone, bindings_).empty();
  }

  // Answers

  /// Every command has the answer that is written, or is accepted if none is.
  bool judged(const Step& step) {
    bool all = true;
    for (std::size_t i = 0; i < replies_.size(); ++i) {
      const Expectation* expected = answer_expected(step, i);
      if (expected == nullptr && replies_.size() > 1 && replies_[i].kind == Reply::Kind::NotDecided) continue;
      const std::size_t line = expected != nullptr              ? expected->line
                               : step.kind == Step::Kind::Again ? step.line
                                                                : step.commands[i].line;
      if (!judge(expected, step, i, line)) all = false;
    }
    return all;
  }

  static const Expectation* answer_expected(const Step& step, std::size_t command) {
    for (const Expectation& expected : step.expectations)
      if (expects_an_answer(expected) && (expected.command == command + 1 || expected.command == 0))
        return &expected;
    return nullptr;
  }

  bool judge(const Expectation* expected, const Step& step, std::size_t number, std::size_t line) {
    const Reply& reply = replies_[number];
    const Kind kind = expected == nullptr ? Kind::Accepted : expected->kind;
    switch (kind) {
      case Kind::Refused: return refused_as(*expected, reply);
      case Kind::NotDecided:
        if (reply.kind == Reply::Kind::NotDecided) return true;
        fail_at(line, "not decided", reply.text());
        return false;
      case Kind::AsBefore: return as_before(step, number, line);
      default: break;
    }
    if (reply.kind == Reply::Kind::Accepted) return true;
    fail_at(line, "accepted", reply.text());
    return false;
  }

  bool refused_as(const Expectation& expected, const Reply& reply) {
    if (reply.kind != Reply::Kind::Refused || plain(reply.body.at("name")) != expected.name) {
      fail_at(expected.line, "refused " + expected.name + fields_text(expected.fields), reply.text());
      return false;
    }
    for (const Mismatch& no : compare(facts_of(reply), expected.fields, script_.zone, bindings_))
      fail_at(expected.line, no.key + "=" + no.expected, no.got + "   in " + reply.text());
    if (!expected.names.empty()) because(expected, reply);
    return true;
  }

  void because(const Expectation& expected, const Reply& reply) {
    std::string got;
    std::string wanted;
    for (const std::string& type : expected.names) wanted += type + " ";
    if (const json::value* positions = reply.body.if_contains("because"))
      for (const json::value& position : positions->as_array()) {
        const auto events = read(number_in(plain(position)), 1);
        got += (events.empty() ? "nothing" : plain(events[0].at("type"))) + " ";
      }
    if (got != wanted) fail_at(expected.line, "because " + wanted, got.empty() ? "nothing" : got);
  }

  bool as_before(const Step& step, std::size_t number, std::size_t line) {
    const std::string& label = step.kind == Step::Kind::Again ? step.name : step.commands[number].label;
    json::object before = first_replies_[label].body;
    json::object now = replies_[number].body;
    if (replies_[number].kind == Reply::Kind::Accepted && !plain(now["duplicate"]).starts_with("true")) {
      fail_at(line, "the first answer again", replies_[number].text());
      return false;
    }
    before.erase("duplicate");
    now.erase("duplicate");
    if (before == now) return true;
    fail_at(line, "as before: " + one_line(before), one_line(now));
    return false;
  }

  // Questions

  bool query(const Step& step) {
    if (!settle(step)) return false;
    capnp::MallocMessageBuilder request;
    auto frame = request.initRoot<wire::Frame>();
    frame.setRequestId(++requests_);
    auto query = frame.initQuery();
    const Status filled = fill_question(step, script_.zone, bindings_, query);
    if (!filled) return trouble(step, filled.error());
    query.setWaitPosition(known_);
    if (const Status set = set_moments(step, query); !set) return trouble(step, set.error());
    replies_.clear();
    answer_.clear();
    const Status asked = stage_->ask(tenant_, request, [this](wire::Frame::Reader answer) {
      if (answer.isAnswer()) {
        answer_ = protocol::answer_to_json(answer.getAnswer());
      } else {
        replies_ = {reply_of(answer)};
      }
    });
    if (!asked) return trouble(step, asked.error());
    if (replies_.empty()) {
      say("      " + one_line(answer_));
      return answered(step);
    }
    say("      " + replies_[0].text());
    const Expectation* expected = answer_expected(step, 0);
    if (expected != nullptr) return judge(expected, step, 0, expected->line);
    fail_at(step.line, "an answer", replies_[0].text());
    return false;
  }

  bool answered(const Step& step) {
    const Expectation* expected = answer_expected(step, 0);
    if (expected == nullptr || expected->kind == Kind::Accepted) return true;
    fail_at(expected->line, "refused " + expected->name, one_line(answer_));
    return false;
  }

  Status set_moments(const Step& step, wire::Query::Builder query) {
    switch (step.as_of.kind) {
      case AsOf::Kind::Head: query.getAsOf().setHead(); break;
      case AsOf::Kind::Time: query.getAsOf().setTime(step.as_of.time.ns); break;
      default: {
        const auto position = position_of(step.as_of);
        if (!position) return tl::unexpected(position.error());
        query.getAsOf().setPosition(*position);
      }
    }
    if (step.known.kind == AsOf::Kind::Head) return {};
    if (step.known.kind == AsOf::Kind::Time) {
      query.setKnownTime(step.known.time.ns);
      return {};
    }
    const auto position = position_of(step.known);
    if (!position) return tl::unexpected(position.error());
    query.setKnownPosition(*position);
    return {};
  }

  Result<Position> position_of(const AsOf& moment) {
    if (moment.kind == AsOf::Kind::Position) return Position{moment.position};
    const auto reply = first_replies_.find(moment.label);
    if (reply == first_replies_.end() || reply->second.kind != Reply::Kind::Accepted)
      return fail(Reason::InvalidArgument, fmt::format("[{}] was not accepted", moment.label));
    return number_in(plain(reply->second.body.at("last")));
  }

  // What happened

  /// Everything due by now has happened. Twice, because a timer may be due a nanosecond after its moment.
  bool settle(const Step& step) {
    for (int round = 0; round < 2; ++round) {
      const auto status = stage_->wake(tenant_);
      if (!status) return trouble(step, status.error());
      known_ = status->position;
    }
    return true;
  }

  std::vector<json::object> read(Position first, std::uint32_t limit) {
    std::vector<json::object> events;
    Position head = 0;
    do {
      capnp::MallocMessageBuilder request;
      auto frame = request.initRoot<wire::Frame>();
      frame.setRequestId(++requests_);
      auto wanted = frame.initEvents();
      wanted.setFrom(first);
      wanted.setLimit(limit);
      const std::size_t before = events.size();
      const Status asked = stage_->ask(tenant_, request, [&](wire::Frame::Reader answer) {
        if (!answer.isEventPage()) return;
        head = answer.getEventPage().getHead();
        for (const auto stored : answer.getEventPage().getEvents()) events.push_back(event_of(stored));
      });
      if (!asked || events.size() == before) break;
      first += events.size() - before;
    } while (limit == kEventsPerPage && first <= head);
    return events;
  }

  /// The events of the step.
  const std::vector<json::object>& happened(const Step& step) {
    if (!events_) {
      if (step.kind == Step::Kind::At) static_cast<void>(settle(step));
      events_ = read(begin_ + 1, kEventsPerPage);
      if (!events_->empty()) known_ = std::max(known_, number_in(plain(events_->back().at("position"))));
    }
    return *events_;
  }

  bool hold(const Step& step) {
    for (const Expectation& expected : step.expectations) {
      switch (expected.kind) {
        case Kind::Event: event(step, expected); break;
        case Kind::NoEvent: no_event(happened(step), expected); break;
        case Kind::Events: events(happened(step), expected); break;
        case Kind::LogHolds: log_holds(expected); break;
        case Kind::Answer:
          for (const Mismatch& no : compare(answer_, expected.fields, script_.zone, bindings_))
            fail_at(expected.line, no.key + "=" + no.expected, no.got + "   in " + one_line(answer_));
          break;
        case Kind::Row:
        case Kind::NoRow: row(expected); break;
        default: break;
      }
    }
    return true;
  }

  bool matches(const json::object& event, const Expectation& expected) {
    return plain(event.at("type")) == expected.name &&
           compare(event, expected.fields, script_.zone, bindings_).empty();
  }

  void event(const Step& step, const Expectation& expected) {
    const auto& events = happened(step);
    for (std::size_t at = cursor_; at < events.size(); ++at) {
      if (!matches(events[at], expected)) continue;
      cursor_ = at + 1;
      return;
    }
    std::vector<json::object> of_type;
    std::ranges::copy_if(events, std::back_inserter(of_type),
                         [&](const json::object& event) { return plain(event.at("type")) == expected.name; });
    fail_at(expected.line,
            fmt::format("{} {}{}", cursor_ == 0 ? "event" : "after those before: event", expected.name,
                        fields_text(expected.fields)),
            list_of(of_type.empty() ? events : of_type));
  }

  void no_event(const std::vector<json::object>& events, const Expectation& expected) {
    Bindings kept = bindings_;
    for (const json::object& event : events)
      if (matches(event, expected)) fail_at(expected.line, "no such event", shown(event));
    bindings_ = std::move(kept);
  }

  void events(const std::vector<json::object>& events, const Expectation& expected) {
    std::vector<std::string> types;
    for (const json::object& event : events) types.push_back(plain(event.at("type")));
    if (types == expected.names) return;
    std::string wanted;
    for (const std::string& type : expected.names) wanted += (wanted.empty() ? "" : " ") + type;
    fail_at(expected.line, wanted.empty() ? "nothing happens" : wanted, list_of(events));
  }

  void log_holds(const Expectation& expected) {
    std::uint64_t count = 0;
    std::vector<json::object> of_type;
    const Bindings kept = bindings_;
    for (json::object& event : read(1, kEventsPerPage)) {
      if (matches(event, expected)) ++count;
      bindings_ = kept;
      if (plain(event.at("type")) == expected.name) of_type.push_back(std::move(event));
    }
    if (count != expected.count)
      fail_at(
          expected.line,
          fmt::format("the log holds {} {}{}", expected.count, expected.name, fields_text(expected.fields)),
          fmt::format("{}, of{}", count, list_of(of_type)));
  }

  void row(const Expectation& expected) {
    const auto list = at_path(answer_, expected.name);
    std::string rows;
    bool found = false;
    if (list && list->is_array()) {
      for (const json::value& one : list->get_array()) {
        rows += "\n      " + (one.is_object() ? one_line(one.get_object()) : plain(one));
        if (found || !one.is_object()) continue;
        found = compare(one.get_object(), expected.fields, script_.zone, bindings_).empty();
      }
    }
    if (found == (expected.kind == Kind::Row)) return;
    fail_at(expected.line,
            fmt::format("{} of {} with{}", found ? "no row" : "a row", expected.name,
                        fields_text(expected.fields)),
            rows.empty() ? "no rows" : rows);
  }

  /// A command that was refused, or only tried, left nothing behind.
  void check_traces() {
    for (const json::object& event : read(1, kEventsPerPage)) {
      const json::value* id = event.if_contains("commandId");
      if (id != nullptr && untraced_.contains(plain(*id)) && !traced_.contains(plain(*id)))
        fail_at(scenario_.line, "refused commands and dry runs write nothing", shown(event));
    }
  }

  const Script& script_;
  const Scenario& scenario_;
  const PlayOptions& options_;
  std::unique_ptr<Stage> stage_;
  std::vector<Failure> failures_;

  TenantId tenant_{"main"};
  bool timed_ = false;
  std::uint64_t requests_ = 0;
  std::uint64_t ids_ = 0;
  Bindings bindings_;
  std::map<std::string, std::string> label_ids_;
  std::map<std::string, CommandText> labelled_;
  std::map<std::string, Reply> first_replies_;
  std::set<std::string> traced_;    // ids of commands that were accepted
  std::set<std::string> untraced_;  // ids that were refused, or of a dry run

  Position known_ = 0;                               // of the tenant, as far as anything was said about it
  Position begin_ = 0;                               // where the step began
  std::optional<std::vector<json::object>> events_;  // of the step, once they have been read
  std::size_t cursor_ = 0;                           // behind the event found last
  std::vector<Reply> replies_;
  json::object answer_;
};

}  // namespace

std::vector<Failure> play(const Script& script, const Scenario& scenario, const PlayOptions& options) {
  return Player(script, scenario, options).run();
}

}  // namespace kontor::scenarios
