#include "replay/export/csv_tables.h"

#include "events/core/assert.h"
#include "replay/export/cell_text.h"

namespace kontor::exports {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

std::string cell_of(const Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return std::to_string(*number);
  if (const auto* at = std::get_if<Instant>(&cell)) return at->text();
  if (const auto* text = std::get_if<std::string>(&cell)) return csv_field(defused(*text));
  return {};
}

}  // namespace

Result<OutputFile*> CsvTables::file_of(const Table& table) {
  if (const auto known = files_.find(table.name); known != files_.end()) return known->second;
  Result<OutputFile*> file = out_.file(std::string(table.name) + ".csv");
  if (!file) return file;
  std::string header;
  for (const Column& column : table.columns) {
    if (!header.empty()) header += ',';
    header += column.name;
  }
  if (Status written = (*file)->write(header.append(kLineEnd)); !written) return fail(written.error());
  files_.emplace(table.name, *file);
  return file;
}

Status CsvTables::add(const Table& table, const Row& row) {
  KONTOR_ASSERT(row.size() == table.columns.size());
  const Result<OutputFile*> file = file_of(table);
  if (!file) return fail(file.error());
  line_.clear();
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i != 0) line_ += ',';
    line_ += cell_of(row[i]);
  }
  return (*file)->write(line_.append(kLineEnd));
}

Status CsvTables::finish() {
  for (const Table& table : all_tables())
    if (const Result<OutputFile*> file = file_of(table); !file) return fail(file.error());
  return {};
}

}  // namespace kontor::exports
