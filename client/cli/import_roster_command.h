#pragma once

#include "client/cli/context.h"

namespace kontor::cli {

/// kontor import roster
void add_import_roster(CLI::App& import, Context& context);

}  // namespace kontor::cli
