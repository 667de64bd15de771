#pragma once
// The package for a German tax audit (docs/exports.md): delimited files, an index.xml that describes them,
// and the DTD of the description standard beside it. Texts are as they were: whoever imports the files goes
// by the index and runs nothing.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "replay/export/manifest.h"
#include "replay/export/output_directory.h"
#include "replay/export/table.h"

namespace kontor::exports {

constexpr std::string_view kGobdIndex = "index.xml";
constexpr std::string_view kGobdDtd = "gdpdu-01-09-2004.dtd";

/// Who hands the data over.
struct Supplier {
  std::string name;
  std::string location;
};

struct GobdFrame {
  Supplier supplier;
  std::string comment;           // whose events, up to which position
  std::optional<Period> period;  // none: from the first moment in the tables to the last
};

class GobdTables final : public TableSink {
 public:
  /// `out` must outlive this object.
  GobdTables(OutputDirectory& out, GobdFrame frame) : out_(out), frame_(std::move(frame)) {}

  /// Passes over tables that a tax audit does not ask for.
  [[nodiscard]] Status add(const Table& table, const Row& row) override;
  [[nodiscard]] Status finish() override;

 private:
  struct Written {
    OutputFile* file = nullptr;
    std::vector<std::size_t> longest;  // characters of each column
    unsigned digits = 2;               // behind the comma of its amounts
  };
  [[nodiscard]] Result<Written*> written_of(const Table& table);
  void remember_moments(const Row& row);
  [[nodiscard]] std::string index() const;
  [[nodiscard]] std::string table_xml(const Table& table, const Written& written) const;
  [[nodiscard]] std::string validity_xml() const;

  OutputDirectory& out_;
  GobdFrame frame_;
  std::map<std::string_view, Written> written_;
  std::optional<Period> seen_;
  std::string line_;
};

/// "31.12.2026": the day in UTC.
[[nodiscard]] std::string german_day(Instant at);

}  // namespace kontor::exports
