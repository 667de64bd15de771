#pragma once

#include <CLI/CLI.hpp>

#include "client/cli/context.h"

namespace kontor::cli {

/// kontor import events.
void add_import_events(CLI::App& import, Context& context);

}  // namespace kontor::cli
