// QA1 to QA8 (DOMAIN 2.6).

#include <fmt/format.h>

#include <algorithm>

#include "tests/model/answers.h"

namespace kontor::model {
namespace {

std::string name(const auto& id) { return id.value; }

const Group* group_of(const Access& a, const GroupId& id) {
  for (const Group& each : a.groups)
    if (each.created.group == id) return &each;
  return nullptr;
}
const AccessOrder* order_of(const Access& a, const OrderId& id) {
  for (const AccessOrder& each : a.orders)
    if (each.placed.order == id) return &each;
  return nullptr;
}
/// The newest enrolment of a person in a group, whatever became of it.
const Enrolment* newest(const Access& a, const GroupId& group, const PersonId& person) {
  const Enrolment* found = nullptr;
  for (const Enrolment& each : a.enrolments)
    if (each.enrolled.group == group && each.enrolled.person == person) found = &each;
  return found;
}
std::uint64_t available(const Access& a, const Group& group) {
  const GroupId& id = group.created.group;
  return group.capacity - a.active_in(id) - a.burnt_in(id);
}

void overview(const Access& a, const Group& group, wire::GroupOverview::Builder out) {
  const GroupId& id = group.created.group;
  out.setGroup(name(id));
  out.setTitle(group.created.title);
  out.setAvailable(available(a, group));
  out.setCapacity(group.capacity);
  out.setActive(a.active_in(id));
  out.setBurnt(a.burnt_in(id));
  out.setLeader(name(group.leader));
  out.setTag(group.created.tag);
  out.setOrder(name(group.created.order));
  out.setProduct(name(group.created.product));
  out.setBuyer(name(group.buyer));
  out.setState(group.closed ? wire::AccessGroupState::CLOSED : wire::AccessGroupState::OPEN);
  out.setCreatedAt(group.created_at.ns);
  if (group.closed) out.setClosedAt(group.closed_at.ns);
}

// What is known of a tag: whether it is wanted, and the request that first said so since it was not.
struct Tag {
  const Request* asked = nullptr;
  bool wanted = false;
};
Tag tag_of(const Effects& effects, const PersonId& person, const std::string& tag) {
  Tag found;
  for (const Request& each : effects.requests) {
    const auto* grant = std::get_if<effects::TagGrantRequested>(&each.asked);
    const auto* revoke = std::get_if<effects::TagRevokeRequested>(&each.asked);
    const bool same = (grant != nullptr && grant->person == person && grant->tag == tag) ||
                      (revoke != nullptr && revoke->person == person && revoke->tag == tag);
    if (!same) continue;
    if (found.asked != nullptr && found.wanted == (grant != nullptr)) continue;
    found.asked = &each;
    found.wanted = grant != nullptr;
  }
  return found;
}
wire::TagState state_of(const Tag& tag) {
  if (tag.asked == nullptr) return wire::TagState::NONE;
  if (tag.asked->confirmed) return tag.wanted ? wire::TagState::CONFIRMED : wire::TagState::WITHDRAWN;
  if (tag.asked->failures > 0) return tag.wanted ? wire::TagState::FAILED : wire::TagState::WITHDRAWAL_FAILED;
  return tag.wanted ? wire::TagState::REQUESTED : wire::TagState::WITHDRAWING;
}

void mails(const Effects& effects, const GroupId& group, const PersonId& person,
           wire::Participant::Builder out) {
  std::uint32_t asked = 0;
  std::uint32_t again = 0;
  for (const Request& each : effects.requests) {
    const auto* mail = std::get_if<effects::NotificationRequested>(&each.asked);
    if (mail == nullptr || mail->group != group || mail->person != person) continue;
    ++asked;
    if (mail->kind == effects::NotificationKind::Reinvited) ++again;
    out.setMailRequest(each.position);
    out.setMail(each.confirmed      ? wire::MailState::SENT
                : each.failures > 0 ? wire::MailState::FAILED
                                    : wire::MailState::REQUESTED);
  }
  out.setMails(asked);
  out.setReinvited(again);
}

wire::ParticipantState state_of(const Enrolment& enrolment) {
  if (enrolment.active) return wire::ParticipantState::ACTIVE;
  return enrolment.burnt ? wire::ParticipantState::BURNT : wire::ParticipantState::REMOVED;
}

void participant(const World& world, const Enrolment& from, const std::string& tag,
                 wire::Participant::Builder out) {
  const access::ParticipantEnrolled& e = from.enrolled;
  out.setPerson(name(e.person));
  if (const Person* person = world.people.person(e.person); person != nullptr && person->erased)
    out.setLabel(fmt::format("erased #{}", person->erased_as));
  out.setState(state_of(from));
  out.setSeat(e.seat);
  out.setSince(from.since.ns);
  out.setVia(static_cast<wire::EnrolledBy>(e.via));
  out.setEnrolled(from.position);
  out.setImport(name(e.import_id));
  out.setLine(e.line);
  if (!from.active) {
    out.setRemovedAt(from.removed_at.ns);
    out.setRemoved(from.removal);
  }
  mails(world.effects, e.group, e.person, out);
  out.setTag(state_of(tag_of(world.effects, e.person, tag)));
}

No roster(const World& world, wire::RosterQuestion::Reader q, wire::GroupRoster::Builder out) {
  const Access& a = world.access;
  const Group* group = group_of(a, GroupId(std::string(q.getGroup().cStr())));
  if (group == nullptr) return Reason::NotFound;
  const GroupId& id = group->created.group;
  std::vector<const Enrolment*> found;
  for (const Enrolment& each : a.enrolments) {
    if (each.enrolled.group != id || newest(a, id, each.enrolled.person) != &each) continue;
    if (q.getMembers() == wire::RosterFilter::ACTIVE && !each.active) continue;
    if (q.getMembers() == wire::RosterFilter::REMOVED && each.active) continue;
    found.push_back(&each);
  }
  std::sort(found.begin(), found.end(),
            [](const Enrolment* x, const Enrolment* y) { return x->enrolled.person < y->enrolled.person; });
  out.setGroup(name(id));
  out.setTitle(group->created.title);
  out.setAvailable(available(a, *group));
  out.setCapacity(group->capacity);
  auto rows = out.initParticipants(static_cast<unsigned>(found.size()));
  for (unsigned i = 0; i < found.size(); ++i) participant(world, *found[i], group->created.tag, rows[i]);
  return {};
}

void led_by(const Access& a, const PersonId& person, wire::GroupsOfLeader::Builder out) {
  std::vector<const Group*> found;
  for (const Group& each : a.groups)
    if (std::any_of(a.leaders.begin(), a.leaders.end(),
                    [&](const Leader& l) { return l.group == each.created.group && l.person == person; }))
      found.push_back(&each);
  std::sort(found.begin(), found.end(),
            [](const Group* x, const Group* y) { return x->created.group < y->created.group; });
  out.setPerson(name(person));
  auto rows = out.initGroups(static_cast<unsigned>(found.size()));
  for (unsigned i = 0; i < found.size(); ++i) overview(a, *found[i], rows[i]);
}

/// An admin may open every group, also a closed one.
No can_open(const Access& a, wire::OpenGroupQuestion::Reader q, wire::CanOpenGroup::Builder out) {
  const Group* group = group_of(a, GroupId(std::string(q.getGroup().cStr())));
  if (group == nullptr) return Reason::NotFound;
  const PersonId person(std::string(q.getPerson().cStr()));
  auto because = wire::OpenGroupAnswer::STRANGER;
  if (a.member(group->created.group, person)) because = wire::OpenGroupAnswer::PARTICIPANT;
  if (group->leader == person)
    because = group->closed ? wire::OpenGroupAnswer::CLOSED : wire::OpenGroupAnswer::LEADER;
  if (q.getAdmin()) because = wire::OpenGroupAnswer::ADMIN;
  out.setPerson(name(person));
  out.setGroup(name(group->created.group));
  out.setBecause(because);
  out.setAllowed(because == wire::OpenGroupAnswer::ADMIN || because == wire::OpenGroupAnswer::LEADER);
  return {};
}

No quote(const Access& a, wire::QuoteQuestion::Reader q, wire::CheckoutQuote::Builder out) {
  const auto* product = a.product(ProductId(std::string(q.getProduct().cStr())));
  if (product == nullptr) return Reason::NotFound;
  if (q.getQuantity() < 1 || q.getQuantity() > 100'000) return Reason::QuantityInvalid;
  out.setProduct(name(product->product));
  out.setQuantity(q.getQuantity());
  out.setUnitPrice(product->unit_price.value);
  out.setTotal(product->unit_price.value * q.getQuantity());
  out.setCurrency(std::string(product->currency.text()));
  out.setPriceListRev(product->rev);
  return {};
}

struct Line {
  std::uint32_t line = 0;
  std::optional<access::RefusedRow> refused;
  PersonId person;
};

void import_lines(const Access& a, const Import& import, wire::ImportFilter filter,
                  wire::ImportReport::Builder out) {
  std::vector<Line> lines;
  for (const access::RefusedRow& each : import.refused)
    if (filter != wire::ImportFilter::ACCEPTED) lines.push_back({each.line, each, {}});
  for (const Enrolment& each : a.enrolments)
    if (filter != wire::ImportFilter::REFUSED && each.enrolled.import_id == import.started.import_id)
      lines.push_back({each.enrolled.line, {}, each.enrolled.person});
  std::sort(lines.begin(), lines.end(), [](const Line& x, const Line& y) { return x.line < y.line; });
  auto rows = out.initLines(static_cast<unsigned>(lines.size()));
  for (unsigned i = 0; i < lines.size(); ++i) {
    rows[i].setLine(lines[i].line);
    rows[i].setPerson(name(lines[i].person));
    if (!lines[i].refused) continue;
    rows[i].setCode(static_cast<std::uint16_t>(lines[i].refused->code));
    rows[i].setName(std::string(reason_info(lines[i].refused->code).name));
    rows[i].setOtherLine(lines[i].refused->other_line);
  }
}

No import_report(const Access& a, wire::ImportQuestion::Reader q, wire::ImportReport::Builder out) {
  const ImportId id(std::string(q.getImport().cStr()));
  const GroupId group(std::string(q.getGroup().cStr()));
  const std::string hash = q.getFileHash().cStr();
  const bool by_name = !id.value.empty() && group.value.empty() && hash.empty();
  const bool by_file = id.value.empty() && !group.value.empty() && !hash.empty();
  if (!by_name && !by_file) return Reason::InvalidArgument;
  const Import* found = nullptr;
  for (const Import& each : a.imports)
    if (by_name ? each.started.import_id == id
                : each.started.group == group && each.started.file_hash == hash)
      found = &each;
  if (found == nullptr) return Reason::NotFound;
  out.setImport(name(found->started.import_id));
  out.setGroup(name(found->started.group));
  out.setFileHash(found->started.file_hash);
  out.setMode(static_cast<wire::RosterMode>(found->started.mode));
  out.setRows(found->started.rows);
  out.setAt(found->at.ns);
  if (found->finished) {
    out.setState(wire::ImportState::FINISHED);
    out.setAccepted(found->finished->accepted);
    out.setAlreadyMembers(found->finished->already_members);
    out.setRefused(found->finished->refused);
  }
  import_lines(a, *found, q.getRows(), out);
  return {};
}

/// One reason why a person should have a tag: a place in a group, or a single access.
struct Why {
  OrderId order;
  std::string tag;
  std::string title;
  bool single = false;
  Position granted = 0;
  Instant since;
  Position ended = 0;
  Instant until;
};

/// By tag and order; of several times in one group the newest.
std::vector<Why> reasons_of(const Access& a, const PersonId& person) {
  std::vector<Why> found;
  for (const Group& group : a.groups) {
    const Enrolment* each = newest(a, group.created.group, person);
    if (each == nullptr) continue;
    found.push_back({.order = group.created.order,
                     .tag = group.created.tag,
                     .title = group.created.title,
                     .granted = each->position,
                     .since = each->since,
                     .ended = each->removal,
                     .until = each->removed_at});
  }
  for (const SingleAccess& each : a.singles)
    if (each.person == person)
      found.push_back({.order = each.order,
                       .tag = each.tag,
                       .title = {},
                       .single = true,
                       .granted = each.granted,
                       .since = each.since,
                       .ended = each.revoked,
                       .until = each.until});
  std::sort(found.begin(), found.end(),
            [](const Why& x, const Why& y) { return std::pair(x.tag, x.order) < std::pair(y.tag, y.order); });
  return found;
}

void entitlement(const Access& a, const Why& why, wire::Entitlement::Builder out) {
  out.setKind(why.single ? wire::EntitlementKind::SINGLE : wire::EntitlementKind::GROUP);
  out.setOrder(name(why.order));
  out.setProduct(name(order_of(a, why.order)->placed.product));
  out.setTitle(why.title);
  out.setSince(why.since.ns);
  out.setGranted(why.granted);
  if (why.ended == 0) return;
  out.setUntil(why.until.ns);
  out.setEnded(why.ended);
}

void access_of(const World& world, const PersonId& person, wire::AccessOf::Builder out) {
  const std::vector<Why> all = reasons_of(world.access, person);
  std::vector<std::string> tags;
  for (const Why& each : all)
    if (tags.empty() || tags.back() != each.tag) tags.push_back(each.tag);
  out.setPerson(name(person));
  auto rows = out.initTags(static_cast<unsigned>(tags.size()));
  for (unsigned i = 0; i < tags.size(); ++i) {
    std::vector<Why> why;
    for (const Why& each : all)
      if (each.tag == tags[i]) why.push_back(each);
    const Tag tag = tag_of(world.effects, person, tags[i]);
    rows[i].setTag(tags[i]);
    rows[i].setState(state_of(tag));
    rows[i].setAccess(state_of(tag) == wire::TagState::CONFIRMED &&
                      world.access.entitlements(person, tags[i]) > 0);
    if (tag.asked != nullptr) {
      rows[i].setRequest(tag.asked->position);
      if (!tag.asked->confirmed) rows[i].setError(tag.asked->last_error);
    }
    auto because = rows[i].initBecause(static_cast<unsigned>(why.size()));
    for (unsigned j = 0; j < why.size(); ++j) entitlement(world.access, why[j], because[j]);
  }
}

/// A line of QA8, one overload an event.
struct Selling {
  const Access& a;
  wire::AccessOrderLine::Builder out;

  void line(wire::OrderEventKind kind, const OrderId& id, const auto& e, std::int64_t total) {
    const access::AccessOrderPlaced& placed = order_of(a, id)->placed;
    out.setKind(kind);
    out.setOrder(name(id));
    out.setProduct(name(placed.product));
    out.setBuyer(name(placed.buyer));
    out.setMode(static_cast<wire::AccessKind>(placed.mode));
    out.setQuantity(e.quantity);
    out.setUnitPrice(e.unit_price.value);
    out.setTotal(total);
    out.setCurrency(std::string(e.currency.text()));
    out.setPriceListRev(e.price_list_rev);
  }
  void operator()(const access::AccessOrderCompleted& e) {
    line(wire::OrderEventKind::COMPLETED, e.order, e, e.total.value);
    out.setPaymentRef(e.payment_ref);
  }
  void operator()(const access::GroupCapacityIncreased& e) {
    line(wire::OrderEventKind::TOPPED_UP, OrderId(e.group.value), e, e.total.value);
    out.setPaymentRef(e.payment_ref);
  }
  void operator()(const access::AccessOrderReversed& e) {
    line(wire::OrderEventKind::REVERSED, e.order, e, -e.total.value);
  }
  void operator()(const auto&) {}
};

void orders_in(const Access& a, wire::OrdersQuestion::Reader q, wire::OrdersInPeriod::Builder out) {
  std::vector<const Sale*> found;
  for (const Sale& each : a.sales)
    if (each.at.ns >= q.getFrom() && (q.getTo() == 0 || each.at.ns < q.getTo())) found.push_back(&each);
  std::stable_sort(found.begin(), found.end(), [](const Sale* x, const Sale* y) { return x->at < y->at; });
  auto rows = out.initLines(static_cast<unsigned>(found.size()));
  for (unsigned i = 0; i < found.size(); ++i) {
    rows[i].setAt(found[i]->at.ns);
    rows[i].setPosition(found[i]->position);
    std::visit(Selling{a, rows[i]}, found[i]->event);
  }
}

No group_overview(const Access& a, wire::GroupQuestion::Reader q, wire::GroupOverview::Builder out) {
  const Group* group = group_of(a, GroupId(std::string(q.getGroup().cStr())));
  if (group == nullptr) return Reason::NotFound;
  overview(a, *group, out);
  return {};
}

}  // namespace

bool answer_access(const Known& k, wire::Query::Question::Reader q, wire::Answer::Body::Builder out, No& no) {
  using Q = wire::Query::Question;
  const Access& a = k.world.access;
  const auto person = [](auto asked) { return PersonId(std::string(asked.getPerson().cStr())); };
  no = {};
  switch (q.which()) {
    case Q::GROUP_OVERVIEW: no = group_overview(a, q.getGroupOverview(), out.initGroupOverview()); break;
    case Q::GROUP_ROSTER: no = roster(k.world, q.getGroupRoster(), out.initGroupRoster()); break;
    case Q::GROUPS_OF_LEADER: led_by(a, person(q.getGroupsOfLeader()), out.initGroupsOfLeader()); break;
    case Q::CAN_OPEN_GROUP: no = can_open(a, q.getCanOpenGroup(), out.initCanOpenGroup()); break;
    case Q::CHECKOUT_QUOTE: no = quote(a, q.getCheckoutQuote(), out.initCheckoutQuote()); break;
    case Q::IMPORT_REPORT: no = import_report(a, q.getImportReport(), out.initImportReport()); break;
    case Q::ACCESS_OF: access_of(k.world, person(q.getAccessOf()), out.initAccessOf()); break;
    case Q::ORDERS_IN_PERIOD:
      if (q.getOrdersInPeriod().getTo() < 0) no = Reason::InvalidArgument;
      orders_in(a, q.getOrdersInPeriod(), out.initOrdersInPeriod());
      break;
    default: return false;
  }
  return true;
}

}  // namespace kontor::model
