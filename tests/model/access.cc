#include "tests/model/access.h"

#include <algorithm>

namespace kontor::model {
namespace {

struct Taking {
  Access& a;
  Position position;
  Instant at;

  Enrolment* active(const GroupId& group, const PersonId& person) const {
    for (Enrolment& each : a.enrolments)
      if (each.active && each.enrolled.group == group && each.enrolled.person == person) return &each;
    return nullptr;
  }

  void operator()(const access::GroupFeatureConfigured& e) const { a.settings = e; }
  void operator()(const access::AccessOrderAbandoned& e) const {
    a.order(e.order)->state = OrderState::Abandoned;
  }
  void operator()(const access::GroupProductRegistered& e) const {
    std::erase_if(a.products, [&](const auto& each) { return each.product == e.product; });
    a.products.push_back(e);
  }
  void operator()(const access::AccessOrderPlaced& e) const { a.orders.push_back({e}); }
  void operator()(const access::AccessOrderCompleted& e) const {
    a.order(e.order)->state = OrderState::Completed;
    a.sales.push_back({e, position, at});
  }
  void operator()(const access::GroupCreated& e) const {
    a.groups.push_back({.created = e,
                        .capacity = e.capacity,
                        .leader = {},
                        .buyer = a.order(e.order)->placed.buyer,
                        .created_at = at,
                        .closed_at = {}});
  }
  void operator()(const access::GroupLeaderAppointed& e) const {
    a.group(e.group)->leader = e.person;
    a.leaders.push_back({e.group, e.person});
  }
  void operator()(const access::GroupLeaderDismissed& e) const {
    std::erase_if(a.leaders,
                  [&](const Leader& each) { return each.group == e.group && each.person == e.person; });
  }
  void operator()(const access::SingleAccessGranted& e) const {
    a.singles.push_back(
        {.order = e.order, .person = e.person, .tag = e.tag, .granted = position, .since = at, .until = {}});
  }
  void operator()(const access::SingleAccessRevoked& e) const {
    for (SingleAccess& each : a.singles) {
      if (each.order != e.order) continue;
      each.live = false;
      each.revoked = position;
      each.until = at;
    }
  }
  void operator()(const access::ParticipantEnrolled& e) const {
    for (Enrolment& each : a.enrolments)
      if (each.enrolled.group == e.group && each.enrolled.seat == e.seat) each.burnt = false;
    a.enrolments.push_back({.enrolled = e, .position = position, .since = at, .removed_at = {}});
  }
  void operator()(const access::ParticipantRemoved& e) const {
    Enrolment& ended = *active(e.group, e.person);
    ended.active = false;
    ended.burnt = e.fate == access::SeatFate::Burnt;
    ended.removal = position;
    ended.removed_at = at;
  }
  void operator()(const access::EnrolmentCorrected& e) const {
    for (Enrolment& each : a.enrolments)
      if (each.removal == e.removal && e.removal != 0) each.burnt = false;
  }
  void operator()(const access::GroupCapacityIncreased& e) const {
    a.group(e.group)->capacity = e.capacity;
    a.group(e.group)->top_ups += e.total.value;
    a.sales.push_back({e, position, at});
  }
  void operator()(const access::GroupClosed& e) const {
    a.group(e.group)->closed = true;
    a.group(e.group)->closed_at = at;
  }
  void operator()(const access::AccessOrderReversed& e) const {
    a.order(e.order)->state = OrderState::Reversed;
    a.sales.push_back({e, position, at});
  }
  void operator()(const access::MailTemplateChanged& e) const {
    a.mail_template = e.mail_template;
    a.template_rev = e.rev;
  }
  Import& import(const ImportId& id) const {
    return *std::find_if(a.imports.begin(), a.imports.end(),
                         [&](const Import& each) { return each.started.import_id == id; });
  }
  void operator()(const access::RosterImportStarted& e) const {
    a.imports.push_back({.started = e, .at = at, .refused = {}, .finished = {}});
  }
  void operator()(const access::RosterRowsRefused& e) const {
    for (const access::RefusedRow& each : e.rows) import(e.import_id).refused.push_back(each);
  }
  void operator()(const access::RosterImportFinished& e) const { import(e.import_id).finished = e; }
};

}  // namespace

void Access::take(const access::Event& event, Position position, Instant at) {
  std::visit(Taking{*this, position, at}, event);
}

const access::GroupProductRegistered* Access::product(const ProductId& id) const {
  for (const auto& each : products)
    if (each.product == id) return &each;
  return nullptr;
}
AccessOrder* Access::order(const OrderId& id) {
  for (AccessOrder& each : orders)
    if (each.placed.order == id) return &each;
  return nullptr;
}
Group* Access::group(const GroupId& id) {
  for (Group& each : groups)
    if (each.created.group == id) return &each;
  return nullptr;
}
std::uint32_t Access::active_in(const GroupId& group) const {
  return static_cast<std::uint32_t>(
      std::count_if(enrolments.begin(), enrolments.end(),
                    [&](const Enrolment& e) { return e.active && e.enrolled.group == group; }));
}
std::uint32_t Access::burnt_in(const GroupId& group) const {
  return static_cast<std::uint32_t>(
      std::count_if(enrolments.begin(), enrolments.end(),
                    [&](const Enrolment& e) { return e.burnt && e.enrolled.group == group; }));
}
bool Access::member(const GroupId& group, const PersonId& person) const {
  return std::any_of(enrolments.begin(), enrolments.end(), [&](const Enrolment& e) {
    return e.active && e.enrolled.group == group && e.enrolled.person == person;
  });
}
const Enrolment* Access::own_burnt(const GroupId& group, const PersonId& person) const {
  for (const Enrolment& e : enrolments)
    if (e.burnt && e.enrolled.group == group && e.enrolled.person == person) return &e;
  return nullptr;
}
std::uint32_t Access::free_seat(const GroupId& group) const {
  for (std::uint32_t seat = 1;; ++seat) {
    const bool taken = std::any_of(enrolments.begin(), enrolments.end(), [&](const Enrolment& e) {
      return (e.active || e.burnt) && e.enrolled.group == group && e.enrolled.seat == seat;
    });
    if (!taken) return seat;
  }
}
std::uint32_t Access::entitlements(const PersonId& person, const std::string& tag) const {
  std::uint32_t count = 0;
  for (const Enrolment& e : enrolments) {
    if (!e.active || e.enrolled.person != person) continue;
    for (const Group& g : groups)
      if (g.created.group == e.enrolled.group && g.created.tag == tag) ++count;
  }
  for (const SingleAccess& each : singles)
    if (each.live && each.person == person && each.tag == tag) ++count;
  return count;
}

}  // namespace kontor::model
