#pragma once
// Reads delimited files again, for tests: quotes, CRLF, any delimiter.

#include <string>
#include <string_view>
#include <vector>

namespace kontor::exports::test {

using Fields = std::vector<std::string>;

[[nodiscard]] inline std::vector<Fields> read_delimited(std::string_view text, char delimiter) {
  std::vector<Fields> rows;
  Fields row;
  std::string field;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        field.push_back(c);
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field.push_back(text[++i]);
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == delimiter) {
      row.push_back(std::move(field));
      field.clear();
    } else if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
      ++i;
      row.push_back(std::move(field));
      field.clear();
      rows.push_back(std::move(row));
      row.clear();
    } else {
      field.push_back(c);
    }
  }
  return rows;
}

}  // namespace kontor::exports::test
