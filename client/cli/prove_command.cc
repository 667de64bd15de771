#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "client/cli/event_lines.h"
#include "client/cli/evidence_list.h"
#include "client/cli/pinned.h"
#include "client/durable_file.h"
#include "client/evidence.h"
#include "events/core/base64.h"
#include "server/protocol/json.h"

namespace kontor::cli {
namespace {

struct ProveOptions : PinnedOptions {
  std::uint64_t position = 0;
  std::string evidence;
};

/// The event, and what has been checked about it. JSON is a file of evidence.
void show(Context& context, const client::Evidence& evidence, const proof::Checkpoint& checkpoint,
          const proof::NoteKey& key) {
  const auto event = protocol::stored_event_to_json(evidence.stored);
  if (context.output() != OutputForm::Table) {
    fmt::print("{}", evidence.text(event ? boost::json::serialize(*event) : std::string()));
    return;
  }
  if (event) fmt::print("{}\n", event_line(*event));
  fmt::print("event       position {} of {}, {} bytes as they are stored\n", evidence.position,
             checkpoint.origin.text(), evidence.stored.size());
  fmt::print("included    in the tree of {} events, by {} hashes\n", checkpoint.size, evidence.path.size());
  fmt::print("root        {}\nsigned      by {}\n", base64(checkpoint.root), key.text());
}

client::Outcome<client::SignedCheckpoint> checkpoint_of(Context& context, const ProveOptions& options,
                                                        const Pinned& keys, client::Proofs& proofs,
                                                        std::optional<client::KeptCheckpoints>& kept) {
  if (!kept) return proofs.checkpoint(std::max(options.position, proofs.claimed()));
  auto saved = client::save_checkpoint(proofs, *kept, keys.earlier);
  if (!saved) return tl::unexpected(saved.error());
  if (context.output() == OutputForm::Table)
    fmt::print(stderr, "consistent with {} checkpoints in {}\n", saved->compared, options.folder);
  return saved->newest;
}

void prove(Context& context, const ProveOptions& options) {
  const auto keys = pinned(context, options);
  if (!keys) return;
  std::optional<client::KeptCheckpoints> kept;
  if (!options.folder.empty()) {
    kept = open_folder(context, options, keys->key);
    if (!kept) return;
  }
  const auto connection = context.connect();
  if (!connection) return;
  client::Proofs proofs = proofs_of(context, *connection, options, *keys);
  if (!options.store_tree && options.position > proofs.claimed())
    return context.fail(kNotFound,
                        fmt::format("there is no position {}; the last of tenant {} is {}", options.position,
                                    context.tenant, proofs.claimed()),
                        "", "kontor events lists what there is");
  const auto newest = checkpoint_of(context, options, *keys, proofs, kept);
  if (!newest) return context.fail(newest.error());
  const auto proven = proofs.event(options.position, newest->checkpoint);
  if (!proven) return context.fail(proven.error());
  const client::Evidence evidence{options.position, proven->stored, proven->path, newest->note};
  // The very check that a reader of the file makes: it also asks whose event it is.
  const auto checked = evidence.check(keys->key);
  if (!checked) return fail_with(context, checked.error());
  show(context, evidence, *checked, keys->key);
}

/// A file about many events, and what they were gathered for.
void check_list(Context& context, const ProveOptions& options, const proof::NoteKey& key) {
  const auto checked = check_evidence_list(options.evidence, key);
  if (!checked) return fail_with(context, checked.error());
  boost::json::object out{{"type", "EvidenceList"},
                          {"tree", checked->checkpoint.origin.text()},
                          {"size", std::to_string(checked->checkpoint.size)},
                          {"root", base64(checked->checkpoint.root)},
                          {"events", std::to_string(checked->events)},
                          {"explanations", std::to_string(checked->explanations)},
                          {"billingLines", std::to_string(checked->billing_lines)}};
  if (!checked->lines_hash.empty()) out["linesHash"] = checked->lines_hash;
  out["signedBy"] = key.text();
  fmt::print("{}", render(out, context.output()));
}

void check(Context& context, const ProveOptions& options) {
  const auto keys = pinned(context, options);
  if (!keys) return;
  if (is_evidence_list(options.evidence)) return check_list(context, options, keys->key);
  const auto text = client::read_file(options.evidence, client::kEvidenceBytesMax);
  if (!text) return fail_with(context, text.error());
  const auto evidence = client::Evidence::parse(*text);
  if (!evidence) return fail_with(context, evidence.error());
  const auto checked = evidence->check(keys->key);
  if (!checked) return fail_with(context, checked.error());
  show(context, *evidence, *checked, keys->key);
}

}  // namespace

void add_prove(CLI::App& app, Context& context) {
  auto options = std::make_shared<ProveOptions>();
  CLI::App* command = app.add_subcommand("prove", "prove that an event is in the ledger that was signed");
  command->footer(
      "kontor prove 7 --key ledger.pub --folder checkpoints\n"
      "kontor prove 7 --key ledger.pub -o json >evidence.json\n"
      "kontor prove --check evidence.json --key ledger.pub      needs no server");
  command
      ->add_option("position", options->position, "which event; of the store's tree, its number in the store")
      ->check(CLI::PositiveNumber);
  command->add_option("--check", options->evidence, "a file of evidence to check, offline");
  add_key_option(*command, *options)->envname("KONTOR_KEY");
  add_folder_option(*command, *options);
  add_tree_option(*command, *options);
  add_server_options(*command, context);
  command->callback([&context, options] {
    if ((options->position == 0) == options->evidence.empty())
      return context.fail(kUsage, "name one position, or a file to --check", "", "kontor prove --help");
    if (options->evidence.empty()) return prove(context, *options);
    check(context, *options);
  });
}

}  // namespace kontor::cli
