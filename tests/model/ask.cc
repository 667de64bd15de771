// How questions are made up: the kind, names of small pools, filters.

#include <array>

#include "tests/model/chance.h"

namespace kontor::model {
namespace {

using Question = wire::Query::Question::Builder;

template <class Enum>
Enum any(Chance& c, unsigned members) {
  return static_cast<Enum>(c.dice.below(members));
}

/// The id of one of these; sometimes, and when there are none, another.
template <class List, class IdOf>
std::string one_of(Chance& c, const List& all, const IdOf& id_of, std::string otherwise) {
  return all.empty() || c.percent(8) ? std::move(otherwise) : id_of(c.dice.pick(all)).value;
}

std::string course(Chance& c) {
  return one_of(
      c, c.world->seats.courses, [](const Course& each) { return each.id; }, c.course().value);
}
std::string campus(Chance& c) {
  return one_of(
      c, c.world->seats.campuses, [](const Campus& each) { return each.opened.campus; }, c.campus().value);
}
std::string member(Chance& c) {
  if (c.percent(50)) return c.person().value;
  return one_of(
      c, c.world->seats.members, [](const Member& each) { return each.person; }, c.person().value);
}
std::string user(Chance& c) { return c.name<PersonId>("p", 5).value; }
std::string person(Chance& c) { return c.known_person().value_or(c.person()).value; }
std::string order(Chance& c) { return c.name<OrderId>("o", 6).value; }

void ask_seats(Chance& c, Question q) {
  switch (c.dice.below(7)) {
    case 0: q.initRemainingSeats().setCourse(course(c)); break;
    case 1: q.initUsageStatistics().setCampus(campus(c)); break;
    case 2: q.initUsageDetail().setCampus(campus(c)); break;
    case 3: {
      auto periods = q.initCourseSeatPeriods();
      if (c.percent(50) || !c.plausible()) periods.setCampus(campus(c));
      if (!periods.hasCampus() || (!c.plausible() && c.percent(20))) periods.setCourse(course(c));
      break;
    }
    case 4: q.initSeatOf().setPerson(member(c)); break;
    case 5: q.initCoursesOf().setPerson(member(c)); break;
    default: {
      auto settlement = q.initCourseSettlement();
      settlement.setCourse(course(c));
      if (c.percent(40)) settlement.setRun(static_cast<std::uint32_t>(c.dice.below(4)));
    }
  }
}

void ask_communities(Chance& c, Question q) {
  switch (c.dice.below(3)) {
    case 0:
      q.initCommunityPool().setCommunity(one_of(
          c, c.world->communities.all, [](const Community& each) { return each.opened.community; },
          c.name<CommunityId>("com", 2).value));
      break;
    case 1: {
      auto preview = q.initRolloverPreview();
      preview.setCampus(campus(c));
      if (c.percent(30)) preview.setPeriod(c.name<PeriodId>("y", 5).value);
      if (c.percent(30) && !c.world->seats.periods.empty())
        preview.setPeriod(c.dice.pick(c.world->seats.periods).booked.period.value);
      if (c.percent(40)) preview.setSize(static_cast<std::uint32_t>(c.dice.below(6)));
      break;
    }
    default: q.initCheaperSeatHint().setCourse(course(c));
  }
}

void ask_credit_lists(Chance& c, Question q) {
  switch (c.dice.below(3)) {
    case 0: {
      auto orders = q.initOrderAdministration();
      if (c.percent(50)) orders.setState(any<wire::OrderStateFilter>(c, 5));
      if (c.percent(50)) orders.setBilling(any<wire::BillingStateFilter>(c, 4));
      if (c.percent(40)) orders.setUser(user(c));
      if (c.percent(30)) orders.setPackage(c.name<PackageId>("pack", 3).value);
      break;
    }
    case 1: q.initAccountAdministration(); break;
    default: {
      auto orders = q.initUninvoicedOrders();
      if (c.percent(50)) orders.setCutoff(c.moment().ns);
    }
  }
}

void ask_credits(Chance& c, Question q) {
  switch (c.dice.below(11)) {
    case 0: q.initMenuBalance().setUser(user(c)); break;
    case 1: q.initCreditOverview().setUser(user(c)); break;
    case 2: q.initOrderList().setUser(user(c)); break;
    case 3: q.initTransactionList().setUser(user(c)); break;
    case 4: q.initPackageList().setAll(c.percent(50)); break;
    case 5: q.initConversionCard().setUser(user(c)); break;
    case 6: {
      auto publish = q.initCanPublish();
      publish.setUser(user(c));
      publish.setContentType(any<wire::PublishedKind>(c, 4));
      break;
    }
    case 7: {
      const auto& all = c.world->credits.orders;
      q.initOrderDetail().setOrder(all.empty() || c.percent(10) ? order(c)
                                                                : c.dice.pick(all).placed.order.value);
      break;
    }
    default: ask_credit_lists(c, q);
  }
}

std::string group(Chance& c) {
  const auto& all = c.world->access.groups;
  return all.empty() || c.percent(8) ? order(c) : c.dice.pick(all).created.group.value;
}

/// Somebody who leads or led a group, or is in one.
std::string somebody_in(Chance& c, const std::string& of) {
  for (const Group& each : c.world->access.groups)
    if (each.created.group.value == of && c.percent(40)) return each.leader.value;
  for (const Enrolment& each : c.world->access.enrolments)
    if (each.enrolled.group.value == of && c.percent(40)) return each.enrolled.person.value;
  return person(c);
}

void ask_import(Chance& c, wire::ImportQuestion::Builder q) {
  const auto& all = c.world->access.imports;
  if (c.percent(40)) q.setRows(any<wire::ImportFilter>(c, 3));
  if (all.empty() || c.percent(5)) {
    if (c.percent(60)) q.setImport("never");
    if (c.percent(60)) q.setFileHash(std::string(64, 'a'));
    return;
  }
  const Import& import = c.dice.pick(all);
  if (c.percent(50)) {
    q.setImport(import.started.import_id.value);
    return;
  }
  q.setGroup(import.started.group.value);
  if (c.percent(95)) q.setFileHash(import.started.file_hash);
}

void ask_orders(Chance& c, wire::OrdersQuestion::Builder q) {
  const auto& sales = c.world->access.sales;
  const auto moment = [&] {
    return sales.empty() || c.percent(50) ? c.moment().ns : c.dice.pick(sales).at.ns + c.dice.between(-1, 1);
  };
  if (c.percent(40)) q.setFrom(moment());
  if (c.percent(40)) q.setTo(moment());
}

void ask_access(Chance& c, Question q) {
  switch (c.dice.below(8)) {
    case 0: q.initGroupOverview().setGroup(group(c)); break;
    case 1: {
      auto roster = q.initGroupRoster();
      roster.setGroup(group(c));
      roster.setMembers(any<wire::RosterFilter>(c, 3));
      break;
    }
    case 2: q.initGroupsOfLeader().setPerson(somebody_in(c, group(c))); break;
    case 3: {
      auto open = q.initCanOpenGroup();
      open.setGroup(group(c));
      open.setPerson(somebody_in(c, open.getGroup().cStr()));
      open.setAdmin(c.percent(20));
      break;
    }
    case 4: {
      auto quote = q.initCheckoutQuote();
      quote.setProduct(c.name<ProductId>("course-pack", 2).value);
      quote.setQuantity(c.number(20, 100'000));
      quote.setIncludeBuyer(c.percent(50));
      break;
    }
    case 5: ask_import(c, q.initImportReport()); break;
    case 6: q.initAccessOf().setPerson(somebody_in(c, group(c))); break;
    default: ask_orders(c, q.initOrdersInPeriod());
  }
}

void ask_effects(Chance& c, Question q) {
  if (c.percent(40)) {
    q.initTagDrift();
    return;
  }
  auto backlog = q.initIntegrationBacklog();
  if (c.percent(40)) backlog.setKind(any<wire::EffectKind>(c, 7));
  if (c.percent(30)) backlog.setPerson(person(c));
  if (c.percent(30)) backlog.setOlderThanSeconds(c.dice.below(c.percent(50) ? 4'000 : 4'000'000));
  if (c.percent(30)) backlog.setTried(any<wire::EffectTried>(c, 3));
}

void ask_people(Chance& c, Question q) {
  auto detail = q.initPersonDetail();
  detail.setPerson(person(c));
  const schema::Role may[] = {schema::Role::BACKEND, schema::Role::ADMIN, schema::Role::SUPPORT,
                              schema::Role::GROUP_LEADER};
  detail.setRole(c.percent(80) ? may[c.dice.below(4)] : any<schema::Role>(c, 16));
}

void ask_billing(Chance& c, Question q) {
  const auto& all = c.world->billing.runs;
  const std::string run = all.empty() || c.percent(5) ? "run-9" : c.dice.pick(all).opened.run.value;
  switch (c.dice.below(3)) {
    case 0: q.initBillingRuns(); break;
    case 1: q.initBillingLines().setRun(run); break;
    default: q.initBillingStatement().setRun(run);
  }
}

}  // namespace

void ask_something(Chance& c, wire::Query::Builder query) {
  // About as many of each domain as it has questions.
  constexpr std::array kAsk{ask_seats,  ask_seats,  ask_communities, ask_credits, ask_credits, ask_credits,
                            ask_access, ask_access, ask_effects,     ask_people,  ask_billing};
  c.next_mood();
  c.dice.pick(kAsk)(c, query.initQuestion());
}

}  // namespace kontor::model
