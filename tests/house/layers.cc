#include "tests/house/layers.h"

#include <algorithm>
#include <array>
#include <vector>

namespace kontor::house {

namespace {

using Names = std::vector<std::string_view>;

struct Layer {
  std::string_view folder;  // the longest that fits a path is its layer
  Names uses;               // besides itself
};

// The picture in docs/architecture.md. "schema" stands for the generated headers, which know no layer.
const std::vector<Layer>& layers() {
  static const std::vector<Layer> all{
      {"events", {"schema"}},
      {"engine/rules", {"schema", "events"}},
      {"engine", {"schema", "events", "engine/rules"}},
      {"projections", {"schema", "events", "engine/rules", "engine"}},
      {"server/protocol", {"schema", "events", "engine/rules"}},
      {"server", {"schema", "events", "engine/rules", "engine", "projections", "server/protocol"}},
      {"replay", {"schema", "events", "engine/rules", "engine", "projections"}},
      // What judges the server shares none of its rules (docs/verifier.md).
      {"replay/verifier", {"schema", "events"}},
      {"client", {"schema", "events", "server/protocol"}},
      {"client/witness", {"schema", "events", "server/protocol", "client"}},
      // One binary holds server and tools, so its command line is where everything is put together
      // (docs/decisions/0004-one-binary.md).
      {"client/cli",
       {"schema", "events", "engine/rules", "engine", "projections", "server/protocol", "server", "replay",
        "client"}},
  };
  return all;
}

// Plain values that cross a layer without making one depend on the other's work.
struct Exception {
  std::string_view from;
  std::string_view include;
};
constexpr std::array kExceptions{
    // The door turns frames into submissions and outcomes into frames; the header holds values only.
    Exception{"server/protocol", "engine/writer/submission.h"},
};

// Libraries that only some folders may know. A library that is not listed is free to all.
struct Library {
  std::string_view prefix;  // of the include
  Names folders;
};
const std::vector<Library>& libraries() {
  static const std::vector<Library> all{
      {"rocksdb/",
       {"engine/log/rocksdb", "engine/keys/file", "engine/checkpoints", "engine/snapshots",
        "projections/rocksdb", "projections", "server/subscriptions", "tests", "bench"}},
      {"boost/asio", {"server", "client", "tests", "bench"}},
      {"boost/pfr", {"engine/rules", "tests"}},
      {"boost/json", {"server/protocol", "client", "replay", "tests", "bench"}},
      {"CLI/", {"client/cli", "client/witness", "bench"}},
      {"spdlog/", {"server", "client/cli"}},
      {"toml++/", {"server"}},
      {"openssl/", {"events/core", "engine/keys", "tests", "bench"}},
      {"utf8proc.h", {"events/core"}},
      {"idn2.h", {"events/core"}},
      {"csv.h", {"client"}},
      {"sqlite3.h", {"replay/export", "tests", "bench/peers"}},
      {"libpq-fe.h", {"bench/peers"}},
      {"xxhash.h", {"engine/snapshots"}},
      {"gperftools/", {"client/cli/heap", "tests"}},
      {"hiredis/", {"bench/peers"}},
      {"date/", {"events/core", "engine/rules", "client/cli", "tests", "bench"}},
      {"gtest/", {"tests"}},
      {"gmock/", {"tests"}},
      {"benchmark/", {"bench"}},
  };
  return all;
}

bool inside(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/';
}

const Layer* find_layer(std::string_view path) {
  const Layer* best = nullptr;
  for (const Layer& layer : layers()) {
    if (inside(path, layer.folder) && (best == nullptr || layer.folder.size() > best->folder.size())) {
      best = &layer;
    }
  }
  return best;
}

std::optional<std::string> library_objection(std::string_view from, std::string_view include) {
  for (const Library& library : libraries()) {
    if (!include.starts_with(library.prefix)) continue;
    const bool known =
        std::ranges::any_of(library.folders, [&](std::string_view folder) { return inside(from, folder); });
    if (!known) return std::string(library.prefix) + " is not for this folder";
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> layer_of(std::string_view path) {
  if (path.ends_with(".capnp.h")) return "schema";
  const Layer* layer = find_layer(path);
  if (layer == nullptr) return std::nullopt;
  return std::string(layer->folder);
}

std::optional<std::string> objection(std::string_view from, std::string_view include) {
  if (auto reason = library_objection(from, include)) return reason;
  const bool free = inside(from, "tests") || inside(from, "bench");
  if (inside(include, "tests") && !inside(from, "tests")) return "nothing but tests includes tests";
  const auto target = layer_of(include);
  if (!target || free) return std::nullopt;  // the standard library, or a library judged above
  const Layer* layer = find_layer(from);
  if (layer == nullptr || *target == layer->folder) return std::nullopt;
  if (std::ranges::find(layer->uses, *target) != layer->uses.end()) return std::nullopt;
  const bool excepted = std::ranges::any_of(kExceptions, [&](const Exception& exception) {
    return exception.from == layer->folder && exception.include == include;
  });
  if (excepted) return std::nullopt;
  return std::string(layer->folder) + " must not use " + *target;
}

}  // namespace kontor::house
