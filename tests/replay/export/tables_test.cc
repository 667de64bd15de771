// The tables, as CSV and as a database: complete, as the views say, and without a name in the clear.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <map>
#include <set>

#include "events/core/base64.h"
#include "events/core/merkle.h"
#include "replay/export/gobd_tables.h"
#include "replay/export/sqlite_tables.h"
#include "replay/export/table.h"
#include "tests/replay/export/delimited.h"
#include "tests/replay/export/story.h"
#include "tests/support/temporary_directory.h"

namespace kontor::exports {
namespace {

using test::Fields;

class ExportedTables : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path out(std::string_view name) const { return directory_.path() / name; }

  /// A table of a CSV export, by the names of its columns.
  [[nodiscard]] std::vector<std::map<std::string, std::string>> table(const std::string& name) const {
    const auto rows = test::read_delimited(test::content_of(out("csv") / (name + ".csv")), ',');
    std::vector<std::map<std::string, std::string>> found;
    for (std::size_t i = 1; i < rows.size(); ++i) {
      EXPECT_EQ(rows[i].size(), rows[0].size()) << name << " row " << i;
      auto& row = found.emplace_back();
      for (std::size_t c = 0; c < rows[i].size(); ++c) row[rows[0][c]] = rows[i][c];
    }
    return found;
  }

  kontor::test::TemporaryDirectory directory_;
};

class Database {
 public:
  explicit Database(const std::filesystem::path& path) {
    EXPECT_EQ(sqlite3_open_v2(path.c_str(), &database_, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  }
  ~Database() { sqlite3_close(database_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// All rows of a question, their cells with a bar between.
  [[nodiscard]] std::vector<std::string> ask(const std::string& sql) const {
    std::vector<std::string> rows;
    const auto take = [](void* to, int count, char** cells, char**) {
      std::string row;
      for (int i = 0; i < count; ++i)
        row += (i == 0 ? "" : "|") + std::string(cells[i] == nullptr ? "" : cells[i]);
      static_cast<std::vector<std::string>*>(to)->push_back(row);
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(database_, sql.c_str(), take, &rows, nullptr), SQLITE_OK)
        << sql << ": " << sqlite3_errmsg(database_);
    return rows;
  }

 private:
  sqlite3* database_ = nullptr;
};

TEST_F(ExportedTables, EveryTableHasAFileAndEveryEventARow) {
  const Manifest manifest = test::exported(test::request_for(Format::Csv), out("csv"));
  EXPECT_EQ(manifest.files.size(), all_tables().size());
  const auto events = table("events");
  ASSERT_EQ(events.size(), test::story_end());
  MerkleFrontier tree;
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].at("position"), std::to_string(i + 1));
    const Digest leaf = leaf_hash(bytes_of(test::stored_events()[i]));
    EXPECT_EQ(events[i].at("leaf_hash"), hex(leaf));
    tree.append_hash(leaf);
  }
  EXPECT_EQ(manifest.root, tree.root());
  for (const Table& one : all_tables()) EXPECT_FALSE(table(std::string(one.name)).empty()) << one.name;
}

TEST_F(ExportedTables, CreditsHaveTheirRunningBalance) {
  test::exported(test::request_for(Format::Csv), out("csv"));
  std::int64_t balance = 0;
  for (const auto& row : table("credit_transactions")) {
    balance += std::stoll(row.at("points"));
    EXPECT_EQ(row.at("balance"), std::to_string(balance));
  }
  EXPECT_EQ(balance, 7 - 2 + 10 - 1);
  const auto rows = table("credit_transactions");
  EXPECT_EQ(rows.at(1).at("reason"), "'" + std::string(test::kFormula))
      << "a formula is defused, a number is not";
  EXPECT_EQ(rows.at(1).at("points"), "-2");
}

TEST_F(ExportedTables, SeatsOfAllKindsHaveTheirGrantAndTheirEnd) {
  test::exported(test::request_for(Format::Csv), out("csv"));
  std::map<std::string, int> status;
  for (const auto& row : table("seats")) {
    ++status[row.at("kind") + " " + row.at("status")];
    EXPECT_NE(row.at("granted_position"), "");
    EXPECT_EQ(row.at("ended_position").empty(),
              row.at("status") == "active" || row.at("status") == "scheduled");
  }
  const std::map<std::string, int> expected{{"campus active", 3},
                                            {"course cancelled", 1},
                                            {"course ended", 2},
                                            {"community active", 1},
                                            {"community ended", 1}};
  EXPECT_EQ(status, expected);
}

TEST_F(ExportedTables, LinesAddUpToTheTotalsOfTheirRun) {
  test::exported(test::request_for(Format::Csv), out("csv"));
  std::map<std::string, std::int64_t> sums;
  std::map<std::string, std::int64_t> counts;
  for (const auto& line : table("billing_lines")) {
    sums[line.at("run") + line.at("currency")] += std::stoll(line.at("amount"));
    ++counts[line.at("run")];
  }
  const auto totals = table("billing_totals");
  EXPECT_EQ(totals.size(), 2U);
  for (const auto& total : totals)
    EXPECT_EQ(total.at("amount"), std::to_string(sums[total.at("run") + total.at("currency")]));
  for (const auto& run : table("billing_runs"))
    EXPECT_EQ(run.at("lines"), std::to_string(counts[run.at("run")]));
}

TEST_F(ExportedTables, ADatabaseHoldsTheSameAndItsReferencesHold) {
  test::exported(test::request_for(Format::Csv), out("csv"));
  const Manifest manifest = test::exported(test::request_for(Format::Sqlite), out("sqlite"));
  ASSERT_EQ(manifest.files.size(), 1U);
  const Database database(out("sqlite") / kSqliteName);
  EXPECT_EQ(database.ask("PRAGMA integrity_check"), std::vector<std::string>{"ok"});
  EXPECT_EQ(database.ask("PRAGMA foreign_key_check"), std::vector<std::string>{});
  EXPECT_EQ(database.ask("PRAGMA user_version"),
            std::vector<std::string>{std::to_string(kSqliteUserVersion)});
  for (const Table& one : all_tables())
    EXPECT_EQ(database.ask(fmt::format("SELECT count(*) FROM {}", one.name)),
              std::vector<std::string>{std::to_string(table(std::string(one.name)).size())})
        << one.name;
  EXPECT_EQ(database.ask("SELECT count(*) FROM pragma_foreign_key_list('billing_line_events')").front(), "3");
}

// The questions of docs/exports.md.
TEST_F(ExportedTables, AnAuditorsQuestionsHaveAnswers) {
  test::exported(test::request_for(Format::Sqlite), out("sqlite"));
  const Database database(out("sqlite") / kSqliteName);
  EXPECT_EQ(
      database.ask(
          "SELECT r.run, t.amount - sum(l.amount) FROM billing_runs r JOIN billing_totals t USING (run) "
          "JOIN billing_lines l ON l.run = t.run AND l.currency = t.currency "
          "GROUP BY r.run, t.currency HAVING sum(l.amount) <> t.amount"),
      std::vector<std::string>{});
  EXPECT_EQ(
      database.ask("SELECT line FROM billing_lines JOIN billing_runs USING (run) WHERE state = 'closed' "
                   "GROUP BY line HAVING count(*) > 1"),
      std::vector<std::string>{});
  EXPECT_EQ(
      database.ask("SELECT position FROM (SELECT position, balance - points - lag(balance, 1, 0) OVER "
                   "(PARTITION BY user ORDER BY position) AS off FROM credit_transactions) WHERE off <> 0"),
      std::vector<std::string>{});
  const auto evidence = database.ask(
      "SELECT e.position, e.type FROM billing_line_events b JOIN events e USING (position) "
      "WHERE b.run = 'R-1' ORDER BY e.position");
  EXPECT_FALSE(evidence.empty());
  EXPECT_EQ(database.ask("SELECT person FROM seats WHERE kind = 'campus' AND held_from <= "
                         "'2027-04-01T00:00:00.000000000Z' AND (held_to IS NULL OR held_to > "
                         "'2027-04-01T00:00:00.000000000Z') ORDER BY person"),
            (std::vector<std::string>{"s-1", "s-2", "s-3"}));
}

TEST_F(ExportedTables, APeriodLeavesOutWhatHappenedOutsideOfIt) {
  Request request = test::request_for(Format::Csv);
  request.selection.period = Period::parse("2027-04-01..2027-05-01").value();
  test::exported(request, out("csv"));
  EXPECT_TRUE(table("access_orders").empty());
  EXPECT_FALSE(table("credit_transactions").empty());
  const auto runs = table("billing_runs");
  ASSERT_EQ(runs.size(), 1U) << "its cut-off is the end of the period, in Berlin";
  EXPECT_EQ(runs[0].at("run"), "R-0");
  for (const auto& seat : table("seats")) EXPECT_NE(seat.at("person"), "s-6") << "never held it";

  request.format = Format::Sqlite;
  test::exported(request, out("sqlite"));
  EXPECT_EQ(Database(out("sqlite") / kSqliteName).ask("PRAGMA foreign_key_check"),
            std::vector<std::string>{});
}

TEST_F(ExportedTables, StandAsTheyStoodAtAnEarlierPosition) {
  Request request = test::request_for(Format::Csv);
  request.to = 20;
  EXPECT_EQ(test::exported(request, out("csv")).size, 20U);
  EXPECT_EQ(table("events").size(), 20U);
  EXPECT_TRUE(table("billing_runs").empty());
}

TEST_F(ExportedTables, NoNameAndNoMailIsInTheClear) {
  for (const Format format : {Format::Jsonl, Format::Csv, Format::Sqlite, Format::Gobd}) {
    const auto path = out(format_name(format));
    test::exported(test::request_for(format), path);
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      const std::string content = test::content_of(entry.path());
      EXPECT_EQ(content.find(test::kCanaryName), std::string::npos) << entry.path();
      EXPECT_EQ(content.find(test::kCanaryMail), std::string::npos) << entry.path();
      EXPECT_EQ(content.find("canary.bird"), std::string::npos) << entry.path();
      EXPECT_EQ(content.find(base64(bytes_of(test::kCanaryMail)).substr(0, 20)), std::string::npos);
    }
  }
}

class Gobd : public ExportedTables {
 protected:
  [[nodiscard]] std::string index() const { return test::content_of(out("gobd") / kGobdIndex); }
  /// The texts between all tags of this name, in a piece of XML.
  static std::vector<std::string> between(const std::string& xml, const std::string& name) {
    std::vector<std::string> found;
    const std::string open = "<" + name + ">";
    for (std::size_t at = xml.find(open); at != std::string::npos; at = xml.find(open, at + 1)) {
      const std::size_t begin = at + open.size();
      found.push_back(xml.substr(begin, xml.find("</" + name + ">", begin) - begin));
    }
    return found;
  }
  static std::int64_t minor(std::string amount) {
    std::erase(amount, ',');
    return std::stoll(amount);
  }
};

TEST_F(Gobd, EveryFileOfTheIndexIsThereWithAsManyColumns) {
  test::exported(test::request_for(Format::Gobd), out("gobd"));
  const auto tables = between(index(), "Table");
  EXPECT_EQ(tables.size(), 8U);
  for (const std::string& xml : tables) {
    const std::string url = between(xml, "URL").at(0);
    const std::size_t columns =
        between(xml, "VariablePrimaryKey").size() + between(xml, "VariableColumn").size();
    for (const Fields& row : test::read_delimited(test::content_of(out("gobd") / url), ';'))
      EXPECT_EQ(row.size(), columns) << url;
  }
  EXPECT_NE(index().find("<Name>Academy &amp; Sons</Name>"), std::string::npos);
  EXPECT_NE(index().find("<!DOCTYPE DataSet SYSTEM \"gdpdu-01-09-2004.dtd\">"), std::string::npos);
}

TEST_F(Gobd, SumsAreThoseOfTheStatement) {
  test::exported(test::request_for(Format::Gobd), out("gobd"));
  // Columns of billing_lines: run, line, kind, entity, day, exact, person, corrects, parts, quantity,
  // unpriced, amount, currency, positions; of billing_totals: run, currency, lines, amount.
  std::map<std::string, std::int64_t> sums;
  for (const Fields& row : test::read_delimited(test::content_of(out("gobd") / "billing_lines.csv"), ';')) {
    EXPECT_NE(row.at(11).find(','), std::string::npos) << "a decimal comma";
    sums[row.at(0) + row.at(12)] += minor(row.at(11));
    EXPECT_EQ(row.at(4).size(), 10U) << "DD.MM.YYYY";
    EXPECT_EQ(row.at(4).at(2), '.');
  }
  const auto totals = test::read_delimited(test::content_of(out("gobd") / "billing_totals.csv"), ';');
  EXPECT_EQ(totals.size(), 2U);
  for (const Fields& row : totals) EXPECT_EQ(minor(row.at(3)), sums[row.at(0) + row.at(1)]);
}

TEST_F(Gobd, TextsAreAsTheyWere) {
  test::exported(test::request_for(Format::Gobd), out("gobd"));
  std::set<std::string> reasons;
  for (const Fields& row :
       test::read_delimited(test::content_of(out("gobd") / "credit_transactions.csv"), ';'))
    reasons.insert(row.at(11));
  EXPECT_TRUE(reasons.contains(std::string(test::kFormula)));
}

TEST_F(Gobd, APeriodIsItsValidity) {
  Request request = test::request_for(Format::Gobd);
  request.selection.period = Period::parse("2027-01-01..2028-01-01").value();
  test::exported(request, out("gobd"));
  EXPECT_EQ(between(index(), "From").at(0), "01.01.2027");
  EXPECT_EQ(between(index(), "To").at(0), "31.12.2027");
}

}  // namespace
}  // namespace kontor::exports
