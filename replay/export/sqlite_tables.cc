#include "replay/export/sqlite_tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sqlite3.h>

#include "events/core/assert.h"
#include "replay/export/cell_text.h"

namespace kontor::exports {
namespace {

std::string_view type_of(ColumnKind kind) {
  return kind == ColumnKind::Text || kind == ColumnKind::Moment ? "TEXT" : "INTEGER";
}

std::string list_of(std::span<const std::string_view> columns) {
  return fmt::format("{}", fmt::join(columns, ", "));
}

std::string create_sql(const Table& table, Extent extent) {
  std::string sql = fmt::format("CREATE TABLE {} (", table.name);
  for (const Column& column : table.columns)
    sql += fmt::format("\n  {} {}, -- {}", column.name, type_of(column.kind), column.description);
  sql += "\n  PRIMARY KEY (";
  for (std::size_t i = 0; i < table.key_columns; ++i)
    sql += fmt::format("{}{}", i == 0 ? "" : ", ", table.columns[i].name);
  sql += ")";
  for (const Reference& reference : table.references)
    if (extent == Extent::Whole || reference.holds == Holds::Always)
      sql += fmt::format(",\n  FOREIGN KEY ({}) REFERENCES {}", list_of(reference.columns), reference.table);
  return sql + "\n)";
}

std::string insert_sql(const Table& table) {
  std::string places;
  for (std::size_t i = 0; i < table.columns.size(); ++i) places += i == 0 ? "?" : ",?";
  return fmt::format("INSERT INTO {} VALUES ({})", table.name, places);
}

int bind(sqlite3_stmt* statement, int place, const Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell))
    return sqlite3_bind_int64(statement, place, *number);
  if (const auto* text = std::get_if<std::string>(&cell))
    return sqlite3_bind_text(statement, place, text->data(), static_cast<int>(text->size()), SQLITE_STATIC);
  if (const auto* at = std::get_if<Instant>(&cell)) {
    const std::string text = sortable_moment(*at);
    return sqlite3_bind_text(statement, place, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
  }
  return sqlite3_bind_null(statement, place);
}

}  // namespace

void SqliteTables::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }
void SqliteTables::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

SqliteTables::~SqliteTables() = default;

tl::unexpected<Error> SqliteTables::trouble() const {
  return fail(Reason::DataDirectory, fmt::format("{}: {}", path_.string(), sqlite3_errmsg(database_.get())));
}

Result<std::unique_ptr<SqliteTables>> SqliteTables::create(const std::filesystem::path& path, Extent extent) {
  sqlite3* database = nullptr;
  const int opened =
      sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  std::unique_ptr<SqliteTables> tables(new SqliteTables(database, path));
  if (opened != SQLITE_OK) return tables->trouble();
  // Nobody sees the file before it is whole and synced, so it needs no journal on the way.
  std::string sql = fmt::format(
      "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; "
      "PRAGMA user_version = {}; PRAGMA application_id = {}; BEGIN;",
      kSqliteUserVersion, kSqliteApplicationId);
  for (const Table& table : all_tables()) sql += create_sql(table, extent) + ";";
  if (Status made = tables->run(sql); !made) return fail(made.error());
  return tables;
}

Status SqliteTables::run(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return trouble();
  return {};
}

Result<SqliteTables::Statement> SqliteTables::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
    return trouble();
  return Statement(statement);
}

Status SqliteTables::add(const Table& table, const Row& row) {
  KONTOR_ASSERT(row.size() == table.columns.size());
  auto known = inserts_.find(table.name);
  if (known == inserts_.end()) {
    Result<Statement> made = prepare(insert_sql(table));
    if (!made) return fail(made.error());
    known = inserts_.emplace(table.name, *std::move(made)).first;
  }
  sqlite3_stmt* insert = known->second.get();
  for (std::size_t i = 0; i < row.size(); ++i)
    if (bind(insert, static_cast<int>(i) + 1, row[i]) != SQLITE_OK) return trouble();
  if (sqlite3_step(insert) != SQLITE_DONE) return trouble();
  sqlite3_reset(insert);
  return {};
}

Status SqliteTables::check_references() {
  const Result<Statement> check = prepare("PRAGMA foreign_key_check");
  if (!check) return fail(check.error());
  const int step = sqlite3_step(check->get());
  if (step == SQLITE_DONE) return {};
  if (step != SQLITE_ROW) return trouble();
  const auto text = [&](int column) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(check->get(), column));
    return std::string(bytes == nullptr ? "" : bytes);
  };
  return fail(Reason::StoreDamaged, fmt::format("row {} of table {} names a row of {} that is not there",
                                                text(1), text(0), text(2)));
}

Status SqliteTables::finish() {
  inserts_.clear();
  std::string sql;
  for (const Table& table : all_tables())
    for (const std::string_view column : table.indexes)
      sql += fmt::format("CREATE INDEX {0}_{1} ON {0} ({1});", table.name, column);
  if (Status made = run(sql + "COMMIT;"); !made) return made;
  if (Status checked = check_references(); !checked) return checked;
  if (sqlite3_close(database_.release()) != SQLITE_OK)
    return fail(Reason::DataDirectory, fmt::format("{} cannot be closed", path_.string()));
  return {};
}

}  // namespace kontor::exports
