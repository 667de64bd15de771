#include "events/credits.h"

#include <array>
#include <type_traits>

#include "events/codec.h"

namespace kontor {
namespace credits {

// Compiled here, once.
Event::Event() = default;
Event::Event(const Event&) = default;
Event::Event(Event&&) noexcept = default;
Event& Event::operator=(const Event&) = default;
Event& Event::operator=(Event&&) noexcept = default;
Event::~Event() = default;

std::string_view type_name(const Event& event) {
  static constexpr std::array<std::string_view, std::variant_size_v<Event::variant>> kNames{
      "PackageRetired",
      "DraftSaved",
      "CreditFeatureConfigured",
      "PackageDefined",
      "UserRegistered",
      "CreditAccountActivated",
      "StartBalanceGranted",
      "CreditAccountDeactivated",
      "CreditOrderPlaced",
      "CreditOrderStatusChanged",
      "CreditOrderCredited",
      "CreditsAdded",
      "CreditsAdjusted",
      "CreditDebited",
      "PublicationAccepted",
      "CreditReserved",
      "CreditReservationReleased",
      "CreditOrderReversed",
      "CreditOrderInvoiced",
      "CreditOrderPaid"};
  static_assert(!kNames.back().empty(), "one name per event");
  return kNames[event.index()];
}

std::string order_stream(const OrderId& order) { return "credit-order/" + order.value; }

namespace {

/// Whatever moves points belongs to the account, also when it names an order or a content.
template <class E>
constexpr bool kOfAccount =
    std::is_same_v<E, UserRegistered> || std::is_same_v<E, CreditAccountActivated> ||
    std::is_same_v<E, StartBalanceGranted> || std::is_same_v<E, CreditAccountDeactivated> ||
    std::is_same_v<E, CreditsAdded> || std::is_same_v<E, CreditsAdjusted> || std::is_same_v<E, CreditDebited>;

template <class E>
std::string stream_of_one(const E& e) {
  if constexpr (std::is_same_v<E, CreditFeatureConfigured>)
    return "credits";
  else if constexpr (kOfAccount<E>)
    return "account/" + e.user.value;
  else if constexpr (requires { e.order; })
    return order_stream(e.order);
  else if constexpr (requires { e.content; })
    return "content/" + e.content.value;
  else
    return "package/" + e.package.value;
}

}  // namespace

std::string stream_of(const Event& event) {
  return std::visit([](const auto& e) { return stream_of_one(e); }, event);
}

}  // namespace credits

namespace codec {
namespace {

namespace own = credits;

Currency take_currency(capnp::Text::Reader code) {
  auto currency = Currency::parse(text(code));
  KJ_REQUIRE(currency.has_value(), "a currency has three capital letters");
  return *currency;
}
void put_price(MinorUnits price, const Currency& currency, auto b) {
  b.setPrice(price.value);
  b.setCurrency(stored(std::string(currency.text())));
}

void put(const own::PackageRetired& e, schema::PackageRetired::Builder b) {
  b.setPackage(stored(e.package.value));
}
own::Event take(schema::PackageRetired::Reader r) {
  return own::PackageRetired{.package = PackageId(text(r.getPackage()))};
}

void put(const own::DraftSaved& e, schema::DraftSaved::Builder b) {
  b.setContent(stored(e.content.value));
  b.setUser(stored(e.user.value));
}
own::Event take(schema::DraftSaved::Reader r) {
  return own::DraftSaved{ContentId(text(r.getContent())), PersonId(text(r.getUser()))};
}

void put(const own::CreditFeatureConfigured& e, schema::CreditFeatureConfigured::Builder b) {
  b.setRev(e.rev);
  b.setFeature(static_cast<schema::CreditFeature>(e.feature));
  b.setOrderMode(static_cast<schema::CreditOrderMode>(e.order_mode));
  auto accounts = b.initAutoAccounts(static_cast<unsigned>(e.auto_accounts.size()));
  for (unsigned i = 0; i < accounts.size(); ++i) {
    accounts[i].setUserType(stored(e.auto_accounts[i].user_type));
    accounts[i].setStartBalance(e.auto_accounts[i].start_balance);
  }
  b.setPaymentNote(stored(e.payment_note));
  b.setAlertAddress(stored(e.alert_address));
  auto chargeable = b.initChargeableContent(static_cast<unsigned>(e.chargeable.size()));
  for (unsigned i = 0; i < chargeable.size(); ++i)
    chargeable.set(i, static_cast<schema::CreditContentType>(e.chargeable[i]));
  b.setRepublishing(static_cast<schema::CreditRepublishing>(e.republishing));
}
own::Event take(schema::CreditFeatureConfigured::Reader r) {
  own::CreditFeatureConfigured e;
  e.rev = r.getRev();
  e.feature = known(r.getFeature(), own::Feature::On);
  e.order_mode = known(r.getOrderMode(), own::OrderMode::Automatic);
  for (const auto account : r.getAutoAccounts())
    e.auto_accounts.push_back({text(account.getUserType()), account.getStartBalance()});
  e.payment_note = text(r.getPaymentNote());
  e.alert_address = text(r.getAlertAddress());
  e.chargeable.clear();
  for (const auto type : r.getChargeableContent())
    e.chargeable.push_back(known(type, own::ContentType::Event));
  e.republishing = known(r.getRepublishing(), own::Republishing::Charged);
  return e;
}

void put(const own::PackageDefined& e, schema::PackageDefined::Builder b) {
  b.setPackage(stored(e.package.value));
  b.setRev(e.rev);
  b.setName(stored(e.name));
  b.setPoints(e.points);
  put_price(e.price, e.currency, b);
}
own::Event take(schema::PackageDefined::Reader r) {
  return own::PackageDefined{.package = PackageId(text(r.getPackage())),
                             .rev = r.getRev(),
                             .name = text(r.getName()),
                             .points = r.getPoints(),
                             .price = {r.getPrice()},
                             .currency = take_currency(r.getCurrency())};
}

void put(const own::UserRegistered& e, schema::UserRegistered::Builder b) {
  b.setUser(stored(e.user.value));
  b.setUserType(stored(e.user_type));
}
own::Event take(schema::UserRegistered::Reader r) {
  return own::UserRegistered{PersonId(text(r.getUser())), text(r.getUserType())};
}

void put(const own::CreditAccountActivated& e, schema::CreditAccountActivated::Builder b) {
  b.setUser(stored(e.user.value));
}
own::Event take(schema::CreditAccountActivated::Reader r) {
  return own::CreditAccountActivated{PersonId(text(r.getUser()))};
}

void put(const own::StartBalanceGranted& e, schema::StartBalanceGranted::Builder b) {
  b.setUser(stored(e.user.value));
  b.setPoints(e.points);
}
own::Event take(schema::StartBalanceGranted::Reader r) {
  return own::StartBalanceGranted{PersonId(text(r.getUser())), r.getPoints()};
}

void put(const own::CreditAccountDeactivated& e, schema::CreditAccountDeactivated::Builder b) {
  b.setUser(stored(e.user.value));
  b.setReason(stored(e.reason));
}
own::Event take(schema::CreditAccountDeactivated::Reader r) {
  return own::CreditAccountDeactivated{PersonId(text(r.getUser())), text(r.getReason())};
}

void put(const own::CreditOrderPlaced& e, schema::CreditOrderPlaced::Builder b) {
  b.setOrder(stored(e.order.value));
  b.setUser(stored(e.user.value));
  b.setPackage(stored(e.package.value));
  b.setPackageRev(e.package_rev);
  b.setPackageName(stored(e.package_name));
  b.setPoints(e.points);
  put_price(e.price, e.currency, b);
  b.setMode(static_cast<schema::CreditOrderMode>(e.mode));
}
own::Event take(schema::CreditOrderPlaced::Reader r) {
  return own::CreditOrderPlaced{.order = OrderId(text(r.getOrder())),
                                .user = PersonId(text(r.getUser())),
                                .package = PackageId(text(r.getPackage())),
                                .package_rev = r.getPackageRev(),
                                .package_name = text(r.getPackageName()),
                                .points = r.getPoints(),
                                .price = {r.getPrice()},
                                .currency = take_currency(r.getCurrency()),
                                .mode = known(r.getMode(), own::OrderMode::Automatic)};
}

void put(const own::CreditOrderStatusChanged& e, schema::CreditOrderStatusChanged::Builder b) {
  b.setOrder(stored(e.order.value));
  b.setStatus(static_cast<schema::CreditOrderStatus>(e.status));
}
own::Event take(schema::CreditOrderStatusChanged::Reader r) {
  return own::CreditOrderStatusChanged{OrderId(text(r.getOrder())),
                                       known(r.getStatus(), own::OrderStatus::Cancelled)};
}

void put(const own::CreditOrderCredited& e, schema::CreditOrderCredited::Builder b) {
  b.setOrder(stored(e.order.value));
  b.setUser(stored(e.user.value));
  b.setPoints(e.points);
  put_price(e.price, e.currency, b);
}
own::Event take(schema::CreditOrderCredited::Reader r) {
  return own::CreditOrderCredited{.order = OrderId(text(r.getOrder())),
                                  .user = PersonId(text(r.getUser())),
                                  .points = r.getPoints(),
                                  .price = {r.getPrice()},
                                  .currency = take_currency(r.getCurrency())};
}

void put(const own::CreditsAdded& e, schema::CreditsAdded::Builder b) {
  b.setUser(stored(e.user.value));
  b.setPoints(e.points);
  b.setOrder(stored(e.order.value));
}
own::Event take(schema::CreditsAdded::Reader r) {
  return own::CreditsAdded{PersonId(text(r.getUser())), r.getPoints(), OrderId(text(r.getOrder()))};
}

void put(const own::CreditsAdjusted& e, schema::CreditsAdjusted::Builder b) {
  b.setUser(stored(e.user.value));
  b.setPoints(e.points);
  b.setCause(static_cast<schema::CreditAdjustmentCause>(e.cause));
  b.setReason(stored(e.reason));
  b.setOverdraft(static_cast<schema::CreditOverdraft>(e.overdraft));
  b.setOrder(stored(e.order.value));
  b.setContent(stored(e.content.value));
  b.setDebit(e.debit);
}
own::Event take(schema::CreditsAdjusted::Reader r) {
  return own::CreditsAdjusted{.user = PersonId(text(r.getUser())),
                              .points = r.getPoints(),
                              .cause = known(r.getCause(), own::AdjustmentCause::PublicationRefunded),
                              .reason = text(r.getReason()),
                              .overdraft = known(r.getOverdraft(), own::Overdraft::Forced),
                              .order = OrderId(text(r.getOrder())),
                              .content = ContentId(text(r.getContent())),
                              .debit = r.getDebit()};
}

void put(const own::CreditDebited& e, schema::CreditDebited::Builder b) {
  b.setUser(stored(e.user.value));
  b.setPoints(e.points);
  b.setContent(stored(e.content.value));
  b.setSource(static_cast<schema::CreditDebitSource>(e.source));
}
own::Event take(schema::CreditDebited::Reader r) {
  return own::CreditDebited{PersonId(text(r.getUser())), r.getPoints(), ContentId(text(r.getContent())),
                            known(r.getSource(), own::DebitSource::Reservation)};
}

void put(const own::PublicationAccepted& e, schema::PublicationAccepted::Builder b) {
  b.setContent(stored(e.content.value));
  b.setContentType(static_cast<schema::CreditContentType>(e.type));
  b.setUser(stored(e.user.value));
  b.setCharge(static_cast<schema::CreditPublicationCharge>(e.charge));
}
own::Event take(schema::PublicationAccepted::Reader r) {
  return own::PublicationAccepted{ContentId(text(r.getContent())),
                                  known(r.getContentType(), own::ContentType::Event),
                                  PersonId(text(r.getUser())), known(r.getCharge(), own::Charge::Uncharged)};
}

void put(const own::CreditReserved& e, schema::CreditReserved::Builder b) {
  b.setContent(stored(e.content.value));
  b.setContentType(static_cast<schema::CreditContentType>(e.type));
  b.setUser(stored(e.user.value));
  b.setPoints(e.points);
  b.setAt(e.at.ns);
  b.setExpiresAt(e.expires_at.ns);
}
own::Event take(schema::CreditReserved::Reader r) {
  return own::CreditReserved{.content = ContentId(text(r.getContent())),
                             .type = known(r.getContentType(), own::ContentType::Event),
                             .user = PersonId(text(r.getUser())),
                             .points = r.getPoints(),
                             .at = Instant{r.getAt()},
                             .expires_at = Instant{r.getExpiresAt()}};
}

void put(const own::CreditReservationReleased& e, schema::CreditReservationReleased::Builder b) {
  b.setContent(stored(e.content.value));
  b.setUser(stored(e.user.value));
  b.setPoints(e.points);
  b.setCause(static_cast<schema::CreditReleaseCause>(e.cause));
}
own::Event take(schema::CreditReservationReleased::Reader r) {
  return own::CreditReservationReleased{ContentId(text(r.getContent())), PersonId(text(r.getUser())),
                                        r.getPoints(), known(r.getCause(), own::ReleaseCause::Uncharged)};
}

void put(const own::CreditOrderReversed& e, schema::CreditOrderReversed::Builder b) {
  b.setOrder(stored(e.order.value));
  b.setUser(stored(e.user.value));
  b.setPoints(e.points);
  put_price(e.price, e.currency, b);
  b.setReason(stored(e.reason));
}
own::Event take(schema::CreditOrderReversed::Reader r) {
  return own::CreditOrderReversed{.order = OrderId(text(r.getOrder())),
                                  .user = PersonId(text(r.getUser())),
                                  .points = r.getPoints(),
                                  .price = {r.getPrice()},
                                  .currency = take_currency(r.getCurrency()),
                                  .reason = text(r.getReason())};
}

void put_marked(const auto& e, schema::CreditOrderMarked::Builder b) {
  b.setOrder(stored(e.order.value));
  b.setRef(stored(e.ref));
  put_price(e.price, e.currency, b);
}
void put(const own::CreditOrderInvoiced& e, schema::CreditOrderMarked::Builder b) { put_marked(e, b); }
void put(const own::CreditOrderPaid& e, schema::CreditOrderMarked::Builder b) { put_marked(e, b); }
template <class Marked>
own::Event take_marked(schema::CreditOrderMarked::Reader r) {
  return Marked{
      OrderId(text(r.getOrder())), text(r.getRef()), {r.getPrice()}, take_currency(r.getCurrency())};
}

}  // namespace

void write(const own::Event& event, schema::CreditsEvent::Builder out) {
  struct Put {
    schema::CreditsEvent::Builder out;
    void operator()(const own::PackageRetired& e) { put(e, out.initPackageRetired()); }
    void operator()(const own::DraftSaved& e) { put(e, out.initDraftSaved()); }
    void operator()(const own::CreditFeatureConfigured& e) { put(e, out.initCreditFeatureConfigured()); }
    void operator()(const own::PackageDefined& e) { put(e, out.initPackageDefined()); }
    void operator()(const own::UserRegistered& e) { put(e, out.initUserRegistered()); }
    void operator()(const own::CreditAccountActivated& e) { put(e, out.initCreditAccountActivated()); }
    void operator()(const own::StartBalanceGranted& e) { put(e, out.initStartBalanceGranted()); }
    void operator()(const own::CreditAccountDeactivated& e) { put(e, out.initCreditAccountDeactivated()); }
    void operator()(const own::CreditOrderPlaced& e) { put(e, out.initCreditOrderPlaced()); }
    void operator()(const own::CreditOrderStatusChanged& e) { put(e, out.initCreditOrderStatusChanged()); }
    void operator()(const own::CreditOrderCredited& e) { put(e, out.initCreditOrderCredited()); }
    void operator()(const own::CreditsAdded& e) { put(e, out.initCreditsAdded()); }
    void operator()(const own::CreditsAdjusted& e) { put(e, out.initCreditsAdjusted()); }
    void operator()(const own::CreditDebited& e) { put(e, out.initCreditDebited()); }
    void operator()(const own::PublicationAccepted& e) { put(e, out.initPublicationAccepted()); }
    void operator()(const own::CreditReserved& e) { put(e, out.initCreditReserved()); }
    void operator()(const own::CreditReservationReleased& e) { put(e, out.initCreditReservationReleased()); }
    void operator()(const own::CreditOrderReversed& e) { put(e, out.initCreditOrderReversed()); }
    void operator()(const own::CreditOrderInvoiced& e) { put(e, out.initCreditOrderInvoiced()); }
    void operator()(const own::CreditOrderPaid& e) { put(e, out.initCreditOrderPaid()); }
  };
  std::visit(Put{out}, event);
}

own::Event read(schema::CreditsEvent::Reader in) {
  using Stored = schema::CreditsEvent;
  switch (in.which()) {
    case Stored::PACKAGE_RETIRED: return take(in.getPackageRetired());
    case Stored::DRAFT_SAVED: return take(in.getDraftSaved());
    case Stored::CREDIT_FEATURE_CONFIGURED: return take(in.getCreditFeatureConfigured());
    case Stored::PACKAGE_DEFINED: return take(in.getPackageDefined());
    case Stored::USER_REGISTERED: return take(in.getUserRegistered());
    case Stored::CREDIT_ACCOUNT_ACTIVATED: return take(in.getCreditAccountActivated());
    case Stored::START_BALANCE_GRANTED: return take(in.getStartBalanceGranted());
    case Stored::CREDIT_ACCOUNT_DEACTIVATED: return take(in.getCreditAccountDeactivated());
    case Stored::CREDIT_ORDER_PLACED: return take(in.getCreditOrderPlaced());
    case Stored::CREDIT_ORDER_STATUS_CHANGED: return take(in.getCreditOrderStatusChanged());
    case Stored::CREDIT_ORDER_CREDITED: return take(in.getCreditOrderCredited());
    case Stored::CREDITS_ADDED: return take(in.getCreditsAdded());
    case Stored::CREDITS_ADJUSTED: return take(in.getCreditsAdjusted());
    case Stored::CREDIT_DEBITED: return take(in.getCreditDebited());
    case Stored::PUBLICATION_ACCEPTED: return take(in.getPublicationAccepted());
    case Stored::CREDIT_RESERVED: return take(in.getCreditReserved());
    case Stored::CREDIT_RESERVATION_RELEASED: return take(in.getCreditReservationReleased());
    case Stored::CREDIT_ORDER_REVERSED: return take(in.getCreditOrderReversed());
    case Stored::CREDIT_ORDER_INVOICED:
      return take_marked<own::CreditOrderInvoiced>(in.getCreditOrderInvoiced());
    case Stored::CREDIT_ORDER_PAID: return take_marked<own::CreditOrderPaid>(in.getCreditOrderPaid());
  }
  KJ_FAIL_REQUIRE("unknown credits event");
}

}  // namespace codec
}  // namespace kontor
