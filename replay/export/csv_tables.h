#pragma once
// Tables as CSV (RFC 4180): one file a table, the first line names the columns, UTF-8. Texts are defused
// (cell_text.h); numbers, amounts in minor units and moments are as they are.

#include <map>

#include "replay/export/output_directory.h"
#include "replay/export/table.h"

namespace kontor::exports {

class CsvTables final : public TableSink {
 public:
  /// `out` must outlive this object.
  explicit CsvTables(OutputDirectory& out) : out_(out) {}

  [[nodiscard]] Status add(const Table& table, const Row& row) override;
  /// Tables without a row get a file, too.
  [[nodiscard]] Status finish() override;

 private:
  [[nodiscard]] Result<OutputFile*> file_of(const Table& table);

  OutputDirectory& out_;
  std::map<std::string_view, OutputFile*> files_;
  std::string line_;
};

}  // namespace kontor::exports
