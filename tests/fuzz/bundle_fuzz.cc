// A bundle that somebody made up, on its way to an auditor.
#include <algorithm>
#include <span>
#include <string_view>

#include "events/envelope.h"
#include "events/proof/bundle.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  kontor::proof::BundleReader reader([&rest](std::span<char> room) -> kontor::Result<std::size_t> {
    const std::size_t count = std::min(room.size(), rest.size());
    std::ranges::copy(rest.substr(0, count), room.begin());
    rest.remove_prefix(count);
    return count;
  });
  if (!reader.open()) return 0;
  while (true) {
    const auto item = reader.next();
    if (!item || item->kind == kontor::proof::BundleItem::Kind::End) return 0;
    if (item->kind == kontor::proof::BundleItem::Kind::Event) (void)kontor::decode(item->bytes);
  }
}
