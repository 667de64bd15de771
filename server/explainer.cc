#include "server/explainer.h"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "server/protocol/encode.h"

namespace kontor::server {

namespace pr = protocol;

struct Explainer::Job {
  std::uint64_t request = 0;
  TenantId tenant;
  pr::ExplainRequest asked;
  Done done;
};

namespace {

std::string no_frame(std::uint64_t request, const rules::Refusal& refusal) {
  std::string out;
  pr::encode_refusal(request, refusal, out);
  return out;
}
std::string no_frame(std::uint64_t request, const Error& error) {
  std::string out;
  pr::encode_error(request, error, out);
  return out;
}

}  // namespace

void Explainer::explain(std::uint64_t request, const TenantId& tenant, pr::ExplainRequest explain,
                        std::chrono::milliseconds patience, Done done) {
  if (waiting_.fetch_add(1) >= limits_.waiting_max) {
    --waiting_;
    return done(no_frame(
        request, Error{Reason::Overloaded, fmt::format("{} explanations are waiting", limits_.waiting_max)}));
  }
  // Shared by the callback that waits for the views and the work that follows it.
  const auto job = std::make_shared<Job>(Job{request, tenant, std::move(explain), std::move(done)});
  services_.queries.wait(tenant, job->asked.query->getRoot<wire::Query>().asReader(), patience,
                         [this, job](std::optional<views::AnswerOutcome> no) {
                           if (!no)
                             return boost::asio::post(thread_, [this, job] {
                               std::string frame = answer(*job);
                               --waiting_;
                               job->done(std::move(frame));
                             });
                           --waiting_;
                           if (const auto* refusal = std::get_if<rules::Refusal>(&*no))
                             return job->done(no_frame(job->request, *refusal));
                           job->done(no_frame(job->request, std::get<Error>(*no)));
                         });
}

std::string Explainer::answer(const Job& job) const {
  const auto path = views::NumberPath::parse(job.asked.number);
  if (!path) return no_frame(job.request, rules::Refusal{path.error().code, path.error().message, {}, {}});
  const auto until = std::chrono::steady_clock::now() + limits_.time_max;
  const auto stop = [this, until]() -> std::optional<Error> {
    if (closing_) return Error{Reason::SessionEnded, "the server is stopping"};
    if (std::chrono::steady_clock::now() < until) return std::nullopt;
    return Error{Reason::DeadlineExceeded, fmt::format("the explanation takes more than {} s: ask about less",
                                                       limits_.time_max.count() / 1'000)};
  };
  const std::shared_ptr<const views::ViewStore> views = services_.views.current();  // to the end of this one
  const auto outcome =
      views::explain(*views, job.tenant, job.asked.query->getRoot<wire::Query>().asReader(), *path,
                     {.candidates_max = limits_.candidates_max, .steps = job.asked.steps}, services_.secrets,
                     services_.clock.now(), stop);
  if (const auto* refusal = std::get_if<rules::Refusal>(&outcome)) return no_frame(job.request, *refusal);
  if (const auto* error = std::get_if<Error>(&outcome)) return no_frame(job.request, *error);
  return found(job, std::get<views::Explanation>(outcome));
}

/// With the events, newest first for as long as they fit.
std::string Explainer::found(const Job& job, views::Explanation explanation) const {
  std::vector<std::string> events;  // newest first
  std::size_t bytes = 0;
  for (auto step = explanation.steps.rbegin(); step != explanation.steps.rend(); ++step) {
    auto event = services_.ledger.read(job.tenant, step->position, 1);
    if (!event) return no_frame(job.request, event.error());
    if (event->empty())
      return no_frame(job.request, Error{Reason::Rebuilding,
                                         fmt::format("the log has no position {} yet", step->position)});
    bytes += event->front().size();
    if (!events.empty() && bytes > limits_.answer_bytes_max) break;
    events.push_back(std::move(event->front()));
  }
  keep_newest(explanation, events.size());
  pr::ExplanationInfo info{.position = explanation.position,
                           .effective_at = explanation.effective_at,
                           .value = explanation.value,
                           .first = explanation.first,
                           .steps = {},
                           .by_time = explanation.by_time,
                           .left_out = explanation.left_out,
                           .looked = explanation.looked};
  for (const views::ExplainStep& step : explanation.steps) {
    info.steps.push_back({step.position, step.before, step.after, std::move(events.back())});
    events.pop_back();
  }
  std::string out;
  pr::encode_explanation(job.request, info, out);
  return out;
}

void Explainer::close() {
  closing_ = true;
  thread_.join();
}

}  // namespace kontor::server
