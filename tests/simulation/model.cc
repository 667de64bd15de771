#include "tests/simulation/model.h"

#include <algorithm>

namespace kontor::simulation {
namespace {

namespace cmd = rules::seats;

struct StreamOf {
  std::string operator()(const cmd::OpenCampus& c) const { return "campus/" + c.campus.value; }
  std::string operator()(const cmd::BookFlat& c) const { return "campus/" + c.campus.value; }
  std::string operator()(const cmd::ResizeFlat& c) const { return "campus/" + c.campus.value; }
  std::string operator()(const cmd::ActivateBookingPeriod& c) const { return "campus/" + c.campus.value; }
  std::string operator()(const cmd::EnableBothSeatTypes& c) const { return "campus/" + c.campus.value; }
  std::string operator()(const cmd::CorrectSeat&) const { return "tenant"; }
  std::string operator()(const auto& c) const { return "course/" + c.course.value; }
};

const rules::tenancy::Command* tenancy_part(const rules::Command& command) {
  return std::get_if<rules::tenancy::Command>(&command);
}

std::string person_of(const rules::people::Command& command) {
  if (const auto* registered = std::get_if<rules::people::RegisterPerson>(&command))
    return registered->person.value().value;
  if (const auto* changed = std::get_if<rules::people::ChangePersonEmail>(&command))
    return changed->person.value;
  return std::get<rules::people::ErasePerson>(command).person.value;
}

/// The person a seats command names; empty: none.
std::string person_of(const rules::seats::Command& command) {
  return std::visit(
      [](const auto& one) -> std::string {
        if constexpr (requires { one.person; })
          return one.person.value;
        else
          return "";
      },
      command);
}

bool finishes(const rules::Command& command) {
  const auto* part = tenancy_part(command);
  return part != nullptr && std::holds_alternative<rules::tenancy::FinishHistory>(*part);
}

const rules::tenancy::CreateTenant* creation(const rules::Command& command) {
  const auto* part = tenancy_part(command);
  return part == nullptr ? nullptr : std::get_if<rules::tenancy::CreateTenant>(part);
}

}  // namespace

Said refused(Reason code) { return {.kind = Said::Kind::Refused, .code = code, .at = {}}; }

std::string stream_of(const rules::Command& command) {
  if (tenancy_part(command) != nullptr) return "tenant";
  if (const auto* part = std::get_if<rules::people::Command>(&command)) return "person/" + person_of(*part);
  return std::visit(StreamOf{}, std::get<rules::seats::Command>(command));
}

namespace {

constexpr std::int64_t kGraceNs = 30LL * 24 * 3'600 * 1'000'000'000;

}  // namespace

std::optional<Instant> TenantModel::next_due() const {
  std::optional<Instant> due = seats.next_due();
  if (period_ends_.empty()) return due;
  const Instant seal{period_ends_.begin()->ns + kGraceNs};
  return due && *due <= seal ? due : seal;
}

void TenantModel::fire_until(Instant at) {
  for (auto due = next_due(); due && *due <= at; due = next_due()) {
    if (due == seats.next_due()) {
      timeline_at = seats.fire_one();
    } else {
      timeline_at = *due;
      period_ends_.erase(period_ends_.begin());
    }
  }
}

tl::expected<Instant, Reason> TenantModel::time_for(const CommandRequest& command, Instant now) const {
  using tenancy::Timeline;
  const auto no = [](Reason code) { return tl::unexpected<Reason>(code); };
  const bool is_row = command.history.has_value();
  if (!timeline) {
    const auto* create = creation(command.body);
    if (create == nullptr) return no(Reason::UnknownTenant);
    if (create->timeline == Timeline::Live)
      return is_row ? no(Reason::TimelineMode) : tl::expected<Instant, Reason>(now);
    if (!is_row) return no(Reason::InvalidArgument);
  } else if (*timeline == Timeline::Live) {
    if (is_row) return no(Reason::TimelineMode);
    return std::max(now, timeline_at);
  } else if (!is_row) {
    if (!finishes(command.body)) return no(Reason::TimelineMode);
    return std::max(now, timeline_at);
  }
  const Instant at = command.history->at;
  const HistoryStamp& stamp = command.history->stamp;
  if (at > now) return no(Reason::EffectiveTimeInFuture);
  if (at < timeline_at) return no(Reason::TimelineBehind);
  const bool same_line_or_before =
      imported && imported->source == stamp.source && stamp.line <= imported->line;
  if (at == timeline_at && same_line_or_before) return no(Reason::TimelineBehind);
  return at;
}

std::optional<Reason> TenantModel::decide(const CommandRequest& command, Instant at) {
  const auto accept = [&] {
    timeline_at = at;
    if (command.history) imported = command.history->stamp;
    return std::nullopt;
  };
  if (const auto* part = tenancy_part(command.body)) {
    if (command.actor.role != Role::Operator) return Reason::ForbiddenRole;
    if (const auto* create = std::get_if<rules::tenancy::CreateTenant>(part)) {
      if (timeline) return Reason::AlreadyExists;
      timeline = create->timeline;
      return accept();
    }
    if (const auto* change = std::get_if<rules::tenancy::ChangeTenantPlan>(part)) {
      if (const auto reason = decide_plan(*change)) return reason;
      return accept();
    }
    if (timeline != tenancy::Timeline::History) return Reason::TimelineMode;
    timeline = tenancy::Timeline::Live;
    return accept();
  }
  if (const auto* part = std::get_if<rules::people::Command>(&command.body)) {
    if (const auto reason = people.decide(*part, command.actor.role)) return reason;
    return accept();
  }
  const auto& part = std::get<rules::seats::Command>(command.body);
  if (const auto reason = decide_seats(part, command.actor, at)) return reason;
  if (const auto* flat = std::get_if<rules::seats::BookFlat>(&part)) period_ends_.insert(flat->to);
  return accept();
}

/// For an erased person only the role is asked, and then nothing is done.
std::optional<Reason> TenantModel::decide_seats(const rules::seats::Command& command, const Actor& actor,
                                                Instant at) {
  if (!people.erased(person_of(command))) return seats.decide(command, actor, at);
  SeatsModel copy = seats;
  return copy.decide(command, actor, at) == Reason::ForbiddenRole ? Reason::ForbiddenRole
                                                                  : Reason::SubjectErased;
}

std::optional<Reason> TenantModel::decide_plan(const rules::tenancy::ChangeTenantPlan& command) {
  tenancy::TenantPlanChanged next{command.suite, plan.credits};
  if (command.credits) next.credits = *command.credits;
  if (next == plan) return Reason::InvalidArgument;
  plan = next;
  return std::nullopt;
}

}  // namespace kontor::simulation
