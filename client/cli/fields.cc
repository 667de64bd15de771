#include "client/cli/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "server/protocol/suggest.h"

namespace kontor::cli {

bool known_type(Context& context, protocol::Form form, const std::string& type) {
  const auto types = protocol::type_names(form);
  if (std::ranges::find(types, type) != types.end()) return true;
  const bool command = form == protocol::Form::Command;
  context.fail(kUsage,
               fmt::format("there is no {} {}{}", command ? "command" : "query", type,
                           protocol::suggestion(type, types)),
               "", command ? "kontor explain commands lists them" : "kontor explain queries lists them");
  return false;
}

bool add_fields(Context& context, protocol::Form form, std::string_view type,
                const std::vector<std::string>& arguments, boost::json::object& to) {
  for (const std::string& argument : arguments) {
    const auto equals = argument.find('=');
    if (equals == std::string::npos || equals == 0) {
      wrong_fields(context, type, fmt::format("\"{}\" is not a field; write key=value", argument));
      return false;
    }
    const std::string key = argument.substr(0, equals);
    auto value = protocol::argument_to_json(form, type, key, std::string_view(argument).substr(equals + 1));
    if (!value) {
      wrong_fields(context, type, value.error().message);
      return false;
    }
    to[key] = std::move(*value);
  }
  return true;
}

void wrong_fields(Context& context, std::string_view type, std::string_view what) {
  context.fail(kUsage, what, "", fmt::format("kontor explain {} shows the fields", type));
}

}  // namespace kontor::cli
