// Stored bytes that were damaged, on their way to people.
#include <string_view>

#include "server/protocol/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)kontor::protocol::stored_event_to_json({reinterpret_cast<const char*>(data), size});
  return 0;
}
