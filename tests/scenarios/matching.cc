#include "tests/scenarios/matching.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cctype>
#include <charconv>

#include "tests/scenarios/times.h"

namespace kontor::scenarios {
namespace {

namespace json = boost::json;

bool name_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool is_name(std::string_view text) {
  return text.size() > 1 && text[0] == '$' && std::ranges::all_of(text.substr(1), name_char);
}

bool empty(const std::optional<json::value>& value) {
  if (!value || value->is_null()) return true;
  if (value->is_string()) return value->get_string().empty();
  if (value->is_array()) return value->get_array().empty();
  return value->is_object() && value->get_object().empty();
}

bool equal(const std::string& got, const std::string& expected, std::string_view zone) {
  if (got == expected) return true;
  const auto moment = Instant::parse(got);
  if (!moment) return false;
  const auto other = parse_time(expected, zone);
  return other && *other == *moment;
}

}  // namespace

std::optional<json::value> at_path(const json::value& root, std::string_view path) {
  const json::value* here = &root;
  while (!path.empty()) {
    const auto dot = path.find('.');
    const std::string_view name = path.substr(0, dot);
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    if (const json::array* list = here->if_array()) {
      if (name == "count") return json::value(list->size());
      std::size_t index = 0;
      const auto [end, code] = std::from_chars(name.data(), name.data() + name.size(), index);
      if (code != std::errc() || end != name.data() + name.size() || index >= list->size())
        return std::nullopt;
      here = &(*list)[index];
      continue;
    }
    const json::object* object = here->if_object();
    const json::value* next = object == nullptr ? nullptr : object->if_contains(name);
    if (next == nullptr && path == "count") return json::value(0);  // an empty list may be left out
    if (next == nullptr) return std::nullopt;
    here = next;
  }
  return *here;
}

std::vector<Mismatch> compare(const json::object& got, const std::vector<Field>& fields,
                              std::string_view zone, Bindings& bindings) {
  std::vector<Mismatch> mismatches;
  Bindings found = bindings;
  for (const auto& [key, value] : fields) {
    const auto actual = at_path(got, key);
    const std::string text = actual ? plain(*actual) : "";
    if (value == "none") {
      if (!empty(actual)) mismatches.push_back({key, "nothing", text});
    } else if (!actual) {
      mismatches.push_back({key, value, "nothing"});
    } else if (value == "*") {
      if (empty(actual)) mismatches.push_back({key, "anything", "nothing"});
    } else if (is_name(value) && !found.contains(value.substr(1))) {
      found[value.substr(1)] = text;
    } else {
      const auto expected = substituted(value, found);
      if (!expected) {
        mismatches.push_back({key, expected.error().message, text});
      } else if (!equal(text, *expected, zone)) {
        mismatches.push_back({key, *expected, text});
      }
    }
  }
  if (mismatches.empty()) bindings = std::move(found);
  return mismatches;
}

std::string plain(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (const json::array* list = value.if_array();
      list != nullptr &&
      std::ranges::none_of(*list, [](const json::value& one) { return one.is_structured(); })) {
    std::string out;
    for (const json::value& one : *list) out += (out.empty() ? "" : ",") + plain(one);
    return out;
  }
  return json::serialize(value);
}

std::string one_line(const json::object& fields) {
  std::string out;
  for (const auto& [key, value] : fields)
    out += fmt::format("{}{}={}", out.empty() ? "" : "  ", std::string_view(key), plain(value));
  return out;
}

Result<std::string> substituted(std::string_view text, const Bindings& bindings) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '$') {
      out.push_back(text[at++]);
      continue;
    }
    std::size_t end = at + 1;
    while (end < text.size() && name_char(text[end])) ++end;
    const std::string name(text.substr(at + 1, end - at - 1));
    const auto bound = bindings.find(name);
    if (bound == bindings.end())
      return fail(Reason::InvalidArgument, fmt::format("nothing has been called ${} so far", name));
    out += bound->second;
    at = end;
  }
  return out;
}

}  // namespace kontor::scenarios
