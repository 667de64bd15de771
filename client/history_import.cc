#include "client/history_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "events/core/assert.h"
#include "server/protocol/json.h"
#include "server/protocol/json_text.h"

namespace kontor::client {

namespace {

namespace json = boost::json;

// The import's own commands have line numbers no file has.
constexpr std::uint64_t kCreateLine = 0;
constexpr std::uint64_t kFinishLine = std::numeric_limits<std::uint64_t>::max();
// No line of the file creates the tenant; and the file's own first line must not count as passed because of
// it.
constexpr std::uint64_t kNoFile = 0;

std::array<std::uint8_t, 8> big_endian(std::uint64_t value) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t at = 0; at < bytes.size(); ++at)
    bytes[at] = static_cast<std::uint8_t>(value >> (56 - 8 * at));
  return bytes;
}

std::uint64_t first_eight(const Digest& digest) {
  std::uint64_t value = 0;
  for (std::size_t at = 0; at < 8; ++at) value = value << 8 | digest[at];
  return value;
}

std::uint64_t count_lines(std::string_view content) {
  std::uint64_t lines = 0;
  while (!content.empty()) {
    const std::size_t end = content.find('\n');
    if (content.substr(0, end).find_first_not_of(" \t\r") != std::string_view::npos) ++lines;
    content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
  }
  return lines;
}

std::uint16_t number(Reason reason) { return static_cast<std::uint16_t>(reason); }

// The time of a line, taken out of it: what is left is a command as `submit` takes it.
Result<Instant> take_time(json::object& line) {
  const json::value* at = line.if_contains("at");
  if (at == nullptr) return fail(Reason::InvalidArgument, "at is missing: the line's original time");
  const json::string* text = at->if_string();
  if (text == nullptr)
    return fail(Reason::InvalidArgument, "at must be a time such as 2027-03-01T00:00:00+01:00");
  auto time = Instant::parse(std::string_view(text->data(), text->size()));
  if (!time) return fail(Reason::InvalidArgument, "at: " + time.error().message);
  line.erase("at");
  return time;
}

Result<json::object> parse_line(std::string_view text) {
  auto value = protocol::parse_json(text);
  if (!value) return tl::unexpected(value.error());
  const json::object* object = value->if_object();
  if (object == nullptr) return fail(Reason::InvalidArgument, "the line is not a JSON object");
  // The import sets these; a file that names them means something else than we would do.
  for (const std::string_view own : {"id", "history", "dryRun", "deadline", "effectiveAt"}) {
    if (object->contains(own))
      return fail(Reason::InvalidArgument, fmt::format("{} does not belong in a history file", own));
  }
  return *object;
}

}  // namespace

HistoryImport::HistoryImport(std::string content, AtEnd at_end)
    : content_(std::move(content)), at_end_(at_end) {
  file_ = sha256(bytes_of(content_));
  source_ = first_eight(file_);
  counts_.lines = count_lines(content_);
}

void HistoryImport::connected(Position tenant_head, ImportLimits limits) {
  limits_ = limits;
  if (started_) return;
  started_ = true;
  phase_ = tenant_head == 0 ? Phase::Create : Phase::Lines;
}

CommandId HistoryImport::id_of(std::uint64_t line) const {
  Sha256 sha;
  sha.update(bytes_of("kontor history 1"));
  sha.update(file_);
  sha.update(big_endian(line));
  const Digest digest = sha.finish();
  CommandId id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

std::optional<Instant> HistoryImport::first_time() const {
  std::string_view rest = content_;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (auto line = parse_line(rest.substr(0, end))) {
      if (auto time = take_time(*line)) return *time;
    }
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return std::nullopt;
}

HistoryImport::Next HistoryImport::next() {
  if (failure_.code != 0) return Next::Stop;
  if (batch_.empty()) {
    one_by_one_ = false;
    fill();
  }
  return batch_.empty() ? Next::Finished : Next::Send;
}

void HistoryImport::fill() {
  while (batch_.empty() && phase_ != Phase::Over) {
    switch (phase_) {
      case Phase::Create: take_special(kCreateLine, "CreateTenant"); break;
      case Phase::Lines: fill_with_lines(); break;
      case Phase::Finish: take_special(kFinishLine, "FinishHistory"); break;
      case Phase::Over: break;
    }
    if (batch_.empty()) advance();
  }
}

void HistoryImport::advance() {
  switch (phase_) {
    case Phase::Create: phase_ = Phase::Lines; break;
    case Phase::Lines: phase_ = at_end_ == AtEnd::Finish ? Phase::Finish : Phase::Over; break;
    case Phase::Finish:
    case Phase::Over: phase_ = Phase::Over; break;
  }
}

void HistoryImport::fill_with_lines() {
  const std::size_t start = offset_;
  while (batch_.size() < limits_.batch_commands_max && offset_ - start < limits_.batch_bytes_max) {
    if (!read_line()) break;
  }
}

bool HistoryImport::read_line() {
  if (offset_ >= content_.size()) return false;
  const std::string_view rest = std::string_view(content_).substr(offset_);
  const std::size_t end = rest.find('\n');
  const std::string_view text = rest.substr(0, end);
  offset_ += end == std::string_view::npos ? rest.size() : end + 1;
  ++lines_read_;
  if (text.find_first_not_of(" \t\r") != std::string_view::npos) take_line(lines_read_, text);
  return true;
}

void HistoryImport::take_line(std::uint64_t line, std::string_view text) {
  auto object = parse_line(text);
  if (!object) return refuse(line, number(object.error().code), "INVALID_ARGUMENT", object.error().message);
  const auto at = take_time(*object);
  if (!at) return refuse(line, number(at.error().code), "INVALID_ARGUMENT", at.error().message);
  (*object)["id"] = id_of(line).text();
  auto message = std::make_unique<capnp::MallocMessageBuilder>(64);
  auto command = message->initRoot<wire::Command>();
  if (const Status filled = protocol::command_from_json(*object, command); !filled)
    return refuse(line, number(filled.error().code), "INVALID_ARGUMENT", filled.error().message);
  auto history = command.getContent().initHistory();
  history.setAt(at->ns);
  history.setSource(source_);
  history.setLine(line);
  batch_.push_back({line, std::move(message)});
}

// Creating the tenant carries the time of the first line: the tenant's timeline starts there. Finishing has
// none: it happens now.
void HistoryImport::take_special(std::uint64_t line, std::string_view type) {
  json::object object{
      {"type", type},
      {"id", id_of(line).text()},
      {"actor", json::object{{"role", "operator"}, {"id", "history-import"}, {"channel", "import"}}}};
  std::optional<Instant> at;
  if (line == kCreateLine) {
    at = first_time();
    if (!at) return;  // not one line can be read: nothing to create a tenant for
    object["timeline"] = "history";
  }
  auto message = std::make_unique<capnp::MallocMessageBuilder>(64);
  auto command = message->initRoot<wire::Command>();
  KONTOR_ASSERT(protocol::command_from_json(object, command).has_value());
  if (at) {
    auto history = command.getContent().initHistory();
    history.setAt(at->ns);
    history.setSource(kNoFile);
    history.setLine(1);
  }
  batch_.push_back({line, std::move(message)});
}

void HistoryImport::batch(wire::Frame::Builder frame) {
  KONTOR_ASSERT(!batch_.empty());
  auto batch = frame.initBatch();
  batch.setMode(wire::BatchMode::EACH);
  auto commands = batch.initCommands(static_cast<unsigned>(sending()));
  for (unsigned at = 0; at < commands.size(); ++at)
    commands.setWithCaveats(at, batch_[at].command->getRoot<wire::Command>().asReader());
}

HistoryImport::Next HistoryImport::answered(wire::BatchResult::Reader result) {
  const auto results = result.getResults();
  if (results.size() != sending()) {
    failure_ = {0, number(Reason::FrameMalformed), "FRAME_MALFORMED",
                fmt::format("{} answers to {} commands", results.size(), sending())};
    return Next::Stop;
  }
  std::size_t done = 0;
  for (const auto entry : results) {
    const bool busy =
        entry.isNotDecided() || (entry.isError() && entry.getError().getCode() == number(Reason::Overloaded));
    if (busy) break;  // it and all behind it go again: nothing may overtake
    count(batch_[done], entry);
    ++done;
  }
  batch_.erase(batch_.begin(), batch_.begin() + static_cast<std::ptrdiff_t>(done));
  if (done < results.size()) return Next::Wait;
  if (phase_ != Phase::Lines) advance();
  return next();
}

HistoryImport::Next HistoryImport::failed(wire::Error::Reader error) {
  if (error.getCode() == number(Reason::Overloaded)) return Next::Wait;
  if (sending() > 1) {
    one_by_one_ = true;  // one of them is to blame; alone it cannot take the others with it
    return next();
  }
  if (phase_ != Phase::Lines) {
    failure_ = {0, error.getCode(), error.getName().cStr(), error.getWhat().cStr()};
    return Next::Stop;
  }
  refuse(batch_.front().line, error.getCode(), error.getName().cStr(), error.getWhat().cStr());
  batch_.erase(batch_.begin());
  return next();
}

void HistoryImport::count(const Row& row, wire::CommandResult::Reader result) {
  if (phase_ != Phase::Lines) return count_special(result);
  if (result.isReceipt()) {
    ++(result.getReceipt().getDuplicate() ? counts_.already : counts_.imported);
  } else if (result.isRefusal()) {
    const auto refusal = result.getRefusal();
    refuse(row.line, refusal.getCode(), refusal.getName().cStr(), refusal.getWhat().cStr());
  } else {
    const auto error = result.getError();
    refuse(row.line, error.getCode(), error.getName().cStr(), error.getWhat().cStr());
  }
}

// A tenant that is there already, or live already, is what was wanted.
void HistoryImport::count_special(wire::CommandResult::Reader result) {
  if (result.isReceipt()) return;
  LineRefusal why;
  if (result.isRefusal()) {
    const auto refusal = result.getRefusal();
    why = {0, refusal.getCode(), refusal.getName().cStr(), refusal.getWhat().cStr()};
  } else {
    const auto error = result.getError();
    why = {0, error.getCode(), error.getName().cStr(), error.getWhat().cStr()};
  }
  const bool as_wanted =
      why.code == number(Reason::AlreadyExists) || why.code == number(Reason::TimelineMode);
  if (!as_wanted) failure_ = why;
}

void HistoryImport::refuse(std::uint64_t line, std::uint16_t code, std::string name, std::string what) {
  ++counts_.refused;
  auto& by_code = counts_.refusals[code];
  if (by_code.count++ == 0) {
    by_code.name = name;
    by_code.first_line = line;
    by_code.first_what = what;
  }
  refusals_.push_back({line, code, std::move(name), std::move(what)});
}

std::vector<LineRefusal> HistoryImport::take_refusals() {
  std::ranges::stable_sort(refusals_, {}, &LineRefusal::line);
  return std::exchange(refusals_, {});
}

}  // namespace kontor::client
