// docs/roster-import.md
#include "client/roster_file.h"

#include <csv.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "events/core/assert.h"
#include "events/core/email.h"
#include "server/protocol/text_checks.h"

namespace kontor::client {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Offset of the first byte that is not UTF-8.
std::optional<std::size_t> not_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at]);
    std::size_t more = 4;
    if (byte < 0x80) more = 0;
    if (byte >= 0xC2 && byte < 0xE0) more = 1;
    if (byte >= 0xE0 && byte < 0xF0) more = 2;
    if (byte >= 0xF0 && byte < 0xF5) more = 3;
    if (more == 4) return at;
    for (std::size_t i = 1; i <= more; ++i)
      if (at + i >= text.size() || (static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return at;
    at += more + 1;
  }
  return std::nullopt;
}

std::string lower(std::string_view text) {
  std::string out(trimmed(text));
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

/// Separators outside of quotes.
std::size_t count_outside_quotes(std::string_view line, char separator) {
  std::size_t count = 0;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == separator && !quoted) ++count;
  }
  return count;
}

char separator_of(std::string_view header) {
  for (const char candidate : {',', ';', '\t'})
    if (count_outside_quotes(header, candidate) > 0) return candidate;
  return ',';
}

std::string separator_name(char separator) {
  return separator == '\t' ? "a tab" : fmt::format("'{}'", separator);
}

}  // namespace

/// Cuts the stream into physical lines, so that places can be named, and gives them to libcsv.
class RosterReader::Parser {
 public:
  Parser(RosterLimits limits, OnRow on_row) : limits_(limits), on_row_(std::move(on_row)) {
    // Strict: a quote within a bare cell, and one that is never closed, are errors and no text.
    KONTOR_ASSERT(csv_init(&csv_, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) == 0);
  }
  ~Parser() { csv_free(&csv_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  void feed(std::string_view bytes) {
    sha_.update(bytes_of(bytes));
    file_bytes_ += bytes.size();
    if (file_bytes_ > limits_.file_bytes_max && !stopped_)
      return stop({line_, Reason::InvalidArgument,
                   fmt::format("the file has more than {} bytes", limits_.file_bytes_max)});
    while (!bytes.empty() && !stopped_) {
      const std::size_t end = bytes.find_first_of("\r\n");
      if (end == std::string_view::npos) {
        keep(bytes);
        return;
      }
      if (bytes[end] == '\n' && end == 0 && after_cr_ && pending_.empty()) {  // the second half of CR LF
        after_cr_ = false;
        bytes.remove_prefix(1);
        continue;
      }
      keep(bytes.substr(0, end));
      after_cr_ = bytes[end] == '\r';
      bytes.remove_prefix(end + 1);
      if (!stopped_) take_line();
    }
  }

  void finish() {
    if (!stopped_ && !pending_.empty()) take_line();
    if (!stopped_ && csv_fini(&csv_, &Parser::cell, &Parser::row, this) != 0) stop(malformed());
    if (!stopped_ && !header_seen_) problem({1, Reason::CsvMalformed, "the file is empty: no data rows"});
    if (!stopped_ && header_seen_ && rows_ == 0 && problem_count_ == 0)
      problem({1, Reason::CsvMalformed, "no data rows"});
  }

  std::vector<RosterProblem> problems_;
  std::uint64_t problem_count_ = 0;
  std::uint64_t rows_ = 0;
  Sha256 sha_;

 private:
  void problem(RosterProblem one) {
    ++problem_count_;
    if (problems_.size() < kProblemsNamed) problems_.push_back(std::move(one));
  }
  void stop(RosterProblem one) {
    problem(std::move(one));
    stopped_ = true;
  }

  void keep(std::string_view piece) {
    after_cr_ = after_cr_ && piece.empty();
    if (pending_.size() + piece.size() > limits_.row_bytes_max)
      return stop({line_, Reason::InvalidArgument,
                   fmt::format("line {} has more than {} bytes", line_, limits_.row_bytes_max)});
    pending_ += piece;
  }

  void take_line() {
    std::string line = std::exchange(pending_, {});
    if (line_ == 1 && line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
    if (const auto bad = not_utf8(line)) {
      const auto byte = static_cast<unsigned char>(line[*bad]);
      stop({line_, Reason::CsvMalformed,
            fmt::format("line {}: byte 0x{:02X} is not UTF-8; save as UTF-8", line_, byte)});
      return;
    }
    if (!header_seen_ && separator_ == 0 && !trimmed(line).empty()) {
      separator_ = separator_of(line);
      csv_set_delim(&csv_, static_cast<unsigned char>(separator_));
    }
    // Between two records: the next one begins here.
    if (cells_.empty() && !in_quotes_) {
      record_line_ = line_;
      record_bytes_ = 0;
    }
    if (std::ranges::count(line, '"') % 2 == 1) {
      in_quotes_ = !in_quotes_;
      if (in_quotes_) quote_line_ = line_;
    }
    record_bytes_ += line.size() + 1;
    if (record_bytes_ > limits_.row_bytes_max)
      return stop(
          {record_line_, Reason::InvalidArgument,
           fmt::format("the row of line {} has more than {} bytes; is the quote in line {} closed?",
                       record_line_, limits_.row_bytes_max, quote_line_ == 0 ? record_line_ : quote_line_)});
    raw_ = line;
    line += '\n';
    if (csv_parse(&csv_, line.data(), line.size(), &Parser::cell, &Parser::row, this) != line.size())
      stop(malformed());
    ++line_;
  }

  RosterProblem malformed() const {
    if (in_quotes_)
      return {quote_line_, Reason::CsvMalformed,
              fmt::format("line {}: the quote that opens here is never closed", quote_line_)};
    return {record_line_, Reason::CsvMalformed,
            fmt::format("line {}: a quote stands in the middle of a cell; write it twice within quotes",
                        record_line_)};
  }

  static void cell(void* bytes, std::size_t size, void* self) {
    static_cast<Parser*>(self)->cells_.emplace_back(static_cast<const char*>(bytes), size);
  }
  static void row(int, void* self) { static_cast<Parser*>(self)->take_row(); }

  void take_row() {
    in_quotes_ = false;
    const std::vector<std::string> cells = std::exchange(cells_, {});
    if (stopped_ || cells.empty()) return;
    if (!header_seen_) return take_header(cells);
    if (is_header(cells))
      return problem(
          {record_line_, Reason::CsvMalformed, fmt::format("header repeated in line {}", record_line_)});
    if (cells.size() != columns_) return problem(wrong_count(cells.size()));
    if (rows_ == limits_.rows_max)
      return stop(
          {record_line_, Reason::InvalidArgument, fmt::format("more than {} rows", limits_.rows_max)});
    RosterEntry entry{record_line_, cells[email_], name_ ? cells[*name_] : std::string()};
    if (!checked("email", entry.email, limits_.email_bytes_max) ||
        !checked("name", entry.name, limits_.name_bytes_max))
      return;
    if (trimmed(entry.email).empty())
      return problem(
          {record_line_, Reason::CsvMalformed, fmt::format("line {}: the e-mail is missing", record_line_)});
    ++rows_;
    on_row_(std::move(entry));
  }

  bool checked(std::string_view column, const std::string& text, std::size_t bytes_max) {
    const auto wrong = protocol::text_problem(text, bytes_max);
    if (!wrong) return true;
    const Reason code = text.size() > bytes_max ? Reason::InvalidArgument : Reason::CsvMalformed;
    problem({record_line_, code, fmt::format("line {}, column {}: {}", record_line_, column, *wrong)});
    return false;
  }

  void take_header(const std::vector<std::string>& cells) {
    header_seen_ = true;
    columns_ = cells.size();
    std::optional<std::size_t> email;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string name = lower(cells[i]);
      std::optional<std::size_t>* place = name == "email" ? &email : name == "name" ? &name_ : nullptr;
      if (place == nullptr)
        return stop({record_line_, Reason::CsvMalformed,
                     fmt::format("unknown column {}; a roster has the columns email and name",
                                 protocol::shown(cells[i]))});
      if (*place)
        return stop({record_line_, Reason::CsvMalformed, fmt::format("column {} comes twice", name)});
      *place = i;
    }
    if (!email) return stop({record_line_, Reason::CsvMalformed, "the column email is missing"});
    email_ = *email;
  }

  [[nodiscard]] bool is_header(const std::vector<std::string>& cells) const {
    return cells.size() == columns_ && lower(cells[email_]) == "email" &&
           (!name_ || lower(cells[*name_]) == "name");
  }

  [[nodiscard]] RosterProblem wrong_count(std::size_t cells) const {
    std::string what = fmt::format("expected {} columns, line {} has {}", columns_, record_line_, cells);
    for (const char other : {',', ';', '\t'})
      if (other != separator_ && count_outside_quotes(raw_, other) + 1 == columns_ && columns_ > 1)
        what += fmt::format("; separator seems to be {}", separator_name(other));
    return {record_line_, Reason::CsvMalformed, std::move(what)};
  }

  RosterLimits limits_;
  OnRow on_row_;
  csv_parser csv_{};
  std::uint64_t file_bytes_ = 0;
  std::string pending_;  // of the line that has begun
  std::string raw_;      // the newest whole line
  bool after_cr_ = false;
  bool stopped_ = false;
  std::uint32_t line_ = 1;
  std::uint32_t record_line_ = 1;
  std::uint32_t quote_line_ = 0;
  std::size_t record_bytes_ = 0;
  bool in_quotes_ = false;
  std::vector<std::string> cells_;
  char separator_ = 0;
  bool header_seen_ = false;
  std::size_t columns_ = 0;
  std::size_t email_ = 0;
  std::optional<std::size_t> name_;
};

RosterReader::RosterReader(RosterLimits limits, OnRow on_row)
    : parser_(std::make_unique<Parser>(limits, std::move(on_row))) {}
RosterReader::~RosterReader() = default;
void RosterReader::feed(std::string_view bytes) { parser_->feed(bytes); }
void RosterReader::finish() { parser_->finish(); }
const std::vector<RosterProblem>& RosterReader::problems() const { return parser_->problems_; }
std::uint64_t RosterReader::problem_count() const { return parser_->problem_count_; }
std::uint64_t RosterReader::rows() const { return parser_->rows_; }
Digest RosterReader::digest() { return parser_->sha_.finish(); }

std::string csv_cell(std::string_view text) {
  std::string out = "\"";
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace kontor::client
