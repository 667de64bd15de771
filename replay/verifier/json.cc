#include "replay/verifier/json.h"

#include <fmt/format.h>

namespace kontor::verifier {

Json& Json::key(std::string_view name) {
  separate();
  quote(name);
  out_ += ':';
  return *this;
}

Json& Json::text(std::string_view value) {
  separate();
  quote(value);
  return *this;
}

Json& Json::open(char bracket) {
  separate();
  out_ += bracket;
  return *this;
}

Json& Json::close(char bracket) {
  out_ += bracket;
  return *this;
}

/// A comma behind a value, that is, unless this is the first of its list or stands behind its key.
void Json::separate() {
  if (out_.empty()) return;
  const char before = out_.back();
  if (before != '{' && before != '[' && before != ':') out_ += ',';
}

void Json::quote(std::string_view value) {
  constexpr std::string_view kEscaped = "\"\\\b\f\n\r\t";
  constexpr std::string_view kLetters = "\"\\bfnrt";
  out_ += '"';
  for (const char c : value) {
    const std::size_t place = kEscaped.find(c);
    if (place != std::string_view::npos) {
      out_ += '\\';
      out_ += kLetters[place];
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out_ += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out_ += c;
    }
  }
  out_ += '"';
}

}  // namespace kontor::verifier
