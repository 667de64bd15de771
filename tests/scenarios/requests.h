#pragma once
// From the text of a scenario to requests of the wire protocol, and from answers to JSON. Pure.

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "server/protocol/wire.capnp.h"
#include "tests/scenarios/matching.h"
#include "tests/scenarios/script.h"

namespace kontor::scenarios {

/// What a command became.
struct Reply {
  enum class Kind : std::uint8_t { Accepted, Refused, Error, NotDecided };
  Kind kind = Kind::NotDecided;
  boost::json::object body;                 // receipt, refusal or error
  std::vector<boost::json::object> events;  // of a dry run

  /// For people.
  [[nodiscard]] std::string text() const;
};

[[nodiscard]] Status fill_command(const CommandText& text, const std::string& id, std::string_view zone,
                                  const Bindings& bindings, wire::Command::Builder command);
[[nodiscard]] Status fill_question(const Step& step, std::string_view zone, const Bindings& bindings,
                                   wire::Query::Builder query);

[[nodiscard]] Reply reply_of(wire::Frame::Reader frame);
[[nodiscard]] std::vector<Reply> replies_of(wire::BatchResult::Reader result);
/// A stored event; an object that says so when it cannot be read.
[[nodiscard]] boost::json::object event_of(capnp::Data::Reader stored);

}  // namespace kontor::scenarios
