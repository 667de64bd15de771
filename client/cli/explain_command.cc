#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "client/cli/context.h"
#include "events/reasons.h"
#include "server/protocol/json.h"
#include "server/protocol/suggest.h"

namespace kontor::cli {
namespace {

using protocol::Form;
namespace json = boost::json;

json::object row_of(const ReasonInfo& info) {
  return {{"code", static_cast<std::uint16_t>(info.code)},
          {"name", info.name},
          {"meaning", info.meaning},
          {"advice", info.advice},
          {"retry", retry_name(info.retry)}};
}

void list_reasons(Context& context) {
  json::array rows;
  for (const ReasonInfo& info : all_reasons()) {
    json::object row = row_of(info);
    if (context.output() == OutputForm::Table) {
      row.erase("advice");
      row.erase("retry");
    }
    rows.push_back(std::move(row));
  }
  fmt::print("{}", render_list(rows, context.output()));
}

void list_types(Context& context, Form form) {
  json::array rows;
  for (const std::string& type : protocol::type_names(form))
    rows.push_back(json::object{{"name", type}, {"what", protocol::doc_of(form, type)}});
  fmt::print("{}", render_list(rows, context.output()));
}

void show_type(Context& context, Form form, const std::string& type) {
  json::array rows;
  for (const auto& field : protocol::fields_of(form, type))
    rows.push_back(json::object{{"field", field.name},
                                {"kind", field.kind},
                                {"needed", field.need == protocol::FieldInfo::Need::Required ? "yes" : "no"},
                                {"what", field.doc}});
  if (context.output() == OutputForm::Table) fmt::print("{}: {}\n\n", type, protocol::doc_of(form, type));
  fmt::print("{}", render_list(rows, context.output()));
}

void explain(Context& context, const std::string& subject) {
  if (subject.empty()) return list_reasons(context);
  if (subject == "commands") return list_types(context, Form::Command);
  if (subject == "queries") return list_types(context, Form::Question);
  if (const auto info = find_reason(subject)) {
    fmt::print("{}", render(row_of(*info), context.output()));
    return;
  }
  std::vector<std::string> known{"commands", "queries"};
  for (const Form form : {Form::Command, Form::Question}) {
    for (std::string& type : protocol::type_names(form)) {
      if (type == subject) return show_type(context, form, subject);
      known.push_back(std::move(type));
    }
  }
  for (const ReasonInfo& info : all_reasons()) known.emplace_back(info.name);
  context.fail(
      kNotFound, fmt::format("nothing is called {}{}", subject, protocol::suggestion(subject, known)), "",
      "kontor explain lists all codes; kontor explain commands, kontor explain queries list the rest");
}

}  // namespace

void add_explain(CLI::App& app, Context& context) {
  auto subject = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("explain", "explain a code, a command or a query, offline");
  command->add_option("subject", *subject, "3008, NO_CAMPUS_SEATS_LEFT, InviteToCourse, commands, queries");
  add_output_option(*command, context);
  command->callback([&context, subject] { explain(context, *subject); });

  CLI::App* version = app.add_subcommand("version", "show the version of this program");
  add_output_option(*version, context);
  version->callback([&context] {
    fmt::print("{}",
               render(json::object{{"version", KONTOR_VERSION}, {"compiler", __VERSION__}, {"protocol", 1}},
                      context.output()));
  });
}

}  // namespace kontor::cli
