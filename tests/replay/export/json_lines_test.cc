// JSON lines: the same bytes come back, and nothing else is taken (B121).
#include "replay/export/json_lines.h"

#include <gtest/gtest.h>

#include <sstream>

#include "engine/log/memory/memory_log.h"
#include "events/core/merkle.h"
#include "replay/export/events_import.h"
#include "replay/replay.h"
#include "tests/replay/export/story.h"
#include "tests/support/recorded_story.h"

namespace kontor::exports {
namespace {

using test::readable;
using test::stored_events;

std::vector<std::string> lines() {
  std::vector<std::string> all;
  for (const std::string& stored : stored_events()) all.push_back(json_line(stored, readable()).value());
  return all;
}

Result<ImportedEvents> import(const std::vector<std::string>& from, log::EventLog& into) {
  std::string text;
  for (const std::string& line : from) text += line;
  std::istringstream in(text);
  return import_events(in, readable(), into, {});
}

TEST(JsonLines, GiveTheStoredBytesBack) {
  for (const std::string& stored : stored_events()) {
    const std::string line = json_line(stored, readable()).value();
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_EQ(stored_of(line.substr(0, line.size() - 1), readable()).value(), stored);
  }
}

TEST(JsonLines, AnyChangedByteOfALineIsRefused) {
  for (const std::size_t event : {std::size_t{0}, std::size_t{3}, stored_events().size() - 1}) {
    std::string line = json_line(stored_events()[event], readable()).value();
    line.pop_back();
    for (std::size_t i = 0; i < line.size(); ++i) {
      std::string changed = line;
      changed[i] = changed[i] == '1' ? '2' : '1';
      const auto stored = stored_of(changed, readable());
      EXPECT_TRUE(!stored || *stored != stored_events()[event]) << i;
      // Whoever changes the bytes has to change what they say, too: that is another event, and another root.
      if (!stored) continue;
      EXPECT_EQ(json_line(*stored, readable()).value(), changed + "\n");
    }
  }
}

TEST(JsonLines, ImportedAgainHaveTheSameTreeAndState) {
  log::MemoryLog source;
  kontor::test::append_all(source, test::story());
  log::MemoryLog copy;
  const auto imported = import(lines(), copy);
  ASSERT_TRUE(imported) << imported.error().message;
  MerkleFrontier tree;
  for (const std::string& stored : stored_events()) tree.append(bytes_of(stored));
  EXPECT_EQ(imported->root, tree.root());
  EXPECT_EQ(imported->events, stored_events().size());
  const auto report = replay::replay(source, {}, {}).value();
  EXPECT_EQ(imported->state, report.tenants.at(0).state);
  EXPECT_EQ(replay::replay(copy, {}, {}).value().tenants.at(0).state, report.tenants.at(0).state);
  EXPECT_EQ(copy.read(TenantId("t"), 1, 1'000'000).value(), stored_events());
}

// B121
TEST(JsonLines, AChangedMissingDoubledOrSwappedLineIsNamed) {
  const std::vector<std::string> good = lines();
  const auto refused = [&](std::vector<std::string> bad, std::string_view line) {
    log::MemoryLog log;
    const auto imported = import(bad, log);
    ASSERT_FALSE(imported);
    EXPECT_TRUE(imported.error().message.starts_with(line)) << imported.error().message;
  };
  std::vector<std::string> bad = good;
  bad[4].insert(1, " ");
  refused(bad, "line 5:");
  bad = good;
  bad.erase(bad.begin() + 6);
  refused(bad, "line 7:");
  bad = good;
  bad.insert(bad.begin() + 6, bad[5]);
  refused(bad, "line 7:");
  bad = good;
  std::swap(bad[8], bad[9]);
  refused(bad, "line 9:");
  bad = good;
  bad.back().pop_back();
  refused(bad, "line " + std::to_string(good.size()) + ": the line has no end");
  bad = good;
  bad.insert(bad.begin() + 2, "\n");
  refused(bad, "line 3:");
  refused({}, "the file has no event");
  bad.assign(good.begin() + 3, good.end());
  refused(bad, "line 1:");
}

TEST(JsonLines, CanBeInterrupted) {
  log::MemoryLog log;
  std::string text;
  // Too few lines to be told of are imported to the end.
  for (const std::string& line : lines()) text += line;
  std::istringstream in(text);
  EXPECT_TRUE(import_events(in, readable(), log, [](std::uint64_t) { return Go::Stop; }));
  std::istringstream again(text);
  EXPECT_EQ(import_events(again, readable(), log, {}).error().code, Reason::DataDirectory)
      << "a log that has events is not filled";
}

}  // namespace
}  // namespace kontor::exports
