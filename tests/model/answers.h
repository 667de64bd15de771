#pragma once
// The answers the model gives to the questions of projections/queries.capnp, from its own lists. Lists are
// whole: pages are put together by whoever compares.

#include "projections/queries.capnp.h"
#include "tests/model/world.h"

namespace kontor::model {

/// What is known at a position, and the moment that is asked about.
struct Known {
  const World& world;
  Position position = 0;
  Instant at;
  const World& head;  // an erasure reaches back
};

/// None: `answer` holds the answer. Refused otherwise.
[[nodiscard]] No answer(const Known& known, wire::Query::Question::Reader question,
                        wire::Answer::Body::Builder answer);

// By domain; false: none of this domain's questions.
[[nodiscard]] bool answer_seats(const Known& known, wire::Query::Question::Reader question,
                                wire::Answer::Body::Builder answer, No& no);
[[nodiscard]] bool answer_billing(const Known& known, wire::Query::Question::Reader question,
                                  wire::Answer::Body::Builder answer, No& no);
[[nodiscard]] bool answer_credits(const Known& known, wire::Query::Question::Reader question,
                                  wire::Answer::Body::Builder answer, No& no);
[[nodiscard]] bool answer_access(const Known& known, wire::Query::Question::Reader question,
                                 wire::Answer::Body::Builder answer, No& no);
[[nodiscard]] bool answer_effects(const Known& known, wire::Query::Question::Reader question,
                                  wire::Answer::Body::Builder answer, No& no);
[[nodiscard]] bool answer_people(const Known& known, wire::Query::Question::Reader question,
                                 wire::Answer::Body::Builder answer, No& no);
[[nodiscard]] bool answer_communities(const Known& known, wire::Query::Question::Reader question,
                                      wire::Answer::Body::Builder answer, No& no);

}  // namespace kontor::model
