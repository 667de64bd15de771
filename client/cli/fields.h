#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "client/cli/context.h"
#include "server/protocol/json.h"

namespace kontor::cli {

/// True when `type` names a command or a question; otherwise says what there is and sets the exit code.
[[nodiscard]] bool known_type(Context& context, protocol::Form form, const std::string& type);

/// Adds `key=value` arguments to the JSON form of a command or question; false after a reported mistake.
[[nodiscard]] bool add_fields(Context& context, protocol::Form form, std::string_view type,
                              const std::vector<std::string>& arguments, boost::json::object& to);

/// Reports what is wrong with the fields of a type.
void wrong_fields(Context& context, std::string_view type, std::string_view what);

}  // namespace kontor::cli
