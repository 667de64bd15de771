#include "server/protocol/decode.h"
#include "server/protocol/decode_domains.h"

namespace kontor::protocol {
namespace {

namespace people = rules::people;
namespace tenancy = rules::tenancy;

people::Contact contact(FieldReader& f, capnp::Text::Reader email, capnp::Text::Reader name) {
  return {.email = f.required_text("email", email, TextLimits::email),
          .name = f.text("name", name, TextLimits::person_name),
          .lookup = {}};
}

people::Command read(FieldReader& f, wire::RegisterPerson::Reader c) {
  people::RegisterPerson out;
  if (c.hasPerson()) out.person = f.id<PersonId>("person", c.getPerson());
  out.contact = contact(f, c.getEmail(), c.getName());
  return out;
}

people::Command read(FieldReader& f, wire::ChangePersonEmail::Reader c) {
  return people::ChangePersonEmail{.person = f.id<PersonId>("person", c.getPerson()),
                                   .contact = contact(f, c.getEmail(), {})};
}

people::Command read(FieldReader& f, wire::ErasePerson::Reader c) {
  return people::ErasePerson{.person = f.id<PersonId>("person", c.getPerson()),
                             .reason = f.text("reason", c.getReason(), TextLimits::reason)};
}

tenancy::Command read(FieldReader& f, wire::ChangeTenantPlan::Reader c) {
  tenancy::ChangeTenantPlan out;
  out.suite = f.required_choice("suite", c.getSuite(), tenancy::Suite::Enterprise);
  if (c.getCredits() == wire::Switch::ON) out.credits = tenancy::CreditsOption::Included;
  if (c.getCredits() == wire::Switch::OFF) out.credits = tenancy::CreditsOption::Excluded;
  return out;
}

}  // namespace

DecodedBody decode_people(wire::CommandContent::Body::Reader body) {
  using Body = wire::CommandContent::Body;
  FieldReader fields;
  switch (body.which()) {
    case Body::REGISTER_PERSON: {
      auto command = read(fields, body.getRegisterPerson());
      return judged(fields, std::move(command));
    }
    case Body::CHANGE_PERSON_EMAIL: {
      auto command = read(fields, body.getChangePersonEmail());
      return judged(fields, std::move(command));
    }
    case Body::ERASE_PERSON: {
      auto command = read(fields, body.getErasePerson());
      return judged(fields, std::move(command));
    }
    case Body::CHANGE_TENANT_PLAN: {
      auto command = read(fields, body.getChangeTenantPlan());
      return judged(fields, std::move(command));
    }
    default: return std::nullopt;
  }
}

}  // namespace kontor::protocol
