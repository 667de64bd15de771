// kontor-verify: docs/verifier.md
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replay/verifier/audit.h"
#include "replay/verifier/report.h"

namespace {

using kontor::verifier::Request;

constexpr int kUnusable = 2;
constexpr std::string_view kUsage =
    "kontor-verify BUNDLE --key NOTEKEY [--checkpoints DIR] [--complete] [--receipts FILE]\n"
    "              [--claims FILE] [--remember] [-o json|text]\n"
    "\n"
    "Proves a history from a file and a public key, without the server that made it.\n"
    "  --key NOTEKEY      the key you have pinned: name+id+base64, or a file with it\n"
    "  --checkpoints DIR  your folder of signed checkpoints; all of them must hold\n"
    "  --complete         the bundle should hold everything: what lies behind its end is a contradiction\n"
    "  --receipts FILE    what your clients were promised\n"
    "  --claims FILE      answers you were given (kontor query ... -o json), compared with the events\n"
    "  --remember         keep the newest checkpoint and the hashes of all events in DIR for the next time\n"
    "exit: 0 proven, 1 a contradiction, 2 unusable input\n";

struct CommandLine {
  std::string bundle;
  Request request;
  bool json = false;
  std::optional<std::string> wrong;
};

/// The value behind an option.
std::optional<std::string> value_of(const std::vector<std::string>& words, std::size_t& at) {
  if (at + 1 >= words.size()) return std::nullopt;
  return words[++at];
}

/// The key itself, or the first line of a file that holds it.
std::string key_text(const std::string& said) {
  std::ifstream file(said);
  std::string line;
  return std::getline(file, line) ? line : said;
}

CommandLine read(const std::vector<std::string>& words) {
  CommandLine line;
  bool has_key = false;
  for (std::size_t i = 0; i < words.size() && !line.wrong; ++i) {
    const std::string& word = words[i];
    const bool takes_value = word == "--key" || word == "--checkpoints" || word == "--receipts" ||
                             word == "--claims" || word == "-o";
    const auto value = takes_value ? value_of(words, i) : std::nullopt;
    if (takes_value && !value) {
      line.wrong = word + " needs a value";
    } else if (word == "--key") {
      auto key = kontor::proof::NoteKey::parse(key_text(*value));
      has_key = key.has_value();
      if (key) line.request.key = *key;
      if (!key) line.wrong = key.error().message;
    } else if (word == "--checkpoints") {
      line.request.checkpoints = *value;
    } else if (word == "--receipts") {
      line.request.receipts = *value;
    } else if (word == "--claims") {
      line.request.claims = *value;
    } else if (word == "-o") {
      line.json = *value == "json";
      if (*value != "json" && *value != "text") line.wrong = "-o is json or text";
    } else if (word == "--complete") {
      line.request.extent = Request::Extent::Complete;
    } else if (word == "--remember") {
      line.request.afterwards = Request::Afterwards::Remember;
    } else if (word.starts_with('-') || !line.bundle.empty()) {
      line.wrong = "what is " + word + "?";
    } else {
      line.bundle = word;
    }
  }
  if (line.wrong) return line;
  if (line.bundle.empty()) line.wrong = "no bundle is named";
  if (!has_key) line.wrong = "no key is named: --key NOTEKEY";
  if (line.request.afterwards == Request::Afterwards::Remember && !line.request.checkpoints)
    line.wrong = "--remember needs a folder: --checkpoints DIR";
  return line;
}

int run(const std::vector<std::string>& words) {
  if (words.empty() || words[0] == "--help" || words[0] == "-h") {
    fmt::print("{}", kUsage);
    return words.empty() ? kUnusable : 0;
  }
  const CommandLine line = read(words);
  if (line.wrong) {
    fmt::print(stderr, "{}\n\n{}", *line.wrong, kUsage);
    return kUnusable;
  }
  auto file = std::make_unique<std::ifstream>(line.bundle, std::ios::binary);
  if (!*file) {
    fmt::print(stderr, "{} cannot be read\n", line.bundle);
    return kUnusable;
  }
  const auto source = [&file](std::span<char> room) -> kontor::Result<std::size_t> {
    file->read(room.data(), static_cast<std::streamsize>(room.size()));
    if (file->bad())
      return kontor::fail(kontor::Reason::BundleUnusable, "the file cannot be read any further");
    return static_cast<std::size_t>(file->gcount());
  };
  const kontor::verifier::Outcome outcome = kontor::verifier::audit(line.request, source);
  fmt::print("{}", line.json ? to_json(outcome) : to_text(outcome));
  return kontor::verifier::exit_code(outcome);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return kUnusable;
  }
}
