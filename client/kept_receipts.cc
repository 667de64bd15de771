#include "client/kept_receipts.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "client/digest_text.h"
#include "events/core/base64.h"

namespace kontor::client {
namespace {

namespace json = boost::json;

constexpr std::size_t kFileBytesMax = std::size_t{1} << 31;

std::optional<BoundReceipt> receipt_of(const json::object& object) {
  const auto command = CommandId::parse(text_of(object, "command"));
  const auto first = number_of(object, "first");
  const auto last = number_of(object, "last");
  const auto index = number_of(object, "index");
  const auto root = digest_from_base64(text_of(object, "eventsRoot"));
  auto path = path_of_json(object);
  auto note = proof::Note::parse(text_of(object, "note"));
  const std::string_view tenant = text_of(object, "tenant");
  if (!command || !first || !last || !index || !root || !path || !note || !valid_id_text(tenant))
    return std::nullopt;
  return BoundReceipt{.promise = {TenantId(tenant), *command, *first, *last, *root},
                      .note = std::move(*note),
                      .index = *index,
                      .path = std::move(*path)};
}

}  // namespace

std::string BoundReceipt::line() const {
  const json::object object{{"tenant", promise.tenant.value},
                            {"command", promise.command.text()},
                            {"first", std::to_string(promise.first)},
                            {"last", std::to_string(promise.last)},
                            {"eventsRoot", base64(promise.events_root)},
                            {"index", std::to_string(index)},
                            {"path", path_to_json(path)},
                            {"note", note.encoded()}};
  return json::serialize(object) + "\n";
}

Result<BoundReceipt> BoundReceipt::parse(std::string_view line) {
  json::error_code code;
  const json::value value = json::parse(line, code);
  auto receipt = code || !value.is_object() ? std::nullopt : receipt_of(value.get_object());
  if (!receipt) return fail(Reason::BundleUnusable, "this is no receipt that was kept");
  return std::move(*receipt);
}

Result<std::optional<BoundReceipt>> bound_receipt(const TenantId& tenant, const CommandId& command,
                                                  wire::Receipt::Reader receipt, const proof::NoteKey& key) {
  if (!receipt.hasBinding()) return std::nullopt;
  const auto binding = receipt.getBinding();
  const auto text = binding.getNote();
  auto note = proof::Note::parse({text.begin(), text.size()});
  if (!note)
    return fail(Reason::NotSigned, "what should bind the server is no note: " + note.error().message);
  const auto events_root = binding.getEventsRoot();
  const auto root = digest_from_bytes({events_root.begin(), events_root.size()});
  auto path = path_of_frame(binding.getPath());
  if (!root || !path) return fail(Reason::ProofWrong, "the receipt's hashes are none");
  if (receipt.getFirst() == 0 || receipt.getFirst() > receipt.getLast())
    return fail(Reason::ProofWrong, fmt::format("the receipt promises positions {} to {}", receipt.getFirst(),
                                                receipt.getLast()));
  BoundReceipt bound{.promise = {tenant, command, receipt.getFirst(), receipt.getLast(), *root},
                     .note = std::move(*note),
                     .index = binding.getIndex(),
                     .path = std::move(*path)};
  const auto group = proof::open_promise(bound.promise, bound.note, key, bound.index, bound.path);
  if (!group) return fail(group.error());
  return bound;
}

Result<KeptReceipts> KeptReceipts::open(const std::filesystem::path& file) {
  KeptReceipts kept;
  kept.path_ = file;
  const auto bytes = read_file(file, kFileBytesMax);
  if (!bytes && bytes.error().code == Reason::NotFound) return kept;
  if (!bytes) return fail(bytes.error());
  std::string_view rest = *bytes;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) break;
    auto receipt = BoundReceipt::parse(rest.substr(0, end));
    if (!receipt)
      return fail(Reason::BundleUnusable,
                  fmt::format("{}, line {}: {}", file.string(), number, receipt.error().message));
    kept.all_.push_back(std::move(*receipt));
    rest.remove_prefix(end + 1);
  }
  kept.extent_ = {bytes->size() - rest.size(), bytes->size()};
  return kept;
}

Position KeptReceipts::highest_position(const TenantId& tenant) const {
  Position highest = 0;
  for (const BoundReceipt& one : all_)
    if (one.promise.tenant == tenant) highest = std::max(highest, one.promise.last);
  return highest;
}

Status KeptReceipts::prepare() {
  if (file_) return {};
  auto opened = AppendedFile::open(path_, extent_);
  if (!opened) return fail(opened.error());
  file_ = std::move(*opened);
  return {};
}

Status KeptReceipts::keep(const BoundReceipt& receipt) {
  if (auto ready = prepare(); !ready) return ready;
  if (auto appended = file_->append(receipt.line()); !appended) return appended;
  all_.push_back(receipt);
  return {};
}

Status KeptReceipts::sync() { return file_ ? file_->sync() : Status(); }

}  // namespace kontor::client
