// How commands about tenants and seats are made up.

#include "tests/model/chance.h"

namespace kontor::model {
namespace {

Role manager(Chance& c) { return c.percent(50) ? Role::CampusManager : Role::CourseManager; }

seats::CourseSeatTypes types(Chance& c) {
  return c.percent(60) ? seats::CourseSeatTypes::CampusAndCourse : seats::CourseSeatTypes::CampusOnly;
}

const Period* some_period(Chance& c) {
  return c.world->seats.periods.empty() ? nullptr : &c.dice.pick(c.world->seats.periods);
}

std::optional<std::uint32_t> limit(Chance& c) {
  if (c.percent(40)) return {};
  return static_cast<std::uint32_t>(c.dice.below(4));
}

}  // namespace

Role fill(Chance& c, rules::tenancy::CreateTenant& command) {
  command.timeline = c.percent(90) ? tenancy::Timeline::Live : tenancy::Timeline::History;
  return Role::Operator;
}
Role fill(Chance&, rules::tenancy::FinishHistory&) { return Role::Operator; }

Role fill(Chance& c, rules::tenancy::ChangeTenantPlan& command) {
  command.suite = static_cast<tenancy::Suite>(c.plausible() ? 2 + c.dice.below(2) : c.dice.below(4));
  if (c.percent(70))
    command.credits = c.percent(90) ? tenancy::CreditsOption::Included : tenancy::CreditsOption::Excluded;
  return Role::Operator;
}

Role fill(Chance& c, rules::seats::OpenCampus& command) {
  command.campus = c.campus();
  command.kind = c.percent(65) ? seats::CampusKind::Flat : seats::CampusKind::Package;
  if (c.percent(15)) command.time_zone = "UTC";
  if (c.mood == Chance::Mood::Nonsense && c.percent(40)) command.time_zone = "Mars/Olympus";
  return Role::Backend;
}

Role fill(Chance& c, rules::seats::BookFlat& command) {
  command.campus = c.campus();
  command.period = c.name<PeriodId>("y", 5);
  command.size = c.number(5, 1'000'000);
  command.from =
      c.midnight(c.percent(60) ? -1 - static_cast<int>(c.dice.below(9)) : static_cast<int>(c.dice.below(90)));
  for (const Period& each : c.world->seats.periods)
    if (each.campus == command.campus && c.percent(60)) command.from = each.booked.to;
  command.to = c.midnight(static_cast<int>((command.from.ns - c.now.ns) / (86'400 * kNanosecondsPerSecond)) +
                          static_cast<int>(c.dice.between(20, 200)));
  if (!c.plausible() && c.percent(30)) command.to = c.moment();
  if (c.percent(3)) command.currency = Currency{{'C', 'H', 'F'}};
  if (c.percent(40)) command.price.value = 250'000;
  if (!c.plausible() && c.percent(20)) command.price.value = c.percent(50) ? -1 : 1'000'000'000'001;
  std::uint32_t size = 1;
  std::int64_t price = 1'500;
  const std::uint64_t tiers = c.dice.below(4) + (c.percent(90) ? 1 : 0);
  for (std::uint64_t i = 0; i < tiers; ++i) {
    command.prices.push_back({size, {price}});
    size += static_cast<std::uint32_t>(c.dice.below(3)) + (c.plausible() ? 1 : 0);
    price -= static_cast<std::int64_t>(c.dice.below(400)) - (c.plausible() ? 0 : 50);
  }
  if (!c.plausible() && !command.prices.empty() && c.percent(30)) {
    const std::int64_t edges[] = {-1, 0, 1'000'000'000, 1'000'000'001};
    command.prices.front().unit_price.value = edges[c.dice.below(4)];
  }
  if (c.percent(35)) command.rounding = seats::Rounding::Full;
  return Role::ContractDesk;
}

Role fill(Chance& c, rules::seats::ResizeFlat& command) {
  command.campus = c.campus();
  command.period = c.name<PeriodId>("y", 5);
  if (const Period* period = some_period(c); period != nullptr && c.percent(90)) {
    command.campus = period->campus;
    command.period = period->booked.period;
  }
  command.size = c.number(6, 1'000'000);
  if (c.percent(50)) command.from = c.moment();
  return Role::ContractDesk;
}

Role fill(Chance& c, rules::seats::ActivateBookingPeriod& command) {
  command.campus = c.campus();
  command.period = c.name<PeriodId>("y", 5);
  if (const Period* period = some_period(c); period != nullptr && c.percent(90)) {
    command.campus = period->campus;
    command.period = period->booked.period;
  }
  for (const Period& each : c.world->seats.periods) {
    if (!each.pending || c.percent(20)) continue;
    command.campus = each.campus;
    command.period = each.booked.period;
  }
  return c.percent(50) ? Role::ContractDesk : Role::Backend;
}

Role fill(Chance& c, rules::seats::EnableBothSeatTypes& command) {
  command.campus = c.campus();
  if (c.percent(20)) command.option = seats::SeatTypeOption::CampusSeatsOnly;
  return Role::Support;
}

Role fill(Chance& c, rules::seats::CreateCourse& command) {
  command.campus = c.campus();
  command.course = c.course();
  command.start = c.moment();
  command.end = c.later(std::max(command.start, c.now));
  if (!c.plausible() && c.percent(30)) command.end = c.moment();
  command.seat_types = types(c);
  return manager(c);
}

Role fill(Chance& c, rules::seats::EditCourse& command) {
  command.course = c.course_in({CourseState::Planned, CourseState::Running});
  if (c.percent(40)) command.start = c.moment();
  if (c.percent(60)) command.end = c.moment();
  if (c.percent(30)) command.seat_types = types(c);
  return manager(c);
}

Role fill(Chance& c, rules::seats::SetCourseSeatLimits& command) {
  command.course = c.course();
  command.campus_seats = limit(c);
  command.course_seats = limit(c);
  return Role::CampusManager;
}

Role fill(Chance& c, rules::seats::InviteToCourse& command) {
  command.course = c.course_in({CourseState::Planned, CourseState::Running});
  command.person = c.person();
  command.role = static_cast<seats::MemberRole>(c.percent(70) ? 0 : c.dice.below(4));
  if (c.percent(75)) command.seat_type = c.percent(60) ? seats::SeatType::Course : seats::SeatType::Campus;
  return manager(c);
}

Role fill(Chance& c, rules::seats::AddCampusSeat& command) {
  command.course = c.course_in({CourseState::Planned, CourseState::Running});
  command.person = c.person();
  for (const Member& each : c.world->seats.members) {
    if (each.state != MemberState::Active || c.percent(50)) continue;
    command.course = each.course;
    command.person = each.person;
  }
  return Role::CampusManager;
}

Role fill(Chance& c, rules::seats::EndCourseMembership& command) {
  command.course = c.course();
  command.person = c.person();
  if (!c.world->seats.members.empty() && c.percent(85)) {
    const Member& some = c.dice.pick(c.world->seats.members);
    command.course = some.course;
    command.person = some.person;
  }
  return c.percent(30) ? Role::Member : manager(c);
}

Role fill(Chance& c, rules::seats::EndCourseRun& command) {
  command.course = c.course_in({CourseState::Running});
  return manager(c);
}

Role fill(Chance& c, rules::seats::SettleCourse& command) {
  command.course = c.course_in({CourseState::Ended});
  command.run = 1;
  if (const Course* course = c.world->seats.course(command.course)) command.run = course->run;
  if (c.percent(7)) command.run = static_cast<std::uint32_t>(c.dice.below(4));
  command.invoice_ref = c.text("invoice-1", 100);
  return Role::Billing;
}

Role fill(Chance& c, rules::seats::ReactivateCourse& command) {
  command.course = c.course_in({CourseState::Settled});
  command.start = c.moment();
  command.end = c.later(std::max(command.start, c.now));
  if (!c.plausible() && c.percent(40)) command.end = c.moment();
  command.reissue =
      c.percent(50) ? rules::seats::CourseSeatReissue::Yes : rules::seats::CourseSeatReissue::No;
  return manager(c);
}

Role fill(Chance& c, rules::seats::TransferSeat& command) {
  command.course = c.course();
  command.person = c.person();
  command.to = c.person();
  return Role::CampusManager;
}

Role fill(Chance& c, rules::seats::RecordContribution& command) {
  command.course = c.course_in({CourseState::Running});
  command.person = c.person();
  for (const Member& each : c.world->seats.members)
    if (each.course == command.course && c.percent(50)) command.person = each.person;
  command.artefact = "text-" + std::to_string(c.dice.below(5));
  return Role::Backend;
}

Role fill(Chance& c, rules::seats::CorrectSeat& command) {
  command.event = c.dice.below(300);
  for (const CampusSeat& seat : c.world->seats.campus_seats)
    if ((seat.active || c.percent(5)) && c.percent(25)) command.event = seat.granted;
  for (const CourseSeat& seat : c.world->seats.course_seats) {
    for (const Block& block : seat.blocks)
      if (c.percent(block.price ? 10 : 30)) command.event = block.position;
    if (!seat.granted.empty() && c.percent(10)) command.event = c.dice.pick(seat.granted);
  }
  command.reason = c.percent(95) ? "a mistake" : "";
  return Role::Support;
}

Role fill(Chance& c, rules::seats::ChangeRole& command) {
  command.course = c.course();
  command.person = c.person();
  if (!c.world->seats.members.empty() && c.percent(85)) {
    const Member& some = c.dice.pick(c.world->seats.members);
    command.course = some.course;
    command.person = some.person;
  }
  command.role = static_cast<seats::MemberRole>(c.dice.below(4));
  return manager(c);
}

std::vector<Drawn> opening(Chance& c) {
  std::vector<Drawn> all;
  const auto add = [&](Role role, rules::Command command) {
    all.push_back({.role = role, .command = std::move(command)});
  };
  c.mood = Chance::Mood::Plausible;
  add(Role::Operator, rules::tenancy::Command(rules::tenancy::CreateTenant{}));
  if (c.percent(80)) {
    rules::tenancy::ChangeTenantPlan plan{tenancy::Suite::ExpertSuitePlus, tenancy::CreditsOption::Included};
    add(Role::Operator, rules::tenancy::Command(plan));
  }
  if (c.percent(70)) {
    rules::access::ConfigureGroupFeature feature;
    feature.crm_provider = "crm-1";
    feature.crm_state = access::CrmState::Connected;
    add(Role::Admin, rules::access::Command(feature));
    rules::access::RegisterGroupProduct product{ProductId("course-pack-1"), {1'000}, Currency{}, {"tag-1"}};
    add(Role::Admin, rules::access::Command(product));
  }
  if (c.percent(70)) {
    rules::credits::ConfigureCredits settings;
    settings.feature = credits::Feature::On;
    if (c.percent(50)) settings.order_mode = credits::OrderMode::Automatic;
    settings.auto_accounts.push_back({"company", rules::credits::Beginning::WithAccount, 2});
    add(Role::Operator, rules::credits::Command(settings));
    rules::credits::DefinePackage package{PackageId("pack-1"), "three points", 3, {990}, Currency{}};
    add(Role::Operator, rules::credits::Command(package));
  }
  const std::uint64_t campuses = c.dice.below(4);
  for (std::uint64_t i = 1; i <= campuses; ++i) {
    rules::seats::OpenCampus open;
    const Role backend = fill(c, open);
    open.campus = CampusId("c-" + std::to_string(i));
    add(backend, rules::seats::Command(open));
    rules::seats::BookFlat book;
    const Role desk = fill(c, book);
    book.campus = open.campus;
    add(desk, rules::seats::Command(book));
    if (c.percent(70))
      add(Role::Support, rules::seats::Command(rules::seats::EnableBothSeatTypes{open.campus}));
  }
  return all;
}

}  // namespace kontor::model
