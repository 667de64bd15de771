#pragma once
// A question on the command line: its name, its fields, and the two clocks.

#include <cstdint>
#include <string>
#include <vector>

#include "client/cli/context.h"
#include "projections/queries.capnp.h"

namespace kontor::cli {

struct QuestionOptions {
  std::string type;
  std::vector<std::string> arguments;
  std::string as_of;
  std::string known_at;
  std::uint64_t wait_position = 0;
};

/// `options` must live as long as the command.
void add_question_options(CLI::App& command, QuestionOptions& options);

/// False after a reported mistake.
[[nodiscard]] bool fill_query(Context& context, const QuestionOptions& options, wire::Query::Builder query);

}  // namespace kontor::cli
