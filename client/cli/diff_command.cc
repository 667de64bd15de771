// kontor diff: what changed between two positions, and where two logs or two versions part
// (docs/auditing.md).

#include <fmt/format.h>

#include <limits>
#include <optional>

#include "client/cli/audit.h"
#include "client/cli/event_lines.h"
#include "events/core/digest.h"
#include "projections/rocksdb_view_store.h"
#include "projections/view_directories.h"
#include "projections/view_layout.h"
#include "replay/diff.h"
#include "server/protocol/json.h"

namespace kontor::cli {
namespace {

namespace json = boost::json;

struct DiffOptions {
  std::string data_dir;
  std::string tenant;
  std::string kind;
  std::optional<Position> from;
  std::optional<Position> to;
  std::uint64_t rows_max = 10'000;
  std::string other_dir;
  std::string views_dir;
};

json::object state_json(const replay::TenantResult& at) {
  return {{"position", std::to_string(at.position)},
          {"effectiveAt", at.effective_at.text()},
          {"stateDigest", hex(at.state)}};
}

std::string_view fate_name(replay::RowFate fate) {
  return fate == replay::RowFate::Added ? "added" : "changed";
}

// Between positions

/// One line a field, as tables have it.
void add_lines(const replay::ChangedRow& row, json::array& lines) {
  json::object line{{"row", fmt::format("{} {}", views::kind_name(row.kind), row.name)},
                    {"is", fate_name(row.fate)},
                    {"by", std::to_string(row.position)}};
  if (row.fields.empty()) lines.push_back(line);
  for (const replay::FieldChange& change : row.fields) {
    line["field"] = change.field;
    line["before"] = change.before;
    line["after"] = change.after;
    lines.push_back(line);
  }
}

json::object row_json(const replay::ChangedRow& row) {
  json::array fields;
  for (const replay::FieldChange& change : row.fields)
    fields.push_back(
        json::object{{"field", change.field}, {"before", change.before}, {"after", change.after}});
  return {{"kind", views::kind_name(row.kind)},
          {"name", row.name},
          {"is", fate_name(row.fate)},
          {"position", std::to_string(row.position)},
          {"fields", std::move(fields)}};
}

void show_positions(Context& context, const replay::PositionsDifference& difference) {
  const OutputForm form = context.output();
  json::array rows;
  for (const replay::ChangedRow& row : difference.rows) {
    if (form == OutputForm::Json || form == OutputForm::Ndjson)
      rows.push_back(row_json(row));
    else
      add_lines(row, rows);
  }
  fmt::print("{}", render({{"tenant", difference.to.tenant.value},
                           {"from", state_json(difference.from)},
                           {"to", state_json(difference.to)},
                           {"changed", std::to_string(difference.rows.size())},
                           {"leftOut", std::to_string(difference.left_out)},
                           {"rows", std::move(rows)}},
                          form));
}

void diff_positions(Context& context, const DiffOptions& options, log::EventLog& log) {
  replay::PositionsRequest request{.tenant = {},
                                   .from = *options.from,
                                   .to = options.to.value_or(std::numeric_limits<Position>::max()),
                                   .kind = {},
                                   .rows_max = options.rows_max};
  if (!options.tenant.empty()) request.tenant = TenantId(options.tenant);
  if (!options.kind.empty()) {
    request.kind = views::kind_named(options.kind);
    if (!request.kind)
      return context.fail(kUsage, fmt::format("there is no row called {}", options.kind), "",
                          "docs/views.md lists them, such as CourseCard");
  }
  if (request.from > request.to)
    return context.fail(kUsage, fmt::format("position {} comes after {}", request.from, request.to), "",
                        "--from must not come after --to");
  Meter meter(log.head().events);
  const auto found = replay::diff_positions(log, request, meter.progress());
  if (!found) return report_finding(context, found.error(), "the positions cannot be compared");
  for (const replay::PositionsDifference& difference : *found) show_positions(context, difference);
}

// Between logs

json::value event_value(const std::string& stored, OutputForm form) {
  if (stored.empty()) return json::string("none");
  const auto event = protocol::stored_event_to_json(stored);
  if (!event) return json::string("unreadable");
  if (form == OutputForm::Json || form == OutputForm::Ndjson) return *event;
  return json::string(event_line(*event));
}

void diff_logs(Context& context, const DiffOptions& options, log::EventLog& log) {
  const auto other = open_for_audit(context, options.other_dir);
  if (!other) return;
  Meter meter(log.head().events);
  const auto found = replay::diff_logs(log, *other, meter.progress());
  if (!found) return report_finding(context, found.error(), "the logs cannot be compared");
  const OutputForm form = context.output();
  json::array rows;
  bool equal = true;
  for (const replay::LogsDifference& one : *found) {
    if (!options.tenant.empty() && one.tenant.value != options.tenant) continue;
    const bool same = one.equal_to == one.one_has && one.equal_to == one.other_has;
    equal = equal && same;
    rows.push_back(json::object{{"tenant", one.tenant.value},
                                {"is", same            ? "equal"
                                       : one.differs() ? "differs"
                                                       : "prefix"},
                                {"equalTo", std::to_string(one.equal_to)},
                                {"has", std::to_string(one.one_has)},
                                {"otherHas", std::to_string(one.other_has)}});
    if (same) continue;
    auto& row = rows.back().as_object();
    row["event"] = event_value(one.one, form);
    row["otherEvent"] = event_value(one.other, form);
  }
  fmt::print("{}",
             render({{"type", "LogsDifference"}, {"equal", equal}, {"tenants", std::move(rows)}}, form));
  if (!equal) context.exit_code = kDiffers;
}

// Between versions

/// The live ones of a directory of views; or a directory that is one generation of them, as older versions
/// had it.
Result<views::OpenedViews> open_views(const std::string& directory) {
  const auto live = views::live_views_in(directory);
  if (!live && live.error().code != Reason::NotFound) return fail(live.error());
  return views::open_rocksdb_view_store(live ? *live : std::filesystem::path(directory),
                                        views::Access::ReadOnly);
}

void diff_versions(Context& context, const DiffOptions& options, log::EventLog& log) {
  const auto stored = open_views(options.views_dir);
  if (!stored) return report_finding(context, stored.error(), "the views cannot be read");
  Meter meter(log.head().events);
  const auto found = replay::diff_versions(log, *stored->store, meter.progress());
  if (!found) return report_finding(context, found.error(), "the views cannot be compared");
  if (!found->shape_note.empty()) fmt::print(stderr, "{}\n", found->shape_note);
  json::array kinds;
  for (const auto& [kind, count] : found->views.by_kind)
    kinds.push_back(json::object{{"kind", kind}, {"differing", std::to_string(count)}});
  json::object out{{"type", "VersionsDifference"},
                   {"compared", std::to_string(found->views.compared)},
                   {"differing", std::to_string(found->views.differing)}};
  if (found->views.first) {
    out["firstTenant"] = found->views.first->tenant.value;
    out["firstPosition"] = std::to_string(found->views.first->position);
    out["first"] = found->views.first->what;
    context.exit_code = kDiffers;
  }
  json::array tenants;
  for (const auto& [tenant, position] : found->compared_to)
    tenants.push_back(json::object{{"tenant", tenant.value}, {"comparedTo", std::to_string(position)}});
  out["tenants"] = std::move(tenants);
  out["kinds"] = std::move(kinds);
  fmt::print("{}", render(out, context.output()));
}

void run(Context& context, const DiffOptions& options) {
  const auto log = open_for_audit(context, options.data_dir);
  if (!log) return;
  if (!options.other_dir.empty()) return diff_logs(context, options, *log);
  if (!options.views_dir.empty()) return diff_versions(context, options, *log);
  diff_positions(context, options, *log);
}

}  // namespace

void add_diff(CLI::App& app, Context& context) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App* command = app.add_subcommand(
      "diff", "what changed between two positions, and where two logs or two versions part");
  command->footer(
      "kontor diff --data-dir D --from 100 --to 120 --tenant t\n"
      "kontor diff --data-dir D --from 0 --kind CourseCard\n"
      "kontor diff --data-dir D --with OTHER\n"
      "kontor diff --data-dir D --views OLD/views");
  command->add_option("--data-dir", options->data_dir, "the server's data directory; it is only read")
      ->required();
  command->add_option("--tenant", options->tenant, "this tenant only");
  auto* from = command->add_option("--from", options->from, "rows as of this position, and ...");
  command->add_option("--to", options->to, "... as of this one; the last when left out")->needs(from);
  command->add_option("--kind", options->kind, "this kind of row only, such as CourseCard")->needs(from);
  command->add_option("--rows", options->rows_max, "of a tenant, at most")->capture_default_str();
  auto* with =
      command->add_option("--with", options->other_dir, "another data directory: where do the logs part");
  auto* views = command->add_option("--views", options->views_dir,
                                    "views of another version: what do they say otherwise");
  from->excludes(with)->excludes(views);
  with->excludes(views);
  add_output_option(*command, context);
  command->callback([&context, options, from, with, views] {
    if (from->empty() && with->empty() && views->empty())
      return context.fail(kUsage, "diff needs something to compare with", "", "--from, --with or --views");
    guarded(context, [&context, options] { run(context, *options); });
  });
}

}  // namespace kontor::cli
