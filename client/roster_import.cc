// docs/roster-import.md
#include "client/roster_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <vector>

#include "events/core/email.h"
#include "events/envelope.h"
#include "server/protocol/message.h"

namespace kontor::client {
namespace {

constexpr std::size_t kReadBytes = 64u << 10;
constexpr std::size_t kPieceRows = 5'000;
constexpr std::size_t kPieceBytes = 256u << 10;
constexpr std::uint32_t kPageRows = 10'000;
constexpr int kViewAttempts = 60;  // of a few seconds each: views follow a large import late
constexpr auto kDeadlineExceeded = static_cast<std::uint16_t>(Reason::DeadlineExceeded);

capnp::Text::Reader text(const std::string& value) { return {value.c_str(), value.size()}; }
std::string string(capnp::Text::Reader value) { return {value.cStr(), value.size()}; }

/// Rows that one frame carries.
struct Piece {
  std::vector<RosterEntry> rows;
  std::size_t bytes = 0;
};

/// What can be said of a row before anybody is asked.
class Foresight {
 public:
  bool refuses(const RosterEntry& row) {
    const auto normal = normal_email(row.email);
    if (!normal) return true;
    Sha256& sha = sha_;
    sha.update(bytes_of(*normal));
    return !seen_.insert(sha.finish()).second;
  }

 private:
  Sha256 sha_;
  std::set<Digest> seen_;
};

}  // namespace

Outcome<RosterSurvey> read_roster(const std::string& path, RosterReader::OnRow on_row) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return tl::unexpected(Failure{Trouble::Usage, fmt::format("{} cannot be read", path), 0});
  RosterReader reader(RosterLimits{}, std::move(on_row));
  std::array<char, kReadBytes> buffer{};
  while (in.read(buffer.data(), buffer.size()) || in.gcount() > 0)
    reader.feed({buffer.data(), static_cast<std::size_t>(in.gcount())});
  if (in.bad()) return tl::unexpected(Failure{Trouble::Usage, fmt::format("{} cannot be read", path), 0});
  reader.finish();
  return RosterSurvey{reader.digest(), reader.rows(), reader.problem_count(), reader.problems()};
}

CommandId roster_command_id(const Digest& file, std::string_view group, RosterMode mode) {
  Sha256 sha;
  sha.update(bytes_of("kontor roster"));
  sha.update(file);
  sha.update(bytes_of(mode == RosterMode::Fill ? "fill" : "all-or-nothing"));
  sha.update(bytes_of(group));
  const Digest digest = sha.finish();
  CommandId id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

RosterImport::RosterImport(Connection& connection, RosterJob job, RosterSurvey survey,
                           Connection::Timeout timeout)
    : connection_(connection), job_(std::move(job)), survey_(std::move(survey)), timeout_(timeout) {
  result_.rows = survey_.rows;
}

Outcome<bool> RosterImport::ask(capnp::MessageBuilder& frame, const Read& read, const OnNo& on_no) {
  connection_.put(frame);
  if (const auto sent = connection_.flush(timeout_); !sent) return tl::unexpected(sent.error());
  const auto words = connection_.receive(timeout_);
  if (!words) return tl::unexpected(words.error());
  bool understood = false;
  const auto done = protocol::read_message<wire::Frame>(*words, [&](wire::Frame::Reader answer) {
    understood = read(answer);
    if (!understood) on_no(answer);
  });
  if (!done) return tl::unexpected(Failure{Trouble::Garbled, done.error().message, 0});
  return understood;
}

Outcome<bool> RosterImport::upload(const OnProgress& on_progress, const OnNo& on_no) {
  const std::string hash = hex(survey_.digest);
  std::uint64_t uploaded = 0;
  std::uint64_t refused = 0;
  Foresight foresight;
  Piece piece;
  Outcome<bool> going = true;
  const auto send = [&] {
    capnp::MallocMessageBuilder message;
    auto frame = message.initRoot<wire::Frame>();
    frame.setRequestId(1);
    auto rows = frame.initRosterRows();
    rows.setFileHash(text(hash));
    rows.setFirst(static_cast<std::uint32_t>(uploaded));
    auto list = rows.initRows(static_cast<unsigned>(piece.rows.size()));
    for (unsigned i = 0; i < list.size(); ++i) {
      list[i].setLine(piece.rows[i].line);
      list[i].setEmail(text(piece.rows[i].email));
      if (!piece.rows[i].name.empty()) list[i].setName(text(piece.rows[i].name));
    }
    uploaded += piece.rows.size();
    piece = {};
    going = ask(
        message, [](wire::Frame::Reader answer) { return answer.isRosterStaged(); }, on_no);
    if (going && *going) on_progress(uploaded, refused);
  };
  const auto survey = read_roster(job_.path, [&](RosterEntry row) {
    if (!going || !*going) return;
    if (foresight.refuses(row)) ++refused;
    piece.bytes += row.email.size() + row.name.size();
    piece.rows.push_back(std::move(row));
    if (piece.rows.size() >= kPieceRows || piece.bytes >= kPieceBytes) send();
  });
  if (!survey) return tl::unexpected(survey.error());
  if (going && *going && !piece.rows.empty()) send();
  if (going && *going && survey->digest != survey_.digest)
    return tl::unexpected(Failure{Trouble::Usage, fmt::format("{} changed while it was read", job_.path), 0});
  return going;
}

Outcome<bool> RosterImport::decide(const OnNo& on_no) {
  const std::string hash = hex(survey_.digest);
  const CommandId id = roster_command_id(survey_.digest, job_.group, job_.mode);
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(2);
  auto command = frame.initCommand();
  std::ranges::copy(id.bytes, command.initId(static_cast<unsigned>(id.bytes.size())).begin());
  command.setDryRun(job_.run == RosterRun::Dry);
  auto content = command.initContent();
  auto actor = content.initActor();
  actor.setRole(job_.role == "admin" ? schema::Role::ADMIN : schema::Role::GROUP_LEADER);
  actor.setId(text(job_.actor));
  actor.setChannel("cli");
  auto body = content.initBody().initImportRoster();
  body.setGroup(text(job_.group));
  body.setFileHash(text(hash));
  body.setMode(job_.mode == RosterMode::Fill ? wire::ImportMode::FILL : wire::ImportMode::ALL_OR_NOTHING);
  body.setStaged(static_cast<std::uint32_t>(survey_.rows));
  return ask(
      message,
      [this](wire::Frame::Reader answer) {
        if (!answer.isReceipt()) return false;
        const auto receipt = answer.getReceipt();
        last_ = receipt.getLast();
        result_.duplicate = receipt.getDuplicate();
        if (receipt.getDryRun()) take_dry_events(receipt);
        return true;
      },
      on_no);
}

void RosterImport::take_dry_events(wire::Receipt::Reader receipt) {
  for (const auto stored : receipt.getEvents()) {
    const auto event = decode({reinterpret_cast<const char*>(stored.begin()), stored.size()});
    const auto* body = event ? std::get_if<access::Event>(&event->body) : nullptr;
    if (body == nullptr) continue;
    if (const auto* refused = std::get_if<access::RosterRowsRefused>(body))
      for (const access::RefusedRow& row : refused->rows)
        result_.lines[row.line] = {static_cast<std::uint16_t>(row.code),
                                   std::string(reason_info(row.code).name), row.other_line};
    if (const auto* finished = std::get_if<access::RosterImportFinished>(body)) {
      result_.accepted = finished->accepted;
      result_.already_members = finished->already_members;
      result_.refused = finished->refused;
    }
  }
}

Outcome<bool> RosterImport::fetch_page(std::string& after, const OnNo& on_no) {
  const std::string hash = hex(survey_.digest);
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(3);
  auto query = frame.initQuery();
  query.setWaitPosition(last_);
  auto question = query.initQuestion().initImportReport();
  question.setGroup(text(job_.group));
  question.setFileHash(text(hash));
  question.setRows(wire::ImportFilter::REFUSED);
  question.setLimit(kPageRows);
  if (!after.empty()) question.setAfter(text(after));
  bool late = false;
  const auto asked = ask(
      message,
      [&](wire::Frame::Reader answer) {
        late = answer.isRefusal() && answer.getRefusal().getCode() == kDeadlineExceeded;
        if (late) return true;
        if (!answer.isAnswer() || !answer.getAnswer().getBody().isImportReport()) return false;
        const auto report = answer.getAnswer().getBody().getImportReport();
        result_.accepted = report.getAccepted();
        result_.already_members = report.getAlreadyMembers();
        result_.refused = report.getRefused();
        for (const auto line : report.getLines())
          result_.lines[line.getLine()] = {line.getCode(), string(line.getName()), line.getOtherLine()};
        after = string(report.getNext());
        return true;
      },
      on_no);
  if (asked && late) return false;
  return asked;
}

Outcome<bool> RosterImport::fetch(const OnNo& on_no) {
  if (job_.run == RosterRun::Dry) return true;
  std::string after;
  bool told = false;
  const OnNo tell = [&](wire::Frame::Reader no) {
    told = true;
    on_no(no);
  };
  for (int attempts = 0; attempts < kViewAttempts;) {
    const Outcome<bool> page = fetch_page(after, tell);
    if (!page || told) return page;
    if (!*page) {
      ++attempts;  // the views are on their way
      continue;
    }
    if (after.empty()) return true;
  }
  return tl::unexpected(Failure{Trouble::TimedOut, "the views have not followed the import yet", 0});
}

}  // namespace kontor::client
