#include "projections/catalog.h"

#include <array>

#include "projections/access/access.h"
#include "projections/communities/communities.h"
#include "projections/course_periods/course_periods.h"
#include "projections/credits/credits.h"
#include "projections/effects/effects.h"
#include "projections/people/people.h"
#include "projections/persons/persons.h"
#include "projections/seat_usage/seat_usage.h"
#include "projections/statements/statements.h"

namespace kontor::views {

std::span<const Projection* const> all_projections() {
  // Contracts and courses first: the others look up which campus and run a course belongs to. Effects before
  // accesses: whether a tag was ever asked for.
  static const SeatUsage seat_usage;
  static const CoursePeriods course_periods;
  static const People people;
  static const Credits credits;
  static const Persons persons;
  static const Effects effects;
  static const Statements statements;
  static const Communities communities;
  static const Access access;
  static const auto all =
      std::to_array<const Projection*>({&seat_usage, &course_periods, &people, &credits, &persons, &effects,
                                        &statements, &communities, &access});
  return all;
}

}  // namespace kontor::views
