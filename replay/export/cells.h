#pragma once
// Cells made of what views and events hold. Pure; any thread.

#include <capnp/schema.h>

#include <concepts>
#include <limits>
#include <string>

#include "replay/export/table.h"

namespace kontor::exports {

/// What is empty is missing.
[[nodiscard]] inline Cell text_cell(std::string_view text) {
  if (text.empty()) return std::monostate();
  return std::string(text);
}
/// Exactly a text of a message: its reader can be made of a std::string as well.
template <std::same_as<capnp::Text::Reader> Text>
[[nodiscard]] Cell text_cell(Text text) {
  return text_cell(std::string_view(text.begin(), text.size()));
}
[[nodiscard]] inline Cell number_cell(std::int64_t number) { return number; }
[[nodiscard]] inline Cell number_cell(std::uint64_t number) { return static_cast<std::int64_t>(number); }
[[nodiscard]] inline Cell number_cell(std::uint32_t number) { return std::int64_t{number}; }
/// 0 stands for none.
[[nodiscard]] inline Cell position_cell(std::uint64_t position) {
  if (position == 0) return std::monostate();
  return static_cast<std::int64_t>(position);
}
/// 0 stands for none, and so does what never comes.
[[nodiscard]] inline Cell moment_cell(std::int64_t ns) {
  if (ns == 0 || ns == std::numeric_limits<std::int64_t>::max()) return std::monostate();
  return Instant{ns};
}
/// The name of an enumerator, as in the schema.
template <class Enum>
[[nodiscard]] Cell name_cell(Enum value) {
  const auto names = capnp::Schema::from<Enum>().getEnumerants();
  const auto number = static_cast<unsigned>(value);
  if (number >= names.size()) return std::to_string(number);
  return std::string(names[number].getProto().getName().cStr());
}

}  // namespace kontor::exports
