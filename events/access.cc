#include "events/access.h"

#include <algorithm>
#include <array>

#include "events/codec.h"

namespace kontor {
namespace access {

// Compiled here, once.
Event::Event() = default;
Event::Event(const Event&) = default;
Event::Event(Event&&) noexcept = default;
Event& Event::operator=(const Event&) = default;
Event& Event::operator=(Event&&) noexcept = default;
Event::~Event() = default;

std::string_view type_name(const Event& event) {
  static constexpr std::array<std::string_view, std::variant_size_v<Event::variant>> kNames{
      "GroupFeatureConfigured", "AccessOrderAbandoned",   "GroupProductRegistered",
      "AccessOrderPlaced",      "AccessOrderCompleted",   "GroupCreated",
      "GroupLeaderAppointed",   "GroupLeaderDismissed",   "SingleAccessGranted",
      "SingleAccessRevoked",    "ParticipantEnrolled",    "ParticipantRemoved",
      "EnrolmentCorrected",     "GroupCapacityIncreased", "GroupClosed",
      "AccessOrderReversed",    "MailTemplateChanged",    "RosterImportStarted",
      "RosterRowsRefused",      "RosterImportFinished"};
  static_assert(!kNames.back().empty(), "one name per event");
  return kNames[event.index()];
}

std::string stream_of(const Event& event) {
  return std::visit(
      [](const auto& e) -> std::string {
        // A group has the id of its order, so what names both belongs to the group.
        if constexpr (requires { e.group; })
          return "group/" + e.group.value;
        else if constexpr (requires { e.order; })
          return "order/" + e.order.value;
        else if constexpr (requires { e.product; })
          return "product/" + e.product.value;
        else
          return "access";
      },
      event);
}

}  // namespace access

namespace codec {
namespace {

MinorUnits money(std::int64_t value) { return MinorUnits{value}; }

Currency currency(capnp::Text::Reader bytes) {
  KJ_REQUIRE(bytes.size() == 3, "a currency has three letters");
  Currency out;
  std::ranges::copy(bytes, out.code.begin());
  return out;
}

std::vector<access::RefusedRow> refused_rows(capnp::List<schema::RefusedRow>::Reader rows) {
  std::vector<access::RefusedRow> out;
  out.reserve(rows.size());
  for (const auto& row : rows) {
    const auto code = reason_from_number(row.getCode());
    KJ_REQUIRE(code.has_value(), "unknown reason");
    out.push_back({.line = row.getLine(), .code = *code, .other_line = row.getOtherLine()});
  }
  return out;
}

void put(const access::GroupFeatureConfigured& e, schema::GroupFeatureConfigured::Builder b) {
  b.setSeatReplacement(static_cast<schema::SeatReplacement>(e.seat_replacement));
  b.setNotifyOnEnrol(e.notify_on_enrol);
  b.setCrmProvider(stored(e.crm_provider));
  b.setCrmState(static_cast<schema::CrmState>(e.crm_state));
  b.setRev(e.rev);
}
access::GroupFeatureConfigured take(schema::GroupFeatureConfigured::Reader r) {
  return {.seat_replacement = known(r.getSeatReplacement(), access::SeatReplacement::Forbidden),
          .notify_on_enrol = r.getNotifyOnEnrol(),
          .crm_provider = text(r.getCrmProvider()),
          .crm_state = known(r.getCrmState(), access::CrmState::Broken),
          .rev = r.getRev()};
}

void put(const access::AccessOrderAbandoned& e, schema::AccessOrderAbandoned::Builder b) {
  b.setOrder(stored(e.order.value));
  b.setReason(stored(e.reason));
}
access::AccessOrderAbandoned take(schema::AccessOrderAbandoned::Reader r) {
  return {.order = OrderId(text(r.getOrder())), .reason = text(r.getReason())};
}

void put(const access::GroupProductRegistered& e, schema::GroupProductRegistered::Builder b) {
  b.setProduct(stored(e.product.value));
  b.setUnitPrice(e.unit_price.value);
  std::ranges::copy(e.currency.code, b.initCurrency(3).begin());
  b.setTag(stored(e.tag));
  b.setRev(e.rev);
}
access::GroupProductRegistered take(schema::GroupProductRegistered::Reader r) {
  return {.product = ProductId(text(r.getProduct())),
          .unit_price = money(r.getUnitPrice()),
          .currency = currency(r.getCurrency()),
          .tag = text(r.getTag()),
          .rev = r.getRev()};
}

void put(const access::AccessOrderPlaced& e, schema::AccessOrderPlaced::Builder b) {
  b.setOrder(stored(e.order.value));
  b.setProduct(stored(e.product.value));
  b.setMode(static_cast<schema::AccessOrderMode>(e.mode));
  b.setBuyer(stored(e.buyer.value));
  b.setQuantity(e.quantity);
  b.setTitle(stored(e.title));
  b.setIncludeBuyer(e.include_buyer);
  b.setUnitPrice(e.unit_price.value);
  b.setTotal(e.total.value);
  std::ranges::copy(e.currency.code, b.initCurrency(3).begin());
  b.setPriceListRev(e.price_list_rev);
}
access::AccessOrderPlaced take(schema::AccessOrderPlaced::Reader r) {
  return {.order = OrderId(text(r.getOrder())),
          .product = ProductId(text(r.getProduct())),
          .mode = known(r.getMode(), access::AccessMode::Single),
          .buyer = PersonId(text(r.getBuyer())),
          .quantity = r.getQuantity(),
          .title = text(r.getTitle()),
          .include_buyer = r.getIncludeBuyer(),
          .unit_price = money(r.getUnitPrice()),
          .total = money(r.getTotal()),
          .currency = currency(r.getCurrency()),
          .price_list_rev = r.getPriceListRev()};
}

void put(const access::AccessOrderCompleted& e, schema::AccessOrderCompleted::Builder b) {
  b.setOrder(stored(e.order.value));
  b.setProduct(stored(e.product.value));
  b.setMode(static_cast<schema::AccessOrderMode>(e.mode));
  b.setBuyer(stored(e.buyer.value));
  b.setPaymentRef(stored(e.payment_ref));
  b.setQuantity(e.quantity);
  b.setUnitPrice(e.unit_price.value);
  b.setTotal(e.total.value);
  std::ranges::copy(e.currency.code, b.initCurrency(3).begin());
  b.setPriceListRev(e.price_list_rev);
}
access::AccessOrderCompleted take(schema::AccessOrderCompleted::Reader r) {
  return {.order = OrderId(text(r.getOrder())),
          .product = ProductId(text(r.getProduct())),
          .mode = known(r.getMode(), access::AccessMode::Single),
          .buyer = PersonId(text(r.getBuyer())),
          .payment_ref = text(r.getPaymentRef()),
          .quantity = r.getQuantity(),
          .unit_price = money(r.getUnitPrice()),
          .total = money(r.getTotal()),
          .currency = currency(r.getCurrency()),
          .price_list_rev = r.getPriceListRev()};
}

void put(const access::GroupCreated& e, schema::GroupCreated::Builder b) {
  b.setGroup(stored(e.group.value));
  b.setOrder(stored(e.order.value));
  b.setProduct(stored(e.product.value));
  b.setTitle(stored(e.title));
  b.setCapacity(e.capacity);
  b.setTag(stored(e.tag));
}
access::GroupCreated take(schema::GroupCreated::Reader r) {
  return {.group = GroupId(text(r.getGroup())),
          .order = OrderId(text(r.getOrder())),
          .product = ProductId(text(r.getProduct())),
          .title = text(r.getTitle()),
          .capacity = r.getCapacity(),
          .tag = text(r.getTag())};
}

void put(const access::GroupLeaderAppointed& e, schema::GroupLeaderAppointed::Builder b) {
  b.setGroup(stored(e.group.value));
  b.setPerson(stored(e.person.value));
}
access::GroupLeaderAppointed take(schema::GroupLeaderAppointed::Reader r) {
  return {.group = GroupId(text(r.getGroup())), .person = PersonId(text(r.getPerson()))};
}

void put(const access::GroupLeaderDismissed& e, schema::GroupLeaderDismissed::Builder b) {
  b.setGroup(stored(e.group.value));
  b.setPerson(stored(e.person.value));
}
access::GroupLeaderDismissed take(schema::GroupLeaderDismissed::Reader r) {
  return {.group = GroupId(text(r.getGroup())), .person = PersonId(text(r.getPerson()))};
}

void put(const access::SingleAccessGranted& e, schema::SingleAccessGranted::Builder b) {
  b.setOrder(stored(e.order.value));
  b.setPerson(stored(e.person.value));
  b.setTag(stored(e.tag));
}
access::SingleAccessGranted take(schema::SingleAccessGranted::Reader r) {
  return {
      .order = OrderId(text(r.getOrder())), .person = PersonId(text(r.getPerson())), .tag = text(r.getTag())};
}

void put(const access::SingleAccessRevoked& e, schema::SingleAccessRevoked::Builder b) {
  b.setOrder(stored(e.order.value));
  b.setPerson(stored(e.person.value));
  b.setTag(stored(e.tag));
}
access::SingleAccessRevoked take(schema::SingleAccessRevoked::Reader r) {
  return {
      .order = OrderId(text(r.getOrder())), .person = PersonId(text(r.getPerson())), .tag = text(r.getTag())};
}

void put(const access::ParticipantEnrolled& e, schema::ParticipantEnrolled::Builder b) {
  b.setGroup(stored(e.group.value));
  b.setPerson(stored(e.person.value));
  b.setSeat(e.seat);
  b.setVia(static_cast<schema::EnrolledVia>(e.via));
  b.setOrigin(static_cast<schema::SeatOrigin>(e.origin));
  b.setImportId(stored(e.import_id.value));
  b.setLine(e.line);
}
access::ParticipantEnrolled take(schema::ParticipantEnrolled::Reader r) {
  return {.group = GroupId(text(r.getGroup())),
          .person = PersonId(text(r.getPerson())),
          .seat = r.getSeat(),
          .via = known(r.getVia(), access::EnrolledVia::Csv),
          .origin = known(r.getOrigin(), access::SeatOrigin::OwnBurnt),
          .import_id = ImportId(text(r.getImportId())),
          .line = r.getLine()};
}

void put(const access::ParticipantRemoved& e, schema::ParticipantRemoved::Builder b) {
  b.setGroup(stored(e.group.value));
  b.setPerson(stored(e.person.value));
  b.setSeat(e.seat);
  b.setFate(static_cast<schema::SeatFate>(e.fate));
  b.setCause(static_cast<schema::RemovalCause>(e.cause));
  b.setReason(stored(e.reason));
}
access::ParticipantRemoved take(schema::ParticipantRemoved::Reader r) {
  return {.group = GroupId(text(r.getGroup())),
          .person = PersonId(text(r.getPerson())),
          .seat = r.getSeat(),
          .fate = known(r.getFate(), access::SeatFate::Burnt),
          .cause = known(r.getCause(), access::RemovalCause::OrderReversed),
          .reason = text(r.getReason())};
}

void put(const access::EnrolmentCorrected& e, schema::EnrolmentCorrected::Builder b) {
  b.setGroup(stored(e.group.value));
  b.setPerson(stored(e.person.value));
  b.setSeat(e.seat);
  b.setRemoval(e.removal);
  b.setReason(stored(e.reason));
}
access::EnrolmentCorrected take(schema::EnrolmentCorrected::Reader r) {
  return {.group = GroupId(text(r.getGroup())),
          .person = PersonId(text(r.getPerson())),
          .seat = r.getSeat(),
          .removal = r.getRemoval(),
          .reason = text(r.getReason())};
}

void put(const access::GroupCapacityIncreased& e, schema::GroupCapacityIncreased::Builder b) {
  b.setGroup(stored(e.group.value));
  b.setProduct(stored(e.product.value));
  b.setQuantity(e.quantity);
  b.setCapacity(e.capacity);
  b.setUnitPrice(e.unit_price.value);
  b.setTotal(e.total.value);
  std::ranges::copy(e.currency.code, b.initCurrency(3).begin());
  b.setPriceListRev(e.price_list_rev);
  b.setPaymentRef(stored(e.payment_ref));
}
access::GroupCapacityIncreased take(schema::GroupCapacityIncreased::Reader r) {
  return {.group = GroupId(text(r.getGroup())),
          .product = ProductId(text(r.getProduct())),
          .quantity = r.getQuantity(),
          .capacity = r.getCapacity(),
          .unit_price = money(r.getUnitPrice()),
          .total = money(r.getTotal()),
          .currency = currency(r.getCurrency()),
          .price_list_rev = r.getPriceListRev(),
          .payment_ref = text(r.getPaymentRef())};
}

void put(const access::GroupClosed& e, schema::GroupClosed::Builder b) {
  b.setGroup(stored(e.group.value));
  b.setOrder(stored(e.order.value));
}
access::GroupClosed take(schema::GroupClosed::Reader r) {
  return {.group = GroupId(text(r.getGroup())), .order = OrderId(text(r.getOrder()))};
}

void put(const access::AccessOrderReversed& e, schema::AccessOrderReversed::Builder b) {
  b.setOrder(stored(e.order.value));
  b.setReason(stored(e.reason));
  b.setProduct(stored(e.product.value));
  b.setBuyer(stored(e.buyer.value));
  b.setQuantity(e.quantity);
  b.setUnitPrice(e.unit_price.value);
  b.setTotal(e.total.value);
  std::ranges::copy(e.currency.code, b.initCurrency(3).begin());
  b.setPriceListRev(e.price_list_rev);
}
access::AccessOrderReversed take(schema::AccessOrderReversed::Reader r) {
  return {.order = OrderId(text(r.getOrder())),
          .reason = text(r.getReason()),
          .product = ProductId(text(r.getProduct())),
          .buyer = PersonId(text(r.getBuyer())),
          .quantity = r.getQuantity(),
          .unit_price = money(r.getUnitPrice()),
          .total = money(r.getTotal()),
          .currency = currency(r.getCurrency()),
          .price_list_rev = r.getPriceListRev()};
}

void put(const access::MailTemplateChanged& e, schema::MailTemplateChanged::Builder b) {
  b.setMailTemplate(stored(e.mail_template));
  b.setRev(e.rev);
}
access::MailTemplateChanged take(schema::MailTemplateChanged::Reader r) {
  return {.mail_template = text(r.getMailTemplate()), .rev = r.getRev()};
}

void put(const access::RosterImportStarted& e, schema::RosterImportStarted::Builder b) {
  b.setImportId(stored(e.import_id.value));
  b.setGroup(stored(e.group.value));
  b.setFileHash(stored(e.file_hash));
  b.setMode(static_cast<schema::AccessImportMode>(e.mode));
  b.setRows(e.rows);
}
access::RosterImportStarted take(schema::RosterImportStarted::Reader r) {
  return {.import_id = ImportId(text(r.getImportId())),
          .group = GroupId(text(r.getGroup())),
          .file_hash = text(r.getFileHash()),
          .mode = known(r.getMode(), access::ImportMode::Fill),
          .rows = r.getRows()};
}

void put(const access::RosterRowsRefused& e, schema::RosterRowsRefused::Builder b) {
  b.setImportId(stored(e.import_id.value));
  b.setGroup(stored(e.group.value));
  auto rows = b.initRows(static_cast<unsigned>(e.rows.size()));
  for (unsigned i = 0; i < rows.size(); ++i) {
    rows[i].setLine(e.rows[i].line);
    rows[i].setCode(static_cast<std::uint16_t>(e.rows[i].code));
    rows[i].setOtherLine(e.rows[i].other_line);
  }
}
access::RosterRowsRefused take(schema::RosterRowsRefused::Reader r) {
  return {.import_id = ImportId(text(r.getImportId())),
          .group = GroupId(text(r.getGroup())),
          .rows = refused_rows(r.getRows())};
}

void put(const access::RosterImportFinished& e, schema::RosterImportFinished::Builder b) {
  b.setImportId(stored(e.import_id.value));
  b.setGroup(stored(e.group.value));
  b.setAccepted(e.accepted);
  b.setAlreadyMembers(e.already_members);
  b.setRefused(e.refused);
}
access::RosterImportFinished take(schema::RosterImportFinished::Reader r) {
  return {.import_id = ImportId(text(r.getImportId())),
          .group = GroupId(text(r.getGroup())),
          .accepted = r.getAccepted(),
          .already_members = r.getAlreadyMembers(),
          .refused = r.getRefused()};
}

}  // namespace

void write(const access::Event& event, schema::AccessEvent::Builder out) {
  struct Put {
    schema::AccessEvent::Builder out;
    void operator()(const access::GroupFeatureConfigured& e) { put(e, out.initGroupFeatureConfigured()); }
    void operator()(const access::AccessOrderAbandoned& e) { put(e, out.initAccessOrderAbandoned()); }
    void operator()(const access::GroupProductRegistered& e) { put(e, out.initGroupProductRegistered()); }
    void operator()(const access::AccessOrderPlaced& e) { put(e, out.initAccessOrderPlaced()); }
    void operator()(const access::AccessOrderCompleted& e) { put(e, out.initAccessOrderCompleted()); }
    void operator()(const access::GroupCreated& e) { put(e, out.initGroupCreated()); }
    void operator()(const access::GroupLeaderAppointed& e) { put(e, out.initGroupLeaderAppointed()); }
    void operator()(const access::GroupLeaderDismissed& e) { put(e, out.initGroupLeaderDismissed()); }
    void operator()(const access::SingleAccessGranted& e) { put(e, out.initSingleAccessGranted()); }
    void operator()(const access::SingleAccessRevoked& e) { put(e, out.initSingleAccessRevoked()); }
    void operator()(const access::ParticipantEnrolled& e) { put(e, out.initParticipantEnrolled()); }
    void operator()(const access::ParticipantRemoved& e) { put(e, out.initParticipantRemoved()); }
    void operator()(const access::EnrolmentCorrected& e) { put(e, out.initEnrolmentCorrected()); }
    void operator()(const access::GroupCapacityIncreased& e) { put(e, out.initGroupCapacityIncreased()); }
    void operator()(const access::GroupClosed& e) { put(e, out.initGroupClosed()); }
    void operator()(const access::AccessOrderReversed& e) { put(e, out.initAccessOrderReversed()); }
    void operator()(const access::MailTemplateChanged& e) { put(e, out.initMailTemplateChanged()); }
    void operator()(const access::RosterImportStarted& e) { put(e, out.initRosterImportStarted()); }
    void operator()(const access::RosterRowsRefused& e) { put(e, out.initRosterRowsRefused()); }
    void operator()(const access::RosterImportFinished& e) { put(e, out.initRosterImportFinished()); }
  };
  std::visit(Put{out}, event);
}

access::Event read(schema::AccessEvent::Reader in) {
  switch (in.which()) {
    case schema::AccessEvent::GROUP_FEATURE_CONFIGURED: return take(in.getGroupFeatureConfigured());
    case schema::AccessEvent::ACCESS_ORDER_ABANDONED: return take(in.getAccessOrderAbandoned());
    case schema::AccessEvent::GROUP_PRODUCT_REGISTERED: return take(in.getGroupProductRegistered());
    case schema::AccessEvent::ACCESS_ORDER_PLACED: return take(in.getAccessOrderPlaced());
    case schema::AccessEvent::ACCESS_ORDER_COMPLETED: return take(in.getAccessOrderCompleted());
    case schema::AccessEvent::GROUP_CREATED: return take(in.getGroupCreated());
    case schema::AccessEvent::GROUP_LEADER_APPOINTED: return take(in.getGroupLeaderAppointed());
    case schema::AccessEvent::GROUP_LEADER_DISMISSED: return take(in.getGroupLeaderDismissed());
    case schema::AccessEvent::SINGLE_ACCESS_GRANTED: return take(in.getSingleAccessGranted());
    case schema::AccessEvent::SINGLE_ACCESS_REVOKED: return take(in.getSingleAccessRevoked());
    case schema::AccessEvent::PARTICIPANT_ENROLLED: return take(in.getParticipantEnrolled());
    case schema::AccessEvent::PARTICIPANT_REMOVED: return take(in.getParticipantRemoved());
    case schema::AccessEvent::ENROLMENT_CORRECTED: return take(in.getEnrolmentCorrected());
    case schema::AccessEvent::GROUP_CAPACITY_INCREASED: return take(in.getGroupCapacityIncreased());
    case schema::AccessEvent::GROUP_CLOSED: return take(in.getGroupClosed());
    case schema::AccessEvent::ACCESS_ORDER_REVERSED: return take(in.getAccessOrderReversed());
    case schema::AccessEvent::MAIL_TEMPLATE_CHANGED: return take(in.getMailTemplateChanged());
    case schema::AccessEvent::ROSTER_IMPORT_STARTED: return take(in.getRosterImportStarted());
    case schema::AccessEvent::ROSTER_ROWS_REFUSED: return take(in.getRosterRowsRefused());
    case schema::AccessEvent::ROSTER_IMPORT_FINISHED: return take(in.getRosterImportFinished());
  }
  KJ_FAIL_REQUIRE("unknown access event");
}

}  // namespace codec
}  // namespace kontor
