#include "tests/model/answers.h"

namespace kontor::model {

No answer(const Known& known, wire::Query::Question::Reader question, wire::Answer::Body::Builder body) {
  No no;
  if (answer_seats(known, question, body, no)) return no;
  if (answer_access(known, question, body, no)) return no;
  if (answer_effects(known, question, body, no)) return no;
  if (answer_people(known, question, body, no)) return no;
  if (answer_communities(known, question, body, no)) return no;
  if (answer_credits(known, question, body, no)) return no;
  if (answer_billing(known, question, body, no)) return no;
  return Reason::Unsupported;
}

}  // namespace kontor::model
