// Any bytes as an e-mail: the normal form is its own normal form, fits its limit and has one @.
#include <algorithm>
#include <string_view>

#include "events/core/assert.h"
#include "events/core/email.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto normal = kontor::normal_email(text);
  if (!normal) {
    KONTOR_ASSERT(normal.error().at <= size);
    return 0;
  }
  KONTOR_ASSERT(normal->size() <= kontor::kEmailBytesMax);
  KONTOR_ASSERT(std::ranges::count(*normal, '@') == 1);
  KONTOR_ASSERT(kontor::normal_email(*normal) == normal);
  return 0;
}
