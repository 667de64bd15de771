#pragma once
// What an auditor gives every verb that proves something: the keys that are pinned, and the folder of what is
// kept (docs/evidence.md).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/cli/context.h"
#include "client/proofs.h"

namespace kontor::cli {

struct PinnedOptions {
  std::vector<std::string> keys;  // each a key's text, or a file that holds it
  std::string folder;
  bool store_tree = false;
};

struct Pinned {
  proof::NoteKey key;
  std::vector<proof::NoteKey> earlier;
};

/// --key, which may be needed or not; the first is in force, those behind it were before.
CLI::Option* add_key_option(CLI::App& command, PinnedOptions& options);
CLI::Option* add_folder_option(CLI::App& command, PinnedOptions& options);
void add_tree_option(CLI::App& command, PinnedOptions& options);

/// The keys of the options; says what is wrong with them and sets the exit code otherwise.
[[nodiscard]] std::optional<Pinned> pinned(Context& context, const PinnedOptions& options);

[[nodiscard]] client::Proofs proofs_of(const Context& context, client::Connection& connection,
                                       const PinnedOptions& options, const Pinned& pinned);

/// Opens the folder and has the connection greet with what is kept of the tenant; null, after saying why,
/// when it cannot be read.
[[nodiscard]] std::optional<client::KeptCheckpoints> open_folder(Context& context,
                                                                 const PinnedOptions& options,
                                                                 const proof::NoteKey& key);

/// Reports an error of ours, such as one of files: code, name, what and advice.
void fail_with(Context& context, const Error& error);

}  // namespace kontor::cli
