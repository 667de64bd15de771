// Which commands about group access are accepted, and what follows (DOMAIN 2.3).

#include <algorithm>
#include <map>
#include <set>

#include "tests/model/world.h"

namespace kontor::model {
namespace {

constexpr std::uint64_t kSeatsMost = 100'000;

std::string without_spaces_around(std::string text) {
  const auto begin = text.find_first_not_of(" \t\n\r");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\n\r") - begin + 1);
}

/// One overload a command.
struct Deciding {
  Draft& draft;

  [[nodiscard]] Access& known() const { return draft.world.access; }
  [[nodiscard]] bool is(Role role) const { return draft.actor.role == role; }
  void add(access::Event event) const { draft.add(Event(std::move(event))); }
  void ask(effects::Event event) const { draft.add(Event(std::move(event))); }
  [[nodiscard]] bool licensed() const { return draft.world.plan.suite >= tenancy::Suite::ExpertSuitePlus; }
  [[nodiscard]] bool platform() const { return is(Role::PlatformAuthor) || is(Role::Admin); }

  No operator()(const rules::access::ConfigureGroupFeature& c) const {
    if (!platform()) return Reason::ForbiddenRole;
    if (!licensed()) return Reason::FeatureNotLicensed;
    access::GroupFeatureConfigured next = known().settings;
    next.seat_replacement = c.seat_replacement.value_or(next.seat_replacement);
    if (c.notify_on_enrol) next.notify_on_enrol = *c.notify_on_enrol == rules::access::Mails::On;
    next.crm_provider = c.crm_provider.value_or(next.crm_provider);
    next.crm_state = c.crm_state.value_or(next.crm_state);
    if (next.crm_provider.empty() && next.crm_state != access::CrmState::None) return Reason::InvalidArgument;
    if (next == known().settings) return Reason::InvalidArgument;
    ++next.rev;
    add(next);
    return {};
  }

  No operator()(const rules::access::RegisterGroupProduct& c) const {
    if (!platform()) return Reason::ForbiddenRole;
    if (!licensed()) return Reason::FeatureNotLicensed;
    if (c.tags.empty() || (c.tags.size() == 1 && c.tags.front().empty())) return Reason::ProductTagMissing;
    if (c.tags.size() > 1) return Reason::ProductTagLimit;
    if (c.unit_price.value < 0 || c.unit_price.value > 10'000'000'000) return Reason::AmountOutOfRange;
    if (c.currency == kNoCurrency) return Reason::InvalidArgument;
    access::GroupProductRegistered next{c.product, c.unit_price, c.currency, c.tags.front(), 0};
    if (const auto* before = known().product(c.product)) {
      next.rev = before->rev;
      if (next == *before) return Reason::InvalidArgument;
    }
    ++next.rev;
    add(next);
    return {};
  }

  No operator()(const rules::access::PlaceAccessOrder& c) const {
    if (!is(Role::Buyer)) return Reason::ForbiddenRole;
    if (!licensed()) return Reason::FeatureNotLicensed;
    if (known().order(c.order) != nullptr) return Reason::AlreadyExists;
    const auto* product = known().product(c.product);
    if (product == nullptr) return Reason::NotFound;
    const bool single = c.mode == access::AccessMode::Single;
    const std::string title = without_spaces_around(c.title.value_or(""));
    if (single && (c.quantity.value_or(1) != 1 || c.title || c.buyer_seat))
      return Reason::FieldsNotAllowedForSingle;
    if (!single && (!c.quantity || *c.quantity < 1 || *c.quantity > kSeatsMost))
      return Reason::QuantityInvalid;
    if (!single && (title.empty() || title.size() > 200)) return Reason::TitleInvalid;
    if (known().settings.crm_state != access::CrmState::Connected) return Reason::IntegrationNotConnected;
    access::AccessOrderPlaced placed;
    placed.order = c.order;
    placed.product = c.product;
    placed.mode = c.mode;
    placed.buyer = c.buyer.value_or(PersonId(draft.actor.id));
    placed.quantity = single ? 1 : static_cast<std::uint32_t>(*c.quantity);
    placed.title = title;
    placed.include_buyer = c.buyer_seat == rules::access::BuyerSeat::Included;
    placed.unit_price = product->unit_price;
    placed.total.value = product->unit_price.value * placed.quantity;
    placed.currency = product->currency;
    placed.price_list_rev = product->rev;
    add(placed);
    return {};
  }

  void mail(const GroupId& group, const PersonId& person, effects::NotificationKind kind) const {
    std::uint32_t number = 1;
    for (const Request& each : draft.world.effects.requests)
      if (const auto* sent = std::get_if<effects::NotificationRequested>(&each.asked))
        if (sent->group == group && sent->person == person) ++number;
    ask(effects::NotificationRequested{kind, person, group, number, known().template_rev});
  }

  No operator()(const rules::access::CompleteAccessOrder& c) const {
    if (!is(Role::Backend)) return Reason::ForbiddenRole;
    const AccessOrder* order = known().order(c.order);
    if (order == nullptr) return Reason::NotFound;
    if (order->state == OrderState::Abandoned) return Reason::InvalidArgument;
    if (order->state != OrderState::Placed) return Reason::OrderAlreadyCompleted;
    const Person* buyer = draft.world.people.person(order->placed.buyer);
    if (buyer != nullptr && buyer->erased) return Reason::SubjectErased;
    const access::AccessOrderPlaced p = order->placed;
    const std::string tag = known().product(p.product)->tag;
    add(access::AccessOrderCompleted{p.order, p.product, p.mode, p.buyer, c.payment_ref, p.quantity,
                                     p.unit_price, p.total, p.currency, p.price_list_rev});
    if (p.mode == access::AccessMode::Single) {
      add(access::SingleAccessGranted{p.order, p.buyer, tag});
      ask(effects::TagGrantRequested{p.buyer, tag});
      return {};
    }
    const GroupId group(p.order.value);
    add(access::GroupCreated{group, p.order, p.product, p.title, p.quantity, tag});
    add(access::GroupLeaderAppointed{group, p.buyer});
    if (!p.include_buyer) return {};
    add(access::ParticipantEnrolled{.group = group, .person = p.buyer, .seat = 1, .import_id = {}});
    ask(effects::TagGrantRequested{p.buyer, tag});
    return {};
  }

  No operator()(const rules::access::AbandonAccessOrder& c) const {
    if (!is(Role::Backend)) return Reason::ForbiddenRole;
    const AccessOrder* order = known().order(c.order);
    if (order == nullptr) return Reason::NotFound;
    if (order->state == OrderState::Abandoned) return Reason::InvalidArgument;
    if (order->state != OrderState::Placed) return Reason::OrderAlreadyCompleted;
    add(access::AccessOrderAbandoned{c.order, c.reason});
    return {};
  }

  /// The group a command names, or why it cannot be used. Its leader or an admin may.
  /// Support may correct what has been so since earlier.
  No group_refused(const GroupId& id, Role other, bool correcting = false) const {
    const bool leads = is(other) || (correcting && is(Role::Support));
    if (!leads && !is(Role::Admin)) return Reason::ForbiddenRole;
    const AccessOrder* order = known().order(OrderId(id.value));
    const Group* group = known().group(id);
    if (group == nullptr)
      return order != nullptr && order->placed.mode == access::AccessMode::Single
                 ? Reason::NoGroupForSingleAccess
                 : Reason::NotFound;
    const PersonId& owner = other == Role::Buyer ? group->buyer : group->leader;
    if (leads && other != Role::Admin && owner.value != draft.actor.id) return Reason::ForbiddenRole;
    if (group->closed) return Reason::GroupInactive;
    return {};
  }

  [[nodiscard]] No seat_refused(const GroupId& group, const PersonId& person) const {
    if (known().member(group, person)) return Reason::AlreadyMember;
    if (known().own_burnt(group, person) != nullptr) return {};
    const std::uint32_t burnt = known().burnt_in(group);
    if (known().active_in(group) + burnt < known().group(group)->capacity) return {};
    return burnt > 0 ? Reason::SeatReplacementForbidden : Reason::NoSeatsLeft;
  }

  /// Enrols whoever has this e-mail; the seat has been found free.
  void enrol(const GroupId& group, const rules::access::Contact& contact, access::EnrolledVia via,
             const ImportId& import, std::uint32_t line) const {
    PersonId person;
    if (const Person* there = draft.world.people.with(contact.lookup)) {
      person = there->id;
      draft.add(Event(people::Event(people::ExistingPersonLinked{person})));
    } else {
      person = draft.world.people.fresh(contact.lookup);
      draft.add(Event(people::Event(
          people::PersonRegistered{person, contact.lookup, people::ClearData{contact.email, contact.name}})));
      ask(effects::AccountRegistrationRequested{person});
    }
    const Enrolment* burnt = known().own_burnt(group, person);
    const std::uint32_t seat = burnt != nullptr ? burnt->enrolled.seat : known().free_seat(group);
    const auto origin = burnt != nullptr ? access::SeatOrigin::OwnBurnt : access::SeatOrigin::Fresh;
    add(access::ParticipantEnrolled{group, person, seat, via, origin, import, line});
    ask(effects::TagGrantRequested{person, known().group(group)->created.tag});
    if (known().settings.notify_on_enrol) mail(group, person, effects::NotificationKind::Enrolled);
  }

  [[nodiscard]] PersonId who(const rules::access::Contact& contact) const {
    const Person* person = draft.world.people.with(contact.lookup);
    return person == nullptr ? PersonId() : person->id;
  }

  No operator()(const rules::access::EnrolParticipant& c) const {
    if (const No no = group_refused(c.group, Role::GroupLeader)) return no;
    if (known().settings.crm_state == access::CrmState::None) return Reason::IntegrationNotConnected;
    if (c.contact.lookup == Digest{}) return Reason::EmailInvalid;
    if (const No no = seat_refused(c.group, who(c.contact))) return no;
    enrol(c.group, c.contact, access::EnrolledVia::Manual, {}, 0);
    return {};
  }

  No operator()(const rules::access::ImportRoster& c) const {
    if (const No no = group_refused(c.group, Role::GroupLeader)) return no;
    if (known().settings.crm_state == access::CrmState::None) return Reason::IntegrationNotConnected;
    if (c.file_hash.size() != 64) return Reason::InvalidArgument;
    if (c.rows.empty()) return Reason::CsvMalformed;
    const bool all = c.mode == access::ImportMode::AllOrNothing;
    const ImportId import("i-" + std::to_string(known().imports.size() + 1));
    std::map<Digest, std::uint32_t> seen;
    std::vector<access::RefusedRow> refused;
    access::RosterImportFinished done{import, c.group, 0, 0, 0};
    No whole;
    add(access::RosterImportStarted{import, c.group, c.file_hash, c.mode,
                                    static_cast<std::uint32_t>(c.rows.size())});
    for (const rules::access::RosterRow& row : c.rows) {
      No no;
      std::uint32_t other = 0;
      if (row.contact.lookup == Digest{}) {
        no = Reason::EmailInvalid;
        if (all) return no;
      } else if (seen.contains(row.contact.lookup)) {
        no = Reason::DuplicateInFile;
        other = seen[row.contact.lookup];
      } else {
        seen[row.contact.lookup] = row.line;
        no = seat_refused(c.group, who(row.contact));
        if (all && (no == Reason::NoSeatsLeft || no == Reason::SeatReplacementForbidden))
          whole = Reason::ImportExceedsCapacity;
      }
      if (!no) {
        ++done.accepted;
        enrol(c.group, row.contact, access::EnrolledVia::Csv, import, row.line);
        continue;
      }
      refused.push_back({row.line, *no, other});
      ++(no == Reason::AlreadyMember ? done.already_members : done.refused);
    }
    if (whole) return whole;
    if (!refused.empty()) add(access::RosterRowsRefused{import, c.group, refused});
    add(done);
    return {};
  }

  void revoke_if_last(const PersonId& person, const std::string& tag) const {
    if (known().entitlements(person, tag) == 0) ask(effects::TagRevokeRequested{person, tag});
  }

  No operator()(const rules::access::RemoveParticipant& c) const {
    const bool late = draft.at < draft.now;
    if (const No no = group_refused(c.group, late ? Role::Admin : Role::GroupLeader, late)) return no;
    if (late && c.reason.empty()) return Reason::ReasonRequired;
    if (!known().member(c.group, c.person)) return Reason::NotAMember;
    std::uint32_t seat = 0;
    for (const Enrolment& e : known().enrolments) {
      if (!e.active || e.enrolled.group != c.group || e.enrolled.person != c.person) continue;
      seat = e.enrolled.seat;
      if (draft.at < e.since) return Reason::InvalidArgument;
    }
    const auto fate = known().settings.seat_replacement == access::SeatReplacement::Forbidden
                          ? access::SeatFate::Burnt
                          : access::SeatFate::Freed;
    add(access::ParticipantRemoved{c.group, c.person, seat, fate, access::RemovalCause::ByHand, c.reason});
    revoke_if_last(c.person, known().group(c.group)->created.tag);
    return {};
  }

  No operator()(const rules::access::ReinviteParticipant& c) const {
    if (const No no = group_refused(c.group, Role::GroupLeader)) return no;
    if (!known().member(c.group, c.person)) return Reason::NotAMember;
    if (!known().settings.notify_on_enrol) return Reason::NotificationsDisabled;
    mail(c.group, c.person, effects::NotificationKind::Reinvited);
    return {};
  }

  No operator()(const rules::access::ChangeMailTemplate& c) const {
    if (is(Role::GroupLeader)) return Reason::MailTemplateNotEditableByLeader;
    if (!platform()) return Reason::ForbiddenRole;
    if (c.mail_template == known().mail_template) return Reason::InvalidArgument;
    add(access::MailTemplateChanged{c.mail_template, known().template_rev + 1});
    return {};
  }

  No operator()(const rules::access::ReverseAccessOrder& c) const {
    if (!is(Role::Admin)) return Reason::ForbiddenRole;
    const AccessOrder* order = known().order(c.order);
    if (order == nullptr) return Reason::NotFound;
    if (c.reason.empty()) return Reason::ReasonRequired;
    if (order->state != OrderState::Completed) return Reason::InvalidArgument;
    const access::AccessOrderPlaced p = order->placed;
    access::AccessOrderReversed back{c.order,      c.reason, p.product,  p.buyer,         p.quantity,
                                     p.unit_price, p.total,  p.currency, p.price_list_rev};
    const GroupId id(c.order.value);
    const Group* group = known().group(id);
    if (group != nullptr) {
      back.quantity = group->capacity;
      back.total.value += group->top_ups;
    }
    add(back);
    if (group == nullptr) {
      const std::vector<SingleAccess> before = known().singles;
      for (const SingleAccess& each : before) {
        if (each.order != c.order || !each.live) continue;
        add(access::SingleAccessRevoked{each.order, each.person, each.tag});
        revoke_if_last(each.person, each.tag);
      }
      return {};
    }
    add(access::GroupClosed{id, c.order});
    // In the order in which they joined the group for the first time.
    const std::vector<Enrolment> all = known().enrolments;
    std::vector<Enrolment> members;
    std::set<PersonId> seen;
    for (const Enrolment& first : all)
      if (first.enrolled.group == id && seen.insert(first.enrolled.person).second)
        for (const Enrolment& each : all)
          if (each.active && each.enrolled.group == id && each.enrolled.person == first.enrolled.person)
            members.push_back(each);
    for (const Enrolment& e : members) {
      if (!e.active || e.enrolled.group != id) continue;
      add(access::ParticipantRemoved{id, e.enrolled.person, e.enrolled.seat, access::SeatFate::Freed,
                                     access::RemovalCause::OrderReversed, c.reason});
      revoke_if_last(e.enrolled.person, known().group(id)->created.tag);
    }
    return {};
  }

  No operator()(const rules::access::ExpandGroup& c) const {
    if (const No no = group_refused(c.group, Role::Buyer)) return no;
    const Group group = *known().group(c.group);
    if (c.quantity < 1 || c.quantity > kSeatsMost || c.quantity + group.capacity > 100'000'000)
      return Reason::QuantityInvalid;
    const access::GroupProductRegistered product = *known().product(group.created.product);
    add(access::GroupCapacityIncreased{c.group,
                                       product.product,
                                       c.quantity,
                                       group.capacity + c.quantity,
                                       product.unit_price,
                                       {product.unit_price.value * c.quantity},
                                       product.currency,
                                       product.rev,
                                       c.payment_ref});
    return {};
  }

  [[nodiscard]] bool heard_of(const PersonId& person) const {
    for (const AccessOrder& each : known().orders)
      if (each.placed.buyer == person) return true;
    for (const Group& each : known().groups)
      if (each.leader == person) return true;
    return draft.world.people.person(person) != nullptr;
  }

  No operator()(const rules::access::TransferLeadership& c) const {
    if (const No no = group_refused(c.group, Role::Admin)) return no;
    if (!heard_of(c.person)) return Reason::NotFound;
    const PersonId before = known().group(c.group)->leader;
    if (before == c.person) return Reason::InvalidArgument;
    add(access::GroupLeaderAppointed{c.group, c.person});
    add(access::GroupLeaderDismissed{c.group, before});
    return {};
  }

  No operator()(const rules::access::CorrectEnrolment& c) const {
    if (!is(Role::Admin) && !(is(Role::Support) && draft.at < draft.now)) return Reason::ForbiddenRole;
    for (const Enrolment& e : known().enrolments) {
      if (!e.burnt || e.removal != c.removal) continue;
      if (known().group(e.enrolled.group)->closed) return Reason::GroupInactive;
      if (c.reason.empty()) return Reason::ReasonRequired;
      if (draft.at < e.removed_at) return Reason::InvalidArgument;
      add(access::EnrolmentCorrected{e.enrolled.group, e.enrolled.person, e.enrolled.seat, c.removal,
                                     c.reason});
      return {};
    }
    return Reason::NotFound;
  }
};

}  // namespace

No decide(Draft& draft, const rules::access::Command& command) {
  return std::visit(Deciding{draft}, command);
}

}  // namespace kontor::model
