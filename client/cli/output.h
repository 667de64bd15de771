#pragma once
// How results look. Data goes to standard output, everything else to standard error.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::cli {

enum class OutputForm : std::uint8_t { Table, Json, Ndjson, Csv, Plain };

/// A table on a terminal, one JSON object a line in a pipe.
[[nodiscard]] OutputForm default_form();

/// One answer: its plain fields first, its lists as tables (csv and plain: the list alone, if there is one).
[[nodiscard]] std::string render(const boost::json::object& answer, OutputForm form);
/// Many objects of one shape, such as events.
[[nodiscard]] std::string render_list(const boost::json::array& rows, OutputForm form);

/// "key=value key=value" of the plain fields.
[[nodiscard]] std::string in_one_line(const boost::json::object& fields);
/// A cell of a CSV file: quoted where need be, and never taken for a formula.
[[nodiscard]] std::string csv_cell(const std::string& text);
/// A value as text without quotes; nested ones as JSON.
[[nodiscard]] std::string cell(const boost::json::value& value);

}  // namespace kontor::cli
