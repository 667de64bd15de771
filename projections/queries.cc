#include "projections/queries.h"

#include <kj/exception.h>

#include <algorithm>

#include "projections/asking.h"
#include "projections/two_clocks.h"

namespace kontor::views {
namespace {

constexpr unsigned kFirstSegmentWords = 4'096;

// The newest position that counts as known.
Maybe<Position> known_position(const ViewStore& views, const TenantId& tenant, wire::Query::Reader query,
                               Position head) {
  const Position asked = query.getKnownPosition();
  const Instant time{query.getKnownTime()};
  if (asked != 0 && time.ns != 0)
    return bad_input("knownPosition and knownTime say the same thing twice; name one", {});
  if (asked > head)
    return bad_input(fmt::format("position {} lies beyond the head", asked),
                     {rules::fact("knownPosition", asked), rules::fact("head", head)});
  if (asked != 0) return asked;
  if (time.ns == 0) return head;
  if (!time.valid()) return bad_input("knownTime is out of range", {rules::fact("knownTime", time.ns)});
  const Result<Position> position = views.position_known_at(tenant, time);
  if (!position) return no(position.error());
  return *position;
}

// Questions about credits, and those of a newer program.
Asked fill_credits(const Asking& asking, wire::Query::Question::Reader question,
                   wire::Answer::Body::Builder body) {
  using Question = wire::Query::Question;
  switch (question.which()) {
    case Question::MENU_BALANCE:
      return answer_menu_balance(asking, view(question.getMenuBalance().getUser()), body.initMenuBalance());
    case Question::CREDIT_OVERVIEW:
      return answer_credit_overview(asking, view(question.getCreditOverview().getUser()),
                                    body.initCreditOverview());
    case Question::ORDER_LIST:
      return answer_order_list(asking, question.getOrderList(), body.initOrderList());
    case Question::TRANSACTION_LIST:
      return answer_transaction_list(asking, question.getTransactionList(), body.initTransactionList());
    case Question::PACKAGE_LIST:
      return answer_package_list(asking, question.getPackageList(), body.initPackageList());
    case Question::CONVERSION_CARD:
      return answer_conversion_card(asking, view(question.getConversionCard().getUser()),
                                    body.initConversionCard());
    case Question::CAN_PUBLISH:
      return answer_can_publish(asking, question.getCanPublish(), body.initCanPublish());
    case Question::ORDER_ADMINISTRATION:
      return answer_order_administration(asking, question.getOrderAdministration(),
                                         body.initOrderAdministration());
    case Question::ORDER_DETAIL:
      return answer_order_detail(asking, view(question.getOrderDetail().getOrder()), body.initOrderDetail());
    case Question::ACCOUNT_ADMINISTRATION:
      return answer_account_administration(asking, question.getAccountAdministration(),
                                           body.initAccountAdministration());
    case Question::UNINVOICED_ORDERS:
      return answer_uninvoiced_orders(asking, question.getUninvoicedOrders(), body.initUninvoicedOrders());
    default: break;  // a question of a newer program
  }
  return bad_input("the question is unknown to this program", {});
}

Asked fill(const Asking& asking, wire::Query::Question::Reader question, wire::Answer::Body::Builder body) {
  using Question = wire::Query::Question;
  switch (question.which()) {
    case Question::REMAINING_SEATS:
      return answer_remaining_seats(asking, view(question.getRemainingSeats().getCourse()),
                                    body.initRemainingSeats());
    case Question::USAGE_STATISTICS:
      return answer_usage_statistics(asking, view(question.getUsageStatistics().getCampus()),
                                     body.initUsageStatistics());
    case Question::USAGE_DETAIL:
      return answer_usage_detail(asking, view(question.getUsageDetail().getCampus()), body.initUsageDetail());
    case Question::COURSE_SEAT_PERIODS:
      return answer_course_seat_periods(asking, question.getCourseSeatPeriods(),
                                        body.initCourseSeatPeriods());
    case Question::SEAT_OF:
      return answer_seat_of(asking, view(question.getSeatOf().getPerson()), body.initSeatOf());
    case Question::COURSES_OF:
      return answer_courses_of(asking, view(question.getCoursesOf().getPerson()), body.initCoursesOf());
    case Question::COURSE_SETTLEMENT:
      return answer_course_settlement(asking, question.getCourseSettlement(), body.initCourseSettlement());
    case Question::PERSON_DETAIL:
      return answer_person_detail(asking, question.getPersonDetail(), body.initPersonDetail());
    case Question::INTEGRATION_BACKLOG:
      return answer_integration_backlog(asking, question.getIntegrationBacklog(),
                                        body.initIntegrationBacklog());
    case Question::TAG_DRIFT: return answer_tag_drift(asking, question.getTagDrift(), body.initTagDrift());
    case Question::BILLING_RUNS:
      return answer_billing_runs(asking, question.getBillingRuns(), body.initBillingRuns());
    case Question::BILLING_LINES:
      return answer_billing_lines(asking, question.getBillingLines(), body.initBillingLines());
    case Question::BILLING_STATEMENT:
      return answer_billing_statement(asking, view(question.getBillingStatement().getRun()),
                                      body.initBillingStatement());
    case Question::COMMUNITY_POOL:
      return answer_community_pool(asking, view(question.getCommunityPool().getCommunity()),
                                   body.initCommunityPool());
    case Question::ROLLOVER_PREVIEW:
      return answer_rollover_preview(asking, question.getRolloverPreview(), body.initRolloverPreview());
    case Question::CHEAPER_SEAT_HINT:
      return answer_cheaper_seat_hint(asking, view(question.getCheaperSeatHint().getCourse()),
                                      body.initCheaperSeatHint());
    default: break;
  }
  if (std::optional<Asked> access = answer_access_question(asking, question, body)) return *std::move(access);
  return fill_credits(asking, question, body);
}

AnswerOutcome outcome_of(const No& no) {
  if (const auto* refusal = std::get_if<rules::Refusal>(&no)) return *refusal;
  return std::get<Error>(no);
}

AnswerOutcome answer_or_throw(const ViewStore& views, const TenantId& tenant, wire::Query::Reader query,
                              const Moment& moment, Instant ages_end, const keys::KeyStore* secrets) {
  const Result<LateView> late = with_late_events(views, tenant, moment.position, moment.known, moment.at);
  if (!late) return late.error();
  const Asking asking{
      late->views ? *late->views : views, tenant, late->position, moment.at, ages_end, secrets, &views};
  auto message = std::make_unique<capnp::MallocMessageBuilder>(kFirstSegmentWords);
  auto answer = message->initRoot<wire::Answer>();
  answer.setPosition(asking.position);
  answer.setEffectiveAt(asking.at.ns);
  const Asked filled = fill(asking, query.getQuestion(), answer.getBody());
  if (!filled) return outcome_of(filled.error());
  // Empty lists and counts of 0 would look like answers.
  if (asking.position == 0)
    return rules::Refusal{Reason::NotFound, "before the tenant's first event nothing is known", {}, {}};
  return message;
}

}  // namespace

Maybe<Moment> moment_of(const ViewStore& views, const TenantId& tenant, wire::Query::Reader query) {
  const Result<TenantMark> mark = views.tenant(tenant);
  if (!mark) return no(mark.error());
  const Maybe<Position> known = known_position(views, tenant, query, mark->position);
  if (!known) return tl::unexpected<No>(known.error());
  const auto as_of = query.getAsOf();
  switch (as_of.which()) {
    case wire::Query::AsOf::HEAD:
    case wire::Query::AsOf::POSITION: {
      const Position asked = as_of.isHead() ? *known : as_of.getPosition();
      if (as_of.isPosition() && (query.getKnownPosition() != 0 || query.getKnownTime() != 0))
        return bad_input("a position says what is known already; ask as of a time, or leave the other out",
                         {});
      if (asked > mark->position)
        return bad_input(fmt::format("position {} lies beyond the head", asked),
                         {rules::fact("position", asked), rules::fact("head", mark->position)});
      const Result<Instant> at = views.effective_at(tenant, asked);
      if (!at) return no(at.error());
      return Moment{asked, asked == 0 ? Instant{} : *at, asked};
    }
    case wire::Query::AsOf::TIME: {
      const Instant at{as_of.getTime()};
      if (!at.valid()) return bad_input("the time is out of range", {rules::fact("time", as_of.getTime())});
      const Result<Position> position = views.position_at(tenant, at);
      if (!position) return no(position.error());
      return Moment{std::min(*position, *known), at, *known};
    }
  }
  return bad_input("the question's asOf is unknown to this program", {});
}

// A question that names neither position nor time, of the past or of what was known, is about the present.
Instant ages_end_of(wire::Query::Reader query, Instant at, std::optional<Instant> now) {
  const bool present = query.getAsOf().isHead() && query.getKnownPosition() == 0 && query.getKnownTime() == 0;
  return present && now ? std::max(at, *now) : at;
}

Maybe<std::uint32_t> read_page_limit(std::uint32_t asked) {
  if (asked == 0) return kPageRowsDefault;
  if (asked > kPageRowsMax)
    return bad_input(fmt::format("a page has at most {} rows", kPageRowsMax),
                     {rules::fact("limit", asked), rules::fact("limit_max", kPageRowsMax)});
  return asked;
}

Maybe<CourseRows> course_rows(const Asking& asking, std::string_view course) {
  Maybe<std::string> card = row_of(asking, asking.keys().course_card(course), "course", course);
  if (!card) return tl::unexpected<No>(card.error());
  std::string campus(view(StoredRow<wire::CourseCard>(*card).read().getCampus()));
  Maybe<std::string> usage = row_of(asking, asking.keys().campus_course(campus, course), "course", course);
  if (!usage) return tl::unexpected<No>(usage.error());
  return CourseRows{std::move(campus), *std::move(card), *std::move(usage)};
}

AnswerOutcome answer_at(const ViewStore& views, const TenantId& tenant, wire::Query::Reader query,
                        const Moment& moment, Instant ages_end, const keys::KeyStore* secrets) {
  try {
    return answer_or_throw(views, tenant, query, moment, ages_end, secrets);
  } catch (const kj::Exception& e) {
    // The question has passed the door's checks; what cannot be read is a row.
    return Error{Reason::Rebuilding,
                 fmt::format("a row of the views cannot be read: {}", e.getDescription().cStr())};
  }
}

AnswerOutcome answer(const ViewStore& views, const TenantId& tenant, wire::Query::Reader query,
                     const keys::KeyStore* secrets, std::optional<Instant> now) {
  const auto moment = moment_of(views, tenant, query);
  if (!moment) return outcome_of(moment.error());
  return answer_at(views, tenant, query, *moment, ages_end_of(query, moment->at, now), secrets);
}

}  // namespace kontor::views
