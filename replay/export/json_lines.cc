#include "replay/export/json_lines.h"

#include <algorithm>

#include "events/core/base64.h"

namespace kontor::exports {
namespace {

constexpr std::string_view kStored = ",\"stored\":\"";
constexpr std::string_view kEnd = "\"}";

tl::unexpected<Error> unusable(std::string_view what) {
  return fail(Reason::BundleUnusable, std::string(what));
}

}  // namespace

Result<std::string> json_line(std::string_view stored, const Readable& readable) {
  Result<std::string> line = readable(stored);
  if (!line) return line;
  line->pop_back();  // }
  line->append(kStored).append(base64(bytes_of(stored))).append(kEnd).append("\n");
  return line;
}

Result<std::string> stored_of(std::string_view line, const Readable& readable) {
  const std::size_t at = line.rfind(kStored);
  if (at == std::string_view::npos || !line.ends_with(kEnd))
    return unusable("the line does not end with the stored bytes of an event");
  const std::size_t begin = at + kStored.size();
  auto stored = parse_base64(line.substr(begin, line.size() - kEnd.size() - begin));
  if (!stored) return unusable("the stored bytes are not base64");
  const Result<std::string> again = json_line(*stored, readable);
  if (!again) return unusable("the stored bytes are not an event: " + again.error().message);
  if (std::string_view(*again).substr(0, again->size() - 1) != line)
    return unusable("the line says something else than its stored bytes");
  return *std::move(stored);
}

}  // namespace kontor::exports
