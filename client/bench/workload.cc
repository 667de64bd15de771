#include "client/bench/workload.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/core/instant.h"

namespace kontor::bench {
namespace {

constexpr std::int64_t kDayNs = 86'400'000'000'000;
constexpr std::uint64_t kSeatsOfAnOrder = 100'000;
constexpr std::uint64_t kSeatsInAll = 5'000'000;  // beside those for memberships

std::uint64_t orders_of_a_group(const TenantSize& size) {
  const std::uint64_t of_all = kSeatsOfAnOrder * size.entities;
  return (kSeatsInAll + size.memberships + of_all - 1) / of_all;
}

std::string command(std::string_view type, std::string_view actor, std::string_view fields) {
  const auto colon = actor.find(':');
  return fmt::format(R"({{"type":"{}","actor":{{"role":"{}","id":"{}","channel":"api"}}{}{}}})", type,
                     actor.substr(0, colon), actor.substr(colon + 1), fields.empty() ? "" : ",", fields);
}

// Recipes. E0 is the course, E1 the group, E2 to E9 users.

std::string publish(std::string_view user, char digit) {
  return command("Publish", "backend:portal",
                 fmt::format(R"("contentId":"c-{{F{}}}","contentType":"article","user":"{}")", digit, user));
}

std::vector<Step> credits() {
  std::vector<Step> steps;
  for (const char digit : std::string_view("0123456789abcdef"))
    steps.push_back({publish(fmt::format("u-{{E{}}}", digit), digit)});
  steps.back() = {publish("poor", 'f'), Reason::InsufficientCredit};
  return steps;
}

std::string invite(std::string_view course, std::string_view person, std::string_view seat) {
  return command("InviteToCourse", "campusManager:m-1",
                 fmt::format(R"("course":"{}","person":"{}","seatType":"{}")", course, person, seat));
}

std::string in_course(std::string_view type, std::string_view actor, std::string_view person,
                      std::string_view more = "") {
  return command(type, actor, fmt::format(R"("course":"k-{{E0}}","person":"{}"{})", person, more));
}

std::vector<Step> invitations() { return {{invite("k-{E0}", "p-{F0}", "course")}}; }

std::vector<Step> seats() {
  constexpr std::string_view manager = "campusManager:m-1";
  const auto fresh = [](char digit) { return fmt::format("p-{{F{}}}", digit); };
  return {
      {invite("k-{E0}", fresh('0'), "course")},
      {invite("k-{E0}", fresh('1'), "course")},
      {invite("k-{E0}", "m-{M0}", "campus")},
      {in_course("ChangeRole", manager, fresh('1'), R"(,"role":"tutor")")},
      {in_course("EndCourseMembership", manager, "m-{M0}")},
      {invite("k-{E0}", fresh('2'), "course")},
      {in_course("RecordContribution", "backend:portal", fresh('0'), R"(,"artefact":"a-{F0}")")},
      {in_course("EndCourseMembership", manager, fresh('1'))},
      {invite("full", fresh('3'), "course"), Reason::CourseCourseSeatLimitReached},
      {invite("k-{E0}", fresh('4'), "course")},
      {invite("k-{E0}", fresh('5'), "course")},
      {in_course("ChangeRole", manager, fresh('5'), R"(,"role":"lecturer")")},
  };
}

std::string enrol(std::string_view group, std::string_view name) {
  return command("EnrolParticipant", "admin:a-1",
                 fmt::format(R"("group":"{}","email":"{}@example.org","name":"Given Family")", group, name));
}

std::vector<Step> access() {
  return {
      {enrol("g-{E1}", "q-{F0}")},
      {command("RegisterPerson", "backend:shop", R"("person":"r-{F1}","email":"q-{F1}@example.org")")},
      {enrol("g-{E1}", "q-{F1}")},
      {enrol("g-{E1}", "q-{F2}")},
      {command("RemoveParticipant", "admin:a-1", R"("group":"g-{E1}","person":"r-{F1}")")},
      {enrol("full", "q-{F3}"), Reason::NoSeatsLeft},
      {enrol("g-{E1}", "q-{F1}")},
      {enrol("g-{E1}", "q-{F4}")},
  };
}

/// Takes from each in proportion, so that all end at the same time.
std::vector<Step> interleaved(const std::vector<std::vector<Step>>& domains) {
  std::vector<Step> steps;
  std::vector<std::size_t> taken(domains.size());
  while (true) {
    std::size_t next = domains.size();
    for (std::size_t at = 0; at < domains.size(); ++at) {
      if (taken[at] == domains[at].size()) continue;
      if (next == domains.size() || taken[at] * domains[next].size() < taken[next] * domains[at].size())
        next = at;
    }
    if (next == domains.size()) return steps;
    steps.push_back(domains[next][taken[next]++]);
  }
}

std::vector<Step> whole_recipe(Mix mix) {
  switch (mix) {
    case Mix::All: return interleaved({credits(), seats(), access()});
    case Mix::Credits: return credits();
    case Mix::Seats: return seats();
    case Mix::Access: return access();
    case Mix::Invitations: break;
  }
  return invitations();
}

// Openings.

void open_credits(std::uint32_t entities, std::vector<OpeningStep>& out) {
  out.push_back({command(
      "ConfigureCredits", "operator:o-1",
      R"("creditFeature":"on","orderMode":"automatic","alertAddress":"sales","paymentNote":"note-1",)"
      R"("autoAccounts":[{"userType":"rich","account":"on","startBalance":1000000000},)"
      R"({"userType":"poor","account":"on","startBalance":0}])")});
  out.push_back({command("DefinePackage", "operator:o-1",
                         R"("package":"ten","name":"Ten points","points":10,"price":9000)")});
  out.push_back({command("RegisterUser", "backend:portal", R"("user":"poor","userType":"poor")")});
  out.push_back(
      {command("RegisterUser", "backend:portal", R"("user":"u-{N0}","userType":"rich")"), entities});
  out.push_back({command("PlaceCreditOrder", "backend:portal",
                         R"("order":"o-1","user":"u-00000000","package":"ten")")});
  out.push_back({command("PostManualTransaction", "operator:o-1",
                         R"("user":"u-00000000","points":5,"reason":"goodwill")")});
}

void open_seats(const TenantSize& size, std::int64_t now_ns, std::vector<OpeningStep>& out) {
  // Midnight in UTC is midnight in the campus's zone, which a flat needs.
  const std::int64_t midnight = now_ns - now_ns % kDayNs;
  const auto day = [&](int days) { return Instant{midnight + days * kDayNs}.text(); };
  const auto course = [&](std::string_view id) {
    return command(
        "CreateCourse", "campusManager:m-1",
        fmt::format(
            R"("campus":"campus","course":"{}","start":"{}","end":"{}","seatTypes":"campusAndCourse")", id,
            day(30), day(300)));
  };
  out.push_back(
      {command("OpenCampus", "backend:portal", R"("campus":"campus","kind":"flat","timeZone":"Etc/UTC")")});
  out.push_back(
      {command("BookFlat", "contractDesk:d-1",
               fmt::format(R"("campus":"campus","period":"now","size":1000000,"from":"{}","to":"{}",)"
                           R"("prices":[{{"fromSize":1,"unitPrice":1200}}])",
                           day(0), day(400)))});
  out.push_back({command("EnableBothSeatTypes", "support:s-1", R"("campus":"campus","state":"on")")});
  out.push_back({course("full")});
  out.push_back({command("SetCourseSeatLimits", "campusManager:m-1", R"("course":"full","courseSeats":0)")});
  out.push_back({course("k-{N0}"), size.entities});
  out.push_back({invite("k-{E0}", "o-{N0}", "course"), size.memberships});
}

void open_access(const TenantSize& size, std::vector<OpeningStep>& out) {
  const auto place = [](std::string_view id, std::uint64_t seats) {
    return command(
        "PlaceAccessOrder", "buyer:b-1",
        fmt::format(R"("order":"{}","product":"p","mode":"group","quantity":{},"title":"Team")", id, seats));
  };
  const auto complete = [](std::string_view id) {
    return command("CompleteAccessOrder", "backend:shop",
                   fmt::format(R"("order":"{}","paymentRef":"pay-1")", id));
  };
  out.push_back({command("ConfigureGroupFeature", "platformAuthor:a-1",
                         R"("crmProvider":"klick","crmState":"connected","seatReplacement":"allowed")")});
  out.push_back({command("RegisterGroupProduct", "platformAuthor:a-1",
                         R"("product":"p","unitPrice":1000,"tags":["t"])")});
  out.push_back({command("RegisterPerson", "backend:shop",
                         R"("person":"b-1","email":"buyer@example.org","name":"Bea")")});
  out.push_back({place("full", 1)});
  out.push_back({complete("full")});
  out.push_back({command("EnrolParticipant", "admin:a-1",
                         R"("group":"full","email":"last@example.org","name":"Lou")")});
  out.push_back({place("g-{N0}", kSeatsOfAnOrder), size.entities});
  out.push_back({complete("g-{N0}"), size.entities});
  const std::uint64_t orders = orders_of_a_group(size);
  for (std::uint64_t more = 1; more < orders; ++more)
    out.push_back({command("ExpandGroup", "admin:a-1",
                           fmt::format(R"("group":"g-{{N0}}","quantity":{},"paymentRef":"pay-{}")",
                                       kSeatsOfAnOrder, more + 1)),
                   size.entities});
  out.push_back({enrol("g-{E0}", "o-{N0}"), size.memberships});
}

}  // namespace

std::string_view name_of(Mix mix) {
  switch (mix) {
    case Mix::All: return "all";
    case Mix::Credits: return "credits";
    case Mix::Seats: return "seats";
    case Mix::Access: return "access";
    case Mix::Invitations: break;
  }
  return "invitations";
}

std::vector<Step> recipe(Mix mix, Refusals refusals) {
  std::vector<Step> steps = whole_recipe(mix);
  if (refusals == Refusals::None)
    std::erase_if(steps, [](const Step& step) { return step.refused.has_value(); });
  return steps;
}

BatchPlan plan_batch(const std::vector<Step>& steps, std::size_t commands) {
  BatchPlan plan;
  while (plan.commands.size() + steps.size() <= commands) {
    for (const Step& step : steps)
      plan.commands.push_back({step.json, static_cast<std::uint32_t>(plan.cycles)});
    ++plan.cycles;
  }
  while (plan.commands.size() < commands)
    plan.commands.push_back({steps.front().json, static_cast<std::uint32_t>(plan.cycles++)});
  return plan;
}

bool has_members(Mix mix) { return mix != Mix::Credits; }

std::vector<OpeningStep> opening(Mix mix, const TenantSize& size, std::int64_t now_ns) {
  std::vector<OpeningStep> out;
  out.push_back({command("CreateTenant", "operator:o-1", "")});
  out.push_back({command("ChangeTenantPlan", "operator:o-1", R"("suite":"expertSuitePlus","credits":"on")")});
  const bool all = mix == Mix::All;
  TenantSize of_courses = size;
  TenantSize of_groups = size;
  if (all) {
    of_courses.memberships /= 2;
    of_groups.memberships -= of_courses.memberships;
  }
  if (all || mix == Mix::Credits) open_credits(size.entities, out);
  if (all || mix == Mix::Seats || mix == Mix::Invitations) open_seats(of_courses, now_ns, out);
  if (all || mix == Mix::Access) open_access(of_groups, out);
  return out;
}

}  // namespace kontor::bench
