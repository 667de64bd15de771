// Reads every #include of the house and holds it against the picture in docs/architecture.md.

#include "tests/house/layers.h"

#include <gtest/gtest.h>

#include <regex>

#include "tests/house/source_tree.h"

namespace kontor::house {
namespace {

TEST(Layers, AFileBelongsToItsLongestFolder) {
  EXPECT_EQ(layer_of("engine/rules/seats/decide.cc"), "engine/rules");
  EXPECT_EQ(layer_of("engine/writer/writer.h"), "engine");
  EXPECT_EQ(layer_of("client/cli/main.cc"), "client/cli");
  EXPECT_EQ(layer_of("client/client.h"), "client");
  EXPECT_EQ(layer_of("server/protocol/wire.capnp.h"), "schema");
  EXPECT_EQ(layer_of("vector"), std::nullopt);
}

TEST(Layers, AnArrowPointsAtWhatIsUsed) {
  EXPECT_EQ(objection("engine/rules/seats/decide.cc", "events/seats.h"), std::nullopt);
  EXPECT_EQ(objection("events/seats.cc", "engine/rules/decision.h"), "events must not use engine/rules");
  EXPECT_EQ(objection("engine/rules/seats/decide.cc", "engine/clock.h"), "engine/rules must not use engine");
  EXPECT_EQ(objection("engine/ledger.cc", "projections/runner.h"), "engine must not use projections");
  EXPECT_EQ(objection("projections/runner.cc", "server/session.h"), "projections must not use server");
  EXPECT_EQ(objection("server/session.cc", "replay/verify.h"), "server must not use replay");
  EXPECT_EQ(objection("replay/verify.cc", "server/session.h"), "replay must not use server");
  EXPECT_EQ(objection("client/client.cc", "engine/ledger.h"), "client must not use engine");
  EXPECT_EQ(objection("client/client.cc", "server/protocol/frame_gate.h"), std::nullopt);
  EXPECT_EQ(objection("client/cli/serve.cc", "engine/ledger.h"), std::nullopt);
  EXPECT_EQ(objection("server/main.cc", "tests/support/given.h"), "nothing but tests includes tests");
}

TEST(Layers, LibrariesStayInTheFoldersThatWrapThem) {
  EXPECT_EQ(objection("engine/writer/writer.cc", "rocksdb/db.h"), "rocksdb/ is not for this folder");
  EXPECT_EQ(objection("engine/log/rocksdb/rocksdb_log.cc", "rocksdb/db.h"), std::nullopt);
  EXPECT_EQ(objection("engine/ledger.cc", "boost/asio/post.hpp"), "boost/asio is not for this folder");
}

TEST(Layers, EveryIncludeFollowsTheArrows) {
  const std::regex include_line(R"(^\s*#\s*include\s*["<]([^">]+)[">])");
  std::size_t includes = 0;
  for (const SourceFile& file :
       read_sources({"events", "engine", "projections", "server", "replay", "client", "tests", "bench"},
                    {".h", ".cc"})) {
    std::size_t number = 0;
    for (const std::string& line : lines_of(file.code)) {
      ++number;
      std::smatch match;
      if (!std::regex_search(line, match, include_line)) continue;
      ++includes;
      const auto reason = objection(file.path, match[1].str());
      EXPECT_EQ(reason, std::nullopt) << file.path << ":" << number << ": " << match[1] << ": " << *reason;
    }
  }
  EXPECT_GT(includes, 50U) << "the walk has lost the sources";
}

}  // namespace
}  // namespace kontor::house
