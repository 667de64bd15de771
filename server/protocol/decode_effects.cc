#include "server/protocol/decode.h"
#include "server/protocol/decode_domains.h"

namespace kontor::protocol {
namespace {

namespace effects = rules::effects;

effects::Command read(FieldReader& f, wire::AckTagChange::Reader c) {
  return effects::AckTagChange{
      .person = f.id<PersonId>("person", c.getPerson()),
      .tag = f.required_text("tag", c.getTag(), TextLimits::tag),
      .change = f.required_choice("change", c.getChange(), effects::TagChange::Revoke),
      .outcome = f.choice("outcome", c.getOutcome(), effects::EffectOutcome::Failed),
      .error = f.text("error", c.getError(), TextLimits::reason)};
}

effects::Command read(FieldReader& f, wire::AckEffect::Reader c) {
  return effects::AckEffect{.request = c.getRequest(),
                            .outcome = f.choice("outcome", c.getOutcome(), effects::EffectOutcome::Failed),
                            .error = f.text("error", c.getError(), TextLimits::reason)};
}

}  // namespace

DecodedBody decode_effects(wire::CommandContent::Body::Reader body) {
  using Body = wire::CommandContent::Body;
  FieldReader fields;
  switch (body.which()) {
    case Body::ACK_TAG_CHANGE: {
      auto command = read(fields, body.getAckTagChange());
      return judged(fields, std::move(command));
    }
    case Body::ACK_EFFECT: {
      auto command = read(fields, body.getAckEffect());
      return judged(fields, std::move(command));
    }
    default: return std::nullopt;
  }
}

}  // namespace kontor::protocol
