#pragma once
// Keys of the rows, and what several projections and questions share. Pure; any thread.

#include <cstdint>
#include <string_view>

#include "events/seats.h"
#include "projections/queries.capnp.h"
#include "projections/view_key.h"

namespace kontor::views {

/// Requests for effects lie in stretches of this many positions, and each stretch knows how many of them
/// wait: so whoever looks for those does not pass by all that were answered long ago.
constexpr Position kEffectStretch = 1'024;

/// Rows of one tenant.
struct Keys {
  const TenantId& tenant;

  [[nodiscard]] ViewKey late_events() const { return ViewKey(tenant, Kind::LateEvent); }
  [[nodiscard]] ViewKey late_event(Position position) const { return late_events().number(position); }
  [[nodiscard]] ViewKey campus_card(std::string_view campus) const {
    return ViewKey(tenant, Kind::CampusCard).text(campus);
  }
  [[nodiscard]] ViewKey campus_counts(std::string_view campus) const {
    return ViewKey(tenant, Kind::CampusCounts).text(campus);
  }
  [[nodiscard]] ViewKey campus_courses(std::string_view campus) const {
    return ViewKey(tenant, Kind::CampusCourse).text(campus);
  }
  [[nodiscard]] ViewKey campus_course(std::string_view campus, std::string_view course) const {
    return campus_courses(campus).text(course);
  }
  [[nodiscard]] ViewKey course_card(std::string_view course) const {
    return ViewKey(tenant, Kind::CourseCard).text(course);
  }
  [[nodiscard]] ViewKey course_run(std::string_view course, std::uint64_t run) const {
    return ViewKey(tenant, Kind::CourseRun).text(course).number(run);
  }
  /// All seats of a course in all its runs.
  [[nodiscard]] ViewKey seats(std::string_view course) const {
    return ViewKey(tenant, Kind::CourseSeat).text(course);
  }
  [[nodiscard]] ViewKey seats(std::string_view course, std::uint64_t run) const {
    return seats(course).number(run);
  }
  /// A seat's record (entry 0) and its blocks (entries 1, 2, ...).
  [[nodiscard]] ViewKey seat(std::string_view course, std::uint64_t run, std::uint64_t seat) const {
    return seats(course, run).number(seat);
  }
  [[nodiscard]] ViewKey seat_record(std::string_view course, std::uint64_t run, std::uint64_t number) const {
    return seat(course, run, number).number(0);
  }
  [[nodiscard]] ViewKey contribution(std::string_view course, std::string_view artefact) const {
    return ViewKey(tenant, Kind::Contribution).text(course).text(artefact);
  }
  [[nodiscard]] ViewKey seat_corrections(std::string_view course, std::uint64_t run,
                                         std::uint64_t seat) const {
    return ViewKey(tenant, Kind::SeatCorrection).text(course).number(run).number(seat);
  }
  [[nodiscard]] ViewKey person_card(std::string_view person) const {
    return ViewKey(tenant, Kind::PersonCard).text(person);
  }
  [[nodiscard]] ViewKey person_identity(std::string_view person) const {
    return ViewKey(tenant, Kind::PersonIdentity).text(person);
  }
  [[nodiscard]] ViewKey person_seats(std::string_view person) const {
    return ViewKey(tenant, Kind::PersonCourseSeat).text(person);
  }
  [[nodiscard]] ViewKey campus_seats(std::string_view campus) const {
    return ViewKey(tenant, Kind::CampusSeat).text(campus);
  }
  [[nodiscard]] ViewKey community_pool(std::string_view community) const {
    return ViewKey(tenant, Kind::CommunityPool).text(community);
  }
  [[nodiscard]] ViewKey memberships(std::string_view person) const {
    return ViewKey(tenant, Kind::Membership).text(person);
  }
  [[nodiscard]] ViewKey membership(std::string_view person, std::string_view course) const {
    return memberships(person).text(course);
  }
  [[nodiscard]] ViewKey effects(std::uint64_t stretch) const {
    return ViewKey(tenant, Kind::EffectRequest).number(stretch);
  }
  [[nodiscard]] ViewKey effect(Position request) const {
    return effects(request / kEffectStretch).number(request);
  }
  [[nodiscard]] ViewKey open_effects() const { return ViewKey(tenant, Kind::OpenEffects); }
  [[nodiscard]] ViewKey open_effects(std::uint64_t stretch) const { return open_effects().number(stretch); }
  [[nodiscard]] ViewKey person_tags() const { return ViewKey(tenant, Kind::PersonTag); }
  [[nodiscard]] ViewKey person_tag(std::string_view person, std::string_view tag) const {
    return person_tags().text(person).text(tag);
  }
};

/// For pieces of visitors over variants.
template <class... Parts>
struct Overloaded : Parts... {
  using Parts::operator()...;
};
template <class... Parts>
Overloaded(Parts...) -> Overloaded<Parts...>;

/// A currency as rows show it: empty when none was ever involved.
[[nodiscard]] inline std::string_view shown(const Currency& currency) {
  return currency == kNoCurrency ? std::string_view() : currency.text();
}

/// Text for a Cap'n Proto field, whose text type wants a zero byte behind the last character.
[[nodiscard]] inline capnp::Text::Reader text(const std::string& value) {
  return {value.c_str(), value.size()};
}
[[nodiscard]] inline std::string_view view(capnp::Text::Reader value) { return {value.cStr(), value.size()}; }

}  // namespace kontor::views
