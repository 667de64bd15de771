#include "engine/rules/access/seating.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/rules/people/rules.h"
#include "events/core/assert.h"

namespace kontor::rules::access {
namespace {

namespace ev = kontor::access;
namespace fx = kontor::effects;

}  // namespace

Seating::Seating(const Known& known, Row group, const Context& ctx)
    : known_(known),
      state_(known.access),
      row_(group),
      group_(known.access.groups[group]),
      ctx_(ctx),
      available_(group_.available()),
      burnt_(group_.burnt),
      numbers_(group_.numbers),
      free_after_{group, 0} {}

Row Seating::member(const Contact& contact) const {
  const auto person = people::find(known_.people, contact.lookup);
  return person ? member_row(state_, row_, person->value) : kNone;
}

bool Seating::returns(const Contact& contact) const {
  const Row row = member(contact);
  return row != kNone && state_.members[row].phase == MemberPhase::Burnt;
}

Refusal Seating::full() const {
  std::vector<Position> because{group_.capacity_at};
  const std::string id = group_id(state_, row_).value;
  if (group_.burnt > 0) {
    because.push_back(group_.burnt_at);
    std::ranges::sort(because);
    return refusal(Reason::SeatReplacementForbidden,
                   fmt::format("group {} has no seat left, and seats of removed participants may not be "
                               "filled again",
                               id),
                   counts(group_), std::move(because));
  }
  if (group_.enrolled_at != 0) because.push_back(group_.enrolled_at);
  std::ranges::sort(because);
  return refusal(Reason::NoSeatsLeft, fmt::format("group {} has no seat left", id), counts(group_),
                 std::move(because));
}

std::optional<Reason> Seating::personal_code(const Contact& contact) const {
  if (contact.lookup == Digest{}) return Reason::EmailInvalid;
  const Row row = member(contact);
  if (row != kNone && state_.members[row].phase == MemberPhase::Active) return Reason::AlreadyMember;
  return std::nullopt;
}

std::optional<Reason> Seating::refused_code(const Contact& contact) const {
  if (const auto code = personal_code(contact)) return code;
  if (available_ > 0 || returns(contact)) return std::nullopt;
  return burnt_ > 0 ? Reason::SeatReplacementForbidden : Reason::NoSeatsLeft;
}

Refused Seating::refused(const Contact& contact) const {
  const std::optional<Reason> code = refused_code(contact);
  if (!code) return std::nullopt;
  if (*code == Reason::EmailInvalid) return people::email_refused(contact);
  if (*code != Reason::AlreadyMember) return full();
  const Member& known = state_.members[member(contact)];
  const std::string group = group_id(state_, row_).value;
  const std::string_view person = state_.person_ids.text(known.person);
  return refusal(*code, fmt::format("{} is a member of group {} already", person, group),
                 {fact("person", person), fact("group", group)}, {known.changed_at});
}

std::uint32_t Seating::next_seat() {
  const FreeSeat* freed = state_.free_seats.after(free_after_);
  if (freed == nullptr || freed->first != row_) return ++numbers_;
  free_after_ = *freed;
  return freed->second;
}

void Seating::enrol(const Contact& contact, const Entry& entry, Events& out) {
  const Row row = member(contact);
  const bool returns = row != kNone && state_.members[row].phase == MemberPhase::Burnt;
  const bool fresh_person = !people::find(known_.people, contact.lookup);
  const PersonId person = people::person_for(known_.people, contact, ctx_, nth_++, out);
  if (fresh_person) out.emplace_back(fx::Event(fx::AccountRegistrationRequested{person}));
  std::uint32_t& taken_from = returns ? burnt_ : available_;
  KONTOR_ASSERT(taken_from > 0);
  --taken_from;
  const GroupId group = group_id(state_, row_);
  out.emplace_back(
      ev::Event(ev::ParticipantEnrolled{.group = group,
                                        .person = person,
                                        .seat = returns ? state_.members[row].seat : next_seat(),
                                        .via = entry.via,
                                        .origin = returns ? ev::SeatOrigin::OwnBurnt : ev::SeatOrigin::Fresh,
                                        .import_id = entry.import_id,
                                        .line = entry.line}));
  out.emplace_back(
      fx::Event(fx::TagGrantRequested{.person = person, .tag = std::string(state_.tags.text(group_.tag))}));
  const Settings& settings = state_.settings.get();
  if (!settings.notify_on_enrol) return;
  const std::uint32_t mails = row == kNone ? 0 : state_.members[row].mails;
  out.emplace_back(fx::Event(fx::NotificationRequested{.kind = fx::NotificationKind::Enrolled,
                                                       .person = person,
                                                       .group = group,
                                                       .number = mails + 1,
                                                       .template_rev = settings.template_rev}));
}

}  // namespace kontor::rules::access
