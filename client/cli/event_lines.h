#pragma once
// Events for people: the envelope in short, then what the event says.

#include <boost/json/object.hpp>
#include <string>

namespace kontor::cli {

/// Position, effective time, stream and type as columns, all the rest in one.
[[nodiscard]] boost::json::object short_form(const boost::json::object& event);

/// One line of `kontor tail`.
[[nodiscard]] std::string event_line(const boost::json::object& event);

}  // namespace kontor::cli
