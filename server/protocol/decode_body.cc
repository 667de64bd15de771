#include "server/protocol/decode_body.h"

#include <fmt/format.h>

#include "server/protocol/decode.h"
#include "server/protocol/decode_domains.h"
#include "server/protocol/field_reader.h"

namespace kontor::protocol {
namespace {

namespace seats = rules::seats;
namespace tenancy = rules::tenancy;

tenancy::Command read(FieldReader& f, wire::CreateTenant::Reader c) {
  return tenancy::CreateTenant{.timeline = f.choice("timeline", c.getTimeline(), tenancy::Timeline::History)};
}

tenancy::Command read(FieldReader&, wire::FinishHistory::Reader) { return tenancy::FinishHistory{}; }

seats::Command read(FieldReader& f, wire::OpenCampus::Reader c) {
  seats::OpenCampus out;
  out.campus = f.id<CampusId>("campus", c.getCampus());
  out.kind = f.required_choice("kind", c.getKind(), seats::CampusKind::Package);
  if (c.hasTimeZone()) out.time_zone = f.required_text("timeZone", c.getTimeZone(), TextLimits::time_zone);
  return out;
}

seats::Command read(FieldReader& f, wire::BookFlat::Reader c) {
  constexpr unsigned kTiersMax = 1'000;
  seats::BookFlat out;
  out.campus = f.id<CampusId>("campus", c.getCampus());
  out.period = f.id<PeriodId>("period", c.getPeriod());
  out.size = c.getSize();
  out.from = f.instant("from", c.getFrom());
  out.to = f.instant("to", c.getTo());
  out.currency = f.currency("currency", c.getCurrency());
  out.rounding = f.choice("rounding", c.getRounding(), seats::Rounding::Full);
  out.price = MinorUnits{c.getPrice()};
  if (c.getPrices().size() > kTiersMax) {
    f.refuse(fmt::format("prices has {} entries, at most {}", c.getPrices().size(), kTiersMax));
    return out;
  }
  for (const auto& tier : c.getPrices())
    out.prices.push_back({.from_size = tier.getFromSize(), .unit_price = {tier.getUnitPrice()}});
  return out;
}

seats::Command read(FieldReader& f, wire::ResizeFlat::Reader c) {
  return seats::ResizeFlat{.campus = f.id<CampusId>("campus", c.getCampus()),
                           .period = f.id<PeriodId>("period", c.getPeriod()),
                           .size = c.getSize(),
                           .from = f.optional_instant("from", c.getFrom())};
}

seats::Command read(FieldReader& f, wire::ActivateBookingPeriod::Reader c) {
  return seats::ActivateBookingPeriod{.campus = f.id<CampusId>("campus", c.getCampus()),
                                      .period = f.id<PeriodId>("period", c.getPeriod())};
}

seats::Command read(FieldReader& f, wire::EnableBothSeatTypes::Reader c) {
  enum class Switch : std::uint8_t { On, Off };
  const auto state = f.required_choice("state", c.getState(), Switch::Off);
  return seats::EnableBothSeatTypes{.campus = f.id<CampusId>("campus", c.getCampus()),
                                    .option = state == Switch::On ? seats::SeatTypeOption::BothSeatTypes
                                                                  : seats::SeatTypeOption::CampusSeatsOnly};
}

seats::Command read(FieldReader& f, wire::CreateCourse::Reader c) {
  return seats::CreateCourse{
      .campus = f.id<CampusId>("campus", c.getCampus()),
      .course = f.id<CourseId>("course", c.getCourse()),
      .start = f.instant("start", c.getStart()),
      .end = f.instant("end", c.getEnd()),
      .seat_types = f.optional_choice("seatTypes", c.getSeatTypes(), seats::CourseSeatTypes::CampusAndCourse)
                        .value_or(seats::CourseSeatTypes::CampusOnly)};
}

seats::Command read(FieldReader& f, wire::EditCourse::Reader c) {
  return seats::EditCourse{.course = f.id<CourseId>("course", c.getCourse()),
                           .start = f.optional_instant("start", c.getStart()),
                           .end = f.optional_instant("end", c.getEnd()),
                           .seat_types = f.optional_choice("seatTypes", c.getSeatTypes(),
                                                           seats::CourseSeatTypes::CampusAndCourse)};
}

seats::Command read(FieldReader& f, wire::SetCourseSeatLimits::Reader c) {
  seats::SetCourseSeatLimits out;
  out.course = f.id<CourseId>("course", c.getCourse());
  if (c.hasCampusSeats()) out.campus_seats = f.small_count("campusSeats", c.getCampusSeats().getValue());
  if (c.hasCourseSeats()) out.course_seats = f.small_count("courseSeats", c.getCourseSeats().getValue());
  return out;
}

seats::Command read(FieldReader& f, wire::InviteToCourse::Reader c) {
  return seats::InviteToCourse{
      .course = f.id<CourseId>("course", c.getCourse()),
      .person = f.id<PersonId>("person", c.getPerson()),
      .role = f.optional_choice("role", c.getRole(), seats::MemberRole::CourseManager)
                  .value_or(seats::MemberRole::Participant),
      .seat_type = f.optional_choice("seatType", c.getSeatType(), seats::SeatType::Course)};
}

seats::Command read(FieldReader& f, wire::AddCampusSeat::Reader c) {
  return seats::AddCampusSeat{.course = f.id<CourseId>("course", c.getCourse()),
                              .person = f.id<PersonId>("person", c.getPerson())};
}

seats::Command read(FieldReader& f, wire::EndCourseMembership::Reader c) {
  return seats::EndCourseMembership{.course = f.id<CourseId>("course", c.getCourse()),
                                    .person = f.id<PersonId>("person", c.getPerson())};
}

seats::Command read(FieldReader& f, wire::EndCourseRun::Reader c) {
  return seats::EndCourseRun{.course = f.id<CourseId>("course", c.getCourse())};
}

seats::Command read(FieldReader& f, wire::SettleCourse::Reader c) {
  return seats::SettleCourse{
      .course = f.id<CourseId>("course", c.getCourse()),
      .run = c.getRun(),
      .invoice_ref = f.required_text("invoiceRef", c.getInvoiceRef(), TextLimits::invoice_ref)};
}

seats::Command read(FieldReader& f, wire::ReactivateCourse::Reader c) {
  return seats::ReactivateCourse{
      .course = f.id<CourseId>("course", c.getCourse()),
      .start = f.instant("start", c.getStart()),
      .end = f.instant("end", c.getEnd()),
      .reissue = c.getReissueCourseSeats() ? seats::CourseSeatReissue::Yes : seats::CourseSeatReissue::No};
}

seats::Command read(FieldReader& f, wire::TransferSeat::Reader c) {
  return seats::TransferSeat{.course = f.id<CourseId>("course", c.getCourse()),
                             .person = f.id<PersonId>("person", c.getPerson()),
                             .to = f.id<PersonId>("to", c.getTo())};
}

seats::Command read(FieldReader& f, wire::RecordContribution::Reader c) {
  return seats::RecordContribution{.course = f.id<CourseId>("course", c.getCourse()),
                                   .person = f.id<PersonId>("person", c.getPerson()),
                                   .artefact = f.id_text("artefact", c.getArtefact())};
}

seats::Command read(FieldReader& f, wire::CorrectSeat::Reader c) {
  return seats::CorrectSeat{.event = c.getEvent(),
                            .reason = f.text("reason", c.getReason(), TextLimits::reason)};
}

seats::Command read(FieldReader& f, wire::ChangeRole::Reader c) {
  return seats::ChangeRole{.course = f.id<CourseId>("course", c.getCourse()),
                           .person = f.id<PersonId>("person", c.getPerson()),
                           .role = f.required_choice("role", c.getRole(), seats::MemberRole::CourseManager)};
}

template <class Reader>
Result<rules::Command> checked(Reader reader) {
  FieldReader fields;
  rules::Command command = read(fields, reader);
  if (fields.problem()) return fail(*fields.problem());
  return command;
}

std::optional<Result<rules::Command>> decode_seats(wire::CommandContent::Body::Reader body) {
  using Body = wire::CommandContent::Body;
  switch (body.which()) {
    case Body::CREATE_TENANT: return checked(body.getCreateTenant());
    case Body::FINISH_HISTORY: return checked(body.getFinishHistory());
    case Body::OPEN_CAMPUS: return checked(body.getOpenCampus());
    case Body::BOOK_FLAT: return checked(body.getBookFlat());
    case Body::RESIZE_FLAT: return checked(body.getResizeFlat());
    case Body::ACTIVATE_BOOKING_PERIOD: return checked(body.getActivateBookingPeriod());
    case Body::ENABLE_BOTH_SEAT_TYPES: return checked(body.getEnableBothSeatTypes());
    case Body::CREATE_COURSE: return checked(body.getCreateCourse());
    case Body::EDIT_COURSE: return checked(body.getEditCourse());
    case Body::SET_COURSE_SEAT_LIMITS: return checked(body.getSetCourseSeatLimits());
    case Body::INVITE_TO_COURSE: return checked(body.getInviteToCourse());
    case Body::ADD_CAMPUS_SEAT: return checked(body.getAddCampusSeat());
    case Body::END_COURSE_MEMBERSHIP: return checked(body.getEndCourseMembership());
    case Body::END_COURSE_RUN: return checked(body.getEndCourseRun());
    case Body::SETTLE_COURSE: return checked(body.getSettleCourse());
    case Body::REACTIVATE_COURSE: return checked(body.getReactivateCourse());
    case Body::TRANSFER_SEAT: return checked(body.getTransferSeat());
    case Body::RECORD_CONTRIBUTION: return checked(body.getRecordContribution());
    case Body::CORRECT_SEAT: return checked(body.getCorrectSeat());
    case Body::CHANGE_ROLE: return checked(body.getChangeRole());
    default: return std::nullopt;
  }
}

}  // namespace

Result<rules::Command> decode_body(wire::CommandContent::Body::Reader body) {
  for (const auto decode : {decode_seats, decode_people, decode_effects, decode_access, decode_credits,
                            decode_billing, decode_communities})
    if (auto command = decode(body)) return *std::move(command);
  return fail(Reason::Unsupported, fmt::format("command kind {} is not known to this server",
                                               static_cast<unsigned>(body.which())));
}

}  // namespace kontor::protocol
