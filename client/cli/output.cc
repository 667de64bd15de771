#include "client/cli/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace kontor::cli {
namespace {

namespace json = boost::json;

/// A list whose entries are objects becomes a table of its own.
bool is_table(const json::value& value) {
  return value.is_array() && !value.get_array().empty() && value.get_array().front().is_object();
}

/// Nested objects become columns of their own: bookingPeriod.from.
void flatten(const json::object& from, const std::string& prefix, json::object& to) {
  for (const auto& [key, value] : from) {
    const std::string name = prefix + std::string(key);
    if (value.is_object()) {
      flatten(value.get_object(), name + ".", to);
    } else {
      to[name] = value;
    }
  }
}

std::vector<json::object> flat_rows(const json::array& rows) {
  std::vector<json::object> flat;
  for (const json::value& row : rows) flatten(row.as_object(), "", flat.emplace_back());
  return flat;
}

/// Every column that any row has, in the order of first appearance: empty fields are left out of rows.
std::vector<std::string> columns_of(const std::vector<json::object>& rows) {
  std::vector<std::string> columns;
  for (const json::object& row : rows)
    for (const auto& [key, value] : row)
      if (std::ranges::find(columns, std::string(key)) == columns.end()) columns.emplace_back(key);
  return columns;
}

std::string cell_of(const json::object& row, const std::string& column) {
  const auto* value = row.if_contains(column);
  if (value == nullptr) return "";
  if (is_table(*value)) return fmt::format("{} rows", value->get_array().size());
  return cell(*value);
}

std::string heading(const std::string& column) {
  std::string out;
  for (const char c : column) {
    if (c >= 'A' && c <= 'Z' && !out.empty() && out.back() != '.') out.push_back(' ');
    out.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return out;
}

std::string table(const json::array& array) {
  const auto rows = flat_rows(array);
  const auto columns = columns_of(rows);
  std::string out;
  std::vector<std::size_t> widths;
  for (const std::string& column : columns) {
    std::size_t width = heading(column).size();
    for (const json::object& row : rows) width = std::max(width, cell_of(row, column).size());
    widths.push_back(width);
  }
  const auto line = [&](const auto& text_of) {
    std::string text;
    for (std::size_t i = 0; i < columns.size(); ++i)
      text += fmt::format("{:<{}}  ", text_of(columns[i]), widths[i]);
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  };
  line(heading);
  for (const json::object& row : rows) line([&](const std::string& column) { return cell_of(row, column); });
  return out;
}

std::string separated(const json::array& array, OutputForm form) {
  const auto rows = flat_rows(array);
  const auto columns = columns_of(rows);
  std::string out;
  const auto line = [&](const auto& text_of) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i != 0) out += form == OutputForm::Csv ? "," : "\t";
      const std::string text = text_of(columns[i]);
      out += form == OutputForm::Csv ? csv_cell(text) : text;
    }
    out += "\n";
  };
  if (form == OutputForm::Csv) line([](const std::string& column) { return column; });
  for (const json::object& row : rows) line([&](const std::string& column) { return cell_of(row, column); });
  return out;
}

std::string sections(const json::object& answer) {
  json::object flat;
  flatten(answer, "", flat);
  std::size_t width = 0;
  for (const auto& [key, value] : flat)
    if (!is_table(value)) width = std::max(width, key.size());
  std::string out;
  for (const auto& [key, value] : flat)
    if (!is_table(value)) out += fmt::format("{:<{}}  {}\n", std::string_view(key), width, cell(value));
  for (const auto& [key, value] : flat)
    if (is_table(value)) out += "\n" + table(value.get_array());
  return out;
}

}  // namespace

std::string csv_cell(const std::string& text) {
  // A spreadsheet must not take a text for a formula.
  std::string safe = !text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos &&
                             text.find_first_not_of("+-0123456789.") != std::string::npos
                         ? "'" + text
                         : text;
  if (safe.find_first_of(",\"\n\r") == std::string::npos) return safe;
  std::string quoted = "\"";
  for (const char c : safe) {
    if (c == '"') quoted.push_back('"');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

OutputForm default_form() { return ::isatty(STDOUT_FILENO) == 1 ? OutputForm::Table : OutputForm::Ndjson; }

std::string cell(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  return json::serialize(value);
}

std::string in_one_line(const json::object& fields) {
  std::string out;
  for (const auto& [key, value] : fields) {
    if (!out.empty()) out += "  ";
    out += fmt::format("{}={}", std::string_view(key), cell(value));
  }
  return out;
}

std::string render(const json::object& answer, OutputForm form) {
  switch (form) {
    case OutputForm::Table: return sections(answer);
    case OutputForm::Json:
    case OutputForm::Ndjson: return json::serialize(answer) + "\n";
    case OutputForm::Csv:
    case OutputForm::Plain: break;
  }
  for (const auto& [key, value] : answer)
    if (is_table(value)) return separated(value.get_array(), form);
  return separated(json::array{answer}, form);
}

std::string render_list(const json::array& rows, OutputForm form) {
  switch (form) {
    case OutputForm::Table: return rows.empty() ? "" : table(rows);
    case OutputForm::Json: return json::serialize(rows) + "\n";
    case OutputForm::Csv:
    case OutputForm::Plain: return separated(rows, form);
    case OutputForm::Ndjson: break;
  }
  std::string out;
  for (const json::value& row : rows) out += json::serialize(row) + "\n";
  return out;
}

}  // namespace kontor::cli
