// The state of group access in a fixed order, for its digest. Every field that decides anything is here.
#include "engine/rules/access/rules.h"
#include "engine/rules/canonical.h"

namespace kontor::rules::access {
namespace {

void describe_row(const Product& r, Canonical& out) {
  out.add_all(r.unit_price, r.currency.text(), r.tag, r.rev, r.changed_at);
}
void describe_row(const Order& r, Canonical& out) {
  out.add_all(r.product, r.buyer, r.mode, r.phase, r.include_buyer, r.quantity, r.unit_price, r.total,
              r.top_ups, r.currency.text(), r.price_list_rev);
  out.add(std::string_view(r.title));
  out.add(std::string_view(r.payment_ref));
  out.add_all(r.group, r.tag, r.phase_at, r.completed_at);
  out.add(std::string_view(r.completed_by.text()));
}
void describe_row(const Group& r, Canonical& out) {
  out.add_all(r.order, r.leader, r.tag, r.capacity, r.active, r.burnt, r.numbers, r.first_member,
              r.last_member, r.created_at, r.capacity_at, r.enrolled_at, r.burnt_at, r.leader_at,
              r.closed_at);
}
void describe_row(const Member& r, Canonical& out) {
  out.add_all(r.group, r.person, r.phase, r.seat, r.mails, r.next, r.changed_at, r.changed_effective);
}

template <class T>
void describe_table(const Table<T>& table, Canonical& out) {
  out.add(table.size());
  for (Row row = 0; row < table.size(); ++row) describe_row(table[row], out);
}

}  // namespace

void describe(const State& state, Canonical& out) {
  const Settings& settings = state.settings.get();
  out.add_all(settings.seat_replacement, settings.notify_on_enrol);
  out.add(std::string_view(settings.crm_provider));
  out.add_all(settings.crm_state, settings.rev, settings.changed_at);
  out.add(std::string_view(settings.mail_template));
  out.add(settings.template_rev);
  out.add_all(state.product_ids, state.order_ids, state.person_ids, state.tags);
  describe_table(state.products, out);
  describe_table(state.orders, out);
  describe_table(state.groups, out);
  describe_table(state.members, out);
  // The look-ups hold nothing of their own but their size: each entry follows from the rows above.
  out.add_all(state.member_of.size(), state.entitlements.size(), state.burnt_by.size(),
              state.free_seats.size());
  for (const FreeSeat& seat : state.free_seats) out.add_all(seat.first, seat.second);
  out.add(state.imports.get());
}

}  // namespace kontor::rules::access
