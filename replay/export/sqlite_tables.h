#pragma once
// Tables as one SQLite database: types, keys, indexes, and the references that hold. Amounts are whole minor
// units, moments texts that sort.

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "replay/export/table.h"

struct sqlite3;
struct sqlite3_stmt;

namespace kontor::exports {

constexpr int kSqliteUserVersion = 1;             // raised with every change of the tables
constexpr int kSqliteApplicationId = 0x6B6E7472;  // "kntr"
constexpr std::string_view kSqliteName = "export.sqlite";

/// What is in the export; says which references hold.
enum class Extent : std::uint8_t { Whole, Part };

class SqliteTables final : public TableSink {
 public:
  /// Makes the database, with all tables. DataDirectory when it cannot be written.
  [[nodiscard]] static Result<std::unique_ptr<SqliteTables>> create(const std::filesystem::path& path,
                                                                    Extent extent);
  ~SqliteTables() override;

  [[nodiscard]] Status add(const Table& table, const Row& row) override;
  /// Makes the indexes, checks the references and closes. StoreDamaged when one of them does not hold: then
  /// the views do not fit the events.
  [[nodiscard]] Status finish() override;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  SqliteTables(sqlite3* database, std::filesystem::path path) : database_(database), path_(std::move(path)) {}

  [[nodiscard]] Status run(const std::string& sql);
  [[nodiscard]] Result<Statement> prepare(const std::string& sql);
  [[nodiscard]] Status check_references();
  [[nodiscard]] tl::unexpected<Error> trouble() const;

  std::unique_ptr<sqlite3, Close> database_;
  std::filesystem::path path_;
  std::map<std::string_view, Statement> inserts_;
};

}  // namespace kontor::exports
