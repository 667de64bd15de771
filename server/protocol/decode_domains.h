#pragma once
// One decoder a domain: the command, or nullopt when it belongs to another domain. For decode_body.cc alone.

#include <optional>
#include <vector>

#include "engine/rules/catalog.h"
#include "events/core/result.h"
#include "projections/queries.capnp.h"
#include "server/protocol/commands.capnp.h"
#include "server/protocol/field_reader.h"

namespace kontor::protocol {

using DecodedBody = std::optional<Result<rules::Command>>;

[[nodiscard]] DecodedBody decode_people(wire::CommandContent::Body::Reader body);
[[nodiscard]] DecodedBody decode_effects(wire::CommandContent::Body::Reader body);
[[nodiscard]] DecodedBody decode_access(wire::CommandContent::Body::Reader body);
[[nodiscard]] DecodedBody decode_communities(wire::CommandContent::Body::Reader body);
[[nodiscard]] DecodedBody decode_credits(wire::CommandContent::Body::Reader body);

/// Checks the texts of a question about credits; false when it is about something else.
[[nodiscard]] bool check_billing_question(FieldReader& fields, wire::Query::Question::Reader question);
[[nodiscard]] bool check_credits_question(FieldReader& fields, wire::Query::Question::Reader question);
[[nodiscard]] DecodedBody decode_billing(wire::CommandContent::Body::Reader body);
[[nodiscard]] bool check_access_question(FieldReader& fields, wire::Query::Question::Reader question);

/// Rows of a roster, in a command or on their way to one.
[[nodiscard]] std::vector<rules::access::RosterRow> read_rows(FieldReader& f,
                                                              capnp::List<wire::RosterRow>::Reader rows);

/// The command, or the first problem its fields had.
template <class Command>
[[nodiscard]] Result<rules::Command> judged(const FieldReader& fields, Command command) {
  if (fields.problem()) return fail(*fields.problem());
  return rules::Command(std::move(command));
}

}  // namespace kontor::protocol
