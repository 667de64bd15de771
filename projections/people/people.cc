#include "projections/people/people.h"

#include <variant>

#include "projections/seat_usage/counters.h"

namespace kontor::views {
namespace {

std::string_view role_name(seats::MemberRole role) {
  switch (role) {
    case seats::MemberRole::Participant: return "participant";
    case seats::MemberRole::Lecturer: return "lecturer";
    case seats::MemberRole::Tutor: return "tutor";
    case seats::MemberRole::CourseManager: return "courseManager";
  }
  return "";
}

wire::SeatKind kind_of(seats::SeatType type) {
  return type == seats::SeatType::Campus ? wire::SeatKind::CAMPUS_SEAT : wire::SeatKind::COURSE_SEAT;
}

bool counts(const std::optional<StoredRow<wire::CourseMembership>>& row) {
  return row && row->read().getState() != wire::MembershipState::ENDED;
}

void add(ViewWriter& rows, const seats::CourseMemberInvited& event, Instant at) {
  const Keys keys{rows.tenant()};
  const ViewKey key = keys.membership(event.person.value, event.course.value);
  const ViewKey person = keys.person_card(event.person.value);
  const bool takes_part = event.role == seats::MemberRole::Participant;
  // Whoever has a membership has a card: of new persons one look-up says that both are missing.
  const bool known = rows.has(person);
  const auto before = known ? rows.find<wire::CourseMembership>(key) : std::nullopt;
  // Who could only read, after an earlier run or without a seat, was counted all the while (S-50).
  const bool was_member = counts(before);
  const bool took_part =
      was_member && view(before->read().getRole()) == role_name(seats::MemberRole::Participant);
  if (!was_member) count_member(rows, event.course.value, Count::Up);
  if (takes_part && !took_part) count_participant(rows, event.course.value, Count::Up);
  if (!takes_part && took_part) count_participant(rows, event.course.value, Count::Down);

  const auto card = rows.require<wire::CourseCard>(keys.course_card(event.course.value));
  rows.create<wire::CourseMembership>(key, [&](wire::CourseMembership::Builder row) {
    row.setCourse(text(event.course.value));
    row.setCampus(card.read().getCampus());
    row.setRole(std::string(role_name(event.role)));
    row.setCarriedBy(kind_of(event.seat_type));
    row.setSince(at.ns);
    row.setRun(card.read().getRun());
    row.setInvitation(rows.position());
  });
  if (!known)
    rows.create<wire::SeatOf>(person,
                              [&](wire::SeatOf::Builder row) { row.setPerson(text(event.person.value)); });
}

void add(ViewWriter& rows, const seats::CourseMembershipEnded& event, Instant at) {
  const ViewKey key = Keys{rows.tenant()}.membership(event.person.value, event.course.value);
  const auto before = rows.require<wire::CourseMembership>(key);
  count_member(rows, event.course.value, Count::Down);
  if (view(before.read().getRole()) == role_name(seats::MemberRole::Participant))
    count_participant(rows, event.course.value, Count::Down);
  rows.change<wire::CourseMembership>(key, [&](wire::CourseMembership::Builder row) {
    row.setState(wire::MembershipState::ENDED);
    row.setUntil(at.ns);
  });
}

void add(ViewWriter& rows, const seats::CourseMembershipResumed& event) {
  const std::uint32_t run = newest_run(rows, event.course.value);
  rows.change<wire::CourseMembership>(Keys{rows.tenant()}.membership(event.person.value, event.course.value),
                                      [&](wire::CourseMembership::Builder row) {
                                        row.setState(wire::MembershipState::ACTIVE);
                                        row.setCarriedBy(kind_of(event.seat_type));
                                        row.setRun(run);
                                      });
}

void add(ViewWriter& rows, const seats::CourseRoleChanged& event) {
  const bool took_part = event.before == seats::MemberRole::Participant;
  const bool takes_part = event.role == seats::MemberRole::Participant;
  if (takes_part && !took_part) count_participant(rows, event.course.value, Count::Up);
  if (took_part && !takes_part) count_participant(rows, event.course.value, Count::Down);
  rows.change<wire::CourseMembership>(
      Keys{rows.tenant()}.membership(event.person.value, event.course.value),
      [&](wire::CourseMembership::Builder row) { row.setRole(std::string(role_name(event.role))); });
}

void add(ViewWriter& rows, const seats::MembershipUnseated& event) {
  const ViewKey key = Keys{rows.tenant()}.membership(event.person.value, event.course.value);
  // As a late event it may be about a membership that began after the moment that is asked about.
  const auto before = rows.find<wire::CourseMembership>(key);
  if (!before || before->read().getState() != wire::MembershipState::ACTIVE) return;
  rows.change<wire::CourseMembership>(key, [](wire::CourseMembership::Builder row) {
    row.setState(wire::MembershipState::UNSEATED);
    row.setCarriedBy(wire::SeatKind::NONE);
  });
}

void add(ViewWriter& rows, const seats::HomeCampusSet& event) {
  rows.edit<wire::SeatOf>(Keys{rows.tenant()}.person_card(event.person.value),
                          [&](wire::SeatOf::Builder row) {
                            row.setPerson(text(event.person.value));
                            row.setHomeCampus(text(event.campus.value));
                          });
}

void add(ViewWriter& rows, const seats::CampusSeatGranted& event, Instant at) {
  rows.edit<wire::SeatOf>(Keys{rows.tenant()}.person_card(event.person.value),
                          [&](wire::SeatOf::Builder row) {
                            row.setPerson(text(event.person.value));
                            auto seat = row.initCampusSeat();
                            seat.setSeat(event.seat);
                            seat.setCampus(text(event.campus.value));
                            seat.setGrantingCourse(text(event.granting_course.value));
                            seat.setPeriod(text(event.period.value));
                            seat.setSince(at.ns);
                          });
  rows.create<wire::SeatHolder>(
      Keys{rows.tenant()}.campus_seats(event.campus.value).number(event.seat),
      [&](wire::SeatHolder::Builder row) { row.setPerson(text(event.person.value)); });
  count_campus_seat(rows, event.campus.value, Count::Up);
  count_attributed_seat(rows, event.granting_course.value, Count::Up);
}

// The course that a person's seat counts for, before and after.
void attribute(ViewWriter& rows, const PersonId& person, const CourseId& to,
               const std::optional<PeriodId>& period, seats::SeatNumber number) {
  const ViewKey key = Keys{rows.tenant()}.person_card(person.value);
  const auto before = rows.require<wire::SeatOf>(key);
  const std::string from(view(before.read().getCampusSeat().getGrantingCourse()));
  rows.change<wire::SeatOf>(key, [&](wire::SeatOf::Builder row) {
    auto seat = row.getCampusSeat();
    seat.setSeat(number);
    seat.setGrantingCourse(text(to.value));
    if (period) seat.setPeriod(text(period->value));
  });
  if (from == to.value) return;
  count_attributed_seat(rows, from, Count::Down);
  count_attributed_seat(rows, to.value, Count::Up);
}

void add(ViewWriter& rows, const seats::CampusSeatReleased& event) {
  const ViewKey key = Keys{rows.tenant()}.person_card(event.person.value);
  // The course it counts for at the moment that is asked about; for a late event not always the event's.
  const auto before = rows.require<wire::SeatOf>(key);
  const std::string course(view(before.read().getCampusSeat().getGrantingCourse()));
  rows.change<wire::SeatOf>(key, [](wire::SeatOf::Builder row) { row.disownCampusSeat(); });
  rows.create<wire::SeatHolder>(Keys{rows.tenant()}.campus_seats(event.campus.value).number(event.seat),
                                [](wire::SeatHolder::Builder) {});
  count_campus_seat(rows, event.campus.value, Count::Down);
  count_attributed_seat(rows, course, Count::Down);
}

}  // namespace

void People::apply(const RecordedEvent& event, ViewWriter& rows) const {
  const auto* body = std::get_if<seats::Event>(&event.body);
  if (body == nullptr) return;
  const Instant at = event.envelope.effective_at;
  std::visit(Overloaded{
                 [&](const seats::CourseMemberInvited& e) { add(rows, e, at); },
                 [&](const seats::CourseMembershipEnded& e) { add(rows, e, at); },
                 [&](const seats::CourseMembershipResumed& e) { add(rows, e); },
                 [&](const seats::MembershipUnseated& e) { add(rows, e); },
                 [&](const seats::CourseRoleChanged& e) { add(rows, e); },
                 [&](const seats::HomeCampusSet& e) { add(rows, e); },
                 [&](const seats::CampusSeatGranted& e) { add(rows, e, at); },
                 [&](const seats::CampusSeatCarriedOver& e) {
                   attribute(rows, e.person, e.granting_course, e.period, e.seat);
                 },
                 [&](const seats::CampusSeatReattributed& e) {
                   attribute(rows, e.person, e.to_course, std::nullopt, e.seat);
                 },
                 [&](const seats::CampusSeatReleased& e) { add(rows, e); },
                 [](const auto&) {},
             },
             *body);
}

}  // namespace kontor::views
