// A file fits a sitting, a link leads somewhere, and every invariant has its guard and its attacker.

#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>

#include "tests/house/source_tree.h"

namespace kontor::house {
namespace {

constexpr std::size_t kLinesMax = 600;

const std::vector<std::string> kEverywhere{"events", "engine", "projections", "server", "replay",
                                           "client", "tests",  "bench",       ".ci",    "docs"};

TEST(Files, FitASitting) {
  for (const SourceFile& file : read_sources(kEverywhere, {".h", ".cc", ".capnp", ".sh", ".py"})) {
    EXPECT_LE(lines_of(file.text).size(), kLinesMax) << file.path;
  }
}

TEST(Files, HaveNothingLeftToDo) {
  // Split, so that this line is not what it looks for.
  const std::regex leftover(std::string("TO") + "DO|" + "FIX" + "ME");
  for (const SourceFile& file : read_sources(kEverywhere, {".h", ".cc", ".capnp", ".sh", ".py", ".md"})) {
    EXPECT_FALSE(std::regex_search(file.text, leftover)) << file.path;
  }
}

std::vector<SourceFile> documents() {
  std::vector<std::string> places = kEverywhere;
  places.insert(places.end(), {"README.md", "CHANGELOG.md"});
  return read_sources(places, {".md"});
}

TEST(Files, LinksOfDocumentsLeadSomewhere) {
  const std::regex link(R"(\]\(([^)#\s]+)(#[^)]*)?\))");
  for (const SourceFile& file : documents()) {
    for (std::sregex_iterator it(file.text.begin(), file.text.end(), link), end; it != end; ++it) {
      const std::string target = (*it)[1].str();
      if (target.find("://") != std::string::npos) continue;
      const auto folder = std::filesystem::path(file.path).parent_path();
      EXPECT_TRUE(exists((folder / target).lexically_normal().string())) << file.path << " -> " << target;
    }
  }
}

// A document that no map leads to is not found.
TEST(Files, EveryDocumentIsOnAMap) {
  std::string maps;
  for (const SourceFile& map : read_sources({"docs/README.md", "docs/decisions/README.md"}, {".md"}))
    maps += map.text;
  for (const SourceFile& file : read_sources({"docs"}, {".md"})) {
    const std::string name = std::filesystem::path(file.path).filename().string();
    if (name == "README.md") continue;
    EXPECT_NE(maps.find(name + ")"), std::string::npos) << file.path;
  }
}

// Paths in backticks that look like ones of this repository: documents go stale there first.
TEST(Files, PathsNamedInDocumentsExist) {
  const std::regex path("`((?:events|engine|projections|server|replay|client|tests|bench|docs)/[\\w./-]+)`");
  for (const SourceFile& file : documents()) {
    for (std::sregex_iterator it(file.text.begin(), file.text.end(), path), end; it != end; ++it) {
      EXPECT_TRUE(exists((*it)[1].str())) << file.path << " names " << (*it)[1];
    }
  }
}

}  // namespace
}  // namespace kontor::house
