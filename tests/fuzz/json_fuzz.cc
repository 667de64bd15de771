// JSON text to a command and to a question; what is accepted must print and read again as the same.
#include <capnp/message.h>

#include <cstdlib>
#include <string_view>

#include "server/protocol/json.h"
#include "server/protocol/json_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace pr = kontor::protocol;
  const auto parsed = pr::parse_json({reinterpret_cast<const char*>(data), size});
  if (!parsed || !parsed->is_object()) return 0;
  capnp::MallocMessageBuilder question;
  (void)pr::question_from_json(parsed->get_object(), question.initRoot<kontor::wire::Query>().getQuestion());
  capnp::MallocMessageBuilder first, second;
  auto command = first.initRoot<kontor::wire::Command>();
  if (!pr::command_from_json(parsed->get_object(), command)) return 0;
  const auto printed = pr::command_to_json(command.asReader());
  auto again = second.initRoot<kontor::wire::Command>();
  // An instant of zero and an empty text are "left out" and cannot come back; all else must.
  if (pr::command_from_json(printed, again) && pr::command_to_json(again.asReader()) != printed) std::abort();
  return 0;
}
