#include "tests/simulation/generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace kontor::simulation {
namespace {

namespace cmd = rules::seats;

// --- recipes: one per command. The primary template has no body, so a new command needs one. ---

template <class Command>
Command cook(Kitchen& kitchen);

cmd::PriceTier tier(std::uint32_t from_size, std::int64_t price) { return {from_size, MinorUnits{price}}; }

std::vector<cmd::PriceTier> price_list(Kitchen& k) {
  const std::int64_t top = k.dice.between(0, 1500);
  if (k.nonsense() && k.dice.percent(70)) {
    switch (k.dice.below(5)) {
      case 0: return {};
      case 1: return {tier(1, 100), tier(5, 200)};
      case 2: return {tier(5, 100), tier(5, 90)};
      case 3: return {tier(1, -1)};
      default: return {tier(1, 1'000'000'001)};
    }
  }
  if (k.border()) return {tier(k.dice.percent(50) ? 0 : 3, k.dice.percent(50) ? 1'000'000'000 : 0)};
  std::vector<cmd::PriceTier> tiers{tier(static_cast<std::uint32_t>(k.dice.below(2)), top)};
  while (tiers.size() < 3 && k.dice.percent(60))
    tiers.push_back(tier(tiers.back().from_size + 1 + static_cast<std::uint32_t>(k.dice.below(4)),
                         tiers.back().unit_price.value - k.dice.between(0, tiers.back().unit_price.value)));
  return tiers;
}

PeriodId period_name(Kitchen& k) {
  return PeriodId(fmt::format("y-{}", k.dice.below(k.border() ? 4 : 1'000)));
}

/// A booked period of the campus, the newest ones preferred.
PeriodId known_period(Kitchen& k, const CampusId& campus) {
  const auto at = k.model.campuses().find(campus.value);
  if (k.nonsense() || at == k.model.campuses().end() || at->second.periods.empty()) return period_name(k);
  const auto& periods = at->second.periods;
  const std::size_t back = std::min<std::size_t>(k.dice.below(3), periods.size() - 1);
  return PeriodId(periods[periods.size() - 1 - back].name);
}

/// One that waits for somebody to activate it, if there is one.
PeriodId pending_period(Kitchen& k, const CampusId& campus) {
  const auto at = k.model.campuses().find(campus.value);
  if (!k.nonsense() && at != k.model.campuses().end())
    for (const auto& period : at->second.periods)
      if (period.phase == SeatsModel::PeriodPhase::Pending) return PeriodId(period.name);
  return known_period(k, campus);
}

template <>
cmd::OpenCampus cook(Kitchen& k) {
  k.by(Role::Backend);
  const bool package = k.dice.percent(25);
  std::string zone = k.dice.percent(70) ? "Europe/Berlin" : "UTC";
  if (k.nonsense() && k.dice.percent(50)) zone = "Europe/Bielefeld";
  return {.campus = k.new_campus(),
          .kind = package ? cmd::CampusKind::Package : cmd::CampusKind::Flat,
          .time_zone = std::move(zone)};
}

template <>
cmd::BookFlat cook(Kitchen& k) {
  k.by(Role::ContractDesk);
  cmd::BookFlat c;
  c.campus = k.campus();
  c.period = period_name(k);
  c.size = k.flat_size();
  c.from = k.midnight(c.campus, k.dice.between(-10, 40));
  const auto campus = k.model.campuses().find(c.campus.value);
  // Mostly the period follows the newest one, so that rollovers happen.
  if (campus != k.model.campuses().end() && !campus->second.periods.empty() && k.dice.percent(85))
    c.from = campus->second.periods.back().to;
  const Zone zone = campus == k.model.campuses().end() ? Zone::Berlin : campus->second.zone;
  c.to = days_later(zone, c.from, k.dice.between(10, k.taste.period_days_max));
  if (k.border() && k.dice.percent(30)) c.to = k.dice.percent(50) ? c.from : k.midnight(c.campus, 0);
  if (k.nonsense() && k.dice.percent(20)) c.to.ns += kSecond;
  if (k.dice.percent(2)) c.currency = Currency{{'C', 'H', 'F'}};
  c.prices = price_list(k);
  c.rounding = k.dice.percent(25) ? cmd::Rounding::Full : cmd::Rounding::Started;
  return c;
}

template <>
cmd::ResizeFlat cook(Kitchen& k) {
  k.by(Role::ContractDesk);
  cmd::ResizeFlat c;
  c.campus = k.campus();
  c.period = known_period(k, c.campus);
  c.size = k.flat_size();
  if (k.dice.percent(40)) c.from = k.midnight(c.campus, k.dice.between(0, 60));
  if (k.border()) c.from = k.now;
  if (k.nonsense()) c.from = Instant{k.now.ns - 1};
  return c;
}

template <>
cmd::ActivateBookingPeriod cook(Kitchen& k) {
  k.by(k.dice.percent(50) ? Role::Backend : Role::ContractDesk);
  const CampusId campus = k.campus();
  return {.campus = campus, .period = pending_period(k, campus)};
}

template <>
cmd::EnableBothSeatTypes cook(Kitchen& k) {
  k.by(Role::Support);
  const bool off = k.dice.percent(20);
  return {.campus = k.campus(),
          .option = off ? cmd::SeatTypeOption::CampusSeatsOnly : cmd::SeatTypeOption::BothSeatTypes};
}

template <>
cmd::CreateCourse cook(Kitchen& k) {
  k.by(k.dice.percent(50) ? Role::CampusManager : Role::CourseManager);
  cmd::CreateCourse c;
  c.campus = k.campus();
  c.course = k.new_course();
  const auto dates = k.run_dates(c.campus);
  c.start = dates.start;
  c.end = dates.end;
  c.seat_types =
      k.dice.percent(70) ? cmd::CourseSeatTypes::CampusAndCourse : cmd::CourseSeatTypes::CampusOnly;
  return c;
}

template <>
cmd::EditCourse cook(Kitchen& k) {
  k.by(k.dice.percent(50) ? Role::CampusManager : Role::CourseManager);
  cmd::EditCourse c;
  c.course = k.course_in(k.dice.percent(50) ? SeatsModel::Phase::Running : SeatsModel::Phase::Planned);
  const auto at = k.model.courses().find(c.course.value);
  const CampusId campus = at == k.model.courses().end() ? k.campus() : CampusId(at->second.campus);
  const auto dates = k.run_dates(campus);
  const bool planned = at != k.model.courses().end() && at->second.phase == SeatsModel::Phase::Planned;
  if (k.dice.percent(planned ? 50 : 10)) c.start = dates.start;
  if (k.dice.percent(50)) c.end = dates.end;
  if (k.dice.percent(30))
    c.seat_types =
        k.dice.percent(50) ? cmd::CourseSeatTypes::CampusAndCourse : cmd::CourseSeatTypes::CampusOnly;
  return c;
}

template <>
cmd::SetCourseSeatLimits cook(Kitchen& k) {
  k.by(Role::CampusManager);
  cmd::SetCourseSeatLimits c;
  c.course = k.course();
  if (k.dice.percent(50)) c.campus_seats = static_cast<std::uint32_t>(k.dice.below(5));
  if (k.dice.percent(50)) c.course_seats = static_cast<std::uint32_t>(k.dice.below(5));
  if (k.border()) c.course_seats = 0xFFFFFFFF;
  return c;
}

template <>
cmd::InviteToCourse cook(Kitchen& k) {
  k.by(k.dice.percent(50) ? Role::CampusManager : Role::CourseManager);
  cmd::InviteToCourse c;
  c.course = k.course_in(k.dice.percent(70) ? SeatsModel::Phase::Running : SeatsModel::Phase::Planned);
  c.person = k.person();
  c.role = static_cast<cmd::MemberRole>(k.dice.below(4));
  if (k.dice.percent(50)) {
    c.seat_type = cmd::SeatType::Course;
  } else if (k.dice.percent(80)) {
    c.seat_type = cmd::SeatType::Campus;
  }
  return c;
}

template <>
cmd::AddCampusSeat cook(Kitchen& k) {
  k.by(Role::CampusManager);
  const CourseId course = k.course_in(SeatsModel::Phase::Running);
  return {.course = course, .person = k.member_of(course)};
}

template <>
cmd::EndCourseMembership cook(Kitchen& k) {
  const CourseId course =
      k.course_in(k.dice.percent(80) ? SeatsModel::Phase::Running : SeatsModel::Phase::Planned);
  const PersonId person = k.member_of(course);
  k.by(k.dice.percent(50) ? Role::CampusManager : Role::CourseManager);
  if (k.dice.percent(30)) k.actor = {Role::Member, k.dice.percent(90) ? person.value : "p-0", "simulation"};
  return {.course = course, .person = person};
}

template <>
cmd::EndCourseRun cook(Kitchen& k) {
  k.by(Role::CourseManager);
  return {.course =
              k.course_in(k.dice.percent(95) ? SeatsModel::Phase::Running : SeatsModel::Phase::Planned)};
}

template <>
cmd::SettleCourse cook(Kitchen& k) {
  k.by(Role::Billing);
  cmd::SettleCourse c;
  c.course = k.course_in(SeatsModel::Phase::Inactive);
  const auto at = k.model.courses().find(c.course.value);
  c.run = at == k.model.courses().end() ? 1 : at->second.run;
  if (k.border()) c.run = static_cast<std::uint32_t>(c.run + k.dice.below(3) - 1);
  c.invoice_ref = k.nonsense() ? std::string(k.dice.percent(50) ? 0 : 101, 'x') : "invoice-1";
  return c;
}

template <>
cmd::ReactivateCourse cook(Kitchen& k) {
  k.by(Role::CampusManager);
  cmd::ReactivateCourse c;
  c.course = k.course_in(SeatsModel::Phase::Inactive);
  const auto at = k.model.courses().find(c.course.value);
  const auto dates = k.run_dates(at == k.model.courses().end() ? k.campus() : CampusId(at->second.campus));
  c.start = dates.start;
  c.end = dates.end;
  c.reissue = k.dice.percent(50) ? cmd::CourseSeatReissue::Yes : cmd::CourseSeatReissue::No;
  return c;
}

template <>
cmd::TransferSeat cook(Kitchen& k) {
  k.by(Role::CampusManager);
  const CourseId course = k.course();
  return {.course = course, .person = k.member_of(course), .to = k.person()};
}

template <>
cmd::RecordContribution cook(Kitchen& k) {
  k.by(Role::Backend);
  const CourseId course =
      k.course_in(k.dice.percent(80) ? SeatsModel::Phase::Running : SeatsModel::Phase::Inactive);
  return {.course = course,
          .person = k.member_of(course),
          .artefact = fmt::format("artefact-{}", k.dice.below(1'000))};
}

/// Positions are the writer's, so the model knows only those at which there is nothing to correct; the rules
/// of corrections are stormed in tests/rules/properties_test.cc.
template <>
cmd::CorrectSeat cook(Kitchen& k) {
  k.by(Role::Support);
  return {.event = k.dice.percent(50) ? 0 : ~Position{0} - k.dice.below(2),
          .reason = k.dice.percent(80) ? "a mistake" : ""};
}

template <>
cmd::ChangeRole cook(Kitchen& k) {
  k.by(k.dice.percent(50) ? Role::CampusManager : Role::CourseManager);
  const CourseId course =
      k.course_in(k.dice.percent(80) ? SeatsModel::Phase::Running : SeatsModel::Phase::Inactive);
  return {
      .course = course, .person = k.member_of(course), .role = static_cast<cmd::MemberRole>(k.dice.below(4))};
}

// --- the menu: every alternative of the variant, in its order ---

using Cook = cmd::Command (*)(Kitchen&);

template <class Variant>
struct MenuOf;
template <class... Commands>
struct MenuOf<std::variant<Commands...>> {
  static constexpr std::array<Cook, sizeof...(Commands)> cooks{
      [](Kitchen& kitchen) { return cmd::Command(cook<Commands>(kitchen)); }...};
};
using Menu = MenuOf<cmd::Command>;

constexpr std::size_t kOpenCampus = 0, kBookFlat = 1, kEnableBothSeatTypes = 4, kCreateCourse = 5,
                      kInviteToCourse = 8, kSettleCourse = 12, kReactivateCourse = 13;
static_assert(
    std::is_same_v<std::variant_alternative_t<kEnableBothSeatTypes, cmd::Command>, cmd::EnableBothSeatTypes>);
static_assert(std::is_same_v<std::variant_alternative_t<kCreateCourse, cmd::Command>, cmd::CreateCourse>);
static_assert(
    std::is_same_v<std::variant_alternative_t<kReactivateCourse, cmd::Command>, cmd::ReactivateCourse>);
static_assert(std::is_same_v<std::variant_alternative_t<kInviteToCourse, cmd::Command>, cmd::InviteToCourse>);

/// In the order of the variant: what a platform sends most.
constexpr std::array<unsigned, Menu::cooks.size()> kUsual{2, 6,  4, 2, 3, 6, 6, 4, 40,
                                                          6, 12, 2, 6, 6, 1, 4, 1, 3};

}  // namespace

namespace {

const std::string& any_key(Dice& dice, const auto& map) {
  auto at = map.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(dice.below(map.size())));
  return at->first;
}

/// A name of the pool, one that is not taken if `plausible`. A full pool grows now and then.
std::string fresh_key(Dice& dice, const char* prefix, std::size_t pool, const auto& taken, bool plausible) {
  std::string key = fmt::format("{}-{}", prefix, dice.below(pool));
  for (std::size_t i = 0; plausible && taken.contains(key) && i < pool; ++i)
    key = fmt::format("{}-{}", prefix, i);
  return key;
}

}  // namespace

Taste::Taste(Dice& dice)
    : campuses(1 + dice.below(3)),
      courses(2 + dice.below(8)),
      people(2 + dice.below(18)),
      flat_size_max(static_cast<std::uint32_t>(1 + dice.below(8))),
      course_days_max(static_cast<unsigned>(20 + dice.below(300))),
      period_days_max(static_cast<unsigned>(30 + dice.below(340))),
      plausible_percent(static_cast<unsigned>(70 + dice.below(20))) {
  for (const unsigned usual : kUsual)  // one in ten seeds' commands is left out, others come more often
    weights.push_back(dice.percent(5) ? 0 : usual * static_cast<unsigned>(1 + dice.below(4)));
  weights.front() = std::max(weights.front(), 1u);
  weights[kCreateCourse] = std::max(weights[kCreateCourse], 4u);
  weights[kInviteToCourse] = std::max(weights[kInviteToCourse], 10u);
}

CampusId Kitchen::campus() {
  if (quality == Quality::Plausible && !model.campuses().empty())
    return CampusId(any_key(dice, model.campuses()));
  return CampusId(fmt::format("c-{}", dice.below(taste.campuses + (nonsense() ? 3 : 0))));
}

CourseId Kitchen::course() {
  if (quality == Quality::Plausible && !model.courses().empty())
    return CourseId(any_key(dice, model.courses()));
  return CourseId(fmt::format("k-{}", dice.below(taste.courses + (nonsense() ? 3 : 0))));
}

CampusId Kitchen::new_campus() {
  return CampusId(fresh_key(dice, "c", taste.campuses, model.campuses(), quality == Quality::Plausible));
}

CourseId Kitchen::new_course() {
  return CourseId(fresh_key(dice, "k", taste.courses, model.courses(), quality == Quality::Plausible));
}

PersonId Kitchen::person() { return PersonId(fmt::format("p-{}", dice.below(taste.people))); }

CourseId Kitchen::course_in(SeatsModel::Phase phase) {
  if (nonsense()) return course();
  std::vector<const std::string*> fitting;
  for (const auto& [id, one] : model.courses())
    if (one.phase == phase) fitting.push_back(&id);
  return fitting.empty() ? course() : CourseId(*dice.pick(fitting));
}

PersonId Kitchen::member_of(const CourseId& of) {
  if (nonsense()) return person();
  std::vector<const std::string*> fitting;
  for (const auto& [key, member] : model.members())
    if (key.first == of.value && member.phase != SeatsModel::MemberPhase::Ended)
      fitting.push_back(&key.second);
  return fitting.empty() ? person() : PersonId(*dice.pick(fitting));
}

Instant Kitchen::midnight(const CampusId& of, std::int64_t days_from_now) {
  const auto at = model.campuses().find(of.value);
  const Zone zone = at == model.campuses().end() ? Zone::Berlin : at->second.zone;
  return days_later(zone, midnight_before(zone, now), days_from_now);
}

Kitchen::Dates Kitchen::run_dates(const CampusId& of) {
  Dates dates{midnight(of, dice.between(-2, 30)), {}};
  dates.end = midnight(of, dice.between(5, taste.course_days_max));
  if (dice.percent(20)) dates.start.ns += dice.between(1, kDay);
  if (border()) {
    if (dice.percent(40)) dates.start = now;
    if (dice.percent(20)) dates.start.ns -= 1;  // just before whatever happens at midnight
    if (dice.percent(30)) dates.end = Instant{now.ns + 1};
    if (dice.percent(30)) dates.end = Instant{dates.start.ns + 1};
  }
  if (nonsense()) dates.end = Instant{dates.start.ns - dice.between(0, 1)};
  return dates;
}

std::uint32_t Kitchen::flat_size() {
  if (nonsense() && dice.percent(30)) return dice.percent(50) ? 0 : 1'000'001;
  if (border()) return dice.percent(50) ? 1 : 1'000'000;
  return static_cast<std::uint32_t>(1 + dice.below(taste.flat_size_max));
}

CommandRequest Generator::request(rules::Command body, Actor actor) {
  CommandRequest request;
  request.actor = std::move(actor);
  request.body = std::move(body);
  for (std::size_t i = 0; i < 16; i += 8) {
    const std::uint64_t id = dice_.next() | 1, payload = dice_.next();
    for (std::size_t b = 0; b < 8; ++b) {
      request.id.bytes[i + b] = static_cast<std::uint8_t>(id >> (8 * b));
      request.payload[i + b] = static_cast<std::uint8_t>(payload >> (8 * b));
    }
  }
  if (dice_.percent(10)) request.correlation = fmt::format("ref-{}", dice_.below(100));
  return request;
}

/// Where there is nothing yet, mostly something is set up.
std::size_t Generator::first_things_first(const SeatsModel& model, std::size_t dish) {
  if (dice_.percent(20)) return dish;
  if (model.campuses().empty()) return kOpenCampus;
  const bool booked =
      std::ranges::any_of(model.campuses(), [](const auto& one) { return !one.second.periods.empty(); });
  if (!booked && dice_.percent(50)) return kBookFlat;
  const bool both =
      std::ranges::any_of(model.campuses(), [](const auto& one) { return one.second.both_types; });
  if (!both && dice_.percent(50)) return kEnableBothSeatTypes;
  if (model.courses().empty()) return kCreateCourse;
  const bool alive = std::ranges::any_of(
      model.courses(), [](const auto& one) { return one.second.phase != SeatsModel::Phase::Inactive; });
  if (!alive) return dice_.percent(50) ? kSettleCourse : kReactivateCourse;
  // A campus and a course are opened once; what happens to them afterwards is what matters.
  const bool full = dish == kOpenCampus ? model.campuses().size() >= taste_.campuses
                                        : dish == kCreateCourse && model.courses().size() >= taste_.courses;
  return full ? kInviteToCourse : dish;
}

CommandRequest Generator::seats_command(const SeatsModel& model, Instant at) {
  const auto total = std::accumulate(taste_.weights.begin(), taste_.weights.end(), 0u);
  auto drawn = static_cast<unsigned>(dice_.below(total));
  std::size_t dish = 0;
  while (drawn >= taste_.weights[dish]) drawn -= taste_.weights[dish++];
  dish = first_things_first(model, dish);

  Kitchen kitchen{.dice = dice_, .taste = taste_, .model = model, .now = at, .actor = {}};
  if (!dice_.percent(taste_.plausible_percent))
    kitchen.quality = dice_.percent(75) ? Quality::Border : Quality::Nonsense;
  rules::Command body = Menu::cooks[dish](kitchen);
  if (dice_.percent(kitchen.nonsense() ? 20 : 1)) kitchen.by(static_cast<Role>(dice_.below(10)));
  return request(std::move(body), kitchen.actor);
}

CommandRequest Generator::create_tenant(tenancy::Timeline timeline) {
  const Role role = dice_.percent(95) ? Role::Operator : Role::Backend;
  return request(rules::tenancy::Command(rules::tenancy::CreateTenant{timeline}),
                 {role, "op-1", "simulation"});
}

CommandRequest Generator::finish_history() {
  const Role role = dice_.percent(95) ? Role::Operator : Role::Backend;
  return request(rules::tenancy::Command(rules::tenancy::FinishHistory{}), {role, "op-1", "simulation"});
}

CommandRequest Generator::change_plan() {
  const Role role = dice_.percent(90) ? Role::Operator : Role::Admin;
  rules::tenancy::ChangeTenantPlan command{static_cast<tenancy::Suite>(dice_.below(4)), {}};
  if (dice_.percent(60)) command.credits = static_cast<tenancy::CreditsOption>(dice_.below(2));
  return request(rules::tenancy::Command(command), {role, "op-1", "simulation"});
}

std::string Generator::email() {
  if (dice_.percent(5)) return dice_.percent(50) ? "jan@" : "two@at@example.org";
  std::string email = fmt::format("m{}@example.org", dice_.below(2 * taste_.people));
  if (dice_.percent(30)) email = fmt::format(" M{}@Example.org ", dice_.below(2 * taste_.people));
  return email;
}

CommandRequest Generator::people_command() {
  namespace people = rules::people;
  const PersonId person(fmt::format("p-{}", dice_.below(taste_.people)));
  const bool mixed_up = dice_.percent(5);
  if (dice_.percent(10)) {
    const people::ErasePerson command{person, dice_.percent(90) ? "asked" : ""};
    return request(people::Command(command),
                   {mixed_up ? Role::Backend : Role::Operator, "op-1", "simulation"});
  }
  const Actor backend{mixed_up ? Role::Member : Role::Backend, "b-1", "simulation"};
  if (dice_.percent(40))
    return request(people::Command(people::ChangePersonEmail{person, {email(), "", {}}}), backend);
  return request(people::Command(people::RegisterPerson{person, {email(), "Name", {}}}), backend);
}

}  // namespace kontor::simulation
