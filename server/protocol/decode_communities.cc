#include "server/protocol/decode.h"
#include "server/protocol/decode_domains.h"

namespace kontor::protocol {
namespace {

namespace communities = rules::communities;

communities::Command read(FieldReader& f, wire::OpenCommunity::Reader c) {
  communities::OpenCommunity out;
  out.community = f.id<CommunityId>("community", c.getCommunity());
  if (c.hasTimeZone()) out.time_zone = f.required_text("timeZone", c.getTimeZone(), TextLimits::time_zone);
  return out;
}

communities::Command read(FieldReader& f, wire::BookCommunityPool::Reader c) {
  communities::BookCommunityPool out;
  out.community = f.id<CommunityId>("community", c.getCommunity());
  if (c.hasSize()) out.size = f.small_count("size", c.getSize().getValue());
  out.price = MinorUnits{c.getPrice()};
  out.currency = f.currency("currency", c.getCurrency());
  return out;
}

communities::Command read(FieldReader& f, wire::CreateCommunityGroup::Reader c) {
  return communities::CreateCommunityGroup{.community = f.id<CommunityId>("community", c.getCommunity()),
                                           .group = f.id<GroupId>("group", c.getGroup())};
}

communities::Command read(FieldReader& f, wire::InviteToCommunityGroup::Reader c) {
  return communities::InviteToCommunityGroup{.group = f.id<GroupId>("group", c.getGroup()),
                                             .person = f.id<PersonId>("person", c.getPerson())};
}

communities::Command read(FieldReader& f, wire::EndGroupMembership::Reader c) {
  return communities::EndGroupMembership{.group = f.id<GroupId>("group", c.getGroup()),
                                         .person = f.id<PersonId>("person", c.getPerson())};
}

communities::Command read(FieldReader& f, wire::DeactivateGroup::Reader c) {
  return communities::DeactivateGroup{.group = f.id<GroupId>("group", c.getGroup())};
}

template <class Reader>
DecodedBody checked(Reader reader) {
  FieldReader fields;
  auto command = read(fields, reader);
  return judged(fields, std::move(command));
}

}  // namespace

DecodedBody decode_communities(wire::CommandContent::Body::Reader body) {
  using Body = wire::CommandContent::Body;
  switch (body.which()) {
    case Body::OPEN_COMMUNITY: return checked(body.getOpenCommunity());
    case Body::BOOK_COMMUNITY_POOL: return checked(body.getBookCommunityPool());
    case Body::CREATE_COMMUNITY_GROUP: return checked(body.getCreateCommunityGroup());
    case Body::INVITE_TO_COMMUNITY_GROUP: return checked(body.getInviteToCommunityGroup());
    case Body::END_GROUP_MEMBERSHIP: return checked(body.getEndGroupMembership());
    case Body::DEACTIVATE_GROUP: return checked(body.getDeactivateGroup());
    default: return std::nullopt;
  }
}

}  // namespace kontor::protocol
