#include <fmt/format.h>

#include "engine/rules/credits/limits.h"
#include "server/protocol/decode.h"
#include "server/protocol/decode_domains.h"

namespace kontor::protocol {
namespace {

namespace credits = rules::credits;

constexpr unsigned kContentTypesMax = 16;  // more than there are

/// The schema's order of a switch: on, off.
enum class OnOff : std::uint8_t { On, Off };
enum class Mode : std::uint8_t { Automatic, Manual };

credits::Force force(FieldReader& f, wire::Switch wire) {
  return f.optional_choice("force", wire, OnOff::Off) == OnOff::On ? credits::Force::Yes : credits::Force::No;
}

void read_lists(FieldReader& f, wire::ConfigureCredits::Reader c, credits::ConfigureCredits& out) {
  if (c.getAutoAccounts().size() > credits::kAutoAccountsMax)
    return f.refuse(fmt::format("autoAccounts has {} entries, at most {}", c.getAutoAccounts().size(),
                                credits::kAutoAccountsMax));
  for (const auto account : c.getAutoAccounts()) {
    const auto state = f.required_choice("autoAccounts.account", account.getAccount(), OnOff::Off);
    out.auto_accounts.push_back({.user_type = f.id_text("autoAccounts.userType", account.getUserType()),
                                 .beginning = state == OnOff::On ? credits::Beginning::WithAccount
                                                                 : credits::Beginning::WithoutAccount,
                                 .start_balance = account.getStartBalance()});
  }
  if (!c.hasChargeableContent()) return;
  if (c.getChargeableContent().size() > kContentTypesMax)
    return f.refuse(fmt::format("chargeableContent has {} entries, at most {}",
                                c.getChargeableContent().size(), kContentTypesMax));
  out.chargeable.emplace();
  for (const auto type : c.getChargeableContent())
    out.chargeable->push_back(f.required_choice("chargeableContent", type, credits::ContentType::Event));
}

credits::Command read(FieldReader& f, wire::ConfigureCredits::Reader c) {
  credits::ConfigureCredits out;
  if (const auto feature = f.optional_choice("creditFeature", c.getCreditFeature(), OnOff::Off))
    out.feature = *feature == OnOff::On ? credits::Feature::On : credits::Feature::Off;
  if (const auto mode = f.optional_choice("orderMode", c.getOrderMode(), Mode::Manual))
    out.order_mode = *mode == Mode::Automatic ? credits::OrderMode::Automatic : credits::OrderMode::Manual;
  if (c.hasPaymentNote()) out.payment_note = f.text("paymentNote", c.getPaymentNote(), TextLimits::reference);
  if (c.hasAlertAddress())
    out.alert_address = f.text("alertAddress", c.getAlertAddress(), TextLimits::reference);
  if (const auto charge = f.optional_choice("chargeOnRepublish", c.getChargeOnRepublish(), OnOff::Off))
    out.republishing = *charge == OnOff::On ? credits::Republishing::Charged : credits::Republishing::Free;
  read_lists(f, c, out);
  return out;
}

credits::Command read(FieldReader& f, wire::DefinePackage::Reader c) {
  return credits::DefinePackage{.package = f.id<PackageId>("package", c.getPackage()),
                                .name = f.required_text("name", c.getName(), TextLimits::title),
                                .points = c.getPoints(),
                                .price = {c.getPrice()},
                                .currency = f.currency("currency", c.getCurrency())};
}
credits::Command read(FieldReader& f, wire::RetirePackage::Reader c) {
  return credits::RetirePackage{f.id<PackageId>("package", c.getPackage())};
}
credits::Command read(FieldReader& f, wire::RegisterUser::Reader c) {
  return credits::RegisterUser{.user = f.id<PersonId>("user", c.getUser()),
                               .user_type = f.id_text("userType", c.getUserType())};
}
credits::Command read(FieldReader& f, wire::ActivateCreditAccount::Reader c) {
  return credits::ActivateCreditAccount{f.id<PersonId>("user", c.getUser())};
}
credits::Command read(FieldReader& f, wire::DeactivateCreditAccount::Reader c) {
  return credits::DeactivateCreditAccount{.user = f.id<PersonId>("user", c.getUser()),
                                          .reason = f.text("reason", c.getReason(), TextLimits::reason)};
}
credits::Command read(FieldReader& f, wire::PlaceCreditOrder::Reader c) {
  return credits::PlaceCreditOrder{.order = f.id<OrderId>("order", c.getOrder()),
                                   .user = f.id<PersonId>("user", c.getUser()),
                                   .package = f.id<PackageId>("package", c.getPackage())};
}
credits::Command read(FieldReader& f, wire::SetOrderStatus::Reader c) {
  return credits::SetOrderStatus{
      .order = f.id<OrderId>("order", c.getOrder()),
      .status = f.required_choice("status", c.getStatus(), credits::NewOrderStatus::Cancelled)};
}
credits::Command read(FieldReader& f, wire::PostManualTransaction::Reader c) {
  return credits::PostManualTransaction{.user = f.id<PersonId>("user", c.getUser()),
                                        .points = c.getPoints(),
                                        .reason = f.text("reason", c.getReason(), TextLimits::reason),
                                        .force = force(f, c.getForce())};
}
credits::Command read(FieldReader& f, wire::Publish::Reader c) {
  return credits::Publish{
      .content = f.id<ContentId>("contentId", c.getContentId()),
      .type = f.optional_choice("contentType", c.getContentType(), credits::ContentType::Event),
      .user = f.id<PersonId>("user", c.getUser())};
}
credits::Command read(FieldReader& f, wire::SaveDraft::Reader c) {
  return credits::SaveDraft{.content = f.id<ContentId>("contentId", c.getContentId()),
                            .user = f.id<PersonId>("user", c.getUser())};
}
credits::Command read(FieldReader& f, wire::SchedulePublication::Reader c) {
  return credits::SchedulePublication{
      .content = f.id<ContentId>("contentId", c.getContentId()),
      .type = f.optional_choice("contentType", c.getContentType(), credits::ContentType::Event),
      .user = f.id<PersonId>("user", c.getUser()),
      .at = f.instant("at", c.getAt()),
      .expires_at = f.optional_instant("expiresAt", c.getExpiresAt())};
}
credits::Command read(FieldReader& f, wire::ConfirmPublication::Reader c) {
  return credits::ConfirmPublication{f.id<ContentId>("contentId", c.getContentId())};
}
credits::Command read(FieldReader& f, wire::CancelScheduled::Reader c) {
  return credits::CancelScheduled{f.id<ContentId>("contentId", c.getContentId())};
}
credits::Command read(FieldReader& f, wire::ReverseCreditOrder::Reader c) {
  return credits::ReverseCreditOrder{.order = f.id<OrderId>("order", c.getOrder()),
                                     .reason = f.text("reason", c.getReason(), TextLimits::reason),
                                     .force = force(f, c.getForce())};
}
credits::Command read(FieldReader& f, wire::RefundPublication::Reader c) {
  return credits::RefundPublication{.content = f.id<ContentId>("contentId", c.getContentId()),
                                    .reason = f.text("reason", c.getReason(), TextLimits::reason)};
}
credits::Command read(FieldReader& f, wire::MarkOrderInvoiced::Reader c) {
  return credits::MarkOrderInvoiced{.order = f.id<OrderId>("order", c.getOrder()),
                                    .ref = f.required_text("ref", c.getRef(), TextLimits::reference)};
}
credits::Command read(FieldReader& f, wire::MarkOrderPaid::Reader c) {
  return credits::MarkOrderPaid{.order = f.id<OrderId>("order", c.getOrder()),
                                .ref = f.required_text("ref", c.getRef(), TextLimits::reference)};
}

template <class Reader>
DecodedBody checked(Reader reader) {
  FieldReader fields;
  auto command = read(fields, reader);
  return judged(fields, std::move(command));
}

}  // namespace

bool check_credits_question(FieldReader& f, wire::Query::Question::Reader question) {
  using Question = wire::Query::Question;
  const auto id = [&f](std::string_view field, capnp::Text::Reader text) { (void)f.id_text(field, text); };
  const auto optional_id = [&](std::string_view field, capnp::Text::Reader text) {
    if (text.size() > 0) id(field, text);
  };
  const auto cursor = [&f](capnp::Text::Reader text) { (void)f.text("after", text, TextLimits::cursor); };
  switch (question.which()) {
    case Question::MENU_BALANCE: id("user", question.getMenuBalance().getUser()); break;
    case Question::CREDIT_OVERVIEW: id("user", question.getCreditOverview().getUser()); break;
    case Question::ORDER_LIST:
      id("user", question.getOrderList().getUser());
      cursor(question.getOrderList().getAfter());
      break;
    case Question::TRANSACTION_LIST:
      id("user", question.getTransactionList().getUser());
      cursor(question.getTransactionList().getAfter());
      break;
    case Question::PACKAGE_LIST: break;
    case Question::CONVERSION_CARD: id("user", question.getConversionCard().getUser()); break;
    case Question::CAN_PUBLISH: id("user", question.getCanPublish().getUser()); break;
    case Question::ORDER_ADMINISTRATION:
      optional_id("user", question.getOrderAdministration().getUser());
      optional_id("package", question.getOrderAdministration().getPackage());
      cursor(question.getOrderAdministration().getAfter());
      break;
    case Question::ORDER_DETAIL: id("order", question.getOrderDetail().getOrder()); break;
    case Question::ACCOUNT_ADMINISTRATION: cursor(question.getAccountAdministration().getAfter()); break;
    case Question::UNINVOICED_ORDERS: cursor(question.getUninvoicedOrders().getAfter()); break;
    default: return false;
  }
  return true;
}

DecodedBody decode_credits(wire::CommandContent::Body::Reader body) {
  using Body = wire::CommandContent::Body;
  switch (body.which()) {
    case Body::CONFIGURE_CREDITS: return checked(body.getConfigureCredits());
    case Body::DEFINE_PACKAGE: return checked(body.getDefinePackage());
    case Body::RETIRE_PACKAGE: return checked(body.getRetirePackage());
    case Body::REGISTER_USER: return checked(body.getRegisterUser());
    case Body::ACTIVATE_CREDIT_ACCOUNT: return checked(body.getActivateCreditAccount());
    case Body::DEACTIVATE_CREDIT_ACCOUNT: return checked(body.getDeactivateCreditAccount());
    case Body::PLACE_CREDIT_ORDER: return checked(body.getPlaceCreditOrder());
    case Body::SET_ORDER_STATUS: return checked(body.getSetOrderStatus());
    case Body::POST_MANUAL_TRANSACTION: return checked(body.getPostManualTransaction());
    case Body::PUBLISH: return checked(body.getPublish());
    case Body::SAVE_DRAFT: return checked(body.getSaveDraft());
    case Body::SCHEDULE_PUBLICATION: return checked(body.getSchedulePublication());
    case Body::CONFIRM_PUBLICATION: return checked(body.getConfirmPublication());
    case Body::CANCEL_SCHEDULED: return checked(body.getCancelScheduled());
    case Body::REVERSE_CREDIT_ORDER: return checked(body.getReverseCreditOrder());
    case Body::REFUND_PUBLICATION: return checked(body.getRefundPublication());
    case Body::MARK_ORDER_INVOICED: return checked(body.getMarkOrderInvoiced());
    case Body::MARK_ORDER_PAID: return checked(body.getMarkOrderPaid());
    default: return std::nullopt;
  }
}

}  // namespace kontor::protocol
