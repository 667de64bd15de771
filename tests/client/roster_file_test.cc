// What a roster file may be and what is said of one that is not (docs/roster-import.md).

#include "client/roster_file.h"

#include <gtest/gtest.h>

#include "events/core/digest.h"

namespace kontor::client {
namespace {

using Lines = std::vector<std::string>;

struct Read {
  Lines rows;  // "line email name"
  Lines problems;
  std::uint64_t problem_count = 0;
  std::vector<Reason> codes;
};

Read read(std::string_view content, RosterLimits limits = {}, std::size_t piece = 1'000'000) {
  Read out;
  RosterReader reader(limits, [&](const RosterEntry& row) {
    out.rows.push_back(std::to_string(row.line) + " " + row.email + " " + row.name);
  });
  for (std::size_t at = 0; at < content.size(); at += piece) reader.feed(content.substr(at, piece));
  reader.finish();
  for (const RosterProblem& problem : reader.problems()) {
    out.problems.push_back(problem.what);
    out.codes.push_back(problem.code);
  }
  out.problem_count = reader.problem_count();
  return out;
}

TEST(RosterFile, ReadsARowALine) {
  const Read got = read("email,name\nanna@example.org,Anna\nbob@example.org,\"Bob, B.\"\n");
  EXPECT_EQ(got.rows, (Lines{"2 anna@example.org Anna", "3 bob@example.org Bob, B."}));
  EXPECT_EQ(got.problems, Lines{});
}

TEST(RosterFile, B66_WithoutRowsOrWithTwoHeaders) {
  EXPECT_EQ(read("").problems, Lines{"the file is empty: no data rows"});
  EXPECT_EQ(read("email,name\n").problems, Lines{"no data rows"});
  EXPECT_EQ(read("email,name\na@b.org,A\nc@d.org,C\n\nEmail,Name\n").problems,
            Lines{"header repeated in line 5"});
}

TEST(RosterFile, B67_OtherEncodingsAreNamedAMarkIsPassedOver) {
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "email\na@b.org\n")
                .rows,
            Lines{"2 a@b.org "});
  EXPECT_EQ(read("email,name\na@b.org,A\nc@d.org,J\xE4rg\n").problems,
            Lines{"line 3: byte 0xE4 is not UTF-8; save as UTF-8"});
  EXPECT_EQ(read(std::string_view("\xFF\xFE"
                                  "e\0m\0",
                                  6))
                .problems,
            Lines{"line 1: byte 0xFF is not UTF-8; save as UTF-8"});
}

TEST(RosterFile, B68_TheSeparatorIsThatOfTheHeader) {
  EXPECT_EQ(read("email;name\na@b.org;A, B\n").rows, Lines{"2 a@b.org A, B"});
  EXPECT_EQ(read("email\tname\na@b.org\tA\n").rows, Lines{"2 a@b.org A"});
  EXPECT_EQ(read("email,name\na@b.org,A\nc@d.org;C\n").problems,
            Lines{"expected 2 columns, line 3 has 1; separator seems to be ';'"});
  EXPECT_EQ(read("email,name\na@b.org\tA\n").problems,
            Lines{"expected 2 columns, line 2 has 1; separator seems to be a tab"});
}

TEST(RosterFile, B69_QuotesAreClosedAndStandAtTheEdges) {
  EXPECT_EQ(read("email,name\na@b.org,\"A\nB\"\nc@d.org,C\n").problems,
            Lines{"line 2, column name: has a character that is not allowed (U+000A at 1)"})
      << "a line break within quotes is legal, but no name has one";
  EXPECT_EQ(read("email,name\n\"a@b.org\",\"A \"\"the\"\" B\"\n").rows, Lines{"2 a@b.org A \"the\" B"});
  EXPECT_EQ(read("email,name\na@b.org,A\nc@d.org,\"C\nd@e.org,D\n").problems,
            Lines{"line 3: the quote that opens here is never closed"});
  EXPECT_EQ(read("email,name\na@b.org,A \"the\" B\n").problems,
            Lines{"line 2: a quote stands in the middle of a cell; write it twice within quotes"});
}

TEST(RosterFile, B70_LinesEndAsTheyLike) {
  const Lines rows{"2 a@b.org A", "3 c@d.org C"};
  EXPECT_EQ(read("email,name\r\na@b.org,A\r\nc@d.org,C\r\n").rows, rows);
  EXPECT_EQ(read("email,name\ra@b.org,A\rc@d.org,C\r").rows, rows);
  EXPECT_EQ(read("email,name\na@b.org,A\nc@d.org,C").rows, rows);
}

TEST(RosterFile, B71_ColumnsGoByName) {
  EXPECT_EQ(read("Name, EMAIL \nA,a@b.org\n").rows, Lines{"2 a@b.org A"});
  EXPECT_EQ(read("email,phone\n").problems,
            Lines{"unknown column phone; a roster has the columns email and name"});
  EXPECT_EQ(read("name\nA\n").problems, Lines{"the column email is missing"});
  EXPECT_EQ(read("email,email\n").problems, Lines{"column email comes twice"});
}

TEST(RosterFile, B72_HasALimitOfRowsAndBytes) {
  const std::string_view three = "email\na@b.org\nb@b.org\nc@b.org\n";
  const Read rows = read(three, {.rows_max = 2});
  EXPECT_EQ(rows.problems, Lines{"more than 2 rows"});
  EXPECT_EQ(rows.codes, std::vector{Reason::InvalidArgument});
  EXPECT_EQ(read(three, {.file_bytes_max = 20}).problems, Lines{"the file has more than 20 bytes"});
}

TEST(RosterFile, B76_NoCellOfAResultIsAFormula) {
  EXPECT_EQ(csv_cell("=1+1"), "\"'=1+1\"");
  EXPECT_EQ(csv_cell("+49"), "\"'+49\"");
  EXPECT_EQ(csv_cell("-x"), "\"'-x\"");
  EXPECT_EQ(csv_cell("@x"), "\"'@x\"");
  EXPECT_EQ(csv_cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
  EXPECT_EQ(read("email,name\na@b.org,=1+1\n").rows, Lines{"2 a@b.org =1+1"});
}

TEST(RosterFile, B77_PlacesAndLimitsAreNamed) {
  const Read zero = read(std::string_view("email,name\na@b.org,A\0B\n", 23));
  ASSERT_EQ(zero.problems.size(), 1u);
  EXPECT_TRUE(zero.problems[0].starts_with("line 2, column name: ")) << zero.problems[0];
  const Read large = read("email,name\na@b.org," + std::string(1u << 20, 'x') + "\n");
  EXPECT_EQ(large.problems, Lines{"line 2 has more than 16384 bytes"});
  EXPECT_EQ(large.codes, std::vector{Reason::InvalidArgument});
  EXPECT_EQ(read("email,name\na@b.org," + std::string(257, 'x') + "\n").codes,
            std::vector{Reason::InvalidArgument});
}

TEST(RosterFile, B81_TheFirstFiftyProblemsAreNamedAndAllCounted) {
  std::string content = "email,name\n";
  for (int i = 0; i < 1'000; ++i) content += "a@b.org\n";
  const Read got = read(content);
  EXPECT_EQ(got.problems.size(), 50u);
  EXPECT_EQ(got.problem_count, 1'000u);
}

TEST(RosterFile, PiecesOfAnySizeSayTheSame) {
  const std::string content = "email;name\r\n\"a@b.org\";\"A \"\"x\"\"\"\r\nc@d.org;C\xC3\xA4\r\n";
  const Read whole = read(content);
  EXPECT_EQ(whole.rows.size(), 2u);
  for (const std::size_t piece : {1u, 2u, 3u, 7u}) EXPECT_EQ(read(content, {}, piece).rows, whole.rows);
}

}  // namespace
}  // namespace kontor::client
