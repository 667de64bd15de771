// The text form of docs/scenarios.md.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "server/protocol/json.h"
#include "server/protocol/suggest.h"
#include "tests/scenarios/script.h"
#include "tests/scenarios/times.h"
#include "tests/scenarios/vocabulary.h"

namespace kontor::scenarios {
namespace {

using Words = std::vector<std::string>;
using protocol::Form;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

constexpr std::uint64_t kRacersMax = 200;

class Parser {
 public:
  Parser(std::string path, std::string_view text) {
    script_.path = std::move(path);
    while (!text.empty()) {
      const auto end = text.find('\n');
      script_.lines.emplace_back(text.substr(0, end));
      text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
  }

  tl::expected<Script, std::vector<Problem>> run() {
    for (std::size_t at = 0; at < script_.lines.size(); ++at) {
      line_ = at + 1;
      std::string whole_line = script_.lines[at];
      while (whole_line.ends_with('\\') && at + 1 < script_.lines.size()) {
        whole_line.pop_back();
        whole_line += script_.lines[++at];
      }
      const auto words = cut(whole_line);
      if (!words) {
        wrong(words.error().message);
      } else if (!words->empty()) {
        take(*words);
      }
    }
    if (open_batch_) wrong("the batch has no end");
    if (script_.scenarios.empty() && problems_.empty())
      wrong("there is no scenario; begin one with: scenario TITLE");
    if (!problems_.empty()) return tl::unexpected(std::move(problems_));
    return std::move(script_);
  }

 private:
  void wrong(std::string what) { problems_.push_back({line_, std::move(what)}); }

  void take(Words words) {
    if (words[0] == "zone") return zone(words);
    if (words[0] == "background") return background();
    if (words[0] == "scenario") return scenario(words);
    if (words[0] == "covers") return;  // for readers, and for the page of what is covered
    if (steps_ == nullptr) return wrong("nothing can happen before the first scenario or background");
    if (is_one_of(words[0], {"Given", "When", "Then", "And", "given", "when", "then", "and"})) {
      words.erase(words.begin());
      if (words.empty()) return;
    }
    if (!expectation(words)) step(std::move(words));
  }

  void zone(const Words& words) {
    if (words.size() != 2 || !known_zone(words[1]))
      return wrong("zone is followed by a name such as Europe/Berlin");
    script_.zone = words[1];
  }

  void background() {
    if (!script_.scenarios.empty()) return wrong("the background comes before all scenarios");
    steps_ = &script_.background;
  }

  void scenario(const Words& words) {
    Scenario scenario;
    scenario.line = line_;
    for (std::size_t i = 1; i < words.size(); ++i) scenario.title += (i == 1 ? "" : " ") + words[i];
    if (scenario.title.empty()) wrong("a scenario has a title");
    script_.scenarios.push_back(std::move(scenario));
    steps_ = &script_.scenarios.back().steps;
  }

  // Steps

  void step(Words words) {
    if (open_batch_) {
      if (words[0] == "end" && words.size() == 1) return end_batch();
      if (auto command = command_of(std::move(words))) batch_.commands.push_back(std::move(*command));
      return;
    }
    if (words[0] == "at") return at(words);
    if (words[0] == "batch") return batch(words);
    if (words[0] == "again") return again(words);
    if (words[0] == "race") return race(std::move(words));
    if (words[0] == "query") return query(std::move(words));
    if (words[0] == "tenant") return named(Step::Kind::Tenant, words, "tenant is followed by its name");
    if (words == Words{"restart"}) return static_cast<void>(add(Step::Kind::Restart));
    if (words == Words{"rebuild", "views"}) return static_cast<void>(add(Step::Kind::Rebuild));
    const bool dry = words.size() > 2 && words[0] == "dry" && words[1] == "run";
    if (dry) words.erase(words.begin(), words.begin() + 2);
    if (auto command = command_of(std::move(words)))
      add(dry ? Step::Kind::DryRun : Step::Kind::Command).commands.push_back(std::move(*command));
  }

  Step& add(Step::Kind kind) {
    Step step;
    step.line = line_;
    step.kind = kind;
    steps_->push_back(std::move(step));
    return steps_->back();
  }

  void at(const Words& words) {
    std::string text;
    for (std::size_t i = 1; i < words.size(); ++i) text += (i == 1 ? "" : " ") + words[i];
    const auto time = parse_time(text, script_.zone);
    if (!time) return wrong(time.error().message);
    add(Step::Kind::At).time = *time;
  }

  void batch(const Words& words) {
    const bool each = words.size() == 2 && words[1] == "each";
    if (words.size() != 1 && !each) return wrong("write batch or batch each; its commands follow, then end");
    batch_ = {};
    batch_.line = line_;
    batch_.kind = each ? Step::Kind::BatchEach : Step::Kind::Batch;
    open_batch_ = true;
  }

  void end_batch() {
    open_batch_ = false;
    if (batch_.commands.empty()) return wrong("the batch has no command");
    steps_->push_back(std::move(batch_));
  }

  void again(const Words& words) {
    const std::string label = words.size() == 2 ? label_of(words[1]) : "";
    if (label.empty()) return wrong("again is followed by the label of a command: again [order]");
    if (!labelled(label)) return wrong(fmt::format("no command before is labelled [{}]", label));
    add(Step::Kind::Again).name = label;
  }

  void race(Words words) {
    const auto count = words.size() > 3 ? whole(words[1]) : std::nullopt;
    if (!count || *count < 2 || *count > kRacersMax)
      return wrong(fmt::format("race is followed by a number from 2 to {} and a command", kRacersMax));
    words.erase(words.begin(), words.begin() + 2);
    if (!label_of(words[0]).empty()) return wrong("each command of a race has an id of its own: no label");
    auto command = command_of(std::move(words));
    if (!command) return;
    Step& step = add(Step::Kind::Race);
    step.commands.push_back(std::move(*command));
    step.count = *count;
  }

  void named(Step::Kind kind, const Words& words, const char* otherwise) {
    if (words.size() != 2) return wrong(otherwise);
    add(kind).name = words[1];
  }

  static std::string label_of(const std::string& word) {
    return word.size() > 2 && word.front() == '[' && word.back() == ']' ? word.substr(1, word.size() - 2)
                                                                        : "";
  }

  [[nodiscard]] bool labelled(const std::string& label) const {
    const auto in = [&](const std::vector<Step>& steps) {
      return std::ranges::any_of(steps, [&](const Step& step) {
        return std::ranges::any_of(step.commands,
                                   [&](const CommandText& command) { return command.label == label; });
      });
    };
    return in(*steps_) || in(script_.background);
  }

  std::optional<CommandText> command_of(Words words) {
    CommandText command;
    command.line = line_;
    command.label = label_of(words[0]);
    if (!command.label.empty()) words.erase(words.begin());
    if (words.empty()) return missing("a label stands before a command");
    const auto colon = words[0].find(':');
    command.role = words[0].substr(0, colon);
    command.actor = colon == std::string::npos ? command.role : words[0].substr(colon + 1);
    const auto roles = role_names();
    if (std::ranges::find(roles, command.role) == roles.end()) return unknown_start(words[0], command.role);
    if (words.size() < 2) return missing("a role is followed by a command");
    command.type = words[1];
    if (!fields_into(command.fields, words, 2)) return std::nullopt;
    if (const auto problem = form_problem(Form::Command, command.type, command.fields))
      return missing(*problem);
    return command;
  }

  std::optional<CommandText> missing(std::string what) {
    wrong(std::move(what));
    return std::nullopt;
  }

  std::optional<CommandText> unknown_start(const std::string& word, const std::string& role) {
    Words known{"at",  "batch",    "again",   "race",    "query",    "tenant",     "restart", "rebuild",
                "dry", "accepted", "refused", "command", "as",       "event",      "events",  "no",
                "log", "answer",   "row",     "end",     "scenario", "background", "zone",    "covers"};
    for (auto& name : role_names()) known.push_back(std::move(name));
    wrong(fmt::format("\"{}\" begins no step{}", word, protocol::suggestion(role, known)));
    return std::nullopt;
  }

  bool fields_into(std::vector<Field>& fields, const Words& words, std::size_t from) {
    for (std::size_t i = from; i < words.size(); ++i) {
      auto field = field_of(words[i]);
      if (!field) {
        wrong(field.error().message);
        return false;
      }
      fields.push_back(std::move(*field));
    }
    return true;
  }

  /// What is wrong with a command or question as far as it can be told before values are known.
  static std::optional<std::string> form_problem(Form form, const std::string& type,
                                                 const std::vector<Field>& fields) {
    const auto types = protocol::type_names(form);
    if (std::ranges::find(types, type) == types.end())
      return fmt::format("there is no {} {}{}", form == Form::Command ? "command" : "query", type,
                         protocol::suggestion(type, types));
    Words known;
    for (const auto& info : protocol::fields_of(form, type)) known.push_back(info.name);
    if (form == Form::Command)
      known.insert(known.end(), {"expectedVersion", "effectiveAt", "correlation", "deadline", "history"});
    for (const Field& field : fields)
      if (std::ranges::find(known, field.key) == known.end())
        return fmt::format("{} has no field {}{}", type, field.key, protocol::suggestion(field.key, known));
    for (const auto& info : protocol::fields_of(form, type)) {
      if (info.need == protocol::FieldInfo::Need::Required &&
          std::ranges::find(fields, info.name, &Field::key) == fields.end())
        return fmt::format("{} needs {}", type, info.name);
    }
    return std::nullopt;
  }

  void query(Words words) {
    Step step;
    step.line = line_;
    step.kind = Step::Kind::Query;
    if (words.size() < 2) return wrong("query is followed by a question");
    step.name = words[1];
    if (!moment_behind("known", "at", words, step.known) || !moment_behind("as", "of", words, step.as_of))
      return;
    if (!fields_into(step.fields, words, 2)) return;
    if (const auto problem = form_problem(Form::Question, step.name, step.fields)) return wrong(*problem);
    steps_->push_back(std::move(step));
  }

  /// Takes `as of ...` or `known at ...` off the end of a line; false when it makes no sense.
  bool moment_behind(std::string_view first, std::string_view second, Words& words, AsOf& moment) {
    const auto begin = std::ranges::find(words, first);
    if (begin == words.end()) return true;
    const Words tail(begin, words.end());
    words.erase(begin, words.end());
    if (tail.size() > 2 && tail[1] == second) return as_of(tail, moment);
    wrong(fmt::format("write {} {}, then a time, position N or the [label] of a command", first, second));
    return false;
  }

  bool as_of(const Words& words, AsOf& as_of) {
    if (words[2] == "position") {
      const auto position = words.size() == 4 ? whole(words[3]) : std::nullopt;
      if (!position) wrong("a position is a whole number");
      as_of.kind = AsOf::Kind::Position;
      as_of.position = position.value_or(0);
      return position.has_value();
    }
    if (const std::string label = label_of(words[2]); !label.empty()) {
      as_of.kind = AsOf::Kind::Label;
      as_of.label = label;
      if (!labelled(label)) wrong(fmt::format("no command before is labelled [{}]", label));
      return true;
    }
    std::string text;
    for (std::size_t i = 2; i < words.size(); ++i) text += (i == 2 ? "" : " ") + words[i];
    const auto time = parse_time(text, script_.zone);
    if (!time) wrong(time.error().message);
    as_of.kind = AsOf::Kind::Time;
    as_of.time = time.value_or(Instant{});
    return time.has_value();
  }

  // Expectations

  /// True when the line is one, right or wrong.
  bool expectation(Words words) {
    Expectation expected;
    expected.line = line_;
    if (words[0] == "command" && words.size() > 2) {
      const auto number = whole(words[1]);
      if (!number || *number == 0) return told("commands of a batch are numbered from 1");
      expected.command = *number;
      words.erase(words.begin(), words.begin() + 2);
      if (words == Words{"not", "decided"}) return expect(expected, Expectation::Kind::NotDecided);
      if (!is_one_of(words[0], {"accepted", "refused"}))
        return told("write accepted, refused or not decided");
    }
    if (words.size() > 1 && whole(words[0]) && is_one_of(words[1], {"accepted", "refused"}))
      return so_many(expected, std::move(words));
    if (words == Words{"accepted"}) return expect(expected, Expectation::Kind::Accepted);
    if (words == Words{"as", "before"}) return expect(expected, Expectation::Kind::AsBefore);
    if (words[0] == "refused") return refused(expected, words);
    if (words[0] == "event") return event(expected, Expectation::Kind::Event, words, 1);
    if (words[0] == "events") return events(expected, words);
    if (words[0] == "no" && words.size() > 1 && words[1] == "event")
      return event(expected, Expectation::Kind::NoEvent, words, 2);
    if (words[0] == "no" && words.size() > 1 && words[1] == "row")
      return row(expected, Expectation::Kind::NoRow, words, 2);
    if (words[0] == "log" && words.size() > 1 && words[1] == "holds") return log_holds(expected, words);
    if (words[0] == "answer") return answer(expected, words);
    if (words[0] == "row") return row(expected, Expectation::Kind::Row, words, 1);
    return false;
  }

  bool told(std::string what) {
    wrong(std::move(what));
    return true;
  }

  bool expect(Expectation& expected, Expectation::Kind kind) {
    expected.kind = kind;
    if (open_batch_) return told("a batch ends before anything is expected of it");
    if (steps_->empty()) return told("nothing has happened that this could be expected of");
    steps_->back().expectations.push_back(std::move(expected));
    return true;
  }

  bool so_many(Expectation& expected, Words words) {
    if (steps_->empty() || steps_->back().kind != Step::Kind::Race) return told("so many are of a race");
    expected.count = whole(words[0]).value_or(0);
    words.erase(words.begin());
    if (words[0] == "accepted") return expect(expected, Expectation::Kind::SoMany);
    return refused(expected, std::move(words), Expectation::Kind::SoMany);
  }

  bool refused(Expectation& expected, Words words, Expectation::Kind kind = Expectation::Kind::Refused) {
    if (words.size() < 2) return told("refused is followed by a code");
    const auto [name, problem] = find_code(words[1]);
    if (!problem.empty()) return told(problem);
    expected.name = name;
    const auto because = std::ranges::find(words, "because");
    if (because != words.end()) expected.names.assign(because + 1, words.end());
    for (const std::string& type : expected.names)
      if (const auto unknown = event_field_problem(type, "")) return told(*unknown);
    words.erase(because, words.end());
    if (!fields_into(expected.fields, words, 2)) return true;
    return expect(expected, kind);
  }

  bool event(Expectation& expected, Expectation::Kind kind, const Words& words, std::size_t from) {
    if (words.size() <= from) return told("event is followed by its type");
    expected.name = words[from];
    if (!fields_into(expected.fields, words, from + 1)) return true;
    if (const auto problem = event_field_problem(expected.name, "")) return told(*problem);
    for (const Field& field : expected.fields)
      if (const auto problem = event_field_problem(expected.name, field.key)) return told(*problem);
    return expect(expected, kind);
  }

  bool events(Expectation& expected, const Words& words) {
    for (std::size_t i = 1; i < words.size(); ++i) {
      const auto star = words[i].find('*');
      const std::string type = words[i].substr(0, star);
      const auto times = star == std::string::npos ? 1 : whole(words[i].substr(star + 1));
      if (!times || *times > 1000) return told("write a type, or a type and how often: CourseSeatEnded*3");
      if (type == "none" && words.size() == 2) break;
      if (const auto problem = event_field_problem(type, "")) return told(*problem);
      expected.names.insert(expected.names.end(), *times, type);
    }
    if (words.size() < 2) return told("events is followed by all types in order, or none");
    return expect(expected, Expectation::Kind::Events);
  }

  bool log_holds(Expectation& expected, const Words& words) {
    const auto count = words.size() > 3 ? whole(words[2]) : std::nullopt;
    if (!count) return told("write log holds, a number and a type of event");
    expected.count = *count;
    return event(expected, Expectation::Kind::LogHolds, words, 3);
  }

  [[nodiscard]] const std::string* question() const {
    if (steps_->empty() || steps_->back().kind != Step::Kind::Query) return nullptr;
    return &steps_->back().name;
  }

  bool answer(Expectation& expected, const Words& words) {
    if (question() == nullptr) return told("answer follows a query");
    if (words.size() < 2) return told("answer is followed by fields");
    if (!fields_into(expected.fields, words, 1)) return true;
    for (const Field& field : expected.fields)
      if (const auto problem = answer_field_problem(*question(), field.key)) return told(*problem);
    return expect(expected, Expectation::Kind::Answer);
  }

  bool row(Expectation& expected, Expectation::Kind kind, const Words& words, std::size_t from) {
    if (question() == nullptr) return told("row follows a query");
    if (words.size() <= from) return told("row is followed by the name of a list");
    expected.name = words[from];
    if (!fields_into(expected.fields, words, from + 1)) return true;
    if (const auto problem = row_field_problem(*question(), expected.name, "")) return told(*problem);
    for (const Field& field : expected.fields)
      if (const auto problem = row_field_problem(*question(), expected.name, field.key))
        return told(*problem);
    return expect(expected, kind);
  }

  Script script_;
  std::vector<Problem> problems_;
  std::vector<Step>* steps_ = nullptr;  // where the next step belongs
  std::size_t line_ = 0;
  bool open_batch_ = false;
  Step batch_;
};

}  // namespace

tl::expected<Script, std::vector<Problem>> parse(std::string path, std::string_view text) {
  return Parser(std::move(path), text).run();
}

}  // namespace kontor::scenarios
