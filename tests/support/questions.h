#pragma once
// Questions to views in tests.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "projections/catalog.h"
#include "projections/memory_view_store.h"
#include "projections/queries.h"
#include "projections/runner.h"

namespace kontor::test {

/// Views in memory with their runner.
struct DerivedViews {
  DerivedViews() : store(views::memory_view_store()), runner(*store, views::all_projections()) {}
  explicit DerivedViews(const std::vector<log::Group>& groups) : DerivedViews() {
    for (const log::Group& group : groups) apply(group);
  }
  void apply(const log::Group& group);

  std::unique_ptr<views::ViewStore> store;
  views::Runner runner;
};

/// Every entry of a store.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> entries_of(const views::ViewStore& store);

using Ask = std::function<void(wire::Query::Builder)>;

/// As of a position.
[[nodiscard]] Ask as_of(Position position, const Ask& ask);
[[nodiscard]] Ask as_of_time(Instant time, const Ask& ask);

/// Questions, one a function.
[[nodiscard]] Ask remaining_seats(const std::string& course);
[[nodiscard]] Ask usage_statistics(const std::string& campus);
[[nodiscard]] Ask usage_detail(const std::string& campus);
[[nodiscard]] Ask periods_of_campus(const std::string& campus, std::uint32_t limit = 0,
                                    const std::string& after = "");
[[nodiscard]] Ask periods_of_course(const std::string& course, std::uint32_t limit = 0,
                                    const std::string& after = "");
[[nodiscard]] Ask seat_of(const std::string& person);
[[nodiscard]] Ask courses_of(const std::string& person);
[[nodiscard]] Ask community_pool(const std::string& community);
[[nodiscard]] Ask cheaper_seat_hint(const std::string& course);
[[nodiscard]] Ask rollover_preview(const std::string& campus, std::uint32_t size = 0, std::uint32_t limit = 0,
                                   const std::string& after = "");
[[nodiscard]] Ask settlement(const std::string& course, std::uint32_t run = 0, std::uint32_t limit = 0,
                             const std::string& after = "");

[[nodiscard]] views::AnswerOutcome ask(const views::ViewStore& views, const Ask& question,
                                       const TenantId& tenant = TenantId("t"));

/// An answer that must be there. The message lives as long as this object.
class Answered {
 public:
  explicit Answered(views::AnswerOutcome outcome);
  [[nodiscard]] wire::Answer::Reader operator*() const {
    return message_->getRoot<wire::Answer>().asReader();
  }
  [[nodiscard]] wire::Answer::Body::Reader body() const { return (**this).getBody(); }

 private:
  views::AnswerMessage message_;
};
[[nodiscard]] inline Answered answered(const views::ViewStore& views, const Ask& question) {
  return Answered(ask(views, question));
}

/// Everything an outcome says, for comparing: canonical bytes of an answer, or the refusal's or error's
/// words.
[[nodiscard]] std::string words_of(const views::AnswerOutcome& outcome);

}  // namespace kontor::test
