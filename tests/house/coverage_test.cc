// docs/domain-coverage.md says of everything the domain asks for where it is kept and where it is attacked:
// nothing is missing, no cell is empty, and what a cell names is there.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>

#include "tests/house/coverage_ids.h"
#include "tests/house/source_tree.h"

namespace kontor::house {
namespace {

struct Row {
  std::size_t line = 0;
  std::string id;
  std::string says;
  std::string code;
  std::string test;
};

const std::string kNoCode = "-";

std::string trimmed(std::string text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::size_t at = 1;
  for (std::size_t end = line.find('|', at); end != std::string::npos; end = line.find('|', at)) {
    cells.push_back(trimmed(line.substr(at, end - at)));
    at = end + 1;
  }
  return cells;
}

using Sections = std::map<std::string, std::vector<Row>>;

Sections page() {
  Sections sections;
  std::string heading;
  std::size_t number = 0;
  for (const SourceFile& file : read_sources({"docs/domain-coverage.md"}, {".md"})) {
    for (const std::string& line : lines_of(file.text)) {
      ++number;
      if (line.starts_with("## ")) heading = line.substr(3);
      if (!line.starts_with("| ") || line.starts_with("| --") || line.starts_with("| | ")) continue;
      auto cells = cells_of(line);
      if (cells.size() == 3) cells.insert(cells.begin() + 2, kNoCode);  // an example is only played
      cells.resize(4);
      sections[heading].push_back({number, cells[0], cells[1], cells[2], cells[3]});
    }
  }
  return sections;
}

/// The text of a file of the repository; empty when there is none.
const std::string& text_of(const std::string& path) {
  static std::map<std::string, std::string> texts;
  const auto known = texts.find(path);
  if (known != texts.end()) return known->second;
  std::string text;
  for (const SourceFile& file : read_sources({path}, {""})) text += file.text;
  return texts[path] = text;
}

/// Every word in backticks: paths, and behind each what the file has to contain.
void check_cell(const Row& row, const std::string& cell, bool (*belongs)(const std::string&)) {
  static const std::regex word("`([^`]+)`");
  std::string path;
  std::size_t named = 0;
  for (std::sregex_iterator it(cell.begin(), cell.end(), word), end; it != end; ++it) {
    const std::string text = (*it)[1].str();
    if (exists(text)) {
      path = text;
      EXPECT_TRUE(belongs(path)) << "line " << row.line << ", " << row.id << ": " << path
                                 << " in this column";
      continue;
    }
    ASSERT_FALSE(path.empty()) << "line " << row.line << ", " << row.id << ": there is no file " << text;
    EXPECT_NE(text_of(path).find(text), std::string::npos)
        << "line " << row.line << ", " << row.id << ": " << path << " does not contain " << text;
    ++named;
  }
  EXPECT_GT(named, 0U) << "line " << row.line << ", " << row.id << " names nothing in a file: " << cell;
}

bool in_tests(const std::string& path) { return path.starts_with("tests/"); }
bool in_product(const std::string& path) { return !path.starts_with("tests/"); }

TEST(Coverage, EverythingTheDomainAsksForHasOneRow) {
  const Sections sections = page();
  for (const CoveredSection& section : covered_sections()) {
    const auto found = sections.find(section.heading);
    ASSERT_NE(found, sections.end()) << "no section " << section.heading;
    for (const std::string& id : section.ids) {
      EXPECT_EQ(std::ranges::count(found->second, id, &Row::id), 1) << section.heading << ": " << id;
    }
    for (const Row& row : found->second) {
      EXPECT_NE(std::ranges::find(section.ids, row.id), section.ids.end())
          << "line " << row.line << ": nobody asked for " << row.id;
    }
  }
  EXPECT_EQ(sections.size(), covered_sections().size()) << "a section that nobody asked for";
}

TEST(Coverage, NoCellIsEmptyAndWhatItNamesIsThere) {
  for (const auto& [heading, rows] : page()) {
    for (const Row& row : rows) {
      EXPECT_FALSE(row.says.empty()) << "line " << row.line << ", " << row.id;
      const bool example = heading == "Worked examples";
      if (!example || row.code != kNoCode) check_cell(row, row.code, in_product);
      check_cell(row, row.test, in_tests);
    }
  }
}

}  // namespace
}  // namespace kontor::house
