// Verifies one bundle after the other, for compare.py, which needs a million of them: verify_batch NOTEKEY.
// On standard input, for each: what is asked (1 byte: 1 for --complete, else 0), the length (u32,
// little-endian) and the bundle. On standard output, for each: the exit code, a space, the report in one line
// of JSON.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "replay/verifier/audit.h"
#include "replay/verifier/report.h"

namespace {

static_assert(std::endian::native == std::endian::little, "the length is little-endian");

bool read_all(void* to, std::size_t bytes) { return std::fread(to, 1, bytes, stdin) == bytes; }

}  // namespace

int main(int argc, char** argv) {
  const auto key = kontor::proof::NoteKey::parse(argc == 2 ? argv[1] : "");
  if (!key) {
    std::fputs("usage: verify_batch NOTEKEY\n", stderr);
    return 2;
  }
  std::string bundle;
  std::array<unsigned char, 5> head{};
  while (read_all(head.data(), head.size())) {
    std::uint32_t length = 0;
    std::memcpy(&length, head.data() + 1, sizeof length);
    bundle.resize(length);
    if (!read_all(bundle.data(), length)) return 2;
    kontor::verifier::Request request;
    request.key = *key;
    if (head[0] == 1) request.extent = kontor::verifier::Request::Extent::Complete;
    std::string_view rest = bundle;
    const auto source = [&rest](std::span<char> room) -> kontor::Result<std::size_t> {
      const std::size_t bytes = std::min(room.size(), rest.size());
      std::memcpy(room.data(), rest.data(), bytes);
      rest.remove_prefix(bytes);
      return bytes;
    };
    const kontor::verifier::Outcome outcome = kontor::verifier::audit(request, source);
    const std::string line =
        std::to_string(kontor::verifier::exit_code(outcome)) + " " + kontor::verifier::to_json(outcome);
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
  }
  return 0;
}
