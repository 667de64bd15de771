#include "replay/export/deriving.h"

#include <fmt/format.h>

#include <utility>

namespace kontor::exports {

Result<views::AnswerMessage> Deriving::ask(
    const std::function<void(wire::Query::Question::Builder)>& fill) const {
  capnp::MallocMessageBuilder message;
  auto query = message.initRoot<wire::Query>();
  query.getAsOf().setHead();
  fill(query.getQuestion());
  views::AnswerOutcome outcome = views::answer(views, tenant, query.asReader());
  if (auto* answer = std::get_if<views::AnswerMessage>(&outcome)) return std::move(*answer);
  if (const auto* error = std::get_if<Error>(&outcome)) return fail(*error);
  const auto& refusal = std::get<rules::Refusal>(outcome);
  return fail(Reason::Rebuilding,
              fmt::format("the views derived for the export do not answer: {}", refusal.what));
}

Status Deriving::scan(const views::ViewKey& prefix,
                      const std::function<Status(std::string_view, const views::RowVersion&)>& visit) const {
  Status visited;
  const Status scanned =
      views.scan(prefix, {}, position, [&](std::string_view key, const views::RowVersion& row) {
        visited = visit(key, row);
        return visited ? views::Scan::Continue : views::Scan::Stop;
      });
  if (!visited) return visited;
  return scanned;
}

}  // namespace kontor::exports
