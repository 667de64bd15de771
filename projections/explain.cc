#include "projections/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "projections/asking.h"
#include "projections/recording_views.h"
#include "projections/rows.h"

namespace kontor::views {
namespace {

using Number = std::optional<std::int64_t>;

std::int64_t counted(Number number) { return number.value_or(0); }

// Differences of 64-bit numbers may not fit; sums of them wrap back.
std::int64_t difference(std::int64_t after, std::int64_t before) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(after) - static_cast<std::uint64_t>(before));
}
std::int64_t sum(std::int64_t one, std::int64_t other) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(one) + static_cast<std::uint64_t>(other));
}

class Work {
 public:
  Work(const ViewStore& views, const TenantId& tenant, wire::Query::Reader query, const NumberPath& path,
       const ExplainLimits& limits, const keys::KeyStore* secrets, const StopSource& stop)
      : views_(views),
        recording_(views),
        tenant_(tenant),
        query_(query),
        path_(path),
        limits_(limits),
        secrets_(secrets),
        stop_(stop) {}

  /// The answer that is to be explained; what it reads is noted.
  Maybe<Explanation> begin(const Moment& asked, Instant ages_end) {
    AnswerOutcome outcome = answer_at(recording_, tenant_, query_, asked, ages_end, secrets_);
    if (auto* refusal = std::get_if<rules::Refusal>(&outcome)) return no(std::move(*refusal));
    if (auto* error = std::get_if<Error>(&outcome)) return no(std::move(*error));
    const auto answer = std::get<AnswerMessage>(outcome)->getRoot<wire::Answer>().asReader();
    const Result<Number> value = number_in(answer, path_);
    if (!value) return bad_input(value.error().message, {});
    Explanation explanation;
    explanation.position = answer.getPosition();
    explanation.effective_at = Instant{answer.getEffectiveAt()};
    explanation.value = *value;
    return explanation;
  }

  /// Finds every position up to `last` at which what the question reads has changed, and the number there:
  /// with the event and without it, at the same moment.
  Maybe<void> follow(Position last) {
    if (last > 0) add_candidate(1);  // before the tenant's first event no question has an answer
    if (auto added = add_candidates(last); !added) return added;
    while (!todo_.empty()) {
      const Position position = *todo_.begin();
      todo_.erase(todo_.begin());
      const Result<Instant> at = views_.effective_at(tenant_, position);
      if (!at) return no(at.error());
      const Maybe<Number> before = number_at({position - 1, *at, position - 1}, *at);
      if (!before) return tl::unexpected<No>(before.error());
      const Maybe<Number> after = number_at({position, *at, position}, *at);
      if (!after) return tl::unexpected<No>(after.error());
      if (*before != *after) steps_[position] = {position, *before, *after};
      if (auto added = add_candidates(last); !added) return added;
    }
    return {};
  }

  /// The same at a fixed moment, with more and more of what was known later.
  Maybe<void> follow_late(const Moment& asked) {
    if (asked.known <= asked.position) return {};
    const RowRange late{Keys{tenant_}.late_events(), Keys{tenant_}.late_event(asked.position).bytes(), {}};
    std::set<Position> positions;
    const Status read = views_.versions(
        late, asked.position + 1, asked.known, [&](std::string_view, Position position, std::string_view) {
          positions.insert(position);
          return positions.size() > limits_.candidates_max ? Scan::Stop : Scan::Continue;
        });
    if (!read) return no(read.error());
    if (positions.size() + candidates_.size() > limits_.candidates_max) return too_many();
    Number before;
    positions.insert(asked.position);  // where the moment is, before anything late is known
    for (const Position position : positions) {
      const Maybe<Number> number = number_at({asked.position, asked.at, position}, asked.at);
      if (!number) return tl::unexpected<No>(number.error());
      if (position != asked.position && *number != before) late_steps_.push_back({position, before, *number});
      before = *number;
    }
    looked_late_ = positions.size() - 1;
    return {};
  }

  Explanation finish(Explanation explanation) {
    std::vector<ExplainStep>& steps = explanation.steps;
    for (const auto& [position, step] : steps_) steps.push_back(step);
    steps.insert(steps.end(), late_steps_.begin(), late_steps_.end());
    explanation.looked = candidates_.size() + looked_late_;
    keep_newest(explanation, limits_.steps);
    return explanation;
  }

 private:
  Maybe<Number> number_at(const Moment& moment, Instant ages_end) {
    if (stop_)
      if (std::optional<Error> stopped = stop_()) return no(*std::move(stopped));
    AnswerOutcome outcome = answer_at(recording_, tenant_, query_, moment, ages_end, secrets_);
    // What the question was refused at another moment, such as the thing it asks about not being there yet.
    if (std::holds_alternative<rules::Refusal>(outcome)) return Number();
    if (auto* error = std::get_if<Error>(&outcome)) return no(std::move(*error));
    const Result<Number> number =
        number_in(std::get<AnswerMessage>(outcome)->getRoot<wire::Answer>().asReader(), path_);
    if (!number) return bad_input(number.error().message, {rules::fact("position", moment.position)});
    return *number;
  }

  void add_candidate(Position position) {
    if (candidates_.insert(position).second) todo_.insert(position);
  }

  Maybe<void> add_candidates(Position last) {
    for (const RowRange& range : recording_.take_new()) {
      const Status read =
          views_.versions(range, 1, last, [&](std::string_view, Position position, std::string_view) {
            add_candidate(position);
            return candidates_.size() > limits_.candidates_max ? Scan::Stop : Scan::Continue;
          });
      if (!read) return no(read.error());
      if (candidates_.size() > limits_.candidates_max) return too_many();
    }
    return {};
  }

  [[nodiscard]] tl::unexpected<No> too_many() const {
    return bad_input(fmt::format("the number comes from more than {} events: ask about less, such as one "
                                 "course or one page",
                                 limits_.candidates_max),
                     {rules::fact("events_max", limits_.candidates_max)});
  }

  const ViewStore& views_;
  RecordingViews recording_;
  const TenantId& tenant_;
  const wire::Query::Reader query_;
  const NumberPath& path_;
  const ExplainLimits& limits_;
  const keys::KeyStore* const secrets_;
  const StopSource& stop_;

  std::set<Position> candidates_;
  std::set<Position> todo_;  // of them, those that have not been asked about
  std::map<Position, ExplainStep> steps_;
  std::vector<ExplainStep> late_steps_;
  std::uint64_t looked_late_ = 0;
};

Maybe<Explanation> explain_or_not(const ViewStore& views, const TenantId& tenant, wire::Query::Reader query,
                                  const NumberPath& path, const ExplainLimits& limits,
                                  const keys::KeyStore* secrets, std::optional<Instant> now,
                                  const StopSource& stop) {
  const Maybe<Moment> asked = moment_of(views, tenant, query);
  if (!asked) return tl::unexpected<No>(asked.error());
  Work work(views, tenant, query, path, limits, secrets, stop);
  Maybe<Explanation> explanation = work.begin(*asked, ages_end_of(query, asked->at, now));
  if (!explanation) return explanation;
  if (auto followed = work.follow(asked->position); !followed) return tl::unexpected<No>(followed.error());
  if (auto followed = work.follow_late(*asked); !followed) return tl::unexpected<No>(followed.error());
  return work.finish(*std::move(explanation));
}

}  // namespace

void keep_newest(Explanation& explanation, std::size_t steps_max) {
  std::vector<ExplainStep>& steps = explanation.steps;
  if (steps.size() > steps_max) {
    const std::size_t older = steps.size() - steps_max;
    explanation.left_out += older;
    steps.erase(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(older));
  }
  if (!steps.empty()) explanation.first = steps.front().before;
  std::int64_t by_events = counted(explanation.first);
  for (const ExplainStep& step : steps)
    by_events = sum(by_events, difference(counted(step.after), counted(step.before)));
  explanation.by_time = difference(counted(explanation.value), by_events);
}

ExplainOutcome explain(const ViewStore& views, const TenantId& tenant, wire::Query::Reader query,
                       const NumberPath& path, const ExplainLimits& limits, const keys::KeyStore* secrets,
                       std::optional<Instant> now, const StopSource& stop) {
  Maybe<Explanation> explained = explain_or_not(views, tenant, query, path, limits, secrets, now, stop);
  if (explained) return *std::move(explained);
  if (auto* refusal = std::get_if<rules::Refusal>(&explained.error())) return std::move(*refusal);
  return std::get<Error>(std::move(explained).error());
}

}  // namespace kontor::views
