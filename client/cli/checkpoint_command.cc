#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "client/cli/pinned.h"
#include "client/kept_receipts.h"
#include "client/verified_reading.h"
#include "events/core/base64.h"
#include "events/proof/rotation.h"

namespace kontor::cli {
namespace {

namespace json = boost::json;

struct CheckpointOptions : PinnedOptions {
  std::string receipts;
};

json::object row_of(const proof::Checkpoint& checkpoint) {
  return {{"origin", checkpoint.origin.text()},
          {"size", std::to_string(checkpoint.size)},
          {"root", base64(checkpoint.root)}};
}

void show(Context& context, const CheckpointOptions& options) {
  const auto keys = pinned(context, options);
  if (!keys) return;
  const auto connection = context.connect();
  if (!connection) return;
  client::Proofs proofs = proofs_of(context, *connection, options, *keys);
  const auto newest = proofs.checkpoint(proofs.claimed());
  if (!newest) return context.fail(newest.error());
  if (context.output() == OutputForm::Table || context.output() == OutputForm::Plain) {
    fmt::print("{}", newest->note.encoded());
    fmt::print(stderr, "signed by {}\n", keys->key.text());
    return;
  }
  json::object object = row_of(newest->checkpoint);
  object["note"] = newest->note.encoded();
  fmt::print("{}", render(object, context.output()));
}

/// The pinned keys and those they have handed over to, by the server's statements. One that is no note says
/// nothing.
Result<std::vector<proof::NoteKey>> keys_after(const proof::NoteKey& pinned, const client::ServerKeys& said) {
  std::vector<proof::Note> statements;
  for (const std::string& text : said.rotations)
    if (auto note = proof::Note::parse(text)) statements.push_back(std::move(*note));
  return proof::follow_rotations(pinned, statements);
}

/// What the server says its keys are: for people to compare, or compared with the pinned key.
void show_keys(Context& context, const CheckpointOptions& options) {
  const bool compared = !options.keys.empty();
  Pinned known;
  if (compared) {
    const auto given = pinned(context, options);
    if (!given) return;
    known = *given;
  }
  const auto connection = context.connect();
  if (!connection) return;
  const auto said = proofs_of(context, *connection, options, known).keys();
  if (!said) return context.fail(said.error());
  const auto good = compared ? keys_after(known.key, *said) : Result<std::vector<proof::NoteKey>>();
  if (!good) return fail_with(context, good.error());
  json::array rows;
  std::size_t found = 0;
  for (const std::string& text : said->keys) {
    const auto at = std::ranges::find(*good, text, &proof::NoteKey::text);
    if (at != good->end()) ++found;
    const std::string_view standing = !compared             ? "as the server says"
                                      : at == good->end()   ? "unknown"
                                      : at == good->begin() ? "pinned"
                                                            : "follows from the pinned one";
    rows.push_back(json::object{{"key", text}, {"standing", standing}});
  }
  fmt::print("{}", render_list(rows, context.output()));
  if (!compared)
    fmt::print(stderr,
               "compare it with what you were told elsewhere: a key that a server tells proves nothing\n");
  else if (found == 0)
    context.fail(kDiffers, "the server signs neither with the pinned key nor with one that follows from it",
                 "a key changes by a statement that the one before has signed",
                 "ask whoever runs the ledger");
}

void save(Context& context, const CheckpointOptions& options) {
  const auto keys = pinned(context, options);
  if (!keys) return;
  auto kept = open_folder(context, options, keys->key);
  if (!kept) return;
  const auto connection = context.connect();
  if (!connection) return;
  client::Proofs proofs = proofs_of(context, *connection, options, *keys);
  const auto saved = client::save_checkpoint(proofs, *kept, keys->earlier);
  if (!saved) return context.fail(saved.error());
  if (context.output() == OutputForm::Table) {
    const proof::Checkpoint& now = saved->newest.checkpoint;
    fmt::print("size    {}  of {}\nroot    {}\nsigned  by {}\n", now.size, now.origin.text(),
               base64(now.root), keys->key.text());
    if (saved->compared == 0)
      fmt::print("kept    the first of this tree in {}\n", options.folder);
    else
      fmt::print("kept    in {}; {} before it, the last of size {}: each is the beginning of the next\n",
                 options.folder, saved->compared, saved->size_before);
    return;
  }
  json::object object = row_of(saved->newest.checkpoint);
  object["sizeBefore"] = std::to_string(saved->size_before);
  object["compared"] = std::to_string(saved->compared);
  fmt::print("{}", render(object, context.output()));
}

void list(Context& context, const CheckpointOptions& options) {
  const auto kept = client::KeptCheckpoints::open(options.folder);
  if (!kept) return fail_with(context, kept.error());
  json::array rows;
  const auto add = [&rows](const client::KeptCheckpoint& one, std::string_view state) {
    json::object row = row_of(one.checkpoint);
    row["state"] = state;
    rows.push_back(std::move(row));
  };
  for (const client::Tree& tree : kept->trees())
    for (const client::KeptCheckpoint& one : kept->of(tree)) add(one, "kept");
  for (const client::KeptCheckpoint& one : kept->conflicts()) add(one, "conflict");
  fmt::print("{}", render_list(rows, context.output()));
  if (!kept->conflicts().empty())
    context.fail(kDiffers,
                 fmt::format("{} notes contradict those that were kept before", kept->conflicts().size()),
                 "the ledger has signed two histories", "show both notes to whoever runs it");
}

/// The receipts of a file, and the position they know of; empty without one.
std::optional<client::KeptReceipts> receipts_of(Context& context, const std::string& file) {
  if (file.empty()) return client::KeptReceipts();
  auto kept = client::KeptReceipts::open(file);
  if (!kept) {
    fail_with(context, kept.error());
    return std::nullopt;
  }
  context.highest_position =
      std::max(context.highest_position, kept->highest_position(TenantId(context.tenant)));
  return std::move(*kept);
}

/// Reads everything, and holds it against all that is kept.
client::Outcome<client::EventsChecked> check_all(Context& context, const CheckpointOptions& options,
                                                 const Pinned& keys, client::KeptCheckpoints& kept,
                                                 const client::KeptReceipts& receipts) {
  const auto address = client::parse_address(context.server);
  if (!address) return tl::unexpected(address.error());
  const auto connection = client::Connection::open(*address, context.greeting(), context.timeout());
  if (!connection) return tl::unexpected(connection.error());
  client::Proofs proofs = proofs_of(context, **connection, options, keys);
  const auto saved = client::save_checkpoint(proofs, kept, keys.earlier);
  if (!saved) return tl::unexpected(saved.error());
  std::vector<proof::Checkpoint> checkpoints;
  for (const client::KeptCheckpoint& one : kept.of(proofs.tree())) checkpoints.push_back(one.checkpoint);
  auto checked =
      client::check_events(**connection, TenantId(context.tenant), checkpoints, context.timeout(), {});
  if (!checked) return checked;
  if (const auto promised =
          client::check_receipts(proofs, receipts.all(), saved->newest.checkpoint, keys.earlier);
      !promised)
    return tl::unexpected(promised.error());
  checked->receipts = static_cast<std::uint64_t>(
      std::ranges::count(receipts.all(), TenantId(context.tenant),
                         [](const client::BoundReceipt& one) { return one.promise.tenant; }));
  return checked;
}

void check(Context& context, const CheckpointOptions& options) {
  const auto keys = pinned(context, options);
  if (!keys) return;
  auto kept = open_folder(context, options, keys->key);
  if (!kept) return;
  const auto receipts = receipts_of(context, options.receipts);
  if (!receipts) return;
  const auto checked = check_all(context, options, *keys, *kept, *receipts);
  if (!checked) return context.fail(checked.error());
  if (context.output() == OutputForm::Table) {
    fmt::print("events       {} read: positions without a gap, roots as signed\n", checked->events);
    fmt::print("checkpoints  {} kept, each the beginning of the next\n", checked->checkpoints);
    fmt::print("receipts     {} kept, their events are where they were promised\n", checked->receipts);
    return;
  }
  fmt::print("{}", render(json::object{{"events", std::to_string(checked->events)},
                                       {"checkpoints", std::to_string(checked->checkpoints)},
                                       {"receipts", std::to_string(checked->receipts)}},
                          context.output()));
}

}  // namespace

void add_checkpoint(CLI::App& app, Context& context) {
  auto options = std::make_shared<CheckpointOptions>();
  CLI::App* command =
      app.add_subcommand("checkpoint", "what the ledger has signed: look at it, keep it, compare");
  command->require_subcommand(1);
  CLI::App* showing = command->add_subcommand("show", "the newest signed checkpoint");
  add_key_option(*showing, *options)->envname("KONTOR_KEY");
  add_tree_option(*showing, *options);
  add_server_options(*showing, context);
  showing->callback([&context, options] { show(context, *options); });

  CLI::App* telling = command->add_subcommand(
      "keys", "what a server says it signs with; exit code 8 if none of it follows from --key");
  add_key_option(*telling, *options);
  add_server_options(*telling, context);
  telling->callback([&context, options] { show_keys(context, *options); });

  CLI::App* saving = command->add_subcommand(
      "save", "keep the newest checkpoint, if it goes on from all that were kept before; exit code 8 if not");
  add_key_option(*saving, *options)->envname("KONTOR_KEY");
  add_folder_option(*saving, *options)->required();
  add_tree_option(*saving, *options);
  add_server_options(*saving, context);
  saving->callback([&context, options] { save(context, *options); });

  CLI::App* listing =
      command->add_subcommand("ls", "what is kept, offline; exit code 8 if there are conflicts");
  add_folder_option(*listing, *options)->required();
  add_output_option(*listing, context);
  listing->callback([&context, options] { list(context, *options); });

  CLI::App* checking = command->add_subcommand(
      "check",
      "read all events of the tenant and hold them against everything kept; exit code 8 if they differ");
  add_key_option(*checking, *options)->envname("KONTOR_KEY");
  add_folder_option(*checking, *options)->required();
  checking->add_option("--receipts", options->receipts,
                       "file of receipts that `kontor submit --receipts` kept");
  add_server_options(*checking, context);
  checking->callback([&context, options] { check(context, *options); });
}

}  // namespace kontor::cli
