#pragma once
// What `kontor bill` shows. Statements and lines come in pages and are printed as they come, so that their
// number does not matter; the hash of the lines is computed again on the way and compared with the run's.

#include <cstdint>
#include <string>

#include "client/cli/context.h"
#include "client/cli/pinned.h"
#include "events/core/ids.h"

namespace kontor::cli {

enum class Content : std::uint8_t { Totals, Lines, Whole };

struct Shown {
  std::string run;
  Position wait = 0;  // the views must have read this position
  Content content = Content::Whole;
  std::string proofs;    // file for the evidence of every line; empty: none is asked for
  PinnedOptions pinned;  // whom to believe about it
};

void show_statement(Context& context, client::Connection& connection, const Shown& shown);
void show_runs(Context& context, client::Connection& connection);

/// How a run was to be opened. Who names no cut-off asks for the run, whatever its cut-off is.
enum class Cutoff : std::uint8_t { Named, WhateverItIs };
struct Asked {
  std::string scope;
  Cutoff cutoff = Cutoff::Named;
};
/// Whether the refusal says that the run was opened before in this way.
[[nodiscard]] bool opened_before(wire::Refusal::Reader refusal, const Asked& asked);

}  // namespace kontor::cli
