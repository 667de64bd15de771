#include <fmt/format.h>

#include "server/protocol/decode.h"
#include "server/protocol/decode_domains.h"

namespace kontor::protocol {
namespace {

namespace access = rules::access;

constexpr unsigned kTagsMax = 10;  // more than one is wrong anyway: the rules say so

template <class Own>
std::optional<Own> on_off(FieldReader& f, std::string_view field, wire::Switch value, Own on, Own off) {
  enum class Switch : std::uint8_t { On, Off };
  const auto state = f.optional_choice(field, value, Switch::Off);
  if (!state) return std::nullopt;
  return *state == Switch::On ? on : off;
}

access::Command read(FieldReader& f, wire::ConfigureGroupFeature::Reader c) {
  access::ConfigureGroupFeature out;
  out.seat_replacement =
      f.optional_choice("seatReplacement", c.getSeatReplacement(), access::SeatReplacement::Forbidden);
  out.notify_on_enrol =
      on_off(f, "notifyOnEnrol", c.getNotifyOnEnrol(), access::Mails::On, access::Mails::Off);
  if (c.hasCrmProvider()) out.crm_provider = f.text("crmProvider", c.getCrmProvider(), TextLimits::reference);
  // The stored order of the states puts "none" first.
  switch (c.getCrmState()) {
    case wire::CrmState::UNSET: break;
    case wire::CrmState::CONNECTED: out.crm_state = access::CrmState::Connected; break;
    case wire::CrmState::BROKEN: out.crm_state = access::CrmState::Broken; break;
    case wire::CrmState::NONE: out.crm_state = access::CrmState::None; break;
    default: f.refuse("crmState has a value this server does not know");
  }
  return out;
}

access::Command read(FieldReader& f, wire::RegisterGroupProduct::Reader c) {
  access::RegisterGroupProduct out;
  out.product = f.id<ProductId>("product", c.getProduct());
  out.unit_price = MinorUnits{c.getUnitPrice()};
  out.currency = f.currency("currency", c.getCurrency());
  if (c.getTags().size() > kTagsMax) {
    f.refuse(fmt::format("tags has {} entries, at most {}", c.getTags().size(), kTagsMax));
    return out;
  }
  for (const auto tag : c.getTags()) out.tags.push_back(f.text("tags", tag, TextLimits::tag));
  return out;
}

access::Command read(FieldReader& f, wire::PlaceAccessOrder::Reader c) {
  access::PlaceAccessOrder out;
  out.order = f.id<OrderId>("order", c.getOrder());
  out.product = f.id<ProductId>("product", c.getProduct());
  out.mode = f.required_choice("mode", c.getMode(), access::AccessMode::Single);
  if (c.hasBuyer()) out.buyer = f.id<PersonId>("buyer", c.getBuyer());
  if (c.hasQuantity()) out.quantity = c.getQuantity().getValue();
  if (c.hasTitle()) out.title = f.text("title", c.getTitle(), TextLimits::title);
  out.buyer_seat = on_off(f, "includeBuyer", c.getIncludeBuyer(), access::BuyerSeat::Included,
                          access::BuyerSeat::NotIncluded);
  return out;
}

access::Command read(FieldReader& f, wire::CompleteAccessOrder::Reader c) {
  return access::CompleteAccessOrder{
      .order = f.id<OrderId>("order", c.getOrder()),
      .payment_ref = f.required_text("paymentRef", c.getPaymentRef(), TextLimits::reference)};
}

access::Command read(FieldReader& f, wire::AbandonAccessOrder::Reader c) {
  return access::AbandonAccessOrder{.order = f.id<OrderId>("order", c.getOrder()),
                                    .reason = f.text("reason", c.getReason(), TextLimits::reason)};
}

access::Contact contact(FieldReader& f, capnp::Text::Reader email, capnp::Text::Reader name) {
  return {.email = f.required_text("email", email, TextLimits::email),
          .name = f.text("name", name, TextLimits::person_name),
          .lookup = {}};
}

access::Command read(FieldReader& f, wire::EnrolParticipant::Reader c) {
  return access::EnrolParticipant{.group = f.id<GroupId>("group", c.getGroup()),
                                  .contact = contact(f, c.getEmail(), c.getName())};
}

access::Command read(FieldReader& f, wire::ImportRoster::Reader c) {
  access::ImportRoster out;
  out.group = f.id<GroupId>("group", c.getGroup());
  out.file_hash = f.required_text("fileHash", c.getFileHash(), TextLimits::reference);
  out.mode = f.choice("mode", c.getMode(), access::ImportMode::Fill);
  out.rows = read_rows(f, c.getRows());
  out.staged = c.getStaged();
  if (out.staged != 0 && !out.rows.empty()) f.refuse("rows and staged exclude each other");
  return out;
}

access::Command read(FieldReader& f, wire::RemoveParticipant::Reader c) {
  return access::RemoveParticipant{.group = f.id<GroupId>("group", c.getGroup()),
                                   .person = f.id<PersonId>("person", c.getPerson()),
                                   .reason = f.text("reason", c.getReason(), TextLimits::reason)};
}

access::Command read(FieldReader& f, wire::ReinviteParticipant::Reader c) {
  return access::ReinviteParticipant{.group = f.id<GroupId>("group", c.getGroup()),
                                     .person = f.id<PersonId>("person", c.getPerson())};
}

access::Command read(FieldReader& f, wire::ChangeMailTemplate::Reader c) {
  return access::ChangeMailTemplate{.mail_template =
                                        f.required_text("template", c.getTemplate(), TextLimits::reference)};
}

access::Command read(FieldReader& f, wire::ReverseAccessOrder::Reader c) {
  return access::ReverseAccessOrder{.order = f.id<OrderId>("order", c.getOrder()),
                                    .reason = f.text("reason", c.getReason(), TextLimits::reason)};
}

access::Command read(FieldReader& f, wire::ExpandGroup::Reader c) {
  return access::ExpandGroup{.group = f.id<GroupId>("group", c.getGroup()),
                             .quantity = c.getQuantity(),
                             .payment_ref = f.text("paymentRef", c.getPaymentRef(), TextLimits::reference)};
}

access::Command read(FieldReader& f, wire::TransferLeadership::Reader c) {
  return access::TransferLeadership{.group = f.id<GroupId>("group", c.getGroup()),
                                    .person = f.id<PersonId>("person", c.getPerson())};
}

access::Command read(FieldReader& f, wire::CorrectEnrolment::Reader c) {
  return access::CorrectEnrolment{.removal = c.getEvent(),
                                  .reason = f.text("reason", c.getReason(), TextLimits::reason)};
}

template <class Reader>
DecodedBody checked(Reader reader) {
  FieldReader fields;
  auto command = read(fields, reader);
  return judged(fields, std::move(command));
}

}  // namespace

std::vector<access::RosterRow> read_rows(FieldReader& f, capnp::List<wire::RosterRow>::Reader rows) {
  std::vector<access::RosterRow> out;
  out.reserve(rows.size());
  for (const auto row : rows)
    out.push_back({.line = row.getLine(), .contact = contact(f, row.getEmail(), row.getName())});
  return out;
}

DecodedBody decode_access(wire::CommandContent::Body::Reader body) {
  using Body = wire::CommandContent::Body;
  switch (body.which()) {
    case Body::CONFIGURE_GROUP_FEATURE: return checked(body.getConfigureGroupFeature());
    case Body::REGISTER_GROUP_PRODUCT: return checked(body.getRegisterGroupProduct());
    case Body::PLACE_ACCESS_ORDER: return checked(body.getPlaceAccessOrder());
    case Body::COMPLETE_ACCESS_ORDER: return checked(body.getCompleteAccessOrder());
    case Body::ABANDON_ACCESS_ORDER: return checked(body.getAbandonAccessOrder());
    case Body::ENROL_PARTICIPANT: return checked(body.getEnrolParticipant());
    case Body::IMPORT_ROSTER: return checked(body.getImportRoster());
    case Body::REMOVE_PARTICIPANT: return checked(body.getRemoveParticipant());
    case Body::REINVITE_PARTICIPANT: return checked(body.getReinviteParticipant());
    case Body::CHANGE_MAIL_TEMPLATE: return checked(body.getChangeMailTemplate());
    case Body::REVERSE_ACCESS_ORDER: return checked(body.getReverseAccessOrder());
    case Body::EXPAND_GROUP: return checked(body.getExpandGroup());
    case Body::TRANSFER_LEADERSHIP: return checked(body.getTransferLeadership());
    case Body::CORRECT_ENROLMENT: return checked(body.getCorrectEnrolment());
    default: return std::nullopt;
  }
}

}  // namespace kontor::protocol
