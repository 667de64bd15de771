#include "replay/export/gobd_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "events/core/assert.h"
#include "replay/export/cell_text.h"
#include "replay/export/gobd_dtd.h"

namespace kontor::exports {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kDayForm = "DD.MM.YYYY";

constexpr std::array kHandedOver{TableId::BillingRuns,  TableId::BillingTotals,      TableId::BillingLines,
                                 TableId::CreditOrders, TableId::CreditTransactions, TableId::AccessOrders,
                                 TableId::Seats,        TableId::CourseSettlements};

bool handed_over(std::string_view table) {
  return std::ranges::any_of(kHandedOver, [&](TableId id) { return table_of(id).name == table; });
}

std::string file_name(const Table& table) { return std::string(table.name) + ".csv"; }

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  return out + "\"";
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out.push_back(c);
    }
  }
  return out;
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// Of the currency of a row; two digits where there is none.
unsigned digits_of(const Table& table, const Row& row) {
  for (std::size_t i = 0; i < row.size(); ++i)
    if (table.columns[i].name == "currency")
      if (const auto* currency = std::get_if<std::string>(&row[i])) return minor_digits(*currency);
  return 2;
}

std::string column_xml(std::string_view element, std::string_view name, std::string_view description,
                       std::string_view kind) {
  return fmt::format(
      "          <{0}>\n            <Name>{1}</Name>\n            <Description>{2}</Description>\n"
      "            {3}\n          </{0}>\n",
      element, name, escaped(description), kind);
}

}  // namespace

std::string german_day(Instant at) {
  const std::string text = at.text();  // 2026-12-31T…
  return fmt::format("{}.{}.{}", text.substr(8, 2), text.substr(5, 2), text.substr(0, 4));
}

Result<GobdTables::Written*> GobdTables::written_of(const Table& table) {
  Written& written = written_[table.name];
  if (written.file != nullptr) return &written;
  const Result<OutputFile*> file = out_.file(file_name(table));
  if (!file) return fail(file.error());
  written.file = *file;
  written.longest.assign(table.columns.size(), 1);
  return &written;
}

void GobdTables::remember_moments(const Row& row) {
  for (const Cell& cell : row) {
    const auto* at = std::get_if<Instant>(&cell);
    if (at == nullptr) continue;
    if (!seen_) seen_ = Period{*at, *at};
    seen_->from = std::min(seen_->from, *at);
    seen_->to = std::max(seen_->to, *at);
  }
}

Status GobdTables::add(const Table& table, const Row& row) {
  if (!handed_over(table.name)) return {};
  KONTOR_ASSERT(row.size() == table.columns.size());
  const Result<Written*> written = written_of(table);
  if (!written) return fail(written.error());
  remember_moments(row);
  const unsigned digits = digits_of(table, row);
  (*written)->digits = std::max((*written)->digits, digits);
  line_.clear();
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i != 0) line_ += ';';
    if (const auto* number = std::get_if<std::int64_t>(&row[i])) {
      line_ += table.columns[i].kind == ColumnKind::Amount ? amount_text(*number, digits, ',')
                                                           : std::to_string(*number);
    } else if (const auto* text = std::get_if<std::string>(&row[i])) {
      (*written)->longest[i] = std::max((*written)->longest[i], characters(*text));
      line_ += in_quotes(*text);
    } else if (const auto* at = std::get_if<Instant>(&row[i])) {
      line_ += german_day(*at) + ";" + in_quotes(sortable_moment(*at));
    } else if (table.columns[i].kind == ColumnKind::Moment) {
      line_ += ";";
    }
  }
  return (*written)->file->write(line_.append(kLineEnd));
}

std::string GobdTables::validity_xml() const {
  if (!frame_.period && !seen_) return {};
  const Period shown = frame_.period ? *frame_.period : *seen_;
  // The last day of a period is that of its last nanosecond.
  const Instant last = frame_.period ? Instant{shown.to.ns - 1} : shown.to;
  return fmt::format(
      "      <Validity>\n        <Range>\n          <From>{}</From>\n          <To>{}</To>\n        "
      "</Range>\n"
      "        <Format>{}</Format>\n      </Validity>\n",
      german_day(shown.from), german_day(last), kDayForm);
}

std::string GobdTables::table_xml(const Table& table, const Written& written) const {
  std::string out = fmt::format(
      "    <Table>\n      <URL>{}</URL>\n      <Name>{}</Name>\n      <Description>{}</Description>\n{}"
      "      <UTF8/>\n      <DecimalSymbol>,</DecimalSymbol>\n      "
      "<DigitGroupingSymbol>.</DigitGroupingSymbol>\n"
      "      <VariableLength>\n          <ColumnDelimiter>;</ColumnDelimiter>\n"
      "          <RecordDelimiter>&#13;&#10;</RecordDelimiter>\n"
      "          <TextEncapsulator>&quot;</TextEncapsulator>\n",
      file_name(table), table.name, escaped(table.description), validity_xml());
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    const std::string_view element = i < table.key_columns ? "VariablePrimaryKey" : "VariableColumn";
    switch (column.kind) {
      case ColumnKind::Number:
        out += column_xml(element, column.name, column.description, "<Numeric/>");
        break;
      case ColumnKind::Amount:
        out += column_xml(element, column.name, column.description,
                          fmt::format("<Numeric><Accuracy>{}</Accuracy></Numeric>", written.digits));
        break;
      case ColumnKind::Text:
        out += column_xml(
            element, column.name, column.description,
            fmt::format("<AlphaNumeric/>\n            <MaxLength>{}</MaxLength>", written.longest[i]));
        break;
      case ColumnKind::Moment:
        out += column_xml(element, column.name, column.description,
                          fmt::format("<Date><Format>{}</Format></Date>", kDayForm));
        out += column_xml(element, std::string(column.name) + "_exact",
                          "the same moment, to the nanosecond, in UTC",
                          "<AlphaNumeric/>\n            <MaxLength>30</MaxLength>");
        break;
    }
  }
  for (const Reference& reference : table.references) {
    if (!handed_over(reference.table) || reference.holds != Holds::Always) continue;
    out += "          <ForeignKey>\n";
    for (const std::string_view column : reference.columns)
      out += fmt::format("            <Name>{}</Name>\n", column);
    out += fmt::format("            <References>{}</References>\n          </ForeignKey>\n", reference.table);
  }
  return out + "      </VariableLength>\n    </Table>\n";
}

std::string GobdTables::index() const {
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE DataSet SYSTEM \"{}\">\n<DataSet>\n"
      "  <Version>1.0</Version>\n  <DataSupplier>\n    <Name>{}</Name>\n    <Location>{}</Location>\n"
      "    <Comment>{}</Comment>\n  </DataSupplier>\n  <Media>\n    <Name>kontor</Name>\n",
      kGobdDtd, escaped(frame_.supplier.name), escaped(frame_.supplier.location), escaped(frame_.comment));
  for (const TableId id : kHandedOver) out += table_xml(table_of(id), written_.at(table_of(id).name));
  return out + "  </Media>\n</DataSet>\n";
}

Status GobdTables::finish() {
  for (const TableId id : kHandedOver)
    if (const Result<Written*> written = written_of(table_of(id)); !written) return fail(written.error());
  const Result<OutputFile*> dtd = out_.file(std::string(kGobdDtd));
  if (!dtd) return fail(dtd.error());
  if (Status written = (*dtd)->write(kGobdDtdText); !written) return written;
  const Result<OutputFile*> file = out_.file(std::string(kGobdIndex));
  if (!file) return fail(file.error());
  return (*file)->write(index());
}

}  // namespace kontor::exports
