// Values of the configuration, as flags and environment give them; the reader of TOML is the library's own.
#include <string>
#include <string_view>

#include "server/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace server = kontor::server;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = text.find('\n');
  const std::string key(text.substr(0, end));
  const std::string value(end == std::string_view::npos ? std::string_view() : text.substr(end + 1));
  (void)server::load_config({.file = {},
                             .environment = [&](const std::string& name) -> std::optional<std::string> {
                               if (name != key) return std::nullopt;
                               return value;
                             },
                             .flags = {{key, value}}});
  return 0;
}
