// kontor-witness: remembers, on another host than the server's, what the server has signed, and cosigns what
// goes on from it (docs/witness.md). Here are its command line, its clock and its exit codes.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "client/witness/follow.h"
#include "events/reasons.h"

namespace kontor::witness {
namespace {

// Those of docs/operations.md.
enum ExitCode : int { kDone = 0, kFailed = 1, kUsage = 2, kNoAnswer = 6, kDiffers = 8, kUnusable = 9 };

struct Options {
  std::vector<std::string> keys;
  std::string state;
  std::string key_file;
  std::string server = "127.0.0.1:7419";
  std::string tenant;
  bool store = false;
  bool once = false;
  double every_seconds = 10;
  double timeout_seconds = 30;
  std::string name;
};

int fail_with(int code, std::string_view what, std::string_view advice) {
  fmt::print(stderr, "kontor-witness: {}\n", what);
  if (!advice.empty()) fmt::print(stderr, "  do    {}\n", advice);
  return code;
}

int fail_with(const Error& error) {
  const ReasonInfo& info = reason_info(error.code);
  const int code = error.code == Reason::InvalidArgument                                     ? kUsage
                   : error.code == Reason::DataDirectory || error.code == Reason::SigningKey ? kUnusable
                                                                                             : kDiffers;
  return fail_with(code,
                   fmt::format("[{} {}] {}", static_cast<std::uint16_t>(info.code), info.name, error.message),
                   info.advice);
}

std::uint64_t unix_seconds() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(since).count());
}

Result<std::vector<proof::NoteKey>> trusted_keys(const Options& options) {
  std::vector<proof::NoteKey> keys;
  for (const std::string& text : options.keys) {
    auto key = proof::NoteKey::parse(text);
    if (!key) return fail(key.error());
    keys.push_back(std::move(*key));
  }
  return keys;
}

Result<Witness> open_witness(const Options& options) {
  auto keys = trusted_keys(options);
  if (!keys) return fail(keys.error());
  auto own = CosignerKey::read(options.key_file);
  if (!own) return fail(own.error());
  return Witness(options.state, std::move(*keys), std::move(*own));
}

int add(const Options& options) {
  auto witness = open_witness(options);
  if (!witness) return fail_with(witness.error());
  std::string text;
  text.resize(kRequestBytesMax + 1);
  std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::cin.gcount()));
  const auto request = AddCheckpoint::parse(text);
  const auto refused = [](Verdict verdict, std::string_view why) {
    return fail_with(kDiffers, fmt::format("refused {}: {}", static_cast<int>(verdict), why), "");
  };
  if (!request) return refused(Verdict::Malformed, request.error().message);
  const auto answered = witness->add(*request, unix_seconds());
  if (!answered) return fail_with(answered.error());
  const Judged& judged = answered->judged;
  if (judged.verdict == Verdict::Conflict) fmt::print("{}\n", answered->size);
  if (judged.verdict != Verdict::Cosign) return refused(judged.verdict, judged.why);
  fmt::print("{}", answered->cosignature);
  return kDone;
}

class Follower {
 public:
  Follower(const Options& options, client::Address address, Witness witness, proof::NoteKey key)
      : options_(options), address_(std::move(address)), witness_(std::move(witness)), key_(std::move(key)) {}

  int run() {
    while (true) {
      const auto round = once();
      if (round)
        show(*round);
      else if (options_.once || !client::may_pass(round.error()))
        return report(round.error());
      else
        fmt::print(stderr, "kontor-witness: {}; trying again\n", round.error().message);
      if (options_.once) return kDone;
      std::fflush(stdout);
      std::this_thread::sleep_for(std::chrono::duration<double>(options_.every_seconds));
    }
  }

 private:
  using Scope = client::Proofs::Scope;

  client::Outcome<Followed> once() {
    const client::Connection::Timeout timeout(static_cast<std::int64_t>(options_.timeout_seconds * 1'000));
    const Scope scope = options_.store ? Scope::Store : Scope::Tenant;
    const TenantId tenant(options_.store && options_.tenant.empty() ? "main" : options_.tenant);
    const auto seen = witness_.newest({key_.name, options_.store ? std::nullopt : std::optional(tenant)});
    if (!seen) return client::disproved(seen.error());
    client::Greeting greeting{.tenant = tenant, .client_name = "kontor-witness " KONTOR_VERSION};
    if (scope == Scope::Tenant && *seen) greeting.highest_position = (*seen)->size;
    const auto connection = client::Connection::open(address_, greeting, timeout);
    if (!connection) return tl::unexpected(connection.error());
    client::Proofs proofs(**connection, tenant, scope, key_, timeout);
    return follow_once(proofs, witness_, unix_seconds());
  }

  static void show(const Followed& followed) {
    if (followed.cosigned)
      fmt::print("cosigned  {}  size {} (before: {})\n", followed.newest.origin.text(), followed.newest.size,
                 followed.size_before);
  }

  int report(const client::Failure& failure) const {
    const auto reason = reason_from_number(failure.code);
    const bool found =
        failure.trouble == client::Trouble::Disproved ||
        (failure.trouble == client::Trouble::Refused && failure.code >= 8000 && failure.code < 8100);
    const int code =
        found ? kDiffers
        : failure.trouble == client::Trouble::Refused || failure.trouble == client::Trouble::Garbled
            ? kFailed
            : kNoAnswer;
    std::string what =
        reason ? fmt::format("[{} {}] {}", failure.code, reason_info(*reason).name, failure.message)
               : failure.message;
    if (found) what = "NOT COSIGNED: " + what;
    return fail_with(
        code, what,
        found ? "stop trusting this server; compare the notes in " + options_.state + "/notes" : "");
  }

  const Options& options_;
  client::Address address_;
  Witness witness_;
  proof::NoteKey key_;
};

int follow(const Options& options) {
  if (options.tenant.empty() != options.store)
    return fail_with(kUsage, "say whose tree: --tenant NAME or --store", "kontor-witness follow --help");
  auto witness = open_witness(options);
  if (!witness) return fail_with(witness.error());
  const auto address = client::parse_address(options.server);
  if (!address) return fail_with(kUsage, address.error().message, "write --server host:port");
  const auto keys = trusted_keys(options);
  if (!keys) return fail_with(keys.error());
  return Follower(options, *address, std::move(*witness), keys->front()).run();
}

int new_key(const Options& options) {
  const auto key = make_key_file(options.name, options.key_file);
  if (!key) return fail_with(key.error());
  fmt::print("{}\n", key->verifier().text());
  return kDone;
}

void describe(CLI::App& app, Options& options, int& exit_code) {
  app.require_subcommand(1);
  app.set_version_flag("--version", "kontor-witness " KONTOR_VERSION);
  const auto verb = [&](const char* name, const char* says) {
    CLI::App* one = app.add_subcommand(name, says);
    one->add_option("--key", options.keys, "key that the log signs with, name+id+base64; again for each log")
        ->required()
        ->allow_extra_args(false);
    one->add_option("--state", options.state, "directory of what was seen")->required();
    one->add_option("--key-file", options.key_file, "the witness's own key")->required();
    return one;
  };
  verb("add",
       "judge a request on standard input (C2SP add-checkpoint); the cosignature goes to standard output")
      ->callback([&] { exit_code = add(options); });
  CLI::App* following = verb("follow", "take checkpoints and proofs from a server, and cosign them");
  following->add_option("--server", options.server, "where the server listens")
      ->envname("KONTOR_SERVER")
      ->capture_default_str();
  following->add_option("--tenant", options.tenant, "the tree of this tenant");
  following->add_flag("--store", options.store, "the tree of the whole store");
  following->add_flag("--once", options.once, "only now");
  following->add_option("--every", options.every_seconds, "pause, such as 10s or 5m")
      ->transform(CLI::AsNumberWithUnit(std::map<std::string, double>{{"s", 1}, {"m", 60}, {"h", 3'600}}))
      ->capture_default_str();
  following->add_option("--timeout", options.timeout_seconds, "seconds to wait for an answer")
      ->check(CLI::Range(0.001, 86'400.0))
      ->capture_default_str();
  following->callback([&] { exit_code = follow(options); });
  CLI::App* making = app.add_subcommand("new-key", "make the witness's own key; prints what others pin");
  making->add_option("name", options.name, "name of the witness, such as witness.example.org/w1")->required();
  making->add_option("--key-file", options.key_file, "where the key goes")->required();
  making->callback([&] { exit_code = new_key(options); });
}

int run(int argc, char** argv) {
  CLI::App app{"kontor-witness: remembers what a ledger has signed, and cosigns what goes on from it"};
  app.name("kontor-witness");
  Options options;
  int exit_code = kDone;
  describe(app, options, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    return fail_with(kUsage, error.what(), "kontor-witness --help");
  }
  return exit_code;
}

}  // namespace
}  // namespace kontor::witness

int main(int argc, char** argv) {
  try {
    return kontor::witness::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "kontor-witness: {}\n", error.what());
    return kontor::witness::kFailed;
  }
}
