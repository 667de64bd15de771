#include "server/protocol/json_text.h"

#include <fmt/format.h>
#include <boost/json/basic_parser_impl.hpp>

#include <string>
#include <vector>

#include "server/protocol/text_checks.h"

namespace kontor::protocol {
namespace {

namespace json = boost::json;

/// Builds the value from the parser's events. The library's own builder lets the last of two equal keys win.
class Builder {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  [[nodiscard]] json::value take() { return std::move(done_); }
  [[nodiscard]] const std::string& duplicate_key() const { return duplicate_; }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return open(json::object{}); }
  bool on_object_end(std::size_t, json::error_code& ec) { return close(ec); }
  bool on_array_begin(json::error_code&) { return open(json::array{}); }
  bool on_array_end(std::size_t, json::error_code& ec) { return close(ec); }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) { return append(part); }
  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    append(part);
    open_.back().key = std::move(text_);
    text_.clear();
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) { return append(part); }
  bool on_string(json::string_view part, std::size_t, json::error_code& ec) {
    append(part);
    const bool taken = add(json::string(text_), ec);
    text_.clear();
    return taken;
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t n, json::string_view, json::error_code& ec) { return add(n, ec); }
  bool on_uint64(std::uint64_t n, json::string_view, json::error_code& ec) { return add(n, ec); }
  bool on_double(double n, json::string_view, json::error_code& ec) { return add(n, ec); }
  bool on_bool(bool b, json::error_code& ec) { return add(b, ec); }
  bool on_null(json::error_code& ec) { return add(nullptr, ec); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  struct Open {
    json::value container;
    std::string key;  // of an object: the one whose value comes next
  };

  bool append(json::string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool open(json::value container) {
    open_.push_back({std::move(container), {}});
    return true;
  }
  bool close(json::error_code& ec) {
    json::value whole = std::move(open_.back().container);
    open_.pop_back();
    return add(std::move(whole), ec);
  }
  bool add(json::value value, json::error_code& ec) {
    if (open_.empty()) {
      done_ = std::move(value);
      return true;
    }
    Open& parent = open_.back();
    if (json::array* array = parent.container.if_array()) {
      array->push_back(std::move(value));
      return true;
    }
    if (parent.container.get_object().emplace(parent.key, std::move(value)).second) return true;
    duplicate_ = parent.key;
    ec = json::error::syntax;
    return false;
  }

  std::vector<Open> open_;
  std::string text_;
  std::string duplicate_;
  json::value done_;
};

}  // namespace

Result<json::value> parse_json(std::string_view text) {
  if (text.size() > kJsonBytesMax)
    return fail(Reason::InvalidArgument,
                fmt::format("{} bytes of JSON, at most {}", text.size(), kJsonBytesMax));
  json::parse_options options;
  options.max_depth = kJsonDepthMax;
  json::basic_parser<Builder> parser(options);
  json::error_code ec;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  if (const std::string& key = parser.handler().duplicate_key(); !key.empty())
    return fail(Reason::InvalidArgument, fmt::format("\"{}\" is given twice", shown(key)));
  if (ec == json::error::too_deep)
    return fail(Reason::InvalidArgument,
                fmt::format("the JSON is nested deeper than {} levels", kJsonDepthMax));
  if (ec == json::error::incomplete)
    return fail(Reason::InvalidArgument, "the JSON ends in the middle of a value");
  if (ec) return fail(Reason::InvalidArgument, fmt::format("not JSON at byte {}: {}", used, ec.message()));
  for (const char rest : text.substr(used)) {
    if (rest != ' ' && rest != '\t' && rest != '\n' && rest != '\r')
      return fail(Reason::InvalidArgument, fmt::format("something follows the JSON value at byte {}", used));
  }
  return parser.handler().take();
}

}  // namespace kontor::protocol
