#pragma once
// What the answering of each question shares. Any thread.

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "engine/keys/key_store.h"
#include "projections/queries.h"
#include "projections/rows.h"
#include "projections/stored_row.h"

namespace kontor::views {

/// Why there is no answer.
using No = std::variant<rules::Refusal, Error>;
template <class T>
using Maybe = tl::expected<T, No>;
using Asked = Maybe<void>;

/// A question, pinned to a position and a moment: everything is read as of these.
struct Asking {
  const ViewStore& views;
  const TenantId& tenant;
  Position position = 0;
  Instant at;
  Instant ages_end;  // `at`, or the server's time when a question about the head is asked of a server
  const kontor::keys::KeyStore* secrets = nullptr;  // opens what is sealed; nullptr: nothing can be opened
  const ViewStore* today = nullptr;                 // below late events; nullptr: `views`

  [[nodiscard]] Keys keys() const { return Keys{tenant}; }
};

/// What a question is about: the views as of `position`, at the moment `at`, with the late events up to
/// `known` that were true by then.
struct Moment {
  Position position = 0;
  Instant at;
  Position known = 0;
};
/// Beyond what the views have: InvalidArgument.
[[nodiscard]] Maybe<Moment> moment_of(const ViewStore& views, const TenantId& tenant,
                                      wire::Query::Reader query);
/// Where ages end in the answer about a question's moment, when it is `now`.
[[nodiscard]] Instant ages_end_of(wire::Query::Reader query, Instant at, std::optional<Instant> now);
/// The answer to the query's question about this moment, whatever moment the query names.
[[nodiscard]] AnswerOutcome answer_at(const ViewStore& views, const TenantId& tenant,
                                      wire::Query::Reader query, const Moment& moment, Instant ages_end,
                                      const kontor::keys::KeyStore* secrets);

[[nodiscard]] inline tl::unexpected<No> no(Error error) { return tl::unexpected<No>(std::move(error)); }
[[nodiscard]] inline tl::unexpected<No> no(rules::Refusal refusal) {
  return tl::unexpected<No>(std::move(refusal));
}

/// `kind` names what is not known: "course".
[[nodiscard]] inline tl::unexpected<No> not_found(const Asking& asking, std::string_view kind,
                                                  std::string_view name) {
  return no(rules::Refusal{Reason::NotFound,
                           fmt::format("there is no {} {} at position {}", kind, name, asking.position),
                           {rules::fact(kind, name), rules::fact("position", asking.position)},
                           {}});
}
[[nodiscard]] inline tl::unexpected<No> bad_input(std::string what, std::vector<rules::Fact> facts) {
  return no(rules::Refusal{Reason::InvalidArgument, std::move(what), std::move(facts), {}});
}

/// Bytes of a row, if there is one.
[[nodiscard]] inline Maybe<std::optional<std::string>> row_at(const Asking& asking, const ViewKey& key) {
  Result<std::optional<RowVersion>> found = asking.views.get(key, asking.position);
  if (!found) return no(found.error());
  if (!*found) return std::optional<std::string>();
  return std::optional<std::string>(std::move((*found)->value));
}
/// Bytes of a row that has to be there: NotFound names the thing otherwise.
[[nodiscard]] inline Maybe<std::string> row_of(const Asking& asking, const ViewKey& key,
                                               std::string_view kind, std::string_view name) {
  Maybe<std::optional<std::string>> found = row_at(asking, key);
  if (!found) return tl::unexpected<No>(found.error());
  if (!*found) return not_found(asking, kind, name);
  return **std::move(found);
}

/// The number under which an erased person is shown, as of what is asked; 0: not erased by then.
[[nodiscard]] inline Maybe<std::uint64_t> erased_number(const Asking& asking, std::string_view person) {
  const Maybe<std::optional<std::string>> row = row_at(asking, asking.keys().person_identity(person));
  if (!row) return tl::unexpected<No>(row.error());
  if (!*row) return std::uint64_t{0};
  return StoredRow<wire::PersonIdentity>(**row).read().getErasedNumber();
}

/// Whole seconds from then until ages end.
[[nodiscard]] inline std::uint64_t age_seconds(const Asking& asking, std::int64_t since_ns) {
  const std::int64_t ns = asking.ages_end.ns - since_ns;
  return ns <= 0 ? 0 : static_cast<std::uint64_t>(ns / kNanosecondsPerSecond);
}

/// Rows on a page: what was asked for, or the default.
[[nodiscard]] Maybe<std::uint32_t> read_page_limit(std::uint32_t asked);

/// Campus of a course and the course's usage row.
struct CourseRows {
  std::string campus;
  std::string card;   // wire::CourseCard
  std::string usage;  // wire::CourseUsage
};
[[nodiscard]] Maybe<CourseRows> course_rows(const Asking& asking, std::string_view course);

// One function per question, beside the projection whose rows it reads.
[[nodiscard]] Asked answer_remaining_seats(const Asking& asking, std::string_view course,
                                           wire::RemainingSeats::Builder out);
[[nodiscard]] Asked answer_usage_statistics(const Asking& asking, std::string_view campus,
                                            wire::UsageStatistics::Builder out);
[[nodiscard]] Asked answer_usage_detail(const Asking& asking, std::string_view campus,
                                        wire::UsageDetail::Builder out);
[[nodiscard]] Asked answer_course_seat_periods(const Asking& asking,
                                               wire::SeatPeriodsQuestion::Reader question,
                                               wire::CourseSeatPeriods::Builder out);
[[nodiscard]] Asked answer_course_settlement(const Asking& asking, wire::SettlementQuestion::Reader question,
                                             wire::CourseSettlement::Builder out);
[[nodiscard]] Asked answer_seat_of(const Asking& asking, std::string_view person, wire::SeatOf::Builder out);
[[nodiscard]] Asked answer_integration_backlog(const Asking& asking, wire::BacklogQuestion::Reader question,
                                               wire::IntegrationBacklog::Builder out);
[[nodiscard]] Asked answer_tag_drift(const Asking& asking, wire::DriftQuestion::Reader question,
                                     wire::TagDrift::Builder out);
[[nodiscard]] Asked answer_courses_of(const Asking& asking, std::string_view person,
                                      wire::CoursesOf::Builder out);
[[nodiscard]] Asked answer_person_detail(const Asking& asking, wire::PersonDetailQuestion::Reader question,
                                         wire::PersonDetail::Builder out);
[[nodiscard]] Asked answer_community_pool(const Asking& asking, std::string_view community,
                                          wire::CommunityPool::Builder out);
[[nodiscard]] Asked answer_rollover_preview(const Asking& asking, wire::PreviewQuestion::Reader question,
                                            wire::RolloverPreview::Builder out);
[[nodiscard]] Asked answer_cheaper_seat_hint(const Asking& asking, std::string_view course,
                                             wire::CheaperSeatHint::Builder out);

// projections/credits
[[nodiscard]] Asked answer_menu_balance(const Asking& asking, std::string_view user,
                                        wire::MenuBalance::Builder out);
[[nodiscard]] Asked answer_credit_overview(const Asking& asking, std::string_view user,
                                           wire::CreditOverview::Builder out);
[[nodiscard]] Asked answer_order_list(const Asking& asking, wire::UserPageQuestion::Reader question,
                                      wire::OrderList::Builder out);
[[nodiscard]] Asked answer_transaction_list(const Asking& asking, wire::UserPageQuestion::Reader question,
                                            wire::TransactionList::Builder out);
[[nodiscard]] Asked answer_package_list(const Asking& asking, wire::PackagesQuestion::Reader question,
                                        wire::PackageList::Builder out);
[[nodiscard]] Asked answer_conversion_card(const Asking& asking, std::string_view user,
                                           wire::ConversionCard::Builder out);
[[nodiscard]] Asked answer_can_publish(const Asking& asking, wire::PublishQuestion::Reader question,
                                       wire::CanPublish::Builder out);
[[nodiscard]] Asked answer_order_administration(const Asking& asking,
                                                wire::OrderFilterQuestion::Reader question,
                                                wire::OrderAdministration::Builder out);
[[nodiscard]] Asked answer_order_detail(const Asking& asking, std::string_view order,
                                        wire::OrderDetail::Builder out);
[[nodiscard]] Asked answer_account_administration(const Asking& asking,
                                                  wire::AccountsQuestion::Reader question,
                                                  wire::AccountAdministration::Builder out);
[[nodiscard]] Asked answer_uninvoiced_orders(const Asking& asking, wire::UninvoicedQuestion::Reader question,
                                             wire::UninvoicedOrders::Builder out);
[[nodiscard]] Asked answer_billing_runs(const Asking& asking, wire::RunsQuestion::Reader question,
                                        wire::BillingRuns::Builder out);
[[nodiscard]] Asked answer_billing_lines(const Asking& asking, wire::LinesQuestion::Reader question,
                                         wire::BillingLines::Builder out);
[[nodiscard]] Asked answer_billing_statement(const Asking& asking, std::string_view run,
                                             wire::BillingStatement::Builder out);
// One function per domain: nothing when the question is not of this domain.
[[nodiscard]] std::optional<Asked> answer_access_question(const Asking& asking,
                                                          wire::Query::Question::Reader question,
                                                          wire::Answer::Body::Builder out);

}  // namespace kontor::views
