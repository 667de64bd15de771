// docs/evidence.md, "Many events"
#include "client/cli/evidence_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <fstream>
#include <map>
#include <system_error>
#include <utility>

#include "client/evidence.h"
#include "engine/rules/billing/line.h"
#include "events/core/digest.h"
#include "events/envelope.h"
#include "server/protocol/json.h"

namespace kontor::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view kList = "kontor evidence list 1";
constexpr std::string_view kEnd = "kontor evidence list end";
constexpr std::string_view kEvidence = "kontor evidence 1";

std::string_view text_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

/// 64 bits are text in JSON; smaller numbers are numbers.
template <class Number>
std::optional<Number> number_in(const json::value& value) {
  if (value.is_int64()) return static_cast<Number>(value.get_int64());
  if (!value.is_string()) return std::nullopt;
  const std::string_view text = value.get_string();
  Number number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}
template <class Number>
std::optional<Number> number_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value == nullptr ? std::nullopt : number_in<Number>(*value);
}

tl::unexpected<Error> unusable(std::uint64_t line, std::string_view what) {
  return fail(Reason::BundleUnusable, fmt::format("line {}: {}", line, what));
}
tl::unexpected<Error> wrong(std::uint64_t line, std::string_view what) {
  return fail(Reason::ProofWrong, fmt::format("line {}: {}", line, what));
}

/// A number of an explanation: absent counts as nothing.
std::optional<std::int64_t> counted(const json::object& object, std::string_view name) {
  if (text_in(object, name) == "absent") return 0;
  return number_in<std::int64_t>(object, name);
}

/// Sums of differences may leave 64 bits on their way, and come back.
std::uint64_t wrapped(std::int64_t number) { return static_cast<std::uint64_t>(number); }

/// A line as the hash over the lines of a run has it, of its JSON form.
std::optional<rules::billing::Line> line_in(const json::object& row) {
  rules::billing::Line line;
  const auto at = Instant::parse(text_in(row, "effectiveAt"));
  const auto amount = number_in<std::int64_t>(row, "amount");
  const auto unpriced = number_in<std::uint64_t>(row, "unpricedBlocks");
  const std::string_view currency = text_in(row, "currency");
  const json::value* parts = row.if_contains("parts");
  const json::value* positions = row.if_contains("positions");
  if (!at || !amount || !unpriced || (!currency.empty() && currency.size() != 3) || parts == nullptr ||
      !parts->is_array() || positions == nullptr || !positions->is_array())
    return std::nullopt;
  for (const json::value& each : parts->get_array()) {
    if (!each.is_object()) return std::nullopt;
    const auto quantity = number_in<std::int64_t>(each.get_object(), "quantity");
    const auto price = number_in<std::int64_t>(each.get_object(), "unitPrice");
    if (!quantity || !price) return std::nullopt;
    line.parts.push_back({*quantity, MinorUnits{*price}});
  }
  for (const json::value& each : positions->get_array()) {
    const auto position = number_in<Position>(each);
    if (!position) return std::nullopt;
    line.evidence.push_back(*position);
  }
  line.effective_at = *at;
  line.person = std::string(text_in(row, "person"));
  line.corrects = std::string(text_in(row, "corrects"));
  line.unpriced = *unpriced;
  line.amount = MinorUnits{*amount};
  if (!currency.empty()) line.currency = Currency{{currency[0], currency[1], currency[2]}};
  return line;
}

class Reading {
 public:
  explicit Reading(const proof::NoteKey& key) : key_(key) {}

  Status take(std::string_view text) {
    ++line_;
    if (ended_) return unusable(line_, "it goes on behind its end");
    json::error_code code;
    const json::value value = json::parse(text, code);
    if (code || !value.is_object()) return unusable(line_, "it is no JSON object");
    const json::object& object = value.get_object();
    const std::string_view format = text_in(object, "format");
    if (line_ == 1) return format == kList ? begin(object) : unusable(1, "this is no list of evidence");
    if (format == kEvidence) return evidence(text);
    if (format == kExplanationFormat) return explanation(object);
    if (format == kBillingLineFormat) return billing_line(object);
    if (format == kEnd) return end(object);
    return unusable(line_, "its format is unknown");
  }

  Result<CheckedList> finish() {
    if (!ended_) return unusable(line_, "the list is cut off: it has no end");
    for (const auto& [position, line] : named_)
      if (!proven_.contains(position))
        return wrong(line, fmt::format("rests on position {}, of which there is no evidence", position));
    found_.events = proven_.size();
    if (found_.billing_lines > 0 || opened_ != 0) found_.lines_hash = hex(hash_.finish());
    if (found_.billing_lines > 0 || opened_ != 0) {
      const auto frozen = frozen_.find(opened_);
      if (frozen == frozen_.end())
        return wrong(line_,
                     fmt::format("there is no evidence that a run was opened at position {}", opened_));
      if (frozen->second != found_.lines_hash)
        return wrong(line_, fmt::format("the lines have hash {}, those of the run {}", found_.lines_hash,
                                        frozen->second));
    }
    return std::move(found_);
  }

 private:
  Status begin(const json::object& object) {
    auto note = proof::Note::parse(text_in(object, "checkpoint"));
    if (!note) return unusable(1, note.error().message);
    note_ = *std::move(note);
    auto checkpoint = proof::open_checkpoint(note_, key_);
    if (!checkpoint) return fail(checkpoint.error());
    found_.checkpoint = *std::move(checkpoint);
    return {};
  }

  Status evidence(std::string_view text) {
    const auto one = client::Evidence::parse(text);
    if (!one) return fail(one.error());
    if (one->note != note_) return wrong(line_, "it is proven against another checkpoint");
    if (const auto checked = one->check(key_); !checked) return fail(checked.error());
    proven_.insert(one->position);
    const auto event = decode(one->stored);
    if (!event) return fail(event.error());
    if (const auto* of_a_run = std::get_if<billing::Event>(&event->body))
      if (const auto* opened = std::get_if<billing::BillingRunOpened>(of_a_run))
        frozen_[one->position] = hex(opened->lines_hash);
    return {};
  }

  Status names(const json::object& object) {
    const json::value* positions = object.if_contains("positions");
    if (positions == nullptr || !positions->is_array()) return unusable(line_, "it names no positions");
    for (const json::value& each : positions->get_array()) {
      const auto position = number_in<Position>(each);
      if (!position) return unusable(line_, "a position is no number");
      named_.try_emplace(*position, line_);
    }
    return {};
  }

  Status explanation(const json::object& object) {
    const auto value = counted(object, "value");
    const auto first = counted(object, "first");
    const auto by_time = counted(object, "byTime");
    const json::value* steps = object.if_contains("steps");
    if (!value || !first || !by_time || steps == nullptr || !steps->is_array())
      return unusable(line_, "it is no explanation");
    std::uint64_t sum = wrapped(*first) + wrapped(*by_time);
    for (const json::value& each : steps->get_array()) {
      if (!each.is_object()) return unusable(line_, "a step is no object");
      const auto before = counted(each.get_object(), "before");
      const auto after = counted(each.get_object(), "after");
      const auto position = number_in<Position>(each.get_object(), "position");
      if (!before || !after || !position) return unusable(line_, "a step has no numbers");
      sum += wrapped(*after) - wrapped(*before);
      named_.try_emplace(*position, line_);
    }
    if (sum != wrapped(*value))
      return wrong(line_,
                   fmt::format("the steps come to {}, not {}", static_cast<std::int64_t>(sum), *value));
    ++found_.explanations;
    return {};
  }

  Status billing_line(const json::object& object) {
    const json::value* row = object.if_contains("line");
    if (row == nullptr || !row->is_object()) return unusable(line_, "it is no line of a bill");
    if (Status named = names(row->get_object()); !named) return named;
    const auto line = line_in(row->get_object());
    if (!line) return unusable(line_, "it is no line of a bill");
    hash_.add(text_in(row->get_object(), "id"), *line);
    ++found_.billing_lines;
    return {};
  }

  Status end(const json::object& object) {
    const auto events = number_in<std::uint64_t>(object, "events");
    if (!events || *events != proven_.size())
      return unusable(line_, fmt::format("it has {} events, and should have others", proven_.size()));
    opened_ = number_in<Position>(object, "openedPosition").value_or(0);
    ended_ = true;
    return {};
  }

  const proof::NoteKey& key_;
  proof::Note note_;
  CheckedList found_;
  std::uint64_t line_ = 0;
  bool ended_ = false;
  std::set<Position> proven_;
  std::map<Position, std::uint64_t> named_;  // and by which line first
  rules::billing::LinesHash hash_;
  std::map<Position, std::string> frozen_;  // hash of a run's lines, by the position of its opening
  Position opened_ = 0;
};

}  // namespace

std::unique_ptr<EvidenceList> EvidenceList::open(Context& context, client::Connection& connection,
                                                 const PinnedOptions& options,
                                                 const std::filesystem::path& path, Position position_min) {
  const auto keys = pinned(context, options);
  if (!keys) return nullptr;
  client::Proofs proofs = proofs_of(context, connection, options, *keys);
  auto checkpoint = proofs.checkpoint(position_min);
  if (!checkpoint) {
    context.fail(checkpoint.error());
    return nullptr;
  }
  // A list that is there is begun anew.
  std::error_code missing;
  const std::uintmax_t size = std::filesystem::file_size(path, missing);
  auto file = client::AppendedFile::open(path, {.bytes_good = 0, .bytes_found = missing ? 0 : size});
  if (!file) {
    fail_with(context, file.error());
    return nullptr;
  }
  std::unique_ptr<EvidenceList> list(
      new EvidenceList(context, std::move(proofs), *std::move(file), *std::move(checkpoint)));
  const json::object first{{"format", kList},
                           {"tenant", context.tenant},
                           {"size", std::to_string(list->signed_.checkpoint.size)},
                           {"checkpoint", list->signed_.note.encoded()}};
  return list->append(json::serialize(first) + "\n") ? std::move(list) : nullptr;
}

bool EvidenceList::append(const std::string& line) {
  const Status appended = file_.append(line);
  if (!appended) fail_with(context_, appended.error());
  return appended.has_value();
}

bool EvidenceList::say(const json::object& what) { return append(json::serialize(what) + "\n"); }

bool EvidenceList::prove(std::span<const Position> positions) {
  for (const Position position : positions) {
    if (!proven_.insert(position).second) continue;
    const auto proven = proofs_.event(position, signed_.checkpoint);
    if (!proven) {
      context_.fail(proven.error());
      return false;
    }
    const client::Evidence evidence{position, proven->stored, proven->path, signed_.note};
    // The very check that a reader of the file makes.
    if (const auto checked = evidence.check(proofs_.key()); !checked) {
      fail_with(context_, checked.error());
      return false;
    }
    const auto event = protocol::stored_event_to_json(evidence.stored);
    if (!append(evidence.text(event ? json::serialize(*event) : std::string()))) return false;
  }
  return true;
}

bool EvidenceList::finish(json::object ending) {
  ending["format"] = kEnd;
  ending["events"] = std::to_string(proven_.size());
  if (!say(ending)) return false;
  const Status synced = file_.sync();
  if (!synced) fail_with(context_, synced.error());
  return synced.has_value();
}

bool is_evidence_list(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string start(256, '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  return std::string_view(start).find(kList) != std::string_view::npos;
}

Result<CheckedList> check_evidence_list(const std::filesystem::path& path, const proof::NoteKey& key) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Reason::NotFound, fmt::format("{} cannot be read", path.string()));
  Reading reading(key);
  std::string line;
  while (std::getline(file, line)) {
    if (line.size() > client::kEvidenceBytesMax)
      return fail(Reason::BundleUnusable, "a line is longer than evidence may be");
    if (Status taken = reading.take(line); !taken) return fail(taken.error());
  }
  return reading.finish();
}

}  // namespace kontor::cli
