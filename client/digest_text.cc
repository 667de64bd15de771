#include "client/digest_text.h"

#include <algorithm>
#include <charconv>

#include "events/core/base64.h"

namespace kontor::client {

std::optional<Digest> digest_from_bytes(Bytes bytes) {
  Digest digest{};
  if (bytes.size() != digest.size()) return std::nullopt;
  std::ranges::copy(bytes, digest.begin());
  return digest;
}

std::optional<Digest> digest_from_base64(std::string_view text) {
  const auto bytes = parse_base64(text);
  if (!bytes) return std::nullopt;
  return digest_from_bytes(bytes_of(*bytes));
}

std::optional<proof::Path> path_of_frame(capnp::List<capnp::Data>::Reader list) {
  if (list.size() > kPathMax) return std::nullopt;
  proof::Path path;
  for (const auto data : list) {
    const auto digest = digest_from_bytes({data.begin(), data.size()});
    if (!digest) return std::nullopt;
    path.push_back(*digest);
  }
  return path;
}

std::string_view text_of(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

std::optional<std::uint64_t> number_of(const boost::json::object& object, std::string_view name) {
  const std::string_view text = text_of(object, name);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<proof::Path> path_of_json(const boost::json::object& object) {
  const auto* value = object.if_contains("path");
  if (value == nullptr || !value->is_array() || value->get_array().size() > kPathMax) return std::nullopt;
  proof::Path path;
  for (const boost::json::value& one : value->get_array()) {
    const auto digest = one.is_string() ? digest_from_base64(one.get_string()) : std::nullopt;
    if (!digest) return std::nullopt;
    path.push_back(*digest);
  }
  return path;
}

boost::json::array path_to_json(const proof::Path& path) {
  boost::json::array hashes;
  for (const Digest& hash : path) hashes.emplace_back(base64(hash));
  return hashes;
}

}  // namespace kontor::client
