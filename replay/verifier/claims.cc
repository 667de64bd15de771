#include "replay/verifier/claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parser.hpp>
#include <boost/json/stream_parser.hpp>
#include <charconv>

#include "replay/verifier/notes.h"

namespace kontor::verifier {

namespace {

namespace json = boost::json;

constexpr std::uint64_t kFileBytesMax = std::uint64_t{1} << 31;
constexpr std::size_t kLastTransactions = 3;

const json::object* object_of(const json::object& in, std::string_view key) {
  const json::value* value = in.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

json::array list_of(const json::object& in, std::string_view key) {
  const json::value* value = in.if_contains(key);
  return value != nullptr && value->is_array() ? value->get_array() : json::array();
}

/// Numbers of 64 bits are texts, others are numbers; what is absent is empty.
std::string text_of(const json::object& in, std::string_view key) {
  const json::value* value = in.if_contains(key);
  if (value == nullptr) return {};
  if (value->is_string()) return std::string(value->get_string());
  if (value->is_int64()) return std::to_string(value->get_int64());
  if (value->is_uint64()) return std::to_string(value->get_uint64());
  return {};
}

/// One row of an answer: names and texts that have to be there.
using Row = std::vector<std::pair<std::string_view, std::string>>;

template <std::integral Number>
std::string text(Number number) {
  return std::to_string(number);
}

Objection compare(const json::object& answer, const Row& row) {
  for (const auto& [name, expected] : row)
    if (const std::string said = text_of(answer, name); said != expected)
      return fmt::format("{} is {}, the events come to {}", name, said.empty() ? "missing" : said, expected);
  return std::nullopt;
}

Row row_of(const Transaction& transaction) {
  return {{"position", text(transaction.position)},
          {"points", text(transaction.points)},
          {"balance", text(transaction.balance)}};
}

Row row_of(const Line& line) {
  return {{"id", line.id()},
          {"effectiveAt", line.effective_at.text()},
          {"person", line.person},
          {"corrects", line.corrects},
          {"quantity", text(line.quantity())},
          {"amount", text(line.amount.value)},
          {"currency", std::string(line.currency.text())}};
}

Row row_of(const BillingRun& run) {
  return {{"run", run.opened.run.value},
          {"state", std::string(name_of(run.phase))},
          {"scope", std::string(name_of(run.opened.scope))},
          {"cutoff", run.opened.cutoff_effective.text()},
          {"lines", text(run.opened.lines)},
          {"courseRuns", text(run.opened.course_runs)},
          {"linesHash", hex(run.opened.lines_hash)}};
}

Objection compare_run(const json::object& answer, const BillingRun& run) {
  if (Objection objection = compare(answer, row_of(run))) return objection;
  const json::array totals = list_of(answer, "totals");
  if (totals.size() != run.opened.totals.size()) return "a total is missing, or there are too many";
  for (std::size_t i = 0; i < totals.size(); ++i) {
    const billing::CurrencyTotal& total = run.opened.totals[i];
    const json::object* one = totals[i].if_object();
    const Row row{{"currency", std::string(total.currency.text())},
                  {"lines", text(total.lines)},
                  {"amount", text(total.amount.value)}};
    if (one == nullptr) return "a total is none";
    if (Objection objection = compare(*one, row)) return objection;
  }
  return std::nullopt;
}

Row row_of(const Account& account) {
  return {{"balance", text(account.balance)}, {"reserved", text(account.reserved)}};
}

class Judge {
 public:
  Judge(const json::object& answer, const Figures& figures,
        const std::map<std::string, std::vector<Transaction>>& transactions, std::size_t& from)
      : answer_(answer), figures_(figures), transactions_(transactions), from_(from) {}

  /// Whether answers of that kind are compared at all.
  [[nodiscard]] bool knows() const { return knows_; }

  Objection judge() {
    const std::string type = text_of(answer_, "type");
    if (type == "MenuBalance") return menu_balance();
    if (type == "CreditOverview") return credit_overview();
    if (type == "TransactionList") return transaction_list();
    if (type == "GroupOverview") return group_overview();
    if (type == "UsageStatistics") return usage_statistics();
    if (type == "CommunityPool") return community_pool();
    if (type == "BillingStatement") return billing_statement();
    if (type == "BillingRuns") return billing_runs();
    if (type == "BillingLines") return billing_lines();
    knows_ = false;
    return std::nullopt;
  }

 private:
  [[nodiscard]] Account account(const std::string& user) const {
    const auto found = figures_.credits().accounts().find(user);
    return found == figures_.credits().accounts().end() ? Account{} : found->second;
  }
  [[nodiscard]] const std::vector<Transaction>& transactions(const std::string& user) const {
    static const std::vector<Transaction> kNone;
    const auto found = transactions_.find(user);
    return found == transactions_.end() ? kNone : found->second;
  }

  Objection menu_balance() {
    const Account of = account(text_of(answer_, "user"));
    Row row = row_of(of);
    row.emplace_back("available", text(of.available()));
    return compare(answer_, row);
  }

  Objection credit_overview() {
    const json::object* shown = object_of(answer_, "account");
    if (shown == nullptr) return "there is no account in it";
    const std::string user = text_of(*shown, "user");
    if (Objection objection = compare(*shown, row_of(account(user)))) return objection;
    if (Objection objection = compare(answer_, {{"available", text(account(user).available())}}))
      return objection;
    const json::array rows = list_of(answer_, "lastTransactions");
    const auto& own = transactions(user);
    if (rows.size() != std::min(own.size(), kLastTransactions)) return "the last transactions are shortened";
    return newest_first(rows, own, 0);
  }

  static Objection newest_first(const json::array& rows, const std::vector<Transaction>& own,
                                std::size_t from) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const json::object* row = rows[i].if_object();
      if (row == nullptr || from + i >= own.size()) return "it lists what never happened";
      if (Objection objection = compare(*row, row_of(own[own.size() - 1 - from - i]))) return objection;
    }
    return std::nullopt;
  }

  /// What a page of a list has to be, once its rows are those that come next.
  Objection end_of_page(std::size_t rows, std::size_t all) {
    from_ += rows;
    const bool last = text_of(answer_, "next").empty();
    if (last && from_ != all) return fmt::format("the list ends after {} of {} rows", from_, all);
    if (!last && rows == 0) return "the list goes on without a row";
    if (last) from_ = 0;
    return std::nullopt;
  }

  /// The rows name no user: all that is on the page has to be one account's.
  Objection transaction_list() {
    const json::array rows = list_of(answer_, "transactions");
    std::string user = text_of(answer_, "user");
    for (const auto& [one, own] : transactions_)
      if (user.empty() && !rows.empty() && rows[0].is_object())
        for (const Transaction& transaction : own)
          if (text(transaction.position) == text_of(rows[0].get_object(), "position")) user = one;
    if (user.empty()) {
      knows_ = rows.size() != 0;
      return knows_ ? Objection("it lists what never happened") : std::nullopt;
    }
    if (Objection objection = newest_first(rows, transactions(user), from_)) return objection;
    return end_of_page(rows.size(), transactions(user).size());
  }

  Objection group_overview() {
    const auto found = figures_.access().groups().find(text_of(answer_, "group"));
    if (found == figures_.access().groups().end()) return "there is no such group";
    const AccessGroup& group = found->second;
    return compare(answer_, {{"available", text(group.available())},
                             {"capacity", text(group.capacity)},
                             {"active", text(group.active)},
                             {"burnt", text(group.burnt)}});
  }

  Objection usage_statistics() {
    const std::string campus = text_of(answer_, "campus");
    const auto found = figures_.seats().used().find(campus);
    if (found == figures_.seats().used().end()) return "there is no such campus";
    std::uint64_t course_seats = 0;
    for (const auto& [id, course] : figures_.seats().courses())
      if (course.campus == campus) course_seats += course.scheduled + course.active;
    return compare(
        answer_, {{"occupiedCampusSeats", text(found->second)}, {"occupiedCourseSeats", text(course_seats)}});
  }

  Objection community_pool() {
    const auto found = figures_.pools().used().find(text_of(answer_, "community"));
    if (found == figures_.pools().used().end()) return "there is no such community";
    std::uint64_t shown = 0;
    for (const std::string_view name : {"occupied", "pendingRelease"}) {
      const std::string said = text_of(answer_, name);
      std::uint64_t number = 0;
      std::from_chars(said.data(), said.data() + said.size(), number);
      shown += number;
    }
    if (shown == found->second) return std::nullopt;
    return fmt::format("{} seats are in use, the events come to {}", shown, found->second);
  }

  Objection billing_statement() {
    const json::object* shown = object_of(answer_, "run");
    if (shown == nullptr) return "there is no run in it";
    for (const BillingRun& run : figures_.billing().runs())
      if (run.opened.run.value == text_of(*shown, "run")) return compare_run(*shown, run);
    return "there is no such run";
  }

  Objection billing_runs() {
    const json::array rows = list_of(answer_, "runs");
    const auto& own = figures_.billing().runs();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!rows[i].is_object() || from_ + i >= own.size()) return "there is no such run";
      if (Objection objection = compare_run(rows[i].get_object(), own[from_ + i])) return objection;
    }
    return end_of_page(rows.size(), own.size());
  }

  /// The newest run that has the line the page has to begin with.
  Objection billing_lines() {
    const json::array rows = list_of(answer_, "lines");
    const BillingRun* run = nullptr;
    for (const BillingRun& one : figures_.billing().runs()) {
      const bool begins = !rows.empty() && rows[0].is_object() && from_ < one.lines.size() &&
                          one.lines[from_].id() == text_of(rows[0].get_object(), "id");
      if (begins) run = &one;
    }
    if (run == nullptr) {
      knows_ = !rows.empty();
      return knows_ ? Objection("no run has lines that begin like this") : std::nullopt;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!rows[i].is_object() || from_ + i >= run->lines.size())
        return "it lists what is no line of the run";
      const Line& line = run->lines[from_ + i];
      if (Objection objection = compare(rows[i].get_object(), row_of(line)))
        return line.id() + ": " + *objection;
    }
    return end_of_page(rows.size(), run->lines.size());
  }

  const json::object& answer_;
  const Figures& figures_;
  const std::map<std::string, std::vector<Transaction>>& transactions_;
  std::size_t& from_;  // rows of the list that answers before have shown
  bool knows_ = true;
};

}  // namespace

std::optional<Unusable> Claims::open(const std::filesystem::path& file, const std::string& tenant) {
  const auto bytes = read_file(file, kFileBytesMax);
  if (!bytes) return Unusable{0, file.string() + " cannot be read"};
  json::stream_parser parser;
  const std::size_t size = bytes->find_last_not_of(" \t\r\n") + 1;
  for (std::size_t at = 0; at < size;) {
    json::error_code code;
    parser.reset();
    const std::size_t used = parser.write_some(bytes->data() + at, size - at, code);
    if (!code && !parser.done()) code = json::error::incomplete;
    const json::value value = code ? json::value() : parser.release();
    Position position = 0;
    const std::string said = value.is_object() ? text_of(value.get_object(), "position") : std::string();
    std::from_chars(said.data(), said.data() + said.size(), position);
    if (position == 0) return Unusable{at, file.string() + ": here is no answer that names its position"};
    const std::string named = text_of(value.get_object(), "tenant");
    const json::object* account = object_of(value.get_object(), "account");
    const std::string of = named.empty() ? tenant : named;
    for (const std::string& user : {text_of(value.get_object(), "user"),
                                    account == nullptr ? std::string() : text_of(*account, "user")})
      if (!user.empty()) transactions_[of][user];
    claims_.emplace(At{of, position}, Claim{at, value.get_object()});
    at += used;
  }
  return std::nullopt;
}

/// Lists of transactions do not say whose they are, so where there are answers all are remembered.
void Claims::remember(const RecordedEvent& event, const Figures& figures) {
  const auto* body = std::get_if<credits::Event>(&event.body);
  if (body == nullptr) return;
  const auto add = [&](const PersonId& user, std::int64_t points) {
    transactions_[event.envelope.tenant.value][user.value].push_back(
        {event.envelope.position, points, figures.credits().accounts().at(user.value).balance});
  };
  if (const auto* e = std::get_if<credits::StartBalanceGranted>(body)) add(e->user, e->points);
  if (const auto* e = std::get_if<credits::CreditsAdded>(body)) add(e->user, e->points);
  if (const auto* e = std::get_if<credits::CreditsAdjusted>(body)) add(e->user, e->points);
  if (const auto* e = std::get_if<credits::CreditDebited>(body))
    add(e->user, -static_cast<std::int64_t>(e->points));
}

void Claims::take(const RecordedEvent& event, const Figures& figures) {
  if (claims_.empty()) return;
  remember(event, figures);
  const std::string& tenant = event.envelope.tenant.value;
  const auto [begin, end] = claims_.equal_range(At{tenant, event.envelope.position});
  for (auto claim = begin; claim != end; ++claim) {
    const json::object& answer = claim->second.answer;
    const std::string type = text_of(answer, "type");
    std::size_t& from = compared_to_[fmt::format("{} {} {}", tenant, event.envelope.position, type)];
    Judge judge(answer, figures, transactions_[tenant], from);
    const Objection objection = judge.judge();
    if (!judge.knows()) continue;
    ++compared_;
    if (!objection) ++out_.held;
    if (objection && !out_.finding)
      out_.finding =
          Finding{"claim", tenant, event.envelope.position,
                  fmt::format("{} as of position {}: {}", type, event.envelope.position, *objection)};
  }
}

const Claims::Outcome& Claims::finish() {
  out_.others = claims_.size() - compared_;
  return out_;
}

std::uint64_t Claims::older_than(const std::string& tenant, Position position) const {
  return static_cast<std::uint64_t>(
      std::distance(claims_.lower_bound(At{tenant, 0}), claims_.lower_bound(At{tenant, position})));
}

}  // namespace kontor::verifier
