#include "tests/scenarios/words.h"

#include <fmt/format.h>

namespace kontor::scenarios {
namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

class Cutter {
 public:
  explicit Cutter(std::string_view line) : line_(line) {}

  Result<std::vector<std::string>> run() {
    while (true) {
      while (at_ < line_.size() && blank(line_[at_])) ++at_;
      if (at_ == line_.size() || line_[at_] == '#') return std::move(words_);
      if (const Status taken = word(); !taken) return tl::unexpected(taken.error());
    }
  }

 private:
  Status word() {
    std::string word;
    std::size_t depth = 0;  // inside brackets everything stands as it is: it is JSON
    bool quoted = false;
    for (; at_ < line_.size() && (quoted || depth > 0 || !blank(line_[at_])); ++at_) {
      const char c = line_[at_];
      const bool escape = quoted && c == '\\' && at_ + 1 < line_.size();
      if (c == '"') quoted = !quoted;
      if (!quoted && (c == '[' || c == '{')) ++depth;
      if (!quoted && depth > 0 && (c == ']' || c == '}')) --depth;
      if (escape && depth > 0) word.push_back(c);
      if (escape) {
        word.push_back(line_[++at_]);
      } else if (c != '"' || depth > 0) {
        word.push_back(c);
      }
    }
    if (quoted) return fail(Reason::InvalidArgument, "a quote is not closed");
    if (depth > 0) return fail(Reason::InvalidArgument, "a bracket is not closed");
    words_.push_back(std::move(word));
    return {};
  }

  std::string_view line_;
  std::size_t at_ = 0;
  std::vector<std::string> words_;
};

}  // namespace

Result<std::vector<std::string>> cut(std::string_view line) { return Cutter(line).run(); }

Result<Field> field_of(const std::string& word) {
  const auto equals = word.find('=');
  if (equals == std::string::npos || equals == 0)
    return fail(Reason::InvalidArgument, fmt::format("\"{}\" is not a field; write key=value", word));
  return Field{word.substr(0, equals), word.substr(equals + 1)};
}

}  // namespace kontor::scenarios
