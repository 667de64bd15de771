#include "client/cli/pinned.h"

#include <fmt/format.h>

#include <algorithm>

#include "client/durable_file.h"
#include "events/reasons.h"

namespace kontor::cli {
namespace {

constexpr std::size_t kKeyFileBytesMax = 4'096;

/// A key's text has plus signs; the name of a file that holds one seldom has.
Result<proof::NoteKey> key_of(const std::string& given) {
  if (given.find('+') != std::string::npos) return proof::NoteKey::parse(given);
  auto text = client::read_file(given, kKeyFileBytesMax);
  if (!text)
    return fail(Reason::InvalidArgument, fmt::format("\"{}\" is neither a key nor a file with one", given));
  text->erase(text->find_last_not_of(" \r\n") + 1);
  return proof::NoteKey::parse(*text);
}

}  // namespace

CLI::Option* add_key_option(CLI::App& command, PinnedOptions& options) {
  return command
      .add_option(
          "--key", options.keys,
          "the ledger's key as you were told it (name+id+base64), or a file with it; again for keys that "
          "were in force before")
      ->allow_extra_args(false);
}

CLI::Option* add_folder_option(CLI::App& command, PinnedOptions& options) {
  return command.add_option("--folder", options.folder, "your folder of checkpoints");
}

void add_tree_option(CLI::App& command, PinnedOptions& options) {
  command.add_flag("--store-tree", options.store_tree, "the tree of the whole store instead of the tenant's");
}

std::optional<Pinned> pinned(Context& context, const PinnedOptions& options) {
  std::vector<proof::NoteKey> keys;
  for (const std::string& given : options.keys) {
    auto key = key_of(given);
    if (!key) {
      context.fail(kUsage, key.error().message, "", "`kontor checkpoint keys` prints what a server says");
      return std::nullopt;
    }
    keys.push_back(std::move(*key));
  }
  if (keys.empty()) {
    context.fail(kUsage, "a proof needs the ledger's key", "a key that the server tells proves nothing",
                 "name the one you were told with --key");
    return std::nullopt;
  }
  return Pinned{keys.front(), {keys.begin() + 1, keys.end()}};
}

client::Proofs proofs_of(const Context& context, client::Connection& connection, const PinnedOptions& options,
                         const Pinned& pinned) {
  using Scope = client::Proofs::Scope;
  return {connection, TenantId(context.tenant), options.store_tree ? Scope::Store : Scope::Tenant, pinned.key,
          context.timeout()};
}

std::optional<client::KeptCheckpoints> open_folder(Context& context, const PinnedOptions& options,
                                                   const proof::NoteKey& key) {
  auto kept = client::KeptCheckpoints::open(options.folder);
  if (!kept) {
    fail_with(context, kept.error());
    return std::nullopt;
  }
  const auto mine = kept->of({key.name, TenantId(context.tenant)});
  if (!mine.empty())
    context.highest_position = std::max(context.highest_position, mine.back().checkpoint.size);
  return std::move(*kept);
}

void fail_with(Context& context, const Error& error) {
  const ReasonInfo& info = reason_info(error.code);
  const auto number = static_cast<std::uint16_t>(error.code);
  const int code = error.code == Reason::InvalidArgument ? kUsage : exit_code_of(number);
  context.fail(code, fmt::format("[{} {}] {}", number, info.name, error.message), "", info.advice);
}

}  // namespace kontor::cli
