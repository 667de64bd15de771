// docs/verifier.md
#include "replay/verifier/report.h"

#include <fmt/format.h>

#include "events/core/base64.h"
#include "replay/verifier/json.h"

namespace kontor::verifier {

namespace {

/// By key, whatever the order in memory.
template <class Map>
auto sorted(const Map& map) {
  return std::map<std::string, typename Map::mapped_type>(map.begin(), map.end());
}

std::string scope_of(const proof::Origin& origin) {
  return origin.tenant ? "tenant " + origin.tenant->value : "store";
}

void put_credits(const Figures& figures, Json& out) {
  out.key("accounts").begin_list();
  for (const auto& [user, account] : sorted(figures.credits().accounts()))
    out.begin_object()
        .field("user", user)
        .field("balance", account.balance)
        .field("reserved", account.reserved)
        .field("available", account.available())
        .end_object();
  out.end_list();
}

void put_seats(const Figures& figures, Json& out) {
  out.key("campuses").begin_list();
  for (const auto& [campus, used] : sorted(figures.seats().used()))
    out.begin_object().field("campus", campus).field("seats_used", used).end_object();
  out.end_list().key("courses").begin_list();
  for (const auto& [course, counts] : figures.seats().courses())
    out.begin_object()
        .field("course", course)
        .field("scheduled", counts.scheduled)
        .field("active", counts.active)
        .field("ended", counts.ended)
        .end_object();
  out.end_list().key("communities").begin_list();
  for (const auto& [community, used] : sorted(figures.pools().used()))
    out.begin_object().field("community", community).field("seats_used", used).end_object();
  out.end_list();
}

void put_access(const Figures& figures, Json& out) {
  out.key("groups").begin_list();
  for (const auto& [group, seats] : sorted(figures.access().groups()))
    out.begin_object()
        .field("group", group)
        .field("capacity", seats.capacity)
        .field("active", seats.active)
        .field("burnt", seats.burnt)
        .field("available", seats.available())
        .end_object();
  out.end_list().key("access_orders").begin_list();
  for (const auto& [id, order] : sorted(figures.access().orders()))
    out.begin_object()
        .field("order", id)
        .field("state", name_of(order.phase))
        .field("quantity", order.quantity)
        .field("unit_price", order.unit_price.value)
        .field("total", order.total.value)
        .field("currency", order.currency.text())
        .end_object();
  out.end_list();
}

void put_settlements(const Figures& figures, Json& out) {
  out.key("settlements").begin_list();
  for (const auto& [run, sums] : figures.seats().runs())
    out.begin_object()
        .field("course", run.first)
        .field("run", run.second)
        .field("state", sums.phase == CourseRunSums::Phase::Settled ? "settled" : "open")
        .field("seats", sums.seats)
        .field("blocks", sums.blocks)
        .field("billed_blocks", sums.billed_blocks)
        .field("unpriced_blocks", sums.unpriced_blocks)
        .field("amount", sums.amount)
        .end_object();
  out.end_list();
}

void put_line(const Line& line, Json& out) {
  out.begin_object()
      .field("id", line.id())
      .field("effective_at", line.effective_at.text())
      .field("person", line.person)
      .field("corrects", line.corrects)
      .field("parts", line.parts_text())
      .field("quantity", line.quantity())
      .field("unpriced", line.unpriced)
      .field("amount", line.amount.value)
      .field("currency", line.currency.text())
      .key("positions")
      .begin_list();
  for (const Position position : line.evidence) out.number(position);
  out.end_list().end_object();
}

void put_billing(const Figures& figures, Json& out) {
  out.key("billing_runs").begin_list();
  for (const BillingRun& run : figures.billing().runs()) {
    out.begin_object()
        .field("run", run.opened.run.value)
        .field("state", name_of(run.phase))
        .field("scope", name_of(run.opened.scope))
        .field("cutoff", run.opened.cutoff_effective.text())
        .field("course_runs", run.opened.course_runs)
        .field("unpriced_blocks", run.opened.unpriced_blocks)
        .key("totals")
        .begin_list();
    for (const billing::CurrencyTotal& total : run.opened.totals)
      out.begin_object()
          .field("currency", total.currency.text())
          .field("lines", total.lines)
          .field("amount", total.amount.value)
          .end_object();
    out.end_list().field("lines_hash", hex(run.opened.lines_hash)).key("lines").begin_list();
    for (const Line& line : run.lines) put_line(line, out);
    out.end_list().end_object();
  }
  out.end_list();
}

void put_tenants(const Report& report, Json& out) {
  out.key("tenants").begin_list();
  for (const auto& [id, tenant] : report.tenants) {
    out.begin_object()
        .field("tenant", id)
        .field("events", tenant->tree.size())
        .field("root", base64(tenant->tree.root()));
    put_credits(tenant->figures, out);
    put_seats(tenant->figures, out);
    put_access(tenant->figures, out);
    put_settlements(tenant->figures, out);
    put_billing(tenant->figures, out);
    out.end_object();
  }
  out.end_list();
}

struct ToJson {
  std::string operator()(const Report& report) const {
    const proof::Origin& origin = report.header.origin;
    Json out;
    out.begin_object()
        .field("verdict", "proven")
        .field("log", origin.log)
        .field("epoch", origin.epoch)
        .field("scope", scope_of(origin))
        .field("events", report.events)
        .field("root", base64(report.root))
        .field("proven_to", report.proven_to)
        .key("notes")
        .begin_object()
        .field("held", report.notes_held)
        .field("later", report.notes_later)
        .field("other", report.notes_others)
        .end_object();
    put_tenants(report, out);
    if (report.receipts)
      out.key("receipts")
          .begin_object()
          .field("held", report.receipts->held)
          .field("later", report.receipts->later)
          .field("other", report.receipts->others)
          .end_object();
    if (report.claims)
      out.key("claims")
          .begin_object()
          .field("held", report.claims->held)
          .field("other", report.claims->others)
          .end_object();
    out.key("not_proven").begin_list();
    for (const std::string& sentence : not_proven(report)) out.text(sentence);
    return out.end_list().end_object().written() + "\n";
  }
  std::string operator()(const Finding& finding) const {
    return Json()
               .begin_object()
               .field("verdict", "contradiction")
               .field("kind", finding.kind)
               .field("tenant", finding.tenant)
               .field("position", finding.position)
               .field("message", finding.message)
               .end_object()
               .written() +
           "\n";
  }
  std::string operator()(const Unusable& unusable) const {
    return Json()
               .begin_object()
               .field("verdict", "unusable")
               .field("offset", unusable.offset)
               .field("message", unusable.message)
               .end_object()
               .written() +
           "\n";
  }
};

std::string figures_text(const std::string& id, const TenantAudit& tenant) {
  const Figures& figures = tenant.figures;
  std::string out =
      fmt::format("\ntenant {}: {} events, root {}\n", id, tenant.tree.size(), base64(tenant.tree.root()));
  for (const auto& [user, account] : sorted(figures.credits().accounts()))
    out += fmt::format("  account {}: balance {}, reserved {}, available {}\n", user, account.balance,
                       account.reserved, account.available());
  for (const auto& [campus, used] : sorted(figures.seats().used()))
    out += fmt::format("  campus {}: {} seats in use\n", campus, used);
  for (const auto& [course, counts] : figures.seats().courses())
    out += fmt::format("  course {}: course seats {} scheduled, {} active, {} ended\n", course,
                       counts.scheduled, counts.active, counts.ended);
  for (const auto& [community, used] : sorted(figures.pools().used()))
    out += fmt::format("  community {}: {} seats in use\n", community, used);
  for (const auto& [group, seats] : sorted(figures.access().groups()))
    out += fmt::format("  group {}: {}/{} available, {} active, {} burnt\n", group, seats.available(),
                       seats.capacity, seats.active, seats.burnt);
  for (const auto& [order, one] : sorted(figures.access().orders()))
    out += fmt::format("  access order {}: {} x {} = {} {}, {}\n", order, one.quantity, one.unit_price.value,
                       one.total.value, one.currency.text(), name_of(one.phase));
  for (const auto& [run, sums] : figures.seats().runs())
    out += fmt::format("  course {} run {}: {} seats, {} blocks billed, {}, {}\n", run.first, run.second,
                       sums.seats, sums.billed_blocks, sums.amount,
                       sums.phase == CourseRunSums::Phase::Settled ? "settled" : "open");
  for (const BillingRun& run : figures.billing().runs()) {
    out += fmt::format("  billing run {}: {} lines, {}, hash {}\n", run.opened.run.value, run.opened.lines,
                       name_of(run.phase), hex(run.opened.lines_hash));
    for (const billing::CurrencyTotal& total : run.opened.totals)
      out += fmt::format("    {} {} on {} lines\n", total.amount.value, total.currency.text(), total.lines);
  }
  return out;
}

struct ToText {
  std::string operator()(const Report& report) const {
    const proof::Origin& origin = report.header.origin;
    std::string out = fmt::format(
        "PROVEN: {} of {}, {} events\n  root {}\n  the events to {} are those that the pinned key has "
        "signed\n"
        "  {} signed checkpoints hold\n  every figure below was recomputed from the events\n",
        scope_of(origin), origin.log, report.events, base64(report.root), report.proven_to,
        report.notes_held);
    if (report.receipts) out += fmt::format("  {} receipts hold\n", report.receipts->held);
    if (report.claims) out += fmt::format("  {} answers hold\n", report.claims->held);
    if (report.remembered) out += fmt::format("  {} events are remembered\n", *report.remembered);
    for (const auto& [id, tenant] : report.tenants) out += figures_text(id, *tenant);
    out += "\nNOT PROVEN:\n";
    for (const std::string& sentence : not_proven(report)) out += "  " + sentence + "\n";
    return out;
  }
  std::string operator()(const Finding& finding) const {
    return fmt::format("CONTRADICTION ({}) at {}{}: {}\n", finding.kind,
                       finding.tenant.empty() ? "" : "tenant " + finding.tenant + ", ", finding.position,
                       finding.message);
  }
  std::string operator()(const Unusable& unusable) const {
    return fmt::format("UNUSABLE at byte {}: {}\n", unusable.offset, unusable.message);
  }
};

}  // namespace

std::vector<std::string> not_proven(const Report& report) {
  std::vector<std::string> out;
  if (report.proven_to < report.events)
    out.push_back(fmt::format("events {} to {} lie behind the newest signed checkpoint", report.proven_to + 1,
                              report.events));
  if (report.notes_later != 0)
    out.push_back(
        fmt::format("{} signed checkpoints are of a larger size than this bundle", report.notes_later));
  if (report.receipts && report.receipts->later != 0)
    out.push_back(fmt::format("{} receipts promise events behind this bundle", report.receipts->later));
  if (report.claims && report.claims->others != 0)
    out.push_back(fmt::format("{} answers could not be compared", report.claims->others));
  if (report.stale_claims != 0)
    out.push_back(fmt::format("{} answers are older than what was signed or promised by then or since",
                              report.stale_claims));
  if (!report.kept_were_compared) out.emplace_back("no checkpoints kept by the auditor were compared");
  if (report.remembered == std::uint64_t{0})
    out.emplace_back("nothing could be remembered for the next time");
  out.emplace_back("names and e-mail addresses stay sealed");
  out.emplace_back("that commands were refused rightly, or recorded at all, is not in a log");
  return out;
}

std::string to_json(const Outcome& outcome) { return std::visit(ToJson{}, outcome); }
std::string to_text(const Outcome& outcome) { return std::visit(ToText{}, outcome); }
int exit_code(const Outcome& outcome) { return static_cast<int>(outcome.index()); }

}  // namespace kontor::verifier
