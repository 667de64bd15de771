#pragma once
// Writes one JSON value without spaces, as docs/verifier.md describes reports. One thread.

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace kontor::verifier {

class Json {
 public:
  Json& begin_object() { return open('{'); }
  Json& end_object() { return close('}'); }
  Json& begin_list() { return open('['); }
  Json& end_list() { return close(']'); }
  Json& key(std::string_view name);
  Json& text(std::string_view value);
  template <std::integral Number>
  Json& number(Number value) {
    separate();
    out_ += std::to_string(value);
    return *this;
  }
  Json& field(std::string_view name, std::string_view value) { return key(name).text(value); }
  template <std::integral Number>
  Json& field(std::string_view name, Number value) {
    return key(name).number(value);
  }
  [[nodiscard]] const std::string& written() const { return out_; }

 private:
  Json& open(char bracket);
  Json& close(char bracket);
  void separate();
  void quote(std::string_view value);

  std::string out_;
};

}  // namespace kontor::verifier
