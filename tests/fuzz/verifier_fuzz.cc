// Events that somebody made up, in a bundle of the right form, on their way through the verifier's figures.
#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "events/proof/bundle.h"
#include "replay/verifier/audit.h"
#include "replay/verifier/report.h"

namespace {

constexpr std::string_view kHeader = "format 1\nlog l\nepoch 1\nscope tenant t\nfrom 1\nto 3\n";

void add(char tag, std::string_view payload, std::string& out) {
  const auto length = static_cast<std::uint32_t>(payload.size());
  out.push_back(tag);
  out.append(reinterpret_cast<const char*>(&length), sizeof length);
  out.append(payload);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bundle = "KONTORB1";
  add('I', kHeader, bundle);
  std::string slice("\1t\1\0\0\0\0\0\0\0\3\0\0\0", 14);
  slice.append(reinterpret_cast<const char*>(data), size);
  add('E', slice, bundle);
  kontor::Sha256 sha;
  sha.update(kontor::bytes_of(bundle));
  const kontor::Digest digest = sha.finish();
  add('Z', {reinterpret_cast<const char*>(digest.data()), digest.size()}, bundle);

  kontor::verifier::Request request;
  request.key.name = "l";
  std::string_view rest = bundle;
  const auto source = [&rest](std::span<char> room) -> kontor::Result<std::size_t> {
    const std::size_t count = std::min(room.size(), rest.size());
    std::ranges::copy(rest.substr(0, count), room.begin());
    rest.remove_prefix(count);
    return count;
  };
  (void)to_json(kontor::verifier::audit(request, source));
  return 0;
}
