#include "engine/rules/access/rules.h"
#include "events/core/assert.h"

namespace kontor::rules::access {
namespace {

namespace ev = kontor::access;
namespace fx = kontor::effects;

/// A row that must be there.
Row known(Row row) {
  KONTOR_ASSERT(row != kNone);
  return row;
}

Row group_of(const State& state, const GroupId& group) {
  const Order& order = state.orders[known(state.order_ids.find(group.value))];
  return known(order.group);
}

Row member_of(const State& state, Row group, const PersonId& person) {
  const Row name = known(state.person_ids.find(person.value));
  const Row* row = state.member_of.find(pair_key(group, name));
  KONTOR_ASSERT(row != nullptr);
  return *row;
}

void entitle(State& state, Row person, Row tag) {
  const std::uint64_t key = pair_key(person, tag);
  const std::uint32_t* live = state.entitlements.find(key);
  state.entitlements.put(key, (live == nullptr ? 0 : *live) + 1);
}

void disentitle(State& state, Row person, Row tag) {
  const std::uint64_t key = pair_key(person, tag);
  const std::uint32_t* live = state.entitlements.find(key);
  KONTOR_ASSERT(live != nullptr);
  if (*live == 1)
    state.entitlements.erase(key);
  else
    state.entitlements.put(key, *live - 1);
}

void check_counts(const Group& group) {
  KONTOR_ASSERT(group.active <= group.capacity);                // INV-18: seats of a group add up
  KONTOR_ASSERT(group.burnt <= group.capacity - group.active);  // INV-18
  KONTOR_ASSERT(group.numbers <= group.capacity);
}

struct Evolve {
  State& state;
  const Envelope& envelope;

  [[nodiscard]] Position position() const { return envelope.position; }

  void operator()(const ev::GroupFeatureConfigured& e) const {
    Settings settings = state.settings.get();
    KONTOR_ASSERT(e.rev == settings.rev + 1);
    settings.seat_replacement = e.seat_replacement;
    settings.notify_on_enrol = e.notify_on_enrol;
    settings.crm_provider = e.crm_provider;
    settings.crm_state = e.crm_state;
    settings.rev = e.rev;
    settings.changed_at = position();
    state.settings.set(std::move(settings));
  }
  void operator()(const ev::MailTemplateChanged& e) const {
    Settings settings = state.settings.get();
    KONTOR_ASSERT(e.rev == settings.template_rev + 1);
    settings.mail_template = e.mail_template;
    settings.template_rev = e.rev;
    state.settings.set(std::move(settings));
  }
  void operator()(const ev::GroupProductRegistered& e) const {
    const Row row = state.product_ids.intern(e.product.value);
    if (row == state.products.size()) (void)state.products.append({});
    Product& product = state.products.edit(row);
    KONTOR_ASSERT(e.rev == product.rev + 1);
    product.unit_price = e.unit_price;
    product.currency = e.currency;
    product.tag = state.tags.intern(e.tag);
    product.rev = e.rev;
    product.changed_at = position();
  }

  void operator()(const ev::AccessOrderPlaced& e) const {
    KONTOR_ASSERT(state.order_ids.find(e.order.value) == kNone);
    (void)state.order_ids.intern(e.order.value);
    (void)state.orders.append({.product = known(state.product_ids.find(e.product.value)),
                               .buyer = state.person_ids.intern(e.buyer.value),
                               .mode = e.mode,
                               .phase = OrderPhase::Placed,
                               .include_buyer = e.include_buyer,
                               .quantity = e.quantity,
                               .unit_price = e.unit_price,
                               .total = e.total,
                               .top_ups = {},
                               .currency = e.currency,
                               .price_list_rev = e.price_list_rev,
                               .title = e.title,
                               .payment_ref = {},
                               .phase_at = position()});
  }
  Order& move_order(const OrderId& id, OrderPhase from, OrderPhase to) const {
    Order& order = state.orders.edit(known(state.order_ids.find(id.value)));
    KONTOR_ASSERT(order.phase == from);
    order.phase = to;
    order.phase_at = position();
    return order;
  }
  void operator()(const ev::AccessOrderCompleted& e) const {
    Order& order = move_order(e.order, OrderPhase::Placed, OrderPhase::Completed);
    order.payment_ref = e.payment_ref;
    order.completed_at = position();
    order.completed_by = envelope.command_id;
  }
  void operator()(const ev::AccessOrderAbandoned& e) const {
    move_order(e.order, OrderPhase::Placed, OrderPhase::Abandoned);
  }
  void operator()(const ev::AccessOrderReversed& e) const {
    move_order(e.order, OrderPhase::Completed, OrderPhase::Reversed);
  }

  void operator()(const ev::GroupCreated& e) const {
    const Row row = known(state.order_ids.find(e.order.value));
    Order& order = state.orders.edit(row);
    KONTOR_ASSERT(order.phase == OrderPhase::Completed);  // INV-19: a group follows its completed order
    KONTOR_ASSERT(order.group == kNone);                  // INV-19: once
    order.group = state.groups.append({.order = row,
                                       .tag = state.tags.intern(e.tag),
                                       .capacity = e.capacity,
                                       .created_at = position(),
                                       .capacity_at = position()});
  }
  void operator()(const ev::GroupCapacityIncreased& e) const {
    const Row row = group_of(state, e.group);
    Group& group = state.groups.edit(row);
    KONTOR_ASSERT(e.capacity == group.capacity + e.quantity);
    group.capacity = e.capacity;
    group.capacity_at = position();
    Order& order = state.orders.edit(group.order);
    const auto sum = checked_add(order.top_ups, e.total);
    KONTOR_ASSERT(sum.has_value());
    order.top_ups = *sum;
    check_counts(group);
  }
  void operator()(const ev::GroupClosed& e) const {
    Group& group = state.groups.edit(group_of(state, e.group));
    KONTOR_ASSERT(group.closed_at == 0);
    group.closed_at = position();
  }
  void operator()(const ev::GroupLeaderAppointed& e) const {
    Group& group = state.groups.edit(group_of(state, e.group));
    group.leader = state.person_ids.intern(e.person.value);
    group.leader_at = position();
  }
  void operator()(const ev::GroupLeaderDismissed& e) const {
    // Comes after the appointment of the other one.
    const Group& group = state.groups[group_of(state, e.group)];
    KONTOR_ASSERT(state.person_ids.find(e.person.value) != group.leader);
  }

  void operator()(const ev::SingleAccessGranted& e) const {
    Order& order = state.orders.edit(known(state.order_ids.find(e.order.value)));
    order.tag = state.tags.intern(e.tag);
    entitle(state, state.person_ids.intern(e.person.value), order.tag);
  }
  void operator()(const ev::SingleAccessRevoked& e) const {
    const Order& order = state.orders[known(state.order_ids.find(e.order.value))];
    disentitle(state, known(state.person_ids.find(e.person.value)), order.tag);
  }

  /// The person's row in the group, new or of an earlier enrolment.
  Row joining(Row group, const PersonId& person) const {
    const Row name = state.person_ids.intern(person.value);
    if (const Row* row = state.member_of.find(pair_key(group, name))) return *row;
    const Row row = state.members.append(
        {.group = group, .person = name, .phase = MemberPhase::Removed, .changed_effective = {}});
    state.member_of.put(pair_key(group, name), row);
    Group& g = state.groups.edit(group);
    if (g.last_member == kNone)
      g.first_member = row;
    else
      state.members.edit(g.last_member).next = row;
    g.last_member = row;
    return row;
  }
  void operator()(const ev::ParticipantEnrolled& e) const {
    const Row group_row = group_of(state, e.group);
    const Row row = joining(group_row, e.person);
    Member& member = state.members.edit(row);
    Group& group = state.groups.edit(group_row);
    KONTOR_ASSERT(member.phase != MemberPhase::Active);  // INV-20: once an active member of a group
    if (e.origin == ev::SeatOrigin::OwnBurnt) {
      KONTOR_ASSERT(member.phase == MemberPhase::Burnt);
      KONTOR_ASSERT(member.seat == e.seat);
      state.burnt_by.erase(member.changed_at);
      --group.burnt;
    } else {
      KONTOR_ASSERT(member.phase == MemberPhase::Removed);
      KONTOR_ASSERT(group.available() > 0);  // INV-18: the last seat goes to one of two
      take_number(group_row, group, e.seat);
    }
    member.phase = MemberPhase::Active;
    member.seat = e.seat;
    member.changed_at = position();
    member.changed_effective = envelope.effective_at;
    ++group.active;
    group.enrolled_at = position();
    entitle(state, member.person, group.tag);
    check_counts(group);
  }
  void take_number(Row group_row, Group& group, std::uint32_t seat) const {
    if (seat == group.numbers + 1)
      ++group.numbers;
    else
      state.free_seats.erase({group_row, seat});
  }
  void operator()(const ev::ParticipantRemoved& e) const {
    const Row group_row = group_of(state, e.group);
    const Row row = member_of(state, group_row, e.person);
    Member& member = state.members.edit(row);
    Group& group = state.groups.edit(group_row);
    KONTOR_ASSERT(member.phase == MemberPhase::Active);
    KONTOR_ASSERT(member.seat == e.seat);
    --group.active;
    member.changed_at = position();
    member.changed_effective = envelope.effective_at;
    if (e.fate == ev::SeatFate::Burnt) {
      member.phase = MemberPhase::Burnt;
      ++group.burnt;
      group.burnt_at = position();
      state.burnt_by.put(position(), row);
    } else {
      member.phase = MemberPhase::Removed;
      state.free_seats.insert({group_row, e.seat});
    }
    disentitle(state, member.person, group.tag);
    check_counts(group);
  }
  void operator()(const ev::EnrolmentCorrected& e) const {
    const Row group_row = group_of(state, e.group);
    Member& member = state.members.edit(member_of(state, group_row, e.person));
    Group& group = state.groups.edit(group_row);
    KONTOR_ASSERT(member.phase == MemberPhase::Burnt);
    KONTOR_ASSERT(member.changed_at == e.removal);
    member.phase = MemberPhase::Removed;
    member.changed_at = position();
    member.changed_effective = envelope.effective_at;
    --group.burnt;
    state.burnt_by.erase(e.removal);
    state.free_seats.insert({group_row, e.seat});
    check_counts(group);
  }

  void operator()(const ev::RosterImportStarted&) const { state.imports.set(state.imports.get() + 1); }
  void operator()(const ev::RosterRowsRefused&) const {}
  void operator()(const ev::RosterImportFinished&) const {}
};

}  // namespace

void evolve(State& state, const ev::Event& event, const Envelope& envelope) {
  std::visit(Evolve{state, envelope}, event);
}

void observe(State& state, const fx::Event& event) {
  const auto* mail = std::get_if<fx::NotificationRequested>(&event);
  if (mail == nullptr) return;
  // A mail about somebody else's group is none of ours.
  const Row order = state.order_ids.find(mail->group.value);
  const Row person = state.person_ids.find(mail->person.value);
  if (order == kNone || person == kNone || state.orders[order].group == kNone) return;
  const Row* member = state.member_of.find(pair_key(state.orders[order].group, person));
  if (member != nullptr) state.members.edit(*member).mails = mail->number;
}

}  // namespace kontor::rules::access
