// How commands about group access are made up.

#include "tests/model/chance.h"

namespace kontor::model {
namespace {

OrderId order(Chance& c) { return c.name<OrderId>("o", 6); }
ProductId product(Chance& c) { return c.name<ProductId>("course-pack", 2); }

GroupId group(Chance& c) {
  const auto& all = c.world->access.groups;
  return all.empty() || c.percent(8) ? GroupId(order(c).value) : c.dice.pick(all).created.group;
}

std::string reason(Chance& c) { return c.percent(c.plausible() ? 97 : 60) ? "somebody asked" : ""; }

/// The leader in person, or an admin; sometimes a leader of another group.
Role leader(Chance& c, const GroupId& of) {
  if (c.percent(30)) return Role::Admin;
  for (const Group& each : c.world->access.groups)
    if (each.created.group == of && c.percent(92)) c.actor_id = each.leader.value;
  return Role::GroupLeader;
}

PersonId member(Chance& c, const GroupId& of) {
  PersonId found = c.known_person().value_or(c.person());
  for (const Enrolment& each : c.world->access.enrolments)
    if (each.enrolled.group == of && (each.active || c.percent(10)) && c.percent(50))
      found = each.enrolled.person;
  return found;
}

}  // namespace

Role fill(Chance& c, rules::access::ConfigureGroupFeature& command) {
  if (c.percent(45))
    command.seat_replacement =
        c.percent(50) ? access::SeatReplacement::Allowed : access::SeatReplacement::Forbidden;
  if (c.percent(40))
    command.notify_on_enrol = c.percent(70) ? rules::access::Mails::On : rules::access::Mails::Off;
  if (c.percent(60)) command.crm_provider = c.percent(95) ? "crm-1" : "";
  if (c.percent(60))
    command.crm_state =
        c.percent(85) ? access::CrmState::Connected : static_cast<access::CrmState>(c.dice.below(3));
  return c.percent(50) ? Role::PlatformAuthor : Role::Admin;
}

Role fill(Chance& c, rules::access::RegisterGroupProduct& command) {
  command.product = product(c);
  const std::int64_t prices[] = {1'000, 2'000, 0, 10'000'000'000, 10'000'000'001, -1};
  command.unit_price.value = prices[c.dice.below(c.plausible() ? 2 : 6)];
  command.tags = {c.percent(70) ? "tag-1" : "tag-2"};
  if (!c.plausible() && c.percent(40)) command.tags = {};
  if (!c.plausible() && c.percent(30)) command.tags = {"tag-1", "tag-2"};
  return c.percent(50) ? Role::PlatformAuthor : Role::Admin;
}

Role fill(Chance& c, rules::access::PlaceAccessOrder& command) {
  command.order = order(c);
  command.product = product(c);
  command.mode = c.percent(75) ? access::AccessMode::Group : access::AccessMode::Single;
  if (c.percent(80)) command.buyer = c.person();
  const bool group = (command.mode == access::AccessMode::Group) != (!c.plausible() && c.percent(25));
  if (group) {
    command.quantity = c.number(4, 100'000);
    command.title = c.percent(90) ? " People of the company " : "   ";
    if (!c.plausible() && c.percent(30)) command.title = std::string(200 + c.dice.below(2), 'x');
    if (c.percent(50))
      command.buyer_seat =
          c.percent(60) ? rules::access::BuyerSeat::Included : rules::access::BuyerSeat::NotIncluded;
  }
  return Role::Buyer;
}

Role fill(Chance& c, rules::access::CompleteAccessOrder& command) {
  command.order = order(c);
  for (const AccessOrder& each : c.world->access.orders)
    if (each.state == OrderState::Placed && c.percent(60)) command.order = each.placed.order;
  command.payment_ref = c.percent(85) ? "paid-1" : c.percent(50) ? "paid-2" : "";
  return Role::Backend;
}

Role fill(Chance& c, rules::access::AbandonAccessOrder& command) {
  command.order = order(c);
  command.reason = reason(c);
  return Role::Backend;
}

Role fill(Chance& c, rules::access::EnrolParticipant& command) {
  command.group = group(c);
  command.contact = c.contact();
  return leader(c, command.group);
}

Role fill(Chance& c, rules::access::ImportRoster& command) {
  command.group = group(c);
  command.file_hash = std::string(63, 'a') + static_cast<char>('0' + c.dice.below(10));
  if (!c.plausible() && c.percent(10)) command.file_hash = "abc";
  command.mode = c.percent(50) ? access::ImportMode::Fill : access::ImportMode::AllOrNothing;
  const std::uint64_t rows = c.plausible() ? 1 + c.dice.below(4) : c.dice.below(8);
  for (std::uint64_t i = 0; i < rows; ++i)
    command.rows.push_back({static_cast<std::uint32_t>(i + 2), c.contact()});
  return leader(c, command.group);
}

Role fill(Chance& c, rules::access::RemoveParticipant& command) {
  command.group = group(c);
  command.person = member(c, command.group);
  command.reason = c.percent(30) ? "left" : "";
  return leader(c, command.group);
}

Role fill(Chance& c, rules::access::ReinviteParticipant& command) {
  command.group = group(c);
  command.person = member(c, command.group);
  return leader(c, command.group);
}

Role fill(Chance& c, rules::access::ChangeMailTemplate& command) {
  command.mail_template = c.percent(50) ? "text-1" : "text-2";
  if (c.percent(8)) return Role::GroupLeader;
  return c.percent(50) ? Role::PlatformAuthor : Role::Admin;
}

Role fill(Chance& c, rules::access::ReverseAccessOrder& command) {
  command.order = order(c);
  command.reason = reason(c);
  return Role::Admin;
}

Role fill(Chance& c, rules::access::ExpandGroup& command) {
  command.group = group(c);
  command.quantity = c.number(3, 100'000);
  command.payment_ref = c.percent(97) ? "paid-2" : "";
  if (c.percent(40)) return Role::Admin;
  for (const Group& each : c.world->access.groups)
    if (each.created.group == command.group && c.percent(92)) c.actor_id = each.buyer.value;
  return Role::Buyer;
}

Role fill(Chance& c, rules::access::TransferLeadership& command) {
  command.group = group(c);
  command.person = c.percent(60) ? c.known_person().value_or(c.person()) : c.person();
  return Role::Admin;
}

Role fill(Chance& c, rules::access::CorrectEnrolment& command) {
  command.removal = c.dice.below(80);
  for (const Enrolment& each : c.world->access.enrolments)
    if (each.burnt || (each.removal != 0 && c.percent(5))) command.removal = each.removal;
  command.reason = reason(c);
  return Role::Admin;
}

}  // namespace kontor::model
