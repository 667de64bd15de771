// How commands about communities are made up.

#include "tests/model/chance.h"

namespace kontor::model {
namespace {

CommunityId community(Chance& c) { return c.name<CommunityId>("com", 2); }
GroupId group(Chance& c) { return c.name<GroupId>("g", 4); }

Role manager(Chance& c) { return c.percent(50) ? Role::CampusManager : Role::CourseManager; }

}  // namespace

Role fill(Chance& c, rules::communities::OpenCommunity& command) {
  command.community = community(c);
  if (c.percent(20)) command.time_zone = "America/New_York";
  if (c.mood == Chance::Mood::Nonsense && c.percent(40)) command.time_zone = "Mars/Olympus";
  return Role::ContractDesk;
}
Role fill(Chance& c, rules::communities::BookCommunityPool& command) {
  command.community = community(c);
  if (c.percent(85)) command.size = c.number(4, 1'000'000);
  if (c.percent(40)) command.price.value = 5'000;
  if (!c.plausible() && c.percent(20)) command.price.value = -1;
  return Role::ContractDesk;
}
Role fill(Chance& c, rules::communities::CreateCommunityGroup& command) {
  command.community = community(c);
  command.group = group(c);
  return manager(c);
}
Role fill(Chance& c, rules::communities::InviteToCommunityGroup& command) {
  command.group = group(c);
  command.person = c.person();
  return manager(c);
}
Role fill(Chance& c, rules::communities::EndGroupMembership& command) {
  command.group = group(c);
  command.person = c.person();
  for (const CommunityMember& each : c.world->communities.members) {
    if (!each.active || c.percent(50)) continue;
    command.group = each.group;
    command.person = each.person;
  }
  return c.percent(30) ? Role::Member : manager(c);
}
Role fill(Chance& c, rules::communities::DeactivateGroup& command) {
  command.group = group(c);
  return manager(c);
}

}  // namespace kontor::model
