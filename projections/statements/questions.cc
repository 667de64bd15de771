// BillingRuns, BillingLines and BillingStatement (DOMAIN 7). A run is answered from what was recorded when it
// was opened, so the same run asked again has the same lines.
#include <array>
#include <charconv>
#include <limits>
#include <map>

#include "projections/statements/line_rows.h"
#include "projections/statements/runs.h"

namespace kontor::views {
namespace {

constexpr std::size_t kWarningsMax = 100;
constexpr std::uint64_t kLast = std::numeric_limits<std::uint64_t>::max();

Maybe<std::uint32_t> limit_of(std::uint32_t asked) {
  if (asked == 0) return kPageRowsDefault;
  if (asked > kPageRowsMax)
    return bad_input("a page has at most 10000 rows",
                     {rules::fact("limit", asked), rules::fact("limit_max", kPageRowsMax)});
  return asked;
}

/// Numbers of a cursor such as "4.1042.3".
template <std::size_t Count>
std::optional<std::array<std::uint64_t, Count>> parse_cursor(std::string_view text) {
  std::array<std::uint64_t, Count> numbers{};
  for (std::size_t i = 0; i < Count; ++i) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), numbers[i]);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (i + 1 == Count) return text.empty() ? std::optional(numbers) : std::nullopt;
    if (!text.starts_with('.')) return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

tl::unexpected<No> bad_cursor(std::string_view cursor) {
  return bad_input("the cursor is none of this list", {rules::fact("after", cursor)});
}

/// Where something was settled or invoiced, and since when a course run is over.
struct Settled {
  Position position = 0;  // 0: not
  Instant ended_at;       // of a course run
};

/// Looks course runs up once each.
class Settlements {
 public:
  explicit Settlements(const Asking& asking) : asking_(asking) {}

  /// Of a line of a course seat, "k-1/1/3".
  Maybe<Settled> course_run(std::string_view entity) {
    const std::string_view name = entity.substr(0, entity.rfind('/'));
    const auto known = known_.find(name);
    if (known != known_.end()) return known->second;
    const std::size_t slash = name.rfind('/');
    std::uint64_t run = 0;
    std::from_chars(name.data() + slash + 1, name.data() + name.size(), run);
    const auto row = row_at(asking_, BillingKeys{asking_.tenant}.settlement(name.substr(0, slash), run));
    if (!row) return tl::unexpected<No>(row.error());
    Settled settled;
    if (*row) {
      const StoredRow<wire::BillingSettlementCard> stored(**row);
      settled = {stored.read().getSettledPosition(), Instant{stored.read().getEndedAt()}};
    }
    known_.emplace(std::string(name), settled);
    return settled;
  }
  Maybe<Settled> credit_order(std::string_view order) const {
    const auto row = row_at(asking_, BillingKeys{asking_.tenant}.order(LineKind::CreditOrder, order));
    if (!row) return tl::unexpected<No>(row.error());
    if (!*row) return Settled{};
    return Settled{StoredRow<wire::BillingOrderCard>(**row).read().getSettledPosition(), {}};
  }

 private:
  const Asking& asking_;
  std::map<std::string, Settled, std::less<>> known_;
};

/// Collects the lines of the last run of `runs`, kind by kind, until a page is full.
class LinesOfRun {
 public:
  LinesOfRun(const Asking& asking, wire::BillingRun::Reader run, const std::vector<RunFrame>& runs,
             std::uint32_t limit)
      : asking_(asking), run_(run), runs_(runs), settlements_(asking), limit_(limit) {}

  Asked collect(std::array<std::uint64_t, 3> after) {
    const BillingKeys keys{asking_.tenant};
    const auto last = static_cast<std::uint64_t>(rules::billing::kLastLineKind);
    for (std::uint64_t kind = after[0]; kind <= last && !full(); ++kind) {
      const auto k = static_cast<LineKind>(kind);
      if (!covers(runs_.back().scope, k)) continue;
      const bool resumed = kind == after[0] && after[1] != 0;
      const Position from = run_.getFirstPosition() == 0 ? 0 : run_.getFirstPosition() - 1;
      const ViewKey start = resumed ? keys.item(k, after[1], after[2]) : keys.item(k, from, kLast);
      if (const Asked scanned = scan(keys.items(k), start.bytes(), kind); !scanned) return scanned;
    }
    return {};
  }
  [[nodiscard]] const std::vector<std::string>& rows() const { return rows_; }
  /// Of the next page; empty on the last.
  [[nodiscard]] std::string next() const { return more_ ? cursor_ : std::string(); }

 private:
  [[nodiscard]] bool full() const { return more_; }

  Asked scan(const ViewKey& prefix, std::string_view after, std::uint64_t kind) {
    std::optional<No> failure;
    const Status scanned = asking_.views.scan(
        prefix, after, run_.getCutoffPosition(), [&](std::string_view key, const RowVersion& row) {
          KeyParts parts(key, prefix);
          const Position position = parts.number();
          const std::uint64_t number = parts.number();
          const Maybe<bool> ours = is_ours(static_cast<LineKind>(kind), position, row.value);
          if (!ours) {
            failure = ours.error();
            return Scan::Stop;
          }
          if (!*ours) return Scan::Continue;
          if (rows_.size() == limit_) {
            more_ = true;
            return Scan::Stop;
          }
          rows_.push_back(row.value);
          cursor_ = fmt::format("{}.{}.{}", kind, position, number);
          return Scan::Continue;
        });
    if (failure) return tl::unexpected<No>(*std::move(failure));
    if (!scanned) return no(scanned.error());
    return {};
  }

  Maybe<bool> is_ours(LineKind kind, Position position, std::string_view bytes) {
    const StoredRow<wire::BillingLine> stored(bytes);
    const auto line = stored.read();
    Holdable what{
        .kind = kind, .position = position, .effective_at = Instant{line.getEffectiveAt()}, .settled = 0};
    const bool corrects = line.getCorrects().size() != 0;
    if (kind == LineKind::CreditOrder && !corrects) {
      const Maybe<Settled> settled = settlements_.credit_order(view(line.getEntity()));
      if (!settled) return tl::unexpected<No>(settled.error());
      what.settled = settled->position;
    }
    if (kind == LineKind::CourseSeat) {
      const Maybe<Settled> settled = settlements_.course_run(view(line.getEntity()));
      if (!settled) return tl::unexpected<No>(settled.error());
      if (!corrects || settled_with(*settled, line)) what.settled = settled->position;
    }
    return holder(runs_, what) == &runs_.back();
  }

  /// Whether a correction was settled by hand together with the line it corrects.
  [[nodiscard]] bool settled_with(const Settled& settled, wire::BillingLine::Reader line) const {
    const std::string_view id = view(line.getCorrects());
    std::uint64_t position = 0;
    std::from_chars(id.data() + id.rfind('@') + 1, id.data() + id.size(), position);
    const Holdable original{.kind = LineKind::CourseSeat,
                            .position = position,
                            .effective_at = settled.ended_at,
                            .settled = settled.position};
    return read_line(line).position < settled.position && holder(runs_, original) == nullptr;
  }

  const Asking& asking_;
  wire::BillingRun::Reader run_;
  const std::vector<RunFrame>& runs_;
  Settlements settlements_;
  std::uint32_t limit_;
  std::vector<std::string> rows_;
  std::string cursor_;
  bool more_ = false;
};

}  // namespace

Asked answer_billing_runs(const Asking& asking, wire::RunsQuestion::Reader question,
                          wire::BillingRuns::Builder out) {
  const BillingKeys keys{asking.tenant};
  const Maybe<std::uint32_t> limit = limit_of(question.getLimit());
  if (!limit) return tl::unexpected<No>(limit.error());
  std::string after;
  if (question.getAfter().size() != 0) {
    const auto cursor = parse_cursor<1>(view(question.getAfter()));
    if (!cursor) return bad_cursor(view(question.getAfter()));
    after = keys.runs().number((*cursor)[0]).bytes();
  }
  std::vector<std::string> names;
  Position last = 0;
  bool more = false;
  const Status scanned = asking.views.scan(
      keys.runs(), after, asking.position, [&](std::string_view key, const RowVersion& row) {
        more = names.size() == *limit;
        if (more) return Scan::Stop;
        last = KeyParts(key, keys.runs()).number();
        names.emplace_back(view(StoredRow<wire::RunQuestion>(row.value).read().getRun()));
        return Scan::Continue;
      });
  if (!scanned) return no(scanned.error());
  auto runs = out.initRuns(static_cast<unsigned>(names.size()));
  for (unsigned i = 0; i < runs.size(); ++i) {
    const Maybe<std::string> bytes = row_of(asking, keys.run(names[i]), "billing run", names[i]);
    if (!bytes) return tl::unexpected<No>(bytes.error());
    runs.setWithCaveats(i, StoredRow<wire::BillingRun>(*bytes).read());
  }
  if (more) out.setNext(std::to_string(last));
  return {};
}

Asked answer_billing_lines(const Asking& asking, wire::LinesQuestion::Reader question,
                           wire::BillingLines::Builder out) {
  const std::string_view name = view(question.getRun());
  const Maybe<std::uint32_t> limit = limit_of(question.getLimit());
  if (!limit) return tl::unexpected<No>(limit.error());
  std::array<std::uint64_t, 3> after{};
  if (question.getAfter().size() != 0) {
    const auto cursor = parse_cursor<3>(view(question.getAfter()));
    if (!cursor) return bad_cursor(view(question.getAfter()));
    after = *cursor;
  }
  const Maybe<std::string> bytes = row_of(asking, BillingKeys{asking.tenant}.run(name), "billing run", name);
  if (!bytes) return tl::unexpected<No>(bytes.error());
  const auto runs = runs_until(asking, name);
  if (!runs) return tl::unexpected<No>(runs.error());
  const StoredRow<wire::BillingRun> run(*bytes);
  LinesOfRun lines(asking, run.read(), *runs, *limit);
  if (const Asked collected = lines.collect(after); !collected) return collected;
  auto list = out.initLines(static_cast<unsigned>(lines.rows().size()));
  for (unsigned i = 0; i < list.size(); ++i)
    list.setWithCaveats(i, StoredRow<wire::BillingLine>(lines.rows()[i]).read());
  out.setNext(lines.next());
  return {};
}

Asked answer_billing_statement(const Asking& asking, std::string_view name,
                               wire::BillingStatement::Builder out) {
  const BillingKeys keys{asking.tenant};
  const Maybe<std::string> bytes = row_of(asking, keys.run(name), "billing run", name);
  if (!bytes) return tl::unexpected<No>(bytes.error());
  const auto runs = runs_until(asking, name);
  if (!runs) return tl::unexpected<No>(runs.error());
  const StoredRow<wire::BillingRun> run(*bytes);
  out.setRun(run.read());

  struct Unsettled {
    std::string course;
    std::uint64_t run = 0;
    Instant ended_at;
  };
  std::vector<Unsettled> unsettled;
  std::uint64_t count = 0;
  const ViewKey prefix = keys.settlements();
  const Status scanned = asking.views.scan(
      prefix, {}, run.read().getCutoffPosition(), [&](std::string_view key, const RowVersion& row) {
        const StoredRow<wire::BillingSettlementCard> stored(row.value);
        const Holdable what{.position = row.position,
                            .effective_at = Instant{stored.read().getEndedAt()},
                            .settled = stored.read().getSettledPosition()};
        if (what.settled != 0 || holder(*runs, what) != nullptr) return Scan::Continue;
        if (++count > kWarningsMax) return Scan::Continue;
        KeyParts parts(key, prefix);
        const std::string course(parts.text());
        unsettled.push_back({course, parts.number(), what.effective_at});
        return Scan::Continue;
      });
  if (!scanned) return no(scanned.error());
  out.setUnsettledCourses(count);
  auto list = out.initUnsettled(static_cast<unsigned>(unsettled.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    list[i].setCourse(text(unsettled[i].course));
    list[i].setRun(static_cast<std::uint32_t>(unsettled[i].run));
    list[i].setEndedAt(unsettled[i].ended_at.ns);
  }
  return {};
}

}  // namespace kontor::views
