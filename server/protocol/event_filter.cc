#include "server/protocol/event_filter.h"

#include <capnp/dynamic.h>

#include <algorithm>

#include "events/envelope.capnp.h"
#include "server/protocol/message.h"
#include "server/protocol/schema_walk.h"

namespace kontor::protocol {
namespace {

constexpr std::size_t kPatternBytesMax = 128;

bool type_matches(std::string_view pattern, std::string_view type) {
  if (pattern.ends_with('*')) return type.starts_with(pattern.substr(0, pattern.size() - 1));
  return type == pattern;
}

bool stream_matches(std::string_view pattern, std::string_view stream) {
  return pattern.ends_with('/') ? stream.starts_with(pattern) : stream == pattern;
}

bool letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// The name of the struct that the choices lead to, as `put_choice` of json_out.cc finds it.
std::string chosen_type(const capnp::DynamicStruct::Reader& choice) {
  KJ_IF_MAYBE (active, choice.which()) {
    const auto inner = choice.get(*active).as<capnp::DynamicStruct>();
    return is_choice(inner.getSchema()) ? chosen_type(inner) : pascal(name_of(*active));
  }
  return "Unknown";
}

}  // namespace

bool EventFilter::matches(std::string_view type, std::string_view stream) const {
  const auto type_fits = [&](const std::string& pattern) { return type_matches(pattern, type); };
  const auto stream_fits = [&](const std::string& pattern) { return stream_matches(pattern, stream); };
  return (types.empty() || std::ranges::any_of(types, type_fits)) &&
         (streams.empty() || std::ranges::any_of(streams, stream_fits));
}

std::optional<std::string> type_pattern_problem(std::string_view pattern) {
  if (pattern.empty() || pattern.size() > kPatternBytesMax) return "must have 1 to 128 characters";
  const std::string_view name = pattern.ends_with('*') ? pattern.substr(0, pattern.size() - 1) : pattern;
  if (!std::ranges::all_of(name, letter_or_digit))
    return "must be the name of a kind of event, or the beginning of one and a star";
  return std::nullopt;
}

std::optional<std::string> stream_pattern_problem(std::string_view pattern) {
  if (pattern.empty() || pattern.size() > kPatternBytesMax) return "must have 1 to 128 characters";
  static constexpr std::string_view kAlso = "/._:@-";
  const auto allowed = [](char c) { return letter_or_digit(c) || kAlso.find(c) != std::string_view::npos; };
  if (!std::ranges::all_of(pattern, allowed))
    return "must be a stream such as course/k-1, or a beginning that ends with a slash";
  return std::nullopt;
}

Result<EventHeading> event_heading(std::string_view stored) {
  EventHeading heading;
  const Status read =
      read_message<schema::RecordedEvent>(stored, [&heading](schema::RecordedEvent::Reader event) {
        heading.position = event.getPosition();
        heading.stream = std::string(event.getStream().cStr(), event.getStream().size());
        heading.type =
            chosen_type(capnp::DynamicStruct::Reader(event).get("body").as<capnp::DynamicStruct>());
      });
  if (!read) return fail(Reason::StoreDamaged, "the bytes are not a stored event: " + read.error().message);
  return heading;
}

}  // namespace kontor::protocol
