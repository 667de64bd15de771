#include "replay/verifier/receipts.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <charconv>

#include "events/core/base64.h"
#include "replay/verifier/notes.h"

namespace kontor::verifier {

namespace {

namespace json = boost::json;

constexpr std::uint64_t kFileBytesMax = std::uint64_t{1} << 31;

std::string_view text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

std::optional<std::uint64_t> number_of(const json::object& object, std::string_view key) {
  const std::string_view text = text_of(object, key);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Digest> digest_of(std::string_view text) {
  const auto bytes = parse_base64(text);
  Digest digest{};
  if (!bytes || bytes->size() != digest.size()) return std::nullopt;
  std::ranges::copy(bytes_of(*bytes), digest.begin());
  return digest;
}

std::optional<proof::Path> path_of(const json::object& object) {
  const json::value* list = object.if_contains("path");
  if (list == nullptr || !list->is_array()) return std::nullopt;
  proof::Path path;
  for (const json::value& one : list->get_array()) {
    const auto digest = one.is_string() ? digest_of(one.get_string()) : std::nullopt;
    if (!digest) return std::nullopt;
    path.push_back(*digest);
  }
  return path;
}

}  // namespace

std::optional<Unusable> Receipts::open(const std::filesystem::path& file,
                                       const std::vector<proof::NoteKey>& keys) {
  const auto bytes = read_file(file, kFileBytesMax);
  if (!bytes) return Unusable{0, file.string() + " cannot be read"};
  for (std::size_t at = 0; at < bytes->size();) {
    const std::size_t end = bytes->find('\n', at);
    if (end == std::string::npos) break;  // cut while it was written: never kept
    if (auto wrong = add(std::string_view(*bytes).substr(at, end - at), keys))
      return Unusable{at, fmt::format("{}: {}", file.string(), *wrong)};
    at = end + 1;
  }
  for (auto& [tenant, of] : tenants_)
    std::ranges::stable_sort(of.all, {}, [](const Pending& one) { return one.promise.first; });
  return std::nullopt;
}

std::optional<std::string> Receipts::add(std::string_view line, const std::vector<proof::NoteKey>& keys) {
  json::error_code code;
  const json::value value = json::parse(line, code);
  if (code || !value.is_object()) return "this is no JSON object";
  const json::object& object = value.get_object();
  const std::string_view tenant = text_of(object, "tenant");
  const auto command = CommandId::parse(text_of(object, "command"));
  const auto first = number_of(object, "first");
  const auto last = number_of(object, "last");
  const auto index = number_of(object, "index");
  const auto root = digest_of(text_of(object, "eventsRoot"));
  const auto path = path_of(object);
  const auto note = proof::Note::parse(text_of(object, "note"));
  if (!valid_id_text(tenant) || !command || !first || !last || !index || !root || !path || !note ||
      *first == 0 || *last < *first)
    return "this is no receipt that was kept";
  const proof::Promise promise{TenantId(tenant), *command, *first, *last, *root};
  const bool bound = std::ranges::any_of(keys, [&](const proof::NoteKey& key) {
    return proof::open_promise(promise, *note, key, *index, *path).has_value();
  });
  if (!bound)
    ++others_;
  else
    tenants_[std::string(tenant)].all.push_back({.promise = promise, .tree = {}});
  return std::nullopt;
}

void Receipts::take(const std::string& tenant, Position position, const Digest& leaf) {
  const auto found = tenants_.find(tenant);
  if (found == tenants_.end()) return;
  OfTenant& of = found->second;
  while (of.end < of.all.size() && of.all[of.end].promise.first <= position) ++of.end;
  for (std::size_t i = of.begin; i < of.end; ++i) {
    if (position > of.all[i].promise.last) continue;
    of.all[i].tree.append_hash(leaf);
    ++of.all[i].seen;
  }
  while (of.begin < of.end && of.all[of.begin].promise.last <= position) ++of.begin;
}

Position Receipts::last_promised(const std::string& tenant) const {
  Position last = 0;
  if (const auto found = tenants_.find(tenant); found != tenants_.end())
    for (const Pending& one : found->second.all) last = std::max(last, one.promise.last);
  return last;
}

Receipts::Outcome Receipts::finish(const std::optional<TenantId>& scope) const {
  Outcome out;
  out.others = others_;
  for (const auto& [tenant, of] : tenants_) {
    if (scope && scope->value != tenant) {
      out.others += of.all.size();
      continue;
    }
    for (const Pending& one : of.all) {
      const proof::Promise& promise = one.promise;
      if (one.seen != promise.last - promise.first + 1) {
        ++out.later;
        if (out.last_promised == 0) out.last_promised_tenant = tenant;
        if (out.last_promised_tenant == tenant) out.last_promised = std::max(out.last_promised, promise.last);
      } else if (one.tree.root() == promise.events_root) {
        ++out.held;
      } else if (!out.finding) {
        out.finding = Finding{"receipt", tenant, promise.first,
                              fmt::format("command {} was promised other events at positions {} to {}",
                                          promise.command.text(), promise.first, promise.last)};
      }
    }
  }
  return out;
}

}  // namespace kontor::verifier
