#pragma once
// What a table of an export looks like, whatever the form it is written in (docs/exports.md). Pure values;
// any thread.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "events/core/instant.h"
#include "events/core/result.h"

namespace kontor::exports {

enum class ColumnKind : std::uint8_t {
  Text,
  Number,  // whole
  Amount,  // minor units of the currency in the table's column "currency"
  Moment,
};

struct Column {
  std::string_view name;
  ColumnKind kind = ColumnKind::Text;
  std::string_view description;
};

/// Where a reference holds.
enum class Holds : std::uint8_t {
  Always,
  InWhole,  // only in an export of everything from position 1 on, without a period
};

/// Columns that name a row of another table by its key.
struct Reference {
  std::vector<std::string_view> columns;
  std::string_view table;
  Holds holds = Holds::Always;
};

struct Table {
  std::string_view name;
  std::string_view description;
  std::vector<Column> columns;  // those of the key first
  std::size_t key_columns = 1;
  std::vector<Reference> references;
  std::vector<std::string_view> indexes;  // columns that are looked for
};

/// In the order of the catalogue.
enum class TableId : std::uint8_t {
  Events,
  CreditOrders,
  CreditTransactions,
  AccessOrders,
  GroupRosters,
  Seats,
  CourseSettlements,
  BillingRuns,
  BillingTotals,
  BillingLines,
  BillingLineEvents,
};

[[nodiscard]] std::span<const Table> all_tables();
[[nodiscard]] const Table& table_of(TableId id);

/// Missing, a number or an amount, a text, a moment.
using Cell = std::variant<std::monostate, std::int64_t, std::string, Instant>;
using Row = std::vector<Cell>;

/// Takes the rows of many tables, in any order. One thread.
class TableSink {
 public:
  TableSink() = default;
  TableSink(const TableSink&) = delete;
  TableSink& operator=(const TableSink&) = delete;
  virtual ~TableSink() = default;

  /// A row has as many cells as its table has columns.
  [[nodiscard]] virtual Status add(const Table& table, const Row& row) = 0;
  /// All rows were added.
  [[nodiscard]] virtual Status finish() = 0;
};

}  // namespace kontor::exports
