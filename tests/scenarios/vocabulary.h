#pragma once
// What a scenario may name, taken from the schemas: so that a mistyped word is found before anything is
// played. Pure.

#include <capnp/schema.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::scenarios {

[[nodiscard]] std::vector<std::string> role_names();
/// In PascalCase, of all domains.
[[nodiscard]] std::vector<std::string> event_types();
/// The envelope has no type name of its own: what lies beside the fields of the event.
[[nodiscard]] std::optional<std::string> event_field_problem(std::string_view type, std::string_view path);
[[nodiscard]] std::optional<std::string> answer_field_problem(std::string_view question,
                                                              std::string_view path);
/// Of a row of a list of the answer.
[[nodiscard]] std::optional<std::string> row_field_problem(std::string_view question, std::string_view list,
                                                           std::string_view path);
/// The full name of a code that is given by number or name; what is wrong with it otherwise.
struct CodeFound {
  std::string name;
  std::string problem;
};
[[nodiscard]] CodeFound find_code(std::string_view number_or_name);

}  // namespace kontor::scenarios
