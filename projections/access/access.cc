#include "projections/access/access.h"

#include <variant>

#include "projections/access/keys.h"
#include "projections/rows.h"

namespace kontor::views {
namespace {

namespace fx = effects;

wire::AccessKind kind_of(access::AccessMode mode) {
  return mode == access::AccessMode::Group ? wire::AccessKind::GROUP : wire::AccessKind::SINGLE;
}

/// Applies one event of group access.
struct Apply {
  ViewWriter& rows;
  Position position;
  Instant at;

  [[nodiscard]] AccessKeys keys() const { return AccessKeys{rows.tenant()}; }

  // Products and orders

  void operator()(const access::GroupProductRegistered& e) const {
    rows.edit<wire::AccessProductRow>(keys().product(e.product.value),
                                      [&](wire::AccessProductRow::Builder row) {
                                        row.setUnitPrice(e.unit_price.value);
                                        row.setCurrency(std::string(e.currency.text()));
                                        row.setTag(text(e.tag));
                                        row.setRev(e.rev);
                                      });
  }
  void operator()(const access::AccessOrderPlaced& e) const {
    rows.create<wire::AccessOrderRow>(keys().order(e.order.value), [&](wire::AccessOrderRow::Builder row) {
      row.setProduct(text(e.product.value));
      row.setBuyer(text(e.buyer.value));
      row.setMode(kind_of(e.mode));
    });
  }
  template <class Fill>
  void add_line(wire::OrderEventKind kind, const std::string& order, std::int64_t total, Currency currency,
                const Fill& fill) const {
    const auto placed = rows.require<wire::AccessOrderRow>(keys().order(order));
    rows.create_for_good<wire::AccessOrderLine>(
        keys().order_line(static_cast<std::uint64_t>(at.ns), position),
        [&](wire::AccessOrderLine::Builder row) {
          row.setKind(kind);
          row.setOrder(text(order));
          row.setProduct(placed.read().getProduct());
          row.setBuyer(placed.read().getBuyer());
          row.setMode(placed.read().getMode());
          row.setTotal(total);
          row.setCurrency(std::string(currency.text()));
          row.setAt(at.ns);
          row.setPosition(position);
          fill(row);
        });
  }
  void operator()(const access::AccessOrderCompleted& e) const {
    add_line(wire::OrderEventKind::COMPLETED, e.order.value, e.total.value, e.currency,
             [&](wire::AccessOrderLine::Builder row) {
               row.setQuantity(e.quantity);
               row.setUnitPrice(e.unit_price.value);
               row.setPriceListRev(e.price_list_rev);
               row.setPaymentRef(text(e.payment_ref));
             });
  }
  void operator()(const access::AccessOrderReversed& e) const {
    add_line(wire::OrderEventKind::REVERSED, e.order.value, -e.total.value, e.currency,
             [&](wire::AccessOrderLine::Builder row) {
               row.setQuantity(e.quantity);
               row.setUnitPrice(e.unit_price.value);
               row.setPriceListRev(e.price_list_rev);
             });
  }

  // Groups

  void operator()(const access::GroupCreated& e) const {
    const auto order = rows.require<wire::AccessOrderRow>(keys().order(e.order.value));
    rows.create<wire::GroupOverview>(keys().group(e.group.value), [&](wire::GroupOverview::Builder row) {
      row.setGroup(text(e.group.value));
      row.setTitle(text(e.title));
      row.setAvailable(e.capacity);
      row.setCapacity(e.capacity);
      row.setTag(text(e.tag));
      row.setOrder(text(e.order.value));
      row.setProduct(text(e.product.value));
      row.setBuyer(order.read().getBuyer());
      row.setCreatedAt(at.ns);
    });
  }
  template <class Change>
  void change_group(const GroupId& group, const Change& change) const {
    rows.change<wire::GroupOverview>(keys().group(group.value), [&](wire::GroupOverview::Builder row) {
      change(row);
      row.setAvailable(row.getCapacity() - row.getActive() - row.getBurnt());
    });
  }
  void operator()(const access::GroupCapacityIncreased& e) const {
    change_group(e.group, [&](wire::GroupOverview::Builder row) { row.setCapacity(e.capacity); });
    add_line(wire::OrderEventKind::TOPPED_UP, e.group.value, e.total.value, e.currency,
             [&](wire::AccessOrderLine::Builder row) {
               row.setQuantity(e.quantity);
               row.setUnitPrice(e.unit_price.value);
               row.setPriceListRev(e.price_list_rev);
               row.setPaymentRef(text(e.payment_ref));
             });
  }
  void operator()(const access::GroupClosed& e) const {
    change_group(e.group, [&](wire::GroupOverview::Builder row) {
      row.setState(wire::AccessGroupState::CLOSED);
      row.setClosedAt(at.ns);
    });
  }
  void lead(const PersonId& person, const GroupId& group, bool leads) const {
    rows.edit<wire::LeaderRow>(keys().led_group(person.value, group.value),
                               [&](wire::LeaderRow::Builder row) { row.setLeads(leads); });
  }
  void operator()(const access::GroupLeaderAppointed& e) const {
    change_group(e.group, [&](wire::GroupOverview::Builder row) { row.setLeader(text(e.person.value)); });
    lead(e.person, e.group, true);
  }
  void operator()(const access::GroupLeaderDismissed& e) const { lead(e.person, e.group, false); }

  // Who has access, and why

  struct Source {
    const PersonId& person;
    std::string tag;
    const std::string& order;
  };
  enum class Before : std::uint8_t { None, Perhaps };
  template <class Fill>
  void entitle(const Source& source, Before before, const Fill& fill) const {
    const auto order = rows.require<wire::AccessOrderRow>(keys().order(source.order));
    const auto write = [&](wire::Entitlement::Builder row) {
      row.setOrder(text(source.order));
      row.setProduct(order.read().getProduct());
      row.setSince(at.ns);
      row.setGranted(position);
      row.setUntil(0);
      row.setEnded(0);
      fill(row);
    };
    const ViewKey key = keys().entitlement(source.person.value, source.tag, source.order);
    if (before == Before::None)
      rows.create<wire::Entitlement>(key, write);
    else
      rows.edit<wire::Entitlement>(key, write);
  }
  void disentitle(const Source& source) const {
    rows.change<wire::Entitlement>(keys().entitlement(source.person.value, source.tag, source.order),
                                   [&](wire::Entitlement::Builder row) {
                                     row.setUntil(at.ns);
                                     row.setEnded(position);
                                   });
  }
  void operator()(const access::SingleAccessGranted& e) const {
    entitle({e.person, e.tag, e.order.value}, Before::Perhaps,
            [](wire::Entitlement::Builder row) { row.setKind(wire::EntitlementKind::SINGLE); });
  }
  void operator()(const access::SingleAccessRevoked& e) const {
    disentitle({e.person, e.tag, e.order.value});
  }

  void operator()(const access::ParticipantEnrolled& e) const {
    change_group(e.group, [&](wire::GroupOverview::Builder row) {
      row.setActive(row.getActive() + 1);
      if (e.origin == access::SeatOrigin::OwnBurnt) row.setBurnt(row.getBurnt() - 1);
    });
    const ViewKey participant = keys().participant(e.group.value, e.person.value);
    rows.edit<wire::Participant>(participant, [&](wire::Participant::Builder row) {
      row.setPerson(text(e.person.value));
      row.setState(wire::ParticipantState::ACTIVE);
      row.setSeat(e.seat);
      row.setSince(at.ns);
      row.setVia(static_cast<wire::EnrolledBy>(e.via));
      row.setRemovedAt(0);
      row.setRemoved(0);
      row.setImport(text(e.import_id.value));
      row.setLine(e.line);
      row.setEnrolled(position);
    });
    const auto group = rows.require<wire::GroupOverview>(keys().group(e.group.value));
    // A group has the id of its order, so only its participants are entitled by it.
    const Before before = rows.is_new(participant) ? Before::None : Before::Perhaps;
    entitle({e.person, std::string(view(group.read().getTag())), e.group.value}, before,
            [&](wire::Entitlement::Builder row) {
              row.setKind(wire::EntitlementKind::GROUP);
              row.setTitle(group.read().getTitle());
            });
    if (e.via != access::EnrolledVia::Csv) return;
    rows.create_for_good<wire::ImportLine>(keys().roster_line(e.import_id.value, e.line),
                                           [&](wire::ImportLine::Builder row) {
                                             row.setLine(e.line);
                                             row.setPerson(text(e.person.value));
                                           });
  }
  void operator()(const access::ParticipantRemoved& e) const {
    const bool burnt = e.fate == access::SeatFate::Burnt;
    change_group(e.group, [&](wire::GroupOverview::Builder row) {
      row.setActive(row.getActive() - 1);
      if (burnt) row.setBurnt(row.getBurnt() + 1);
    });
    rows.change<wire::Participant>(
        keys().participant(e.group.value, e.person.value), [&](wire::Participant::Builder row) {
          row.setState(burnt ? wire::ParticipantState::BURNT : wire::ParticipantState::REMOVED);
          row.setRemovedAt(at.ns);
          row.setRemoved(position);
        });
    const auto group = rows.require<wire::GroupOverview>(keys().group(e.group.value));
    disentitle({e.person, std::string(view(group.read().getTag())), e.group.value});
  }
  void operator()(const access::EnrolmentCorrected& e) const {
    change_group(e.group, [](wire::GroupOverview::Builder row) { row.setBurnt(row.getBurnt() - 1); });
    rows.change<wire::Participant>(
        keys().participant(e.group.value, e.person.value),
        [](wire::Participant::Builder row) { row.setState(wire::ParticipantState::REMOVED); });
  }

  // Rosters

  void operator()(const access::RosterImportStarted& e) const {
    rows.create<wire::ImportReport>(keys().roster(e.import_id.value), [&](wire::ImportReport::Builder row) {
      row.setImport(text(e.import_id.value));
      row.setGroup(text(e.group.value));
      row.setFileHash(text(e.file_hash));
      row.setMode(static_cast<wire::RosterMode>(e.mode));
      row.setRows(e.rows);
      row.setAt(at.ns);
    });
    rows.edit<wire::RosterFileRow>(
        keys().roster_of_file(e.group.value, e.file_hash),
        [&](wire::RosterFileRow::Builder row) { row.setImport(text(e.import_id.value)); });
  }
  void operator()(const access::RosterRowsRefused& e) const {
    for (const access::RefusedRow& refused : e.rows)
      rows.create_for_good<wire::ImportLine>(keys().roster_line(e.import_id.value, refused.line),
                                             [&](wire::ImportLine::Builder row) {
                                               row.setLine(refused.line);
                                               row.setCode(static_cast<std::uint16_t>(refused.code));
                                               row.setName(std::string(reason_info(refused.code).name));
                                               row.setOtherLine(refused.other_line);
                                             });
  }
  void operator()(const access::RosterImportFinished& e) const {
    rows.change<wire::ImportReport>(keys().roster(e.import_id.value), [&](wire::ImportReport::Builder row) {
      row.setState(wire::ImportState::FINISHED);
      row.setAccepted(e.accepted);
      row.setAlreadyMembers(e.already_members);
      row.setRefused(e.refused);
    });
  }

  void operator()(const access::GroupFeatureConfigured&) const {}
  void operator()(const access::MailTemplateChanged&) const {}
  void operator()(const access::AccessOrderAbandoned&) const {}
};

/// Applies what became of requests to the outside.
struct Effects {
  ViewWriter& rows;
  Position position;

  [[nodiscard]] AccessKeys keys() const { return AccessKeys{rows.tenant()}; }

  void ask_tag(const PersonId& person, const std::string& tag, wire::TagState state) const {
    const auto write = [&](wire::AccessTagRow::Builder row) {
      row.setState(state);
      row.setRequest(position);
      row.setError("");
    };
    const ViewKey key = keys().tag(person.value, tag);
    if (never_asked(person, tag))
      rows.create<wire::AccessTagRow>(key, write);
    else
      rows.edit<wire::AccessTagRow>(key, write);
  }
  /// The first request for a tag makes the row of that tag first (catalog.cc): where that one is new, there
  /// is none of ours.
  [[nodiscard]] bool never_asked(const PersonId& person, const std::string& tag) const {
    return rows.is_new(Keys{rows.tenant()}.person_tag(person.value, tag));
  }
  /// An answer to a request from before the tag was last wanted otherwise says nothing any more.
  void answer_tag(const PersonId& person, const std::string& tag, Position request, wire::TagState state,
                  const std::string& error) const {
    const ViewKey key = keys().tag(person.value, tag);
    const auto before = rows.find<wire::AccessTagRow>(key);
    if (!before || before->read().getRequest() != request) return;
    rows.edit<wire::AccessTagRow>(key, [&](wire::AccessTagRow::Builder row) {
      row.setState(state);
      row.setError(text(error));
    });
  }
  /// Granting what is asked for, or there, changes nothing about it: a second enrolment must not close a
  /// course that is open. The outside answers the oldest request first, so that one goes on to speak for the
  /// tag.
  void operator()(const fx::TagGrantRequested& e) const {
    if (never_asked(e.person, e.tag)) return ask_tag(e.person, e.tag, wire::TagState::REQUESTED);
    const auto before = rows.find<wire::AccessTagRow>(keys().tag(e.person.value, e.tag));
    const auto state = before ? before->read().getState() : wire::TagState::NONE;
    if (state == wire::TagState::REQUESTED || state == wire::TagState::CONFIRMED ||
        state == wire::TagState::FAILED)
      return;
    ask_tag(e.person, e.tag, wire::TagState::REQUESTED);
  }
  void operator()(const fx::TagRevokeRequested& e) const {
    ask_tag(e.person, e.tag, wire::TagState::WITHDRAWING);
  }
  void operator()(const fx::TagGrantConfirmed& e) const {
    answer_tag(e.person, e.tag, e.request, wire::TagState::CONFIRMED, "");
  }
  void operator()(const fx::TagRevokeConfirmed& e) const {
    answer_tag(e.person, e.tag, e.request, wire::TagState::WITHDRAWN, "");
  }
  void operator()(const fx::TagChangeFailed& e) const {
    const bool grant = e.change == fx::TagChange::Grant;
    answer_tag(e.person, e.tag, e.request, grant ? wire::TagState::FAILED : wire::TagState::WITHDRAWAL_FAILED,
               e.error);
  }

  void operator()(const fx::NotificationRequested& e) const {
    // A mail about somebody else's group is none of ours.
    if (!rows.has(keys().participant(e.group.value, e.person.value))) return;
    rows.create<wire::MailRow>(keys().mail(position),
                               [&](wire::MailRow::Builder row) { row.setGroup(text(e.group.value)); });
    rows.change<wire::Participant>(keys().participant(e.group.value, e.person.value),
                                   [&](wire::Participant::Builder row) {
                                     row.setMail(wire::MailState::REQUESTED);
                                     row.setMails(e.number);
                                     row.setMailRequest(position);
                                     if (e.kind == fx::NotificationKind::Reinvited)
                                       row.setReinvited(row.getReinvited() + 1);
                                   });
  }
  void answer_mail(Position request, const std::string& subject, wire::MailState state) const {
    const auto mail = rows.find<wire::MailRow>(keys().mail(request));
    if (!mail) return;  // another kind of effect
    constexpr std::string_view kPerson = "person/";
    const ViewKey key =
        keys().participant(view(mail->read().getGroup()), std::string_view(subject).substr(kPerson.size()));
    if (rows.require<wire::Participant>(key).read().getMailRequest() != request) return;
    rows.change<wire::Participant>(key, [&](wire::Participant::Builder row) { row.setMail(state); });
  }
  void operator()(const fx::EffectConfirmed& e) const {
    answer_mail(e.request, e.subject, wire::MailState::SENT);
  }
  void operator()(const fx::EffectFailed& e) const {
    answer_mail(e.request, e.subject, wire::MailState::FAILED);
  }
  void operator()(const auto&) const {}
};

}  // namespace

void Access::apply(const RecordedEvent& event, ViewWriter& rows) const {
  const Position position = event.envelope.position;
  if (const auto* body = std::get_if<access::Event>(&event.body))
    std::visit(Apply{rows, position, event.envelope.effective_at}, *body);
  else if (const auto* effect = std::get_if<effects::Event>(&event.body))
    std::visit(Effects{rows, position}, *effect);
}

}  // namespace kontor::views
