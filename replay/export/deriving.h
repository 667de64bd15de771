#pragma once
// What the tables are filled from (docs/exports.md): views that were derived for the export and nothing else.
// One function a domain; one thread.

#include <functional>

#include "projections/queries.h"
#include "projections/view_store.h"
#include "replay/export/history.h"
#include "replay/export/selection.h"
#include "replay/export/table.h"

namespace kontor::exports {

struct Deriving {
  const views::ViewStore& views;
  const TenantId& tenant;
  Position position = 0;  // of the views' newest event
  const Selection& selection;
  const History& history;
  TableSink& sink;

  /// The answer of the views to one question.
  [[nodiscard]] Result<views::AnswerMessage> ask(
      const std::function<void(wire::Query::Question::Builder)>& fill) const;
  /// Visits the rows of one kind; a visitor that fails ends the scan with its failure.
  [[nodiscard]] Status scan(
      const views::ViewKey& prefix,
      const std::function<Status(std::string_view key, const views::RowVersion&)>& visit) const;
  [[nodiscard]] Status add(TableId table, const Row& row) const { return sink.add(table_of(table), row); }
};

[[nodiscard]] Status write_credit_tables(const Deriving& from);
[[nodiscard]] Status write_access_tables(const Deriving& from);
[[nodiscard]] Status write_seat_tables(const Deriving& from);
[[nodiscard]] Status write_billing_tables(const Deriving& from);

/// A row of the table of seats.
[[nodiscard]] Row seat_row(const Grant& grant);

}  // namespace kontor::exports
